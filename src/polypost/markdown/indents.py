"""The parser's offsets, where indentation that means nothing in a dialect was taken from its view."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from typing import Any

from polypost.markdown.dialects.mask import Mask


def placed(events: Iterable[tuple[Any, Any]], masks: Sequence[Mask]) -> Iterable[tuple[Any, Any]]:
    """`events` of a filled body with their ranges in the body itself; `masks` in bytes."""
    gone = [mask for mask in masks if mask.gone]
    return _moved(events, gone) if gone else events


def _moved(events: Iterable[tuple[Any, Any]], gone: Sequence[Mask]) -> Iterator[tuple[Any, Any]]:
    """What begins where something is gone begins behind it; what ends there ends before it."""
    lost = [0, *accumulate(mask.end - mask.start for mask in gone)]
    seen = [mask.start - before for mask, before in zip(gone, lost, strict=False)]
    for event, span in events:
        start, end = span["start"], span["end"]
        yield (
            event,
            {"start": start + lost[bisect_right(seen, start)], "end": end + lost[bisect_left(seen, end)]},
        )
