"""Which segment is which, in two versions of a file: by their hashes, in order; pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from difflib import SequenceMatcher


def runs(before: Sequence[str], after: Sequence[str]) -> Iterator[tuple[bool, range, range]]:
    """The runs of a list of hashes and of a later one: whether they are equal, and where they stand."""
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    for tag, start, end, first, last in matcher.get_opcodes():
        yield tag == "equal", range(start, end), range(first, last)


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
