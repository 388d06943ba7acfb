"""BCP 47 tags and the codes that models use for them, from one table (`data/languages.csv`)."""

from __future__ import annotations

import csv
import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from types import MappingProxyType

import langcodes
from langcodes.tag_parser import LanguageTagError

from polypost.errors import UsageError

_NAMES = ("bcp47", "english_name", "autonym")
"""The columns of the table that are no model codes."""

_UNSPACED = frozenset({"Hans", "Hant", "Hani", "Jpan"})
"""Scripts without spaces after their sentence marks."""
_CASED = frozenset({"Latn", "Cyrl", "Grek", "Armn"})
"""Scripts with capital letters."""


@dataclass(frozen=True, slots=True)
class Language:
    """A language as the user named it, with what every model calls it."""

    tag: str
    """As the user writes it, e.g. `pt-BR`: file names and reports use this."""
    name: str
    """In English, e.g. `Portuguese`."""
    autonym: str
    """In the language itself, e.g. `português`."""
    codes: Mapping[str, str]
    """Column of the language table -> the code there; models that lack the language are absent."""
    row: str
    """The tag of the table's row, e.g. `pt`: tags that share it get the same words from a model."""


_Key = tuple[str | None, str | None, str | None]
"""Language, script and region of a row; the region is None where the row stands for all of them."""


@cache
def _rows() -> Mapping[_Key, Language]:
    text = resources.files("polypost").joinpath("data", "languages.csv").read_text("utf-8")
    rows: dict[_Key, Language] = {}
    for row in csv.DictReader(text.splitlines()):
        tag, name, autonym = (row[column] for column in _NAMES)
        codes = {column: code for column, code in row.items() if column not in _NAMES and code}
        parsed = langcodes.Language.get(tag)
        full = parsed.maximize()
        key = (full.language, full.script, parsed.territory)
        rows[key] = Language(tag, name, autonym, MappingProxyType(codes), tag)
    return MappingProxyType(rows)


def known() -> tuple[Language, ...]:
    """Every language of the table, in the table's order (by tag)."""
    return tuple(_rows().values())


def resolve(tag: str) -> Language:
    """The language that a BCP 47 tag means, matched by language, script and (where rows differ) region.

    The script is never replaced: `sr-Latn` is not Serbian in Cyrillic. Raises UsageError when the
    table has no such language.
    """
    try:
        parsed = langcodes.Language.get(tag)
    except LanguageTagError:
        raise _unknown(tag) from None
    full = parsed.maximize()
    rows = _rows()
    row = rows.get((full.language, full.script, full.territory)) or rows.get(
        (full.language, full.script, None)
    )
    if row is None or parsed.language in {None, "und"}:
        raise _unknown(tag)
    return Language(tag, row.name, row.autonym, row.codes, row.row)


@cache
def named(tag: str) -> str:
    """A language's name in English; the tag itself where the table has no such language."""
    try:
        return resolve(tag).name
    except UsageError:
        return tag


def individual(tag: str) -> str:
    """The row of the language that a tag means by its macrolanguage, `ar` for `arb`; empty when none does."""
    try:
        return resolve(langcodes.standardize_tag(tag, macro=True)).row
    except (LanguageTagError, UsageError):
        return ""


def spaced(tag: str) -> bool:
    """Whether sentences and clauses of the language stand apart by a space; not so in Chinese, Japanese."""
    return langcodes.Language.get(tag).maximize().script not in _UNSPACED


@cache
def cased(tag: str) -> bool:
    """Whether the language's script has capital letters, unlike Arabic, Chinese, Hindi; False for no tag."""
    try:
        return langcodes.Language.get(tag).maximize().script in _CASED
    except LanguageTagError:
        return False


def warnings(tags: Sequence[str]) -> tuple[str, ...]:
    """What the user should know about these tags: regions that the models do not tell apart."""
    shared: dict[str, list[str]] = {}
    for tag in dict.fromkeys(tags):
        shared.setdefault(resolve(tag).row, []).append(tag)
    found = []
    for row, group in shared.items():
        if len(group) > 1:
            names = " and ".join((", ".join(group[:-1]), group[-1]))
            found.append(f"{names} are one language to the models ({row}): the localizations will be equal.")
        elif langcodes.Language.get(group[0]).territory and not langcodes.Language.get(row).territory:
            found.append(f"The models know {row} without regions: {group[0]} may read like another region's.")
    return tuple(found)


def suggestion(tag: str) -> str:
    """A question with the language that an unknown tag probably means; empty when nothing comes close."""
    near = _suggestion(tag)
    return f"did you mean {near.tag} ({near.name})?" if near else ""


def _unknown(tag: str) -> UsageError:
    said = suggestion(tag)
    hint = f" {said[0].upper()}{said[1:]}" if said else ""
    return UsageError(
        f"The language {tag!r} is not in polypost's table.{hint} "
        "Languages are BCP 47 tags such as es, ja, pt-BR or zh-Hant."
    )


def _suggestion(tag: str) -> Language | None:
    """The row that was probably meant: a model's code, a name, another script, a country's code."""
    wanted = tag.strip().casefold().replace("_", "-")
    rows = known()
    codes = {code.casefold().replace("_", "-"): row for row in rows for code in row.codes.values()}
    names = {name.casefold(): row for row in rows for name in (row.autonym, row.name)}
    exact = codes.get(wanted) or names.get(wanted) or _row_of(wanted.split("-")[0])
    if exact is None and len(wanted) == 2:
        exact = _row_of(f"und-{wanted}")
    near = difflib.get_close_matches(wanted, names, n=1, cutoff=0.75)
    return exact or (names[near[0]] if near else None)


def _row_of(tag: str) -> Language | None:
    """The row of the likeliest language of a tag; `und-JP` asks for the language of a country."""
    try:
        parsed = langcodes.Language.get(tag)
    except LanguageTagError:
        return None
    full = parsed.maximize()
    if full.language == "en" and parsed.language != "en":  # the fall-back for a country without data
        return None
    likely = _rows().get((full.language, full.script, None))
    return likely or next((row for key, row in _rows().items() if key[0] == full.language), None)
