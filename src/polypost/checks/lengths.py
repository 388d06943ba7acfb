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
_LONG_BY = 3.2
"""So many deviations below or above the usual are too many."""
_HINTED = 1.0
"""Below the usual, where the closing mark is lost too."""
_MISSED, _MORE = 11, 14
"""Characters that a text may have less or more, however short it is."""
_LATIN = re.compile(r"[A-Za-z][\w.]*", re.ASCII)
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
_ENDS = frozenset(".!?:;…。！？：；।॥؟۔။።፧։៖៕՞;·")
_CLOSING = "\"'»”’)]}』」*_ ›“‘）】》\u200b\u200c\u200d\u200e\u200f\xa0\u202f"
_MARKLESS = frozenset(("Thai", "Laoo", "Khmr", "Mymr", "Tibt", ""))
"""Scripts whose sentences end without a mark."""
_DEFINITE = 12
"""Characters; a shorter source may be a label, whose colon a translation may do without."""


def too_short(seen: Seen) -> str:
    """Far less than the language takes for such a source."""
    source, target = len(seen.source), len(seen.target)
    ratio = usual(seen.pair.language)
    if (
        target >= 0.75 * source * ratio
        or source * ratio - target < _MISSED
        or _far(source, target, ratio) > -_SHORT
    ):
        return ""
    if (beside := _beside_shared(seen)) and _far(*beside, ratio) > -_SHORT:
        return ""
    return f"The translation is much shorter than usual for {seen.pair.language}; something may be missing."


def too_long(seen: Seen) -> str:
    """Far more than the language takes for such a source."""
    source, target = len(seen.source), len(seen.target)
    ratio = usual(seen.pair.language)
    if (
        target <= 1.3 * source * ratio
        or target - source * ratio < _MORE
        or _far(source, target, ratio) < _LONG_BY
    ):
        return ""
    if (beside := _beside_shared(seen)) and _far(*beside, ratio) < _LONG_BY:
        return ""
    return f"The translation is much longer than usual for {seen.pair.language}; something may be added."


def cut_short(seen: Seen) -> str:
    """Short for the language, and without the closing mark that its source has."""
    source, target = seen.source.rstrip(), seen.target.rstrip()
    if not source or not target or target[-1] in _ENDS or len(source) < _DEFINITE:
        return ""
    if source.rstrip(_CLOSING)[-1:] not in _ENDS or target.rstrip(_CLOSING)[-1:] in _ENDS:
        return ""
    if seen.script in _MARKLESS or _far(len(source), len(target), usual(seen.pair.language)) > -_HINTED:
        return ""
    return (
        "The translation ends without the mark that closes its source, and is short; its end may be missing."
    )


def _beside_shared(seen: Seen) -> tuple[int, int] | None:
    """Both lengths without the words that stand in both, such as names and code; None: there are none."""
    both = {word for word in _LATIN.findall(seen.source) if word in seen.target}
    shared = sum(map(len, both))
    return (max(len(seen.source) - shared, 1), max(len(seen.target) - shared, 1)) if shared else None


def _far(source: int, target: int, ratio: float) -> float:
    """How far the length is from the usual, in standard deviations; negative: shorter."""
    usual = max(source * ratio, 1)
    deviation = 0.85 / max(math.sqrt(source * usual), 4) ** 0.4
    return float(math.log(max(target, 1) / usual) / deviation)


@cache
def usual(tag: str) -> float:
    """Characters of a translation to one of its English source: the median."""
    known = _ratios()
    found = known.get(tag) or known.get(f"{scripts.base(tag)}-{scripts.script_of(tag)}")
    return found or known.get(scripts.base(tag)) or _BY_SCRIPT.get(scripts.script_of(tag), _ELSE)


@cache
def _ratios() -> Mapping[str, float]:
    text = resources.files("polypost").joinpath("data", "length_ratios.csv").read_text("utf-8")
    return {row["language"]: float(row["ratio"]) for row in csv.DictReader(text.splitlines())}
