"""Which segment is which, in two versions of a file: by their hashes, in order; pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from difflib import SequenceMatcher

_MOST = 4_000_000
"""Pairs of texts; comparing so many takes some seconds where all of them are equal."""


def runs(before: Sequence[str], after: Sequence[str]) -> Iterator[tuple[bool, range, range]]:
    """The runs of a list of hashes and of a later one: whether they are equal, and where they stand."""
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    for tag, start, end, first, last in matcher.get_opcodes():
        yield tag == "equal", range(start, end), range(first, last)


def stayed(
    before: Sequence[str], after: Sequence[str], opens: Callable[[int], bool] = lambda _: False
) -> dict[int, int]:
    """Which of `before` each of `after` is, for those that have stayed among what stood around them.

    So equal ones are told apart. Those at both ends go first, which leaves little of a large post; where much
    is left still, they are told apart by their order alone. `opens`: whether one of `after` is the first of
    what follows, as a heading is: of two that are equal, the one that leads to what stayed is the old one.
    """
    first = 0
    while first < min(len(before), len(after)) and before[first] == after[first]:
        first += 1
    last = 0
    while last < min(len(before), len(after)) - first and before[-1 - last] == after[-1 - last]:
        last += 1
    while len(before) != len(after) and first and opens(first - 1):
        if not before[first - 1] == before[-1 - last] == after[-1 - last]:
            break
        first, last = first - 1, last + 1
    old, new = before[first : len(before) - last], after[first : len(after) - last]
    found = {at: at for at in range(first)}
    found |= {len(after) - each: len(before) - each for each in range(1, last + 1)}
    if len(old) * len(new) <= _MOST:
        for equal, ours, theirs in runs(old, new):
            if equal:
                found |= {first + to: first + at for to, at in zip(theirs, ours, strict=True)}
    return found


def paired(
    before: Sequence[str], after: Sequence[str], alike: Callable[[int, int], bool] = lambda _b, _a: False
) -> dict[int, int]:
    """Which of `after` each of `before` has become, where that can be told.

    Between two that stayed, as many stand in their places; of others, those that are `alike`.
    """
    found: dict[int, int] = {}
    for equal, old, new in runs(before, after):
        if equal or len(old) == len(new):
            found.update(zip(old, new, strict=True))
            continue
        left = list(new)
        for one in old:
            if (other := next((each for each in left if alike(one, each)), None)) is not None:
                left.remove(other)
                found[one] = other
    return found
