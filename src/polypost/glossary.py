"""The user's words: names that stay, terms with a given translation; from CSV to what is looked up.

A file has a header: `source`, a column for each language (BCP 47), `kind` where rows differ in that. Columns
of notes are passed over. The CSV that DeepL exports (term, translation, source language, target language; no
header) is taken too, and so is one with the source's tag in place of `source`, as Google has it.
"""

from __future__ import annotations

import csv
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from hashlib import sha256
from types import MappingProxyType

from polypost import languages
from polypost.errors import UsageError
from polypost.terms import NONE, Term, Terms

MAX_ROWS = 10_000
"""Of a glossary; what is longer is a dictionary, and no model is held to one."""
_LONGEST = 200
"""Characters of a term, and of a form."""
_TOLD = 5
"""So many mistakes are told at once."""
_SHORT = 8
"""Characters of a fingerprint: it is compared with few others."""
_SOURCE = ("source", "term", "source term")
_KIND = ("kind", "type")
_NOTES = frozenset(
    {
        "comment",
        "comments",
        "context",
        "count",
        "definition",
        "description",
        "domain",
        "example",
        "id",
        "note",
    }
    | {"notes", "part of speech", "pos", "relevance", "status", "subject", "url", "where"}
)
"""Columns that people keep beside their terms, and that say nothing to a translator."""


class Kind(StrEnum):
    """How a term comes into a translation."""

    DO_NOT_TRANSLATE = "do-not-translate"
    """As it stands in the source."""
    FIXED = "fixed"
    """In the given form, whatever stands around it."""
    INFLECTING = "inflecting"
    """In a form of the given word."""


_KINDS: Mapping[str, Kind] = {
    "": Kind.INFLECTING,
    **{kind.value: kind for kind in Kind},
    "dnt": Kind.DO_NOT_TRANSLATE,
    "untranslatable": Kind.DO_NOT_TRANSLATE,
    "read-only": Kind.DO_NOT_TRANSLATE,  # Weblate's flag
}


@dataclass(frozen=True, slots=True)
class Row:
    """One term."""

    source: str
    kind: Kind
    forms: Mapping[str, str]
    """BCP 47 tag, as in the header -> how the term is called there."""


class Glossary:
    """All of them."""

    def __init__(self, rows: Sequence[Row] = ()) -> None:
        """In any order."""
        self.rows = tuple(rows)
        self.terms = cache(self._terms)
        """Language, a BCP 47 tag -> the terms that say something about translations into it."""
        self.fingerprint = cache(self._fingerprint)
        """Language -> what tells two glossaries apart that say different things about it; empty: nothing."""

    def _terms(self, language: str) -> Terms:
        found = [term for row in self.rows if (term := _term(row, language))]
        return Terms(tuple(found)) if found else NONE

    def _fingerprint(self, language: str) -> str:
        # No order, no notes, no other language.
        told = sorted((term.source, term.form, term.fixed) for term in self.terms(language))
        return sha256(repr(told).encode()).hexdigest()[:_SHORT] if told else ""


EMPTY = Glossary()


def _term(row: Row, language: str) -> Term | None:
    if row.kind is Kind.DO_NOT_TRANSLATE:
        return Term(row.source, row.source, fixed=True)
    form = _form(row.forms, language)
    return Term(row.source, form, fixed=row.kind is Kind.FIXED) if form else None


def _form(forms: Mapping[str, str], language: str) -> str:
    """That of the language itself, else of one that the models don't tell from it: `pt` for `pt-BR`."""
    low = language.lower()
    for tag, form in forms.items():
        if tag.lower() == low:
            return form
    row = _resolved(language)
    return next((form for tag, form in forms.items() if row and _resolved(tag) == row), "")


def _resolved(tag: str) -> str:
    try:
        return languages.resolve(tag).row
    except UsageError:
        return ""


def read(text: str, name: str, source: str = "en") -> Glossary:
    """A glossary from its CSV; raises UsageError that names the lines and columns that are wrong, and how.

    `name`: the file, for messages. `source`: the language of its terms, a BCP 47 tag.
    """
    lines = list(_lines(text.removeprefix("\ufeff"), name))
    if not lines:
        raise UsageError(f"{name} is empty: its first line names the columns, such as `source,kind,es,ja`.")
    if len(lines) > MAX_ROWS:
        raise UsageError(f"{name} has {len(lines):,} lines: polypost takes {MAX_ROWS:,}. Shorten it.")
    head, rows = _exported(lines) or (lines[0], lines[1:])
    columns, problems = _columns(head, source)
    found: dict[str, tuple[Row, int]] = {}
    for number, cells in rows if not problems else ():
        try:
            _add(found, _row(cells, columns), number)
        except ValueError as error:
            problems.append(f"line {number}, {error}")
    if problems:
        more = f"\n- and {len(problems) - _TOLD} more" if len(problems) > _TOLD else ""
        listed = "\n- ".join(problems[:_TOLD])
        raise UsageError(f"{name} can't be used, nothing was started.\n- {listed}{more}")
    return Glossary([row for row, _ in found.values()])


_Line = tuple[int, list[str]]


