"""Whether there is as much said as was sent: sentences dropped, sentences added, text invented."""

from __future__ import annotations

import re

from polypost.checks.seen import Seen
from polypost.languages import cased

_STOP = re.compile(
    r"(?:[^\W\d_]{3}|[\s\d)\]%\"'”’»])([.!?…]++)[\"'”’»)]*+\s++[\"'“‘«(¿¡#*-]*+\s*+(?=(\w))"
    r"|[。！？।॥؟۔።]\s*+(?=\w)"
)
"""A sentence's end, and the letter that begins the next one."""
_DROPPED = 0.83
_ADDED = 1.25
"""Of the length that is usual: so much less, or more, where a sentence's end is missing or added."""


def dropped(seen: Seen) -> str:
    """Fewer sentences than the source has, and less text."""
    if len(seen.target) > seen.usual * _DROPPED:
        return ""
    if _ends(seen.source, seen.pair.origin) <= _ends(seen.target, ""):
        return ""
    return "The source has more sentences than the translation; one may be missing."


def added(seen: Seen) -> str:
    """More sentences than the source has, and more text."""
    if len(seen.target) < seen.usual * _ADDED:
        return ""
    if _ends(seen.target, seen.pair.language) <= _ends(seen.source, "") + seen.source.count("; "):
        return ""
    return "The translation has more sentences than the source; one may be invented."


def invented(seen: Seen) -> str:
    """Something said for what has no words, or a sentence for a heading or a lone word."""
    source, target = seen.source, seen.target
    if not source[:1].isalpha() and not any(map(str.isalpha, source)) and source is seen.pair.source:
        return "The source has no words, and the translation has." if any(map(str.isalpha, target)) else ""
    if _asks(target) and not _asks(source):
        return "The translation of a few words is a question, which the source isn't: it may be invented."
    inside = ". " in target or "! " in target or not seen.plain
    if inside and _ends(target, seen.pair.language) > _ends(source, seen.pair.origin):
        return "The translation of a few words is several sentences: they may be invented."
    return ""


def _ends(text: str, tag: str) -> int:
    """How many sentences begin behind the end of another: with a capital, where the language has some."""
    small = cased(tag)
    return sum(1 for m in _STOP.finditer(text) if not small or not m[2] or not m[2].islower())


def _asks(text: str) -> bool:
    return "?" in text or "？" in text or "؟" in text
