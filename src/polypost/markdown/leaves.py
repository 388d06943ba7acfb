"""A block's text as the parser leaves it: what it must hold, and how its sentences are read."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from polypost.markdown.dialects.mask import Mask
from polypost.markdown.glue import parted
from polypost.markdown.html import core, whole_lines
from polypost.markdown.inline import PLAIN, TAGS, Piece, pair_tags
from polypost.markdown.nesting import nested
from polypost.markdown.plain import inners

_WORDS = frozenset({"text", "name"})
_NEAR = 12
"""So many tokens that are new or gone don't part two skeletons for good."""
_SILENT = frozenset({"soft", "close"})
_PLAIN = (("leaf", (), (), False, ()), ("leaf", (), (), True, ()))
"""What most blocks hold: nothing but words, or not even those."""


@dataclass(slots=True)
class Leaf:
    """A block that holds text: its pieces in order, URLs split off and tags paired."""

    kind: str
    pieces: list[Piece] = field(default_factory=list)
    context: str = ""
    """How its text is written, a key of escape.CONTEXTS; empty: what its kind says."""


@dataclass(slots=True)
class Tokens:
    """The things of a skeleton. Two documents have the same structure when these are equal."""

    offset: int = 0
    """Bytes before the body."""
    like: Sequence[Any] = ()
    """Those of another skeleton: what is equal there is taken from there, so that it is in memory once."""
    what: list[Any] = field(default_factory=list)
    """Of each the event and all of it that no translation may change; of a leaf, what its text must hold."""
    start: array[int] = field(default_factory=lambda: array("q"))
    """Byte offset of each in the post."""
    next: int = 0
    """Of `like`, the one that comes next unless something is new or gone."""

    def add(self, what: Any, start: int) -> None:
        """`start`: in the body."""
        self.what.append(self._shared(what) if self.like else what)
        self.start.append(start + self.offset)

    def _shared(self, what: Any) -> Any:
        """The one that is like it, about where it would be; itself where there is none."""
        at = self.next
        self.next += 1
        if at < len(self.like) and self.like[at] == what:
            return self.like[at]
        first = max(0, at - _NEAR)
        near = self.like[first : at + _NEAR]
        if what not in near:
            return what
        found = near.index(what)
        self.next = first + found + 1
        return near[found]


def signature(pieces: Sequence[Piece]) -> tuple[Any, ...]:
    """What a block's text must hold in any language and word order.

    Atoms, marks and breaks; whether any text; and what stands inside of what.
    """
    if len(pieces) == 1 and pieces[0].kind == "text":
        return _PLAIN[bool(pieces[0].text.strip())]
    words = False
    held: list[tuple[str, str]] = []
    for piece in pieces:
        kind = piece.kind
        if kind in _WORDS:
            words = words or bool(piece.text.strip())
        elif kind not in _SILENT:
            held.append((kind, piece.text))
    if not held:
        return _PLAIN[words]
    marks = sorted([(p.name, p.text) for p in pieces if p.kind == "open"])
    return ("leaf", tuple(sorted(held)), tuple(marks), words, nested(pieces))


def shown(leaf: Leaf, content: bytes, *, lists: bool = True) -> Iterator[Leaf]:
    """The leaf as its sentences are read: tags paired, and markup apart that needs no place among words.

    `lists`: see pair_tags.
    """
    kinds = {piece.kind for piece in leaf.pieces}
    if kinds <= PLAIN and leaf.context != "html":
        yield leaf
        return
    pieces = list(leaf.pieces)
    if not kinds.isdisjoint(TAGS):
        pieces = pair_tags(pieces, content, lists=lists)
    pieces = parted(pieces, content)
    kept = core(pieces, content) if leaf.context == "html" else whole_lines(pieces)
    if kept:
        yield Leaf(leaf.kind, kept, leaf.context)
    if len(kept) < len(pieces):
        first, last = (kept[0].start, kept[-1].end) if kept else (0, 0)
        yield from texts(piece for piece in pieces if not first <= piece.start < last)


def texts(pieces: Iterable[Piece]) -> Iterator[Leaf]:
    """The text inside of markup that stands in no sentence."""
    return (Leaf("text", inner.pieces, inner.context) for piece in pieces for inner in piece.inner)


def held(content: bytes, mask: Mask) -> list[Leaf]:
    """The texts of a block mask, each a leaf of its own."""
    return [Leaf("text", text.pieces, text.context) for text in inners(content, mask)]