def _lines(text: str, name: str) -> Iterator[_Line]:
    """Line number and cells of what is neither empty nor a comment."""
    raw = ["\n" if line.startswith("#") else f"{line}\n" for line in text.splitlines()]
    first = next((line for line in raw if line.strip()), "")
    delimiter = max(",;\t", key=first.count)  # spreadsheets write the one that their language has
    reader = csv.reader(raw, delimiter=delimiter, strict=True)
    try:
        for cells in reader:
            plain = [unicodedata.normalize("NFC", " ".join(cell.split())) for cell in cells]
            if any(plain):
                yield reader.line_num, plain
    except csv.Error as error:
        raise UsageError(f"{name}, line {reader.line_num}: {error}. Write it as CSV, in UTF-8.") from None


def _exported(lines: Sequence[_Line]) -> tuple[_Line, list[_Line]] | None:
    """DeepL's export as a table with a header; None for anything else."""
    rows = [(number, cells) for number, cells in lines if len(cells) in {4, 5}]
    if len(rows) < len(lines) or not all(_resolved(tag) for _, cells in rows for tag in cells[2:4]):
        return None
    tags = list(dict.fromkeys(cells[3].lower() for _, cells in rows))
    wide: dict[str, _Line] = {}
    for number, cells in rows:
        row = wide.setdefault(cells[0], (number, [cells[0], *("" for _ in tags)]))
        row[1][1 + tags.index(cells[3].lower())] = cells[1]
    return (lines[0][0], ["source", *tags]), list(wide.values())


@dataclass(frozen=True, slots=True)
class _Columns:
    """Where what stands; `kind` is negative where there is no such column."""

    source: int
    kind: int
    languages: Mapping[int, str]
    count: int


def _columns(head: _Line, source: str) -> tuple[_Columns, list[str]]:
    """The columns, and what is wrong with them."""
    number, cells = head
    names = [cell.lower().replace("_", " ") for cell in cells]
    own = next((names.index(name) for name in (*_SOURCE, source.lower()) if name in names), -1)
    kind = next((names.index(name) for name in _KIND if name in names), -1)
    tags: dict[int, str] = {}
    problems: list[str] = []
    if own < 0:
        problems.append(f"line {number}: no column is called `source`. Name the columns: `source,kind,es,ja`")
    for at, cell in enumerate(cells):
        if at in {own, kind} or not cell or names[at] in _NOTES:
            continue
        if not _resolved(cell):
            near = languages.suggestion(cell)
            problems.append(
                f"line {number}, column {at + 1}: `{cell}` is no language"
                f"{f' ({near})' if near else ''}. Name it by its BCP 47 tag, or call it `notes`"
            )
        elif cell.lower() in {tag.lower() for tag in tags.values()}:
            problems.append(f"line {number}, column {at + 1}: `{cell}` is there twice")
        elif _resolved(cell) != _resolved(source):
            tags[at] = cell
    return _Columns(own, kind, MappingProxyType(tags), len(cells)), problems


def _row(cells: Sequence[str], columns: _Columns) -> Row:
    """One row. Raises ValueError: the column, and what is wrong there."""
    if len(cells) > columns.count and any(cells[columns.count :]):
        raise ValueError(
            f"column {columns.count + 1}: it has more cells than the header. Put quotation marks around a "
            "term with a comma in it"
        )
    cells = [*cells, *("" for _ in range(columns.count - len(cells)))]
    source = _checked(cells[columns.source], "`source`")
    if not any(map(str.isalnum, source)):
        raise ValueError("column `source`: there is no term. Write one, or remove the line")
    forms = {tag: _checked(cells[at], f"`{tag}`") for at, tag in columns.languages.items() if cells[at]}
    kind = _kind(cells[columns.kind] if columns.kind >= 0 else "")
    if columns.kind < 0 and not columns.languages:  # a bare list of names
        kind = Kind.DO_NOT_TRANSLATE
    if kind is Kind.DO_NOT_TRANSLATE:
        other = next((tag for tag, form in forms.items() if form != source), "")
        if other:
            raise ValueError(
                f"column `{other}`: a `do-not-translate` term has the translation “{forms[other]}”. Say "
                "`fixed`, or empty the cell"
            )
        forms = {}
    if kind is Kind.FIXED and not forms:
        raise ValueError("column `kind`: a `fixed` term needs its form in at least one language")
    return Row(source, kind, MappingProxyType(forms))


def _checked(cell: str, column: str) -> str:
    if len(cell) > _LONGEST:
        raise ValueError(f"column {column}: it has {len(cell)} characters; a term has up to {_LONGEST}")
    if not cell.isprintable():
        raise ValueError(f"column {column}: it holds a character that no text has ({ascii(cell)[:40]})")
    return cell


def _kind(cell: str) -> Kind:
    kind = _KINDS.get("-".join(cell.lower().replace("_", " ").split()))
    if kind is None:
        known = ", ".join(f"`{each}`" for each in Kind)
        raise ValueError(f"column `kind`: “{cell[:40]}” is none of {known}")
    return kind


def _add(found: dict[str, tuple[Row, int]], row: Row, number: int) -> None:
    """Add a row; the same once more is nothing new. Raises ValueError when it says something else."""
    before, line = found.setdefault(row.source, (row, number))
    if before != row:
        raise ValueError(f"column `source`: “{row.source}” is in line {line} already, with other words")
