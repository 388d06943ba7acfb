"""Whether two posts are built alike: the one predicate for run time, corpus and fuzz."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from polypost.errors import PostError
from polypost.markdown.declared import undone
from polypost.markdown.document import Document, Skeleton, skeleton
from polypost.values import Declared


@dataclass(frozen=True, slots=True)
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
    ours, theirs = [token.what for token in source.tokens], [token.what for token in target.tokens]
    if ours == theirs:
        return ()
    if declared:
        theirs = undone(ours, theirs, declared)
    starts = [token.start for token in target.tokens]
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
    return Difference(_told(ours, theirs), line, start)


def _told(ours: Any, theirs: Any) -> str:
    """A difference in words: what is gone, what has come instead."""
    if ours is None or theirs is None:
        return f"{_block(ours or theirs)} {'is new' if ours is None else 'is gone'}"
    if ours[0] != theirs[0] or ours[0] not in {"leaf", "front matter"}:
        return f"{_block(theirs)} stands where {_block(ours)} was"
    if ours[0] == "front matter":
        return "a key or a value of the front matter that isn't text is another"
    before, after = (Counter((*_openings(what), *what[2])) for what in (ours, theirs))
    gone, new = (", ".join(map(_inline, diff)) for diff in (before - after, after - before))
    told = [f"{gone} is gone" if gone else "", f"{new} is new" if new else ""]
    if not any(told) and ours[3] == theirs[3]:
        return "a mark stands inside of another one, or out of it, or around no words"
    return "; ".join(filter(None, told)) or "text is where none was, or none where text was"


def _openings(what: Any) -> list[tuple[str, str]]:
    """What a leaf holds, without the link openings that stand among its marks too."""
    marked = {target for kind, target in what[2]}
    return [(kind, text) for kind, text in what[1] if kind != "open" or text not in marked]


def _inline(item: tuple[str, str]) -> str:
    word = _WORDS.get(item[0], f"the {item[0]}")
    return f"{word} `{item[1].strip()[:80]}`" if item[1].strip() else word


def _block(what: Any) -> str:
    text = what[1] if what[0] in {"start", "end"} else what[0]
    return f"a block ({text})" if isinstance(text, str) else "a block"


_WORDS = {"strong": "strong emphasis", "emphasis": "emphasis", "strikethrough": "strikethrough"}
"""What stands inline and takes no article."""
