"""Stand-ins: what a model sees in place of an atom, and how they are found again in its answer.

No form survives every model (measured: from 0 of 972 lost to all of them lost, depending on the model), so
there is a table of them. The caller says which to try, best first; an answer is believed only when each
stand-in is in it exactly once and nothing is left over that looks like one.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache

from polypost.errors import UsageError
from polypost.markdown.prose import ATOM, atom_index
from polypost.sentences import one_line
from polypost.values import frozen

TRIES = 3
"""So many forms are tried on one sentence: each is a sentence more to pay for."""
_LETTERS = "XYZWVUQKJHGFBPRLMNTD"
_NUMBERS = tuple(
    number
    for number in (str(1000 + (7919 * n + 3817) % 9000) for n in range(800))
    if len(set(number)) == 4 and number[0] > "2"
)
"""Four different digits, and no year: as few as possible of them stand in a text by themselves."""
_SEPARATORS = re.compile(r"[ \-.,'’]")
_NOT_ASCII = re.compile(r"[^\x00-\x7f]")


@frozen
class _Form:
    """One way of naming atoms."""

    template: str
    """`{number}`: the atom's, from 1; `{letter}`: its letter; empty: a number that the text doesn't hold."""
    pattern: str
    """What is taken for such a name: any case, a space or hyphen inside; suffixes stay outside."""
    rest: str = r"(?!)"
    """What is left of one that came apart, and is a word of no language."""
    sign: str = ""
    """What stands in all that these two find, in capitals."""


_TABLE: dict[str, _Form] = {
    "xent": _Form("XENT{number}X", r"XENT[ -]?\d{1,5}[ -]?X", r"\bXENT(?:[ -]?\d|X?\b)", "XENT"),
    "item": _Form(
        "{letter}ITEM{letter}",
        rf"(?<![A-Z])([{_LETTERS}])[ -]?ITEM[ -]?\1",
        r"\b(?:[XYZ]ITEM|ITEM[XYZ])\b",
        "ITEM",
    ),
    "zzcit": _Form("ZZCIT{number}ZZ", r"ZZCIT[ -]?\d{1,5}[ -]?ZZ", r"ZZCIT|CIT[ -]?\d+[ -]?ZZ", "CIT"),
    "lower": _Form("vqz{number}k", r"VQZ[ -]?\d{1,5}[ -]?K", r"\bVQZ", "VQZ"),
    "ph": _Form("__PH{number}__", r"_ ?_ ?PH[ -]?\d{1,5} ?_ ?_", r"__ ?PH|PH[ -]?\d+ ?__", "PH"),
    "number": _Form("", r"(?<![\d.,])\d[ .,'’]?\d{3}(?!\d)"),
}
FORMS: tuple[str, ...] = tuple(_TABLE)
"""The forms' names, in the order in which they are tried unless the caller knows better."""

_OWN = {name: re.compile(form.pattern, re.IGNORECASE) for name, form in _TABLE.items()}
_REMAINS = re.compile(
    "|".join(f"{form.pattern}|{form.rest}" for form in _TABLE.values() if form.template), re.IGNORECASE
)
"""Any stand-in, or what is left of one; a number can't be told from the text's own."""
_USUAL = tuple(f"XENT{number}X" for number in range(1, 10))
"""Those of the form that is tried first, as they are sent."""
_SIGNS = tuple(form.sign for form in _TABLE.values() if form.sign)


def checked(names: Sequence[str]) -> tuple[str, ...]:
    """`names`, each a form's. Raises UsageError for an unknown one, and for none at all."""
    unknown = [name for name in names if name not in _TABLE]
    if unknown or not names:
        said = f"There is no form of stand-ins called {unknown[0]!r}" if unknown else "`standins` is empty"
        raise UsageError(f"{said}. Give at least one of: {', '.join(FORMS)}.")
    return tuple(names)


@lru_cache(maxsize=256)  # it is wanted to ask, and again when the answer is there
def masked(text: str, form: str) -> str | None:
    """`text` as a model gets it: one line, its atoms as stand-ins of `form`, numbered from 1.

    None when the form can't name that many atoms, or its words occur in the text already.
    """
    first, *between = ATOM.split(text)
    names = _names(form, len(between), text) if between else ()
    if names is None:
        return None
    parts = [first]
    for name, words in zip(names, between, strict=True):
        # Behind another atom, or behind a letter: the model must see where the name begins.
        apart = _wordy(parts[-1][-1:]) if parts[-1] else len(parts) > 1
        parts += [" " if apart else "", name, " " if _wordy(words[:1]) else "", words]
    return one_line("".join(parts))


def tries(text: str, forms: Sequence[str]) -> Iterator[tuple[str, str]]:
    """(form, what is sent in it): the first few of `forms` that `text` can take."""
    count = 0
    for form in forms:
        said = masked(text, form)
        if said is not None and count < TRIES:
            count += 1
            yield form, said


