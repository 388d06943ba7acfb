"""Before a merge by lines: what is nobody's conflict, though git would take it for one.

A merge by lines takes changes that touch each other for one, and lets a side win: a paragraph that was added
right before another, corrected one conflicts with it. Such a line is nobody's conflict: it is the same in the
text before both and in one of the sides, so the other's stands for it everywhere, and is no change any more.

A line that both changed is one, and stands everywhere as the favoured side has it. What one of them has added
beside it stays all the same.

Nor are two changes one that are in different texts of a line, as in the cells of a table's row: where lines
conflict, they are cut between their texts.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from functools import partial
from itertools import accumulate, pairwise

from polypost.errors import PostError
from polypost.markdown.document import parse

Lines = Sequence[bytes]
_MOST = 3_000
"""Lines of a text that are compared: lines that are all the same take time that grows with their square."""
_PAIRS = 400
"""Lines times lines more: so many pairs of lines are compared."""


def settled(
    ours: Lines, before: Lines, theirs: Lines, *, favour: str
) -> tuple[list[bytes], list[bytes], list[bytes]]:
    """Give the three texts with each line that was replaced as the side has it that replaced it.

    `favour`: whose stands where both did, `ours` or `theirs`.
    """
    mine, start, other = list(ours), list(before), list(theirs)
    if max(map(len, (mine, start, other))) > _MOST:
        return mine, start, other
    to_ours, to_theirs = _matcher(before, ours), _matcher(before, theirs)
    for changed, left, source, target in (
        (to_ours, to_theirs, ours, other),
        (to_theirs, to_ours, theirs, mine),
    ):
        stands = dict(_same(left))
        for at, there in _replaced(changed, before, source):
            if at in stands:
                start[at] = target[stands[at]] = source[there]
    by_us, by_them = dict(_replaced(to_ours, before, ours)), dict(_replaced(to_theirs, before, theirs))
    for at in by_us.keys() & by_them.keys():
        line = ours[by_us[at]] if favour == "ours" else theirs[by_them[at]]
        start[at] = mine[by_us[at]] = other[by_them[at]] = line
    return mine, start, other


def pieces(content: bytes, path: str) -> list[bytes]:
    """The lines of a post, cut where its texts begin and end; just the lines where it can't be read."""
    lines = content.splitlines(keepends=True)
    try:
        texts = parse(content, path=path).ranges
    except PostError:
        return lines
    cuts = {0, *accumulate(map(len, lines)), *(at for text in texts for at in text)}
    return [content[start:end] for start, end in pairwise(sorted(cuts))]


def _matcher(one: Lines, two: Lines) -> SequenceMatcher[bytes]:
    return SequenceMatcher(None, one, two, autojunk=False)


def _same(matcher: SequenceMatcher[bytes]) -> Iterator[tuple[int, int]]:
    """Which line of one text is which of the other."""
    for one, two, size in matcher.get_matching_blocks():
        yield from zip(range(one, one + size), range(two, two + size), strict=True)


def _replaced(matcher: SequenceMatcher[bytes], before: Lines, after: Lines) -> Iterator[tuple[int, int]]:
    """Which line of one text another stands for in the other; of more lines the one most like it."""
    for what, one, one_end, two, two_end in matcher.get_opcodes():
        more = (two_end - two) - (one_end - one)
        if what != "replace" or more < 0 or more * (one_end - one) > _PAIRS:
            continue
        added = 0
        for at in range(one, one_end):
            first = two + at - one
            there = max(range(first + added, first + more + 1), key=partial(_alike, before[at], after))
            added = there - first
            yield at, there


def _alike(line: bytes, lines: Lines, at: int) -> float:
    """How much two lines have in common."""
    return SequenceMatcher(None, line, lines[at], autojunk=False).quick_ratio()
