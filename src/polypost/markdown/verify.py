"""Whether two posts are built alike: the one predicate for run time, corpus and fuzz."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from polypost.errors import PostError
from polypost.markdown.declared import undone
from polypost.markdown.document import Document, Skeleton, skeleton
from polypost.markdown.wording import told
from polypost.values import Declared, frozen


@frozen
class Difference:
    """One place where two posts are built differently."""

    what: str
    """What the source has and what the target has there."""
    line: int
    """1-based, in the target."""
    start: int
    """Byte offset in the target."""


def compare(source: Document, target: bytes, declared: Collection[Declared] = ()) -> tuple[Difference, ...]:
    """Where `target` is built differently from `source`; empty when it isn't.

    Compared: the blocks and their nesting, code, HTML, everything that a dialect hides, and per block the
    code spans, URLs, tags, images, footnotes, hard breaks, the kinds and destinations of marks, what stands
    inside of them and whether they hold words (in any order: word order differs between languages); of the
    front matter its bytes outside the translated values, all other values, and the types of all. `declared`:
    changes made on purpose; one that is absent is no difference, any other change is one. A target that
    can't be parsed is different.
    """
    if source.content == target:
        return ()
    try:
        after = skeleton(source, target)
    except PostError as error:
        return (Difference(f"can't be parsed: {error}", error.line, 0),)
    return differences(source.skeleton, after, declared)


def differences(
    source: Skeleton, target: Skeleton, declared: Collection[Declared] = ()
) -> tuple[Difference, ...]:
    """The same for two skeletons."""
    ours, theirs = source.tokens.what, target.tokens.what
    if ours == theirs:
        return ()
    if declared:
        theirs = undone(ours, theirs, declared)
    starts = target.tokens.start
    if len(ours) == len(theirs) and all(a[0] == b[0] for a, b in zip(ours, theirs, strict=True)):
        return tuple(
            _difference(a, b, target, at) for a, b, at in zip(ours, theirs, starts, strict=True) if a != b
        )
    for a, b, at in zip(ours, theirs, starts, strict=False):
        if a != b:
            return (_difference(a, b, target, at),)
    missing = ours[len(theirs)] if len(ours) > len(theirs) else None
    extra = theirs[len(ours)] if len(theirs) > len(ours) else None
    start = starts[len(ours)] if extra is not None else len(target.content)
    return (_difference(missing, extra, target, start),)


def _difference(ours: Any, theirs: Any, target: Skeleton, start: int) -> Difference:
    line = target.content.count(b"\n", 0, start) + 1
    return Difference(told(ours, theirs), line, start)
