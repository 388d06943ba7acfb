"""Stand-ins: what a model sees in place of an atom, and how they are found again in its answer.

No form survives every model (measured: from 0 of 972 lost to all of them lost, depending on the model), so
there are several; the caller tries the next one when an answer lost or doubled a stand-in.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from polypost.markdown.prose import ATOM, Prose, atom_index

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
    """`answer` with the characters of the atoms for their stand-ins; None unless each is there once."""
    text = prose.plain[start:end]
    atoms = ATOM.findall(text)
    if not atoms:
        return answer
    parts: list[str] = []
    seen: list[int] = []
    position = 0
    for match in _pattern(form).finditer(_folded(answer)):
        number = _number(form, match)
        seen.append(number)
        parts += [answer[position : match.start()], atoms[number - 1] if 1 <= number <= len(atoms) else ""]
        position = match.end()
    if sorted(seen) != list(range(1, len(atoms) + 1)):
        return None
    parts.append(answer[position:])
    return _without_padding(text, "".join(parts))


def _folded(text: str) -> str:
    """`text` with full-width and accented letters as plain ones, character by character."""
    if text.isascii():
        return text
    return "".join(c if c.isascii() else unicodedata.normalize("NFKD", c)[0] for c in text)


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
    """Any case, native digits, a space or hyphen inside; suffixes stay outside."""
    if form == 1:
        core = rf"([{_LETTERS}])[ -]?ITEM[ -]?\1"
    else:
        head, tail = ("XENT", "X") if form == 0 else ("ZZCIT", "ZZ")
        core = rf"{head}[ -]?(\d{{1,5}})[ -]?{tail}"
    return re.compile(core, re.IGNORECASE)


def _number(form: int, match: re.Match[str]) -> int:
    return _LETTERS.index(match[1].upper()) + 1 if form == 1 else int(match[1])
