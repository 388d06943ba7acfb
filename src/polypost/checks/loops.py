"""A model that says the same again and again."""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from operator import eq

from polypost.checks import scripts
from polypost.checks.seen import Seen
from polypost.sentences import DENSE

_STAMMER = re.compile(r"([^\W\d_]{2})\1{3,}|([^\W\d_]{3,12}?)\2{2,}|(\S{2,6}?)\3{7,}|(\S)\4{9,}")
_BRIEF, _DRAWN = 24, 15
"""Characters: a text so short is looked at as a whole, a longer one only where a word is so long."""
_UNIT = re.compile(rf"{DENSE}|[^\W_]+")
_SIGNS = ".,;:!?…()[]{}<>\"'«»“”„‘’‹›*_#`/-–—=+|~।॥؟،؛۔።፣"
_LONGEST = 12
"""Units; a longer run than this said twice in a row is found by how well the text compresses."""
_RUNS = ((1, 3), (2, 2)), ((1, 5), (2, 4), (3, 3), (6, 2))
"""Of words, and of characters where there are no spaces: (run of so many or more, said so many times)."""
_MORE = tuple(
    {n: n * (next(said for least, said in reversed(runs) if n >= least) - 1) for n in range(1, _LONGEST + 1)}
    for runs in _RUNS
)
"""A run's length -> units that come again where it is said so many times."""
_PHRASE = 4, 12
"""Words, or such characters, that hardly any sentence has in the same order twice, unless far apart."""
_NEAR = 3
"""Phrases; so near to one another the same is seldom said twice."""
_DULL = 0.22
"""Compressed size to size, of a text that says hardly anything."""
_LONG = 200
"""Bytes; what is shorter compresses too little to tell."""


def loop(seen: Seen) -> str:
    """The same words twice or more in a row, where the source doesn't repeat itself."""
    found = said_again(seen.target, seen.dense)
    if not found or said_again(seen.source, scripts.kind(seen.pair.origin)[1]):
        return ""
    return f"The translation repeats itself: “{_short(found)}” comes again and again."


def repetition(seen: Seen) -> str:
    """The same words twice, near to one another, where the source repeats none."""
    dense = seen.dense
    units = _repeating(seen.target, dense)
    if not units or not (found := _twice(units, _PHRASE[dense], _PHRASE[dense] * _NEAR)):
        return ""
    theirs = scripts.kind(seen.pair.origin)[1]
    if _twice(_repeating(seen.source, theirs), _PHRASE[theirs] // 2, len(seen.source)):
        return ""
    return f"“{_short(_joined(found, dense))}” stands in the translation twice, and in its source once."


def said_again(text: str, dense: bool) -> str:
    """What `text` says again and again without a pause, or compresses to; empty: nothing.

    Words in any case; where there are no spaces (`dense`), characters.
    """
    if not dense and (found := _stammered(text)):
        return found
    units = _repeating(text, dense)
    if not units:
        return ""
    spare = len(units) - len(set(pairwise(units)))
    for length, more in _MORE[dense].items():
        if more > spare:
            continue
        same = [*map(eq, units, units[length:])]
        if sum(same) < more:
            continue
        run = 0
        for at, again in enumerate(same):
            run = run + 1 if again else 0
            if run == more:
                return _joined(units[at + 1 : at + 1 + length], dense)
    raw = text.encode()
    if len(raw) > _LONG and len(zlib.compress(raw, 1)) < _DULL * len(raw):
        return _joined(units[-_PHRASE[dense] :], dense)
    return ""


def _twice(units: Sequence[str], run: int, near: int) -> Sequence[str]:
    """The first `run` units said twice, with less than `near` between their beginnings; empty: none."""
    phrases = [*zip(*(units[n:] for n in range(run)), strict=False)]
    if len(set(phrases)) == len(phrases):
        return ()
    known: dict[tuple[str, ...], int] = {}
    for at, phrase in enumerate(phrases):
        if phrase in known and at - known[phrase] < near:
            return phrase
        known[phrase] = at
    return ()


def _stammered(text: str) -> str:
    """A long word, or a short text, that is the same letters again and again."""
    if len(text) >= _BRIEF:
        text = max(text.split(), key=len, default="")[:_LONG]
        if len(text) < _DRAWN:
            return ""
    found = _STAMMER.search(text)
    return found[0] if found else ""


@lru_cache(maxsize=4)  # two checks ask
def _repeating(text: str, dense: bool) -> Sequence[str]:
    """Words in small letters, or characters where there are no spaces; none where no two come twice."""
    if not dense:
        words = text.split()
        if len(set(words)) == len(words):
            return ()
    small = text.lower()
    units = _UNIT.findall(small) if dense else small.replace(",", " ").replace(".", " ").split()
    if len(set(pairwise(units))) == len(units) - 1:
        return ()
    return units if dense else [bare for word in units if (bare := word.strip(_SIGNS))]


def _joined(units: Sequence[str], dense: bool) -> str:
    return ("" if dense else " ").join(units)


def _short(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:39]}…"
