"""Where blocks of a post go in a file that a person has built in their own way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from polypost.markdown.document import Document, raw
from polypost.memory.traits import WORDS, Solid, solids
from polypost.records.file import alike


@dataclass(frozen=True, slots=True)
class Place:
    """What is put where."""

    start: int
    end: int
    """The bytes of the file that give way."""
    segments: range
    """The post's segments whose translation goes there."""
    whole: bool
    """Whether with what stands between the segments before and after them."""
    bare: bool = False
    """Then without the code that is nearest to them: the file has its own."""


def between(document: Document, file: Document, new: range, texts: tuple[int, int]) -> Place | None:
    """Where the post's segments `new` go: between two `texts` of the file, in place of all that is there.

    None where something of a person's could be lost, or the place isn't sure. The second text may be the one
    behind the last.
    """
    first, last = texts
    ends = [segment.end for segment in file.segments[first:last]]
    starts = [segment.start for segment in file.segments[first + 1 : last + 1]]
    starts += [len(file.content)] * (last == len(file.segments))
    theirs = [file.content[end:start].strip() for end, start in zip(ends, starts, strict=True)]
    start, end = _around(document, new)
    ours = document.content[start:end]
    here = Place(ends[0], starts[-1], new, whole=True)
    if all(gap in ours or not WORDS.search(gap) for gap in theirs):
        return here
    if len(theirs) > 1 or not new:
        return None
    if _parted(theirs[0], ours.strip()):
        return here
    return _beside_code(document, file, new, (ends[0], starts[0]))


def _parted(gap: bytes, ours: bytes) -> bool:
    """Whether `ours` is all that is in the gap, with something put in at one place.

    Code is another matter: there a person may have left out what would look like that.
    """
    if any(solid.code is not None for solid in solids(gap, 0, len(gap))):
        return False
    return alike(gap, ours) + alike(gap[::-1], ours[::-1]) >= len(gap)


def _beside_code(document: Document, file: Document, new: range, gap: tuple[int, int]) -> Place | None:
    """The place in a gap of the file that has as many blocks of code as the post has around `new`."""
    before, after = _solids(document, new)
    there = list(solids(file.content, *gap))
    pairs = list(zip([*before, *after], there, strict=False))
    if len(there) != len(before) + len(after) or not all(_same(document, file, *pair) for pair in pairs):
        return None
    start = there[len(before) - 1].end if before else gap[0]
    end = there[len(before)].start if after else gap[1]
    return Place(start, end, new, whole=True, bare=True)


def _same(document: Document, file: Document, ours: Solid, theirs: Solid) -> bool:
    """Whether it is the same block of code, whatever a person has changed in it."""
    if ours.code is None or theirs.code is None:
        return document.content[ours.start : ours.end] == file.content[theirs.start : theirs.end]
    return ours.code == theirs.code


def _solids(document: Document, segments: range) -> tuple[Sequence[Solid], Sequence[Solid]]:
    """What stands between `segments` and the one before, and the one behind."""
    start, end = _around(document, segments)
    first, last = document.segments[segments.start], document.segments[segments.stop - 1]
    return list(solids(document.content, start, first.start)), list(solids(document.content, last.end, end))


def _around(document: Document, segments: range) -> tuple[int, int]:
    """The bytes between the segments before and after `segments`."""
    every = document.segments
    start = every[segments.start - 1].end if segments.start else 0
    return start, every[segments.stop].start if segments.stop < len(every) else len(document.content)


def put(translated: Document, place: Place) -> bytes:
    """What goes there; `translated`: the post as it would be if it were made anew."""
    if not place.whole:
        return b"".join(raw(translated, at) for at in place.segments)
    start, end = _around(translated, place.segments)
    if place.bare:
        before, after = _solids(translated, place.segments)
        start, end = before[-1].end if before else start, after[0].start if after else end
    return translated.content[start:end]
