"""same_structure: the one predicate for run time, corpus and fuzz."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from polypost.errors import PostError
from polypost.markdown.document import DEFAULT_KEYS, Document, parse


@dataclass(frozen=True, slots=True)
class Difference:
    """One place where two posts are built differently."""

    what: str
    """What the source has and what the target has there."""
    line: int
    """1-based, in the target."""
    start: int
    """Byte offset in the target."""
    aligned: bool
    """Whether everything around it still matches, so that it concerns just the block at `start`."""


def same_structure(
    source: bytes,
    target: bytes,
    *,
    path: str,
    dialect: str | None = None,
    keys: Sequence[str] = DEFAULT_KEYS,
) -> tuple[Difference, ...]:
    """Where `target` is built differently from `source`; empty when it isn't.

    Compared: the blocks and their nesting, code, HTML, everything that a dialect hides, and per block the
    code spans, URLs, tags, images, footnotes, hard breaks, and the kinds and destinations of marks (in any
    order: word order differs between languages); of the front matter its bytes outside the translated
    values, all other values, and the types of all. Raises PostError when `source` can't be parsed; a target
    that can't is different.
    """
    before = parse(source, path=path, dialect=dialect, keys=keys)
    return compare(before, target)


def compare(source: Document, target: bytes) -> tuple[Difference, ...]:
    """The same for a source that is parsed already."""
    if source.content == target:
        return ()
    try:
        after = parse(
            target, path=source.path, dialect=source.dialect, keys=source.keys, source=source.source
        )
    except PostError as error:
        return (Difference(f"can't be parsed: {error}", error.line, 0, aligned=False),)
    return tuple(_differences(source, after))


def _differences(source: Document, target: Document) -> list[Difference]:
    ours, theirs = source.skeleton, target.skeleton
    if len(ours) == len(theirs) and all(a.what[0] == b.what[0] for a, b in zip(ours, theirs, strict=True)):
        pairs = [(a, b) for a, b in zip(ours, theirs, strict=True) if a.what != b.what]
        aligned = all(a.what[0] in ("leaf", "front matter") for a, b in pairs)
        return [_difference(a.what, b.what, target, b.start, aligned=aligned) for a, b in pairs]
    for a, b in zip(ours, theirs, strict=False):
        if a.what != b.what:
            return [_difference(a.what, b.what, target, b.start, aligned=False)]
    missing = ours[len(theirs)].what if len(ours) > len(theirs) else None
    extra = theirs[len(ours)].what if len(theirs) > len(ours) else None
    start = theirs[len(ours)].start if extra is not None else len(target.content)
    return [_difference(missing, extra, target, start, aligned=False)]


def _difference(ours: object, theirs: object, target: Document, start: int, *, aligned: bool) -> Difference:
    what = f"expected {str(ours)[:160]}, found {str(theirs)[:160]}"
    return Difference(what, target.content.count(b"\n", 0, start) + 1, start, aligned)
