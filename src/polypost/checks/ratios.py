"""How long a translation usually is for its source, by language.

The logarithm of the ratio spreads about the language's median, the less the longer the text: fitted on human
translations (bench/alarms.py says on which, and data/length_ratios.csv on how many of each language), its
deviation is 0.85 / length^0.4.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import cache, lru_cache
from importlib import resources

from polypost.checks import scripts

_DEVIATION = 0.85
MIDDLE = 30
SLOPE = 0.05
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


@lru_cache(maxsize=8192)  # a blog has few lengths, and fewer languages
def expected(source: int, tag: str) -> float:
    """How many characters the language usually takes for so many of an English source; at least 1."""
    usual: float = source * _ratio(tag) * (MIDDLE / max(source, 8)) ** SLOPE
    return max(usual, 1.0)


@cache
def _ratio(tag: str) -> float:
    """Characters of a translation to one of its source: the median, for a source of MIDDLE characters."""
    return _fitted(tag) or _BY_SCRIPT.get(scripts.script_of(tag), _ELSE)


@cache
def spread(tag: str) -> float:
    """The deviation of the ratio's logarithm at a length of 1; it falls with the length's power of 0.4."""
    return _DEVIATION if _fitted(tag) else _DEVIATION * _UNSURE


@cache
def _fitted(tag: str) -> float:
    """As fitted for the tag, its language and script, or its language; 0: nothing was."""
    known, base = _ratios(), scripts.base(tag)
    return known.get(tag) or known.get(f"{base}-{scripts.script_of(tag)}") or known.get(base, 0.0)


@cache
def _ratios() -> Mapping[str, float]:
    text = resources.files("polypost").joinpath("data", "length_ratios.csv").read_text("utf-8")
    return {row["language"]: float(row["ratio"]) for row in csv.DictReader(text.splitlines())}
