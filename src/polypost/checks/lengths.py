"""How long a translation is for its source, against what is usual for the language.

The logarithm of the ratio spreads about the language's median, the less the longer the text: fitted on human
translations (bench/alarms.py says on which), its deviation is 0.85 / length^0.4.
"""

from __future__ import annotations

import csv
import math
import re
from collections.abc import Mapping
from functools import cache
from importlib import resources

from polypost.checks import scripts
from polypost.checks.seen import Seen

_SHORT = 3.0
_LONG_BY = 3.0
"""So many deviations below or above the usual are too many."""
_HINTED = 1.0
"""Below the usual, where the closing mark is lost too."""
_MISSED, _MORE = 11, 14
"""Characters that a text may have less or more, however short it is."""
_LATIN = re.compile(r"[A-Za-z][\w.]*", re.ASCII)
_SPREAD = 0.85
_MIDDLE = 30
_SLOPE = 0.05
"""A text takes the less for each character of its source the longer that is."""
_UNSURE = 1.3
"""The spread is so much wider where nothing was fitted for the language."""
_BY_SCRIPT = {
    "Hans": 0.33,
    "Hant": 0.33,
    "Jpan": 0.55,
    "Kore": 0.57,
    "Hebr": 0.79,
    "Ethi": 0.72,
    "Arab": 0.92,
}
"""For languages that nothing was fitted for."""
_ELSE = 1.05
_ENDS = frozenset("ঃ.!?:;…。！？：；।॥؟۔။።፧։៖៕՞;·")
_CLOSING = "\"'»”’)]}』」*_ ›“‘）】》\u200b\u200c\u200d\u200e\u200f\xa0\u202f"
_MARKLESS = frozenset(("Thai", "Laoo", "Khmr", "Mymr", "Tibt", ""))
"""Scripts whose sentences end without a mark."""
_DEFINITE = 12
"""Characters; a shorter source may be a label, whose colon a translation may do without."""


def too_short(seen: Seen) -> str:
    """Far less than the language takes for such a source."""
    source, target = len(seen.source), len(seen.target)
    usual = expected(source, seen.pair.language)
    if target >= 0.75 * usual or usual - target < _MISSED or _far(source, target, seen) > -_SHORT:
        return ""
    if (beside := _beside_shared(seen)) and _far(*beside, seen) > -_SHORT:
        return ""
    return f"The translation is much shorter than usual for {seen.pair.language}; something may be missing."


def too_long(seen: Seen) -> str:
    """Far more than the language takes for such a source."""
    source, target = len(seen.source), len(seen.target)
    usual = expected(source, seen.pair.language)
    if target <= 1.3 * usual or target - usual < _MORE or _far(source, target, seen) < _LONG_BY:
        return ""
    if (beside := _beside_shared(seen)) and _far(*beside, seen) < _LONG_BY:
        return ""
    return f"The translation is much longer than usual for {seen.pair.language}; something may be added."


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
    usual = expected(source, seen.pair.language)
    deviation: float = _spread(seen.pair.language) / max(math.sqrt(source * usual), 4) ** 0.4
    return math.log(max(target, 1) / usual) / deviation


def expected(source: int, tag: str) -> float:
    """How many characters the language usually takes for so many of an English source; at least 1."""
    usual: float = source * _ratio(tag) * (_MIDDLE / max(source, 8)) ** _SLOPE
    return max(usual, 1.0)


@cache
def _ratio(tag: str) -> float:
    """Characters of a translation to one of its source: the median, for a source of _MIDDLE characters."""
    return _fitted(tag) or _BY_SCRIPT.get(scripts.script_of(tag), _ELSE)


@cache
def _spread(tag: str) -> float:
    return _SPREAD if _fitted(tag) else _SPREAD * _UNSURE


@cache
def _fitted(tag: str) -> float:
    """As fitted for the tag, its language and script, or its language; 0: nothing was."""
    known, base = _ratios(), scripts.base(tag)
    return known.get(tag) or known.get(f"{base}-{scripts.script_of(tag)}") or known.get(base, 0.0)


@cache
def _ratios() -> Mapping[str, float]:
    text = resources.files("polypost").joinpath("data", "length_ratios.csv").read_text("utf-8")
    return {row["language"]: float(row["ratio"]) for row in csv.DictReader(text.splitlines())}
