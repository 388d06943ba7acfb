"""Too short, too long, or cut: the length against what is usual for the language (`ratios.py`)."""

from __future__ import annotations

import math
import re

from polypost.checks import ratios
from polypost.checks.seen import Seen
from polypost.languages import named

_SHORT = 3.2
_LONG_BY = 3.3
"""So many deviations below or above the usual are too many."""
_HINTED = 1.5
"""Below the usual, where the closing mark is lost too."""
_MISSED, _MORE = 14, 18
"""Characters that a text may have less or more, however short it is."""
_LATIN = re.compile(r"[A-Za-z][\w.]*", re.ASCII)
_ENDS = frozenset("ঃ․.!?:;…。！？：；।॥؟۔။።፧։៖៕՞;·")
_CLOSING = "\"'»”’)]}』」*_ ›“‘）】》\u200b\u200c\u200d\u200e\u200f\xa0\u202f"
_MARKLESS = frozenset(("Thai", "Laoo", "Khmr", "Mymr", "Tibt", ""))
"""Scripts whose sentences end without a mark."""
_DEFINITE = 12
"""Characters; a shorter source may be a label, whose colon a translation may do without."""


def too_short(seen: Seen) -> str:
    """Far less than the language takes for such a source."""
    source, target, usual = len(seen.source), len(seen.target), seen.usual
    if target >= 0.75 * usual or usual - target < _MISSED or _far(source, target, seen) > -_SHORT:
        return ""
    if (beside := _beside_shared(seen)) and _far(*beside, seen) > -_SHORT:
        return ""
    language = named(seen.pair.language)
    return f"The translation is much shorter than usual for {language}; something may be missing."


def too_long(seen: Seen) -> str:
    """Far more than the language takes for such a source."""
    source, target, usual = len(seen.source), len(seen.target), seen.usual
    if target <= 1.3 * usual or target - usual < _MORE or _far(source, target, seen) < _LONG_BY:
        return ""
    if (beside := _beside_shared(seen)) and _far(*beside, seen) < _LONG_BY:
        return ""
    language = named(seen.pair.language)
    return f"The translation is much longer than usual for {language}; something may be added."


def cut_short(seen: Seen) -> str:
    """Short for the language, and without the closing mark that its source has."""
    source, target = seen.source.rstrip(), seen.target.rstrip()
    if not source or not target or target[-1] in _ENDS or len(source) < _DEFINITE:
        return ""
    if source.rstrip(_CLOSING)[-1:] not in _ENDS or target.rstrip(_CLOSING)[-1:] in _ENDS:
        return ""
    if seen.script in _MARKLESS or _far(len(source), len(target), seen) > -_HINTED:
        return ""
    return (
        "The translation ends without the mark that closes its source, and is short; its end may be missing."
    )


def _beside_shared(seen: Seen) -> tuple[int, int] | None:
    """Both lengths without the words that stand in both, such as names and code; None: there are none."""
    both = set(_LATIN.findall(seen.source)).intersection(_LATIN.findall(seen.target))
    shared = sum(map(len, both))
    return (max(len(seen.source) - shared, 1), max(len(seen.target) - shared, 1)) if shared else None


def _far(source: int, target: int, seen: Seen) -> float:
    """How far the length is from the usual, in standard deviations; negative: shorter."""
    usual = ratios.expected(source, seen.pair.language)
    deviation: float = ratios.spread(seen.pair.language) / max(math.sqrt(source * usual), 4) ** 0.4
    return math.log(max(target, 1) / usual) / deviation
