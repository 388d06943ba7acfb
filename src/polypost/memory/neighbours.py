"""Before a merge by lines: what is nobody's conflict, though git would take it for one.

A merge by lines takes changes that touch each other for one, and lets a side win: a paragraph that was added
right before another, corrected one conflicts with it. Such a line is nobody's conflict: it is the same in the
text before both and in one of the sides, so the other's stands for it everywhere, and is no change any more.

Nor are two changes one that are in different texts of a line, as in the cells of a table's row: where lines
conflict, they are cut between their texts.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from itertools import accumulate, pairwise

from polypost.errors import PostError
from polypost.markdown.document import parse

Lines = Sequence[bytes]
_MOST = 3_000
"""Lines of a text that are compared: lines that are all the same take time that grows with their square."""


def settled(ours: Lines, before: Lines, theirs: Lines) -> tuple[list[bytes], list[bytes], list[bytes]]:
    """Give the three texts with each line that only one side replaced as that side has it."""
    mine, start, other = list(ours), list(before), list(theirs)
    if max(map(len, (mine, start, other))) > _MOST:
        return mine, start, other
    to_ours, to_theirs = _matcher(before, ours), _matcher(before, theirs)
    for changed, left, source, target in (
        (to_ours, to_theirs, ours, other),
        (to_theirs, to_ours, theirs, mine),
    ):
        stands = dict(_same(left))
        for at, there in _replaced(changed):
            if at in stands:
                start[at] = target[stands[at]] = source[there]
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


def _replaced(matcher: SequenceMatcher[bytes]) -> Iterator[tuple[int, int]]:
    """Which line of one text another stands for, one to one, in the other."""
    for what, one, one_end, two, two_end in matcher.get_opcodes():
        if what == "replace" and one_end - one == two_end - two:
            yield from zip(range(one, one_end), range(two, two_end), strict=True)
