"""A model that says the same again and again."""

from __future__ import annotations

import re
import zlib
from operator import eq

from polypost.checks.pair import Seen
from polypost.sentences import DENSE

_WORD = re.compile(r"\w+")
_DENSE = re.compile(DENSE)
_LONGEST = 12
"""Words; a longer run than this said twice in a row is found by how well the text compresses."""
_PHRASE = 4
"""Words; hardly any sentence has as many in the same order twice."""
_GRAM = 4
"""Characters of a script without spaces that do for a phrase."""
_DULL = 0.5
"""A text of as much less substance (compressed size to size) than its source says little."""
_LONG = 120
"""Characters; what is shorter compresses too little to tell."""


def loop(seen: Seen) -> str:
    """The same words twice or more in a row, where the source doesn't repeat itself."""
    found = said_again(seen.target)
    if not found or said_again(seen.source):
        return ""
    return f"The translation repeats itself: “{_short(found)}” comes again and again."


def repetition(seen: Seen) -> str:
    """The same words twice, apart from one another, where the source repeats none."""
    found = said_twice(seen.target)
    if not found or said_twice(seen.source, 2):
        return ""
    return f"“{_short(found)}” stands in the translation twice, and in its source once."


def said_again(text: str) -> str:
    """What `text` says twice in a row (a lone word: three times), or over and over; empty: nothing.

    Words in any case; of scripts without spaces, characters.
    """
    units = _units(text)
    if units is None:
        return ""
    for length in range(1, min(_LONGEST, len(units) // 2) + 1):
        times = 2 if length == 1 else 1
        run = 0
        for at, same in enumerate(map(eq, units, units[length:])):
            run = run + 1 if same else 0
            if run >= length * times and len(set(units[at + 1 : at + 1 + length])) > (length > 1):
                return " ".join(units[at + 1 : at + 1 + length])
    if len(text) > _LONG and len(set(units)) < len(units) / 2 and _substance(text) < _DULL / 2:
        return " ".join(units[:_PHRASE])
    return ""


def said_twice(text: str, run: int = _PHRASE) -> str:
    """The first `run` words that stand in `text` twice; empty: none do."""
    units = _units(text)
    if units is None or len(units) - len(set(units)) < run:
        return ""
    known: set[tuple[str, ...]] = set()
    for words in zip(*(units[n:] for n in range(run)), strict=False):
        if words in known:
            return " ".join(words)
        known.add(words)
    return ""


def _units(text: str) -> list[str] | None:
    """Words in small letters, of a script without spaces its characters; None where too few are the same."""
    words = text.split()
    if len(words) - len(set(words)) < 1 and len(text) < 16 * len(words):
        return None
    if not text.isascii() and _DENSE.search(text):
        return [c for c in text if not c.isspace()]
    return _WORD.findall(text.lower())


def _substance(text: str) -> float:
    raw = text.encode()
    return len(zlib.compress(raw, 1)) / len(raw)


def _short(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:39]}…"