def restored(text: str, form: str, answer: str) -> str | None:
    """`answer` with the atoms of `text` for their stand-ins; None unless each is there exactly once.

    None, too, when a stand-in is left over: one of another form, one that was not sent, a piece of one.
    """
    atoms = ATOM.findall(text)
    if not atoms:
        return answer
    names = _names(form, len(atoms), text)
    if names is None:
        return None
    waiting = {name.upper(): atom for name, atom in zip(names, atoms, strict=True)}
    folded = _folded(answer)
    parts: list[str] = []
    others: list[str] = []
    position = 0
    for match in _OWN[form].finditer(folded):
        atom = waiting.pop(_SEPARATORS.sub("", match[0]).upper(), None)
        if atom is None:
            if _TABLE[form].template or _SEPARATORS.sub("", match[0]) in names:
                return None
            continue
        parts += [answer[position : match.start()], atom]
        others.append(folded[position : match.start()])
        position = match.end()
    others.append(folded[position:])
    if waiting or ((left := _count("\n".join(others))) and left > _count(text)):
        return None
    return _without_padding(text, "".join((*parts, answer[position:])))


def sent(text: str) -> bool:
    """Whether a stand-in may be in `text`, in the case in which it is sent; numbers aside."""
    # A character is found several times faster than several.
    return (
        ("X" in text and "XENT" in text)
        or ("M" in text and "ITEM" in text)
        or ("Z" in text and "ZZ" in text)
        or ("q" in text and "vqz" in text)
        or ("_" in text and "__" in text)
    )


def lost(source: str, target: str) -> bool:
    """Whether those that were sent in `source` are not in `target`, each once: `restored` would give None.

    Numbers aside. Where words of the text itself look like another form's, those that are there count.
    """
    loud = source.upper()
    forms = [name for name, form in _TABLE.items() if form.sign and form.sign in loud]
    pairs = [(ours, _found(form, target)) for form in forms if (ours := _found(form, source))]
    return bool(pairs) and all(ours != theirs for ours, theirs in pairs)


def _found(form: str, text: str) -> list[str]:
    return sorted(_SEPARATORS.sub("", match[0]).upper() for match in _OWN[form].finditer(_folded(text)))


def apart(source: str, target: str) -> tuple[tuple[str, list[str]], tuple[str, list[str]]]:
    """Each text with nothing for whatever looks like a stand-in, or is left of one; and these, in capitals.

    Numbers aside, which can't be told from the text's own.
    """
    rest, came, names = source, target, []
    for name in _USUAL[: source.count("XENT")]:
        if source.count(name) != 1 or target.count(name) != 1:
            return _taken(source), _taken(target)
        rest, came = rest.replace(name, ""), came.replace(name, "")
        names.append(name)
    if names and "XENT" not in rest and not (_loud(came) and (_loud(rest) or _signed(_folded(came)))):
        return (rest, names), (came, names)
    return _taken(source), _taken(target)


def _taken(text: str) -> tuple[str, list[str]]:
    if not _loud(text):
        return text, []
    folded, parts, names, position = _folded(text), [], [], 0
    if not _signed(folded):
        return text, []
    for match in _REMAINS.finditer(folded):
        parts.append(text[position : match.start()])
        names.append(_SEPARATORS.sub("", match[0]).upper())
        position = match.end()
    return "".join((*parts, text[position:])), names


def _loud(text: str) -> bool:
    """Whether a stand-in may be in `text`, in any case; CIT and PH alone are in too many words."""
    loud = text.upper()
    return sent(loud) or ("Q" in loud and "VQZ" in loud)


def _names(form: str, count: int, text: str) -> Sequence[str] | None:
    template = _TABLE[form].template
    if not template:
        free = [number for number in _NUMBERS if number not in text]
        return free[:count] if count <= len(free) else None
    if "{letter}" in template and count > len(_LETTERS):
        return None
    if _TABLE[form].sign in text.upper() and _OWN[form].search(ATOM.sub(" ", text)):
        return None
    return _numbered(template, count)


@lru_cache(maxsize=1024)
def _numbered(template: str, count: int) -> tuple[str, ...]:
    return tuple(
        template.format(number=number, letter=_LETTERS[(number - 1) % len(_LETTERS)])
        for number in range(1, count + 1)
    )


def _count(text: str) -> int:
    return sum(1 for _ in _REMAINS.finditer(text)) if _signed(text) else 0


def _signed(text: str) -> bool:
    """Whether a form's sign is in `text`, in any case: without one there is nothing that _REMAINS finds."""
    return any(map(text.upper().__contains__, _SIGNS))


@lru_cache(maxsize=4096)
def _plain(character: str) -> str:
    """A full-width or accented letter as the plain one, a digit of any script as ASCII's."""
    digit = unicodedata.decimal(character, None)
    return str(digit) if digit is not None else unicodedata.normalize("NFKD", character)[0]


def _folded(text: str) -> str:
    """`text` with such characters replaced one by one: positions stay."""
    return text if text.isascii() else _NOT_ASCII.sub(lambda m: _plain(m[0]), text)


def _beside(text: str, match: re.Match[str]) -> tuple[str, str]:
    return text[match.start() - 1 : match.start()], text[match.end() : match.end() + 1]


def _touches(before: str) -> bool:
    return bool(before) and (_wordy(before) or atom_index(before) >= 0)


def _wordy(character: str) -> bool:
    r"""Whether it is of a word, as a pattern's `\w` has it."""
    return character.isalnum() or character == "_"


def _without_padding(text: str, answer: str) -> str:
    """Take out the spaces that `masked` put between an atom and the word it touched."""
    for match in ATOM.finditer(text):
        before, after = _beside(text, match)
        if _touches(before):
            answer = answer.replace(f" {match[0]}", match[0])
        if _wordy(after):
            answer = answer.replace(f"{match[0]} ", match[0])
    return answer
