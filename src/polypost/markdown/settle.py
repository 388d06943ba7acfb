"""Edits into a post, and the check that it is still built as its source is.

A difference names the block where it shows. When all around it still matches, that block's segment is at
fault. When it doesn't (a translation opened a block), the first thing out of place is at or right behind
the segment at fault. Its edit is written again with everything escaped; if that isn't enough either, it is
dropped.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from polypost.markdown.document import Document, again
from polypost.markdown.splice import moved, splice
from polypost.markdown.verify import Difference, compare

ONE_BY_ONE = 40
"""How many segments are sought by following differences; with more than that, each is tried on its own."""


@dataclass(frozen=True, slots=True)
class Settled:
    """A post that passed the check."""

    content: bytes
    kept: frozenset[int]
    """Segments whose edit had to be dropped."""


def settle(
    document: Document,
    edits: Mapping[int, bytes],
    strict: Mapping[int, Callable[[], bytes]],
    fixed: Mapping[int, bytes],
) -> Settled:
    """Apply `edits` (and `fixed`, which are not questioned), dropping what would change the post's structure.

    `strict`: another way of writing an edit, tried before it is dropped.
    """
    ranges = document.ranges
    baseline = document
    if fixed:
        content = splice(document.content, ranges, fixed)
        baseline = again(document, content)
    current = dict(edits)
    second = dict(strict)
    for _ in range(ONE_BY_ONE):
        content = splice(document.content, ranges, {**current, **fixed})
        differences = compare(baseline, content)
        if not differences:
            return Settled(content, frozenset(edits) - frozenset(current))
        culprits = _culprits(differences, moved(ranges, {**current, **fixed}), current)
        if not culprits:
            break
        for index in culprits:
            _weaken(index, current, second)
    return _each(document, baseline, current, second, fixed, frozenset(edits))


def _weaken(index: int, current: dict[int, bytes], second: dict[int, Callable[[], bytes]]) -> None:
    """The next weaker form of an edit: all escaped, then none."""
    again = second.pop(index, None)
    try:
        written = again() if again is not None else None
    except ValueError:
        written = None
    if written is None or written == current[index]:
        del current[index]
    else:
        current[index] = written


def _culprits(
    differences: Sequence[Difference], ranges: Sequence[tuple[int, int]], current: Mapping[int, bytes]
) -> set[int]:
    """The edits that the differences point at."""
    starts = [start for start, _ in ranges]
    found: set[int] = set()
    for difference in differences:
        at = bisect_right(starts, difference.start) - 1
        while at >= 0 and at not in current:
            at -= 1
        following = next((i for i in range(max(at, 0), len(ranges)) if i in current), None)
        if at >= 0:
            found.add(at)
        elif following is not None:
            found.add(following)
    return found


def _each(  # noqa: PLR0913, PLR0917  what settle knows, handed on once
    document: Document,
    baseline: Document,
    edits: Mapping[int, bytes],
    second: Mapping[int, Callable[[], bytes]],
    fixed: Mapping[int, bytes],
    all_edits: frozenset[int],
) -> Settled:
    """Halve until the edits that fail are found; keep those that pass together."""
    ranges = document.ranges
    good: dict[int, bytes] = {}

    def passes(tried: Mapping[int, bytes]) -> bool:
        return not compare(baseline, splice(document.content, ranges, {**tried, **fixed}))

    def add(indices: list[int]) -> None:
        tried = {**good, **{i: edits[i] for i in indices}}
        if passes(tried):
            good.update(tried)
        elif len(indices) > 1:
            add(indices[: len(indices) // 2])
            add(indices[len(indices) // 2 :])
        elif indices[0] in second:
            one: dict[int, bytes] = dict(edits)
            _weaken(indices[0], one, dict(second))
            if indices[0] in one and passes({**good, indices[0]: one[indices[0]]}):
                good[indices[0]] = one[indices[0]]

    if edits:
        add(sorted(edits))
    return Settled(splice(document.content, ranges, {**good, **fixed}), all_edits - frozenset(good))
