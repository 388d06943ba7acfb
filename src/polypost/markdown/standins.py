"""Stand-ins: what a model sees in place of an atom, and how they are found again in its answer.

No form survives every model (measured: from 0 of 972 lost to all of them lost, depending on the model), so
there are several; the caller tries the next one when an answer lost or doubled a stand-in.
"""

from __future__ import annotations

import re
from functools import lru_cache

from polypost.markdown.prose import ATOM, ATOM_BASE, Prose, atom_index

FORMS = 3
"""How many forms there are, tried in this order: XENT1X, XITEMX / YITEMY, ZZCIT1ZZ."""
_LETTERS = "XYZWVUQKJHGFBPRLMNTD"
_WORDY = re.compile(r"\w")


def masked(prose: Prose, start: int, end: int, form: int) -> str | None:
    """plain[start:end] as a model gets it: one line, atoms as stand-ins of `form`, numbered from 1.

    None when the form can't name that many atoms, or its words occur in the text already.
    """
    text = prose.plain[start:end]
    found = list(ATOM.finditer(text))
    if not found:
        return " ".join(text.split())
    if form == 1 and len(found) > len(_LETTERS):
        return None
    if _pattern(form).search(ATOM.sub(" ", text)):
        return None
    parts: list[str] = []
    position = 0
    for number, match in enumerate(found, 1):
        parts.append(text[position : match.start()])
        before = text[match.start() - 1 : match.start()]
        after = text[match.end() : match.end() + 1]
        left = " " if before and (_WORDY.match(before) or atom_index(before) >= 0) else ""
        right = " " if after and _WORDY.match(after) else ""
        parts.append(f"{left}{_name(form, number)}{right}")
        position = match.end()
    parts.append(text[position:])
    return " ".join("".join(parts).split())


def restored(prose: Prose, start: int, end: int, form: int, answer: str) -> str | None:
    """`answer` with each stand-in replaced by the character of its atom; None unless each is there exactly once."""
    text = prose.plain[start:end]
    atoms = ATOM.findall(text)
    if not atoms:
        return answer
    seen: list[int] = []

    def back(match: re.Match[str]) -> str:
        number = _number(form, match)
        seen.append(number)
        return atoms[number - 1] if 1 <= number <= len(atoms) else ""

    restored_text = _pattern(form).sub(back, answer)
    if sorted(seen) != list(range(1, len(atoms) + 1)):
        return None
    return _without_padding(text, restored_text)


def _without_padding(text: str, answer: str) -> str:
    """Take out the spaces that `masked` put between an atom and the word it touched."""
    for match in ATOM.finditer(text):
        before = text[match.start() - 1 : match.start()]
        after = text[match.end() : match.end() + 1]
        if before and (_WORDY.match(before) or atom_index(before) >= 0):
            answer = answer.replace(f" {match[0]}", match[0])
        if after and _WORDY.match(after):
            answer = answer.replace(f"{match[0]} ", match[0])
    return answer


def _name(form: int, number: int) -> str:
    if form == 0:
        return f"XENT{number}X"
    if form == 1:
        return f"{_LETTERS[number - 1]}ITEM{_LETTERS[number - 1]}"
    return f"ZZCIT{number}ZZ"


@lru_cache(maxsize=FORMS)
def _pattern(form: int) -> re.Pattern[str]:
    """Any case, full-width or not, native digits, a space or hyphen inside; suffixes stay outside."""
    if form == 1:
        core = f"([{_wide(_LETTERS)}])[ -]?{_spelt('ITEM')}[ -]?(?:\\1)"
    else:
        head, tail = ("XENT", "X") if form == 0 else ("ZZCIT", "ZZ")
        core = rf"{_spelt(head)}[ -]?(\d{{1,5}})[ -]?{_spelt(tail)}"
    return re.compile(core, re.IGNORECASE)


def _spelt(letters: str) -> str:
    return "".join(f"[{_wide(letter)}]" for letter in letters)


def _wide(letters: str) -> str:
    return letters + "".join(chr(ord(letter) + 0xFEE0) for letter in letters)


def _number(form: int, match: re.Match[str]) -> int:
    if form != 1:
        return int(match[1])
    letter = match[1].upper()
    letter = chr(ord(letter) - 0xFEE0) if ord(letter) > 0xFF00 else letter
    return _LETTERS.index(letter) + 1


def is_atom(character: str) -> bool:
    """Whether `character` stands for an atom."""
    return ord(character) >= ATOM_BASE
