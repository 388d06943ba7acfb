"""What stands inside of what in a block's text, in any word order.

A mark that moves into another, or out of it, is damage, and so is one that loses its words; words beside an
atom may leave a mark, since where marks belong among words is a matter of languages.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from polypost.markdown.inline import DEEPEST, TAGS, Piece

_TAG = re.compile(r"<(/?)([A-Za-z][\w.:-]*)")
_WORDS = ("words", "", ())
_TEXTS = frozenset({"text", "name"})
_AROUND = "around "
"""Before the kind of what holds something."""


def nested(pieces: Sequence[Piece]) -> tuple[Any, ...]:
    """The marks and pairs of tags, each `(kind, text, what it holds)`, sorted; atoms only inside of them."""
    flat = _flat(pieces)
    if flat is not None:
        return flat
    walk = _Walk()
    for piece in pieces:
        walk.take(piece)
    walk.leave(0)
    return tuple(sorted(node for node in walk.root if node[0].startswith(_AROUND)))


def _flat(pieces: Sequence[Piece]) -> tuple[Any, ...] | None:
    """The same where no mark stands in another and there are no tags, as in most blocks; None elsewhere."""
    found: list[Any] = []
    around: Piece | None = None
    held: list[Any] = []
    words = False
    for piece in pieces:
        kind = piece.kind
        if kind == "open":
            if around is not None:
                return None
            around, held, words = piece, [], False
        elif kind in TAGS:
            return None
        elif around is None or kind == "soft":
            continue
        elif kind == "close":
            inside = tuple(sorted(held)) or ((_WORDS,) if words else ())
            found.append((_AROUND + around.name, around.text, inside))
            around = None
        elif kind in _TEXTS:
            words = words or any(map(str.isalnum, piece.text))
        else:
            held.append((kind, piece.text, ()))
    return None if around is not None else tuple(sorted(found))


class _Walk:
    """One pass over the pieces of a block; `nested` is its only user."""

    def __init__(self) -> None:
        self.root: list[Any] = []
        self.open: list[tuple[Piece, str, list[Any], list[bool]]] = []
        """Piece, name of its tag (of a mark none), what it holds, whether words stand in it."""

    def take(self, piece: Piece) -> None:
        kind = piece.kind
        if kind in ("text", "name"):
            if self.open and not self.open[-1][3] and any(map(str.isalnum, piece.text)):
                self.open[-1][3].append(True)
        elif kind == "open":
            self.enter(piece, "")
        elif kind == "close":
            at = max((n for n, frame in enumerate(self.open) if not frame[1]), default=-1)
            if at >= 0:
                self.leave(at + 1)
                self.close()
        elif kind in TAGS:
            self.tag(piece)
        elif kind != "soft":
            self.hold((kind, piece.text, ()))

    def tag(self, piece: Piece) -> None:
        """A tag, or a sign of the dialect that opens or closes something like one."""
        match = _TAG.match(piece.text)
        name = match[2] if match else piece.name.removeprefix("/")
        if not name or piece.text.endswith("/>"):
            self.hold((piece.kind, piece.text, ()))
        elif not (match[1] if match else piece.name.startswith("/")):
            self.enter(piece, name)
        elif (at := self.opened(name)) >= 0:
            self.leave(at + 1)
            self.close()
        else:
            self.hold((piece.kind, piece.text, ()))

    def enter(self, piece: Piece, name: str) -> None:
        """What is opened too deep is taken as if it held nothing."""
        if len(self.open) < DEEPEST:
            self.open.append((piece, name, [], []))
        else:
            self.hold((piece.kind, piece.text, ()))

    def opened(self, name: str) -> int:
        """Where the tag called `name` was opened, within the innermost mark."""
        for at in range(len(self.open) - 1, -1, -1):
            if self.open[at][1] in ("", name):
                return at if self.open[at][1] else -1
        return -1

    def close(self) -> None:
        """The innermost mark or pair is complete."""
        piece, _, held, words = self.open.pop()
        kind = piece.name if piece.kind == "open" else piece.kind
        self.hold((_AROUND + kind, piece.text, tuple(sorted(held)) or ((_WORDS,) if words else ())))
        if words and self.open:
            self.open[-1][3].append(True)

    def leave(self, depth: int) -> None:
        """All tags opened deeper than `depth` never close: what they hold stands around them."""
        while len(self.open) > depth:
            piece, _, held, words = self.open.pop()
            self.hold((piece.kind, piece.text, ()))
            (self.open[-1][2] if self.open else self.root).extend(held)
            if words and self.open:
                self.open[-1][3].append(True)

    def hold(self, node: Any) -> None:
        (self.open[-1][2] if self.open else self.root).append(node)
