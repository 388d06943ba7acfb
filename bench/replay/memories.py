"""What each kind of memory would have sent, beside the ideal: the text that was never in the blog before.

All of them send what a model gets: the sentences as the text side makes them. They differ in what has to be
unchanged for a text to cost nothing: the file, the section, the paragraph, or the sentence; and in where they
look for it: in the last version of the same file, or in all that the blog has ever held.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise

from polypost.errors import PostError
from polypost.markdown.document import Document, parse, raw
from polypost.markdown.rules import Rules
from polypost.text.text import sentences

KINDS = ("file", "section", "paragraph")
Piece = tuple[bytes, tuple[str, ...]]
"""(hash of the bytes, the sentences in them)."""


@dataclass(frozen=True, slots=True)
class Text:
    """A version of a post."""

    sentences: frozenset[str] = frozenset()
    pieces: Mapping[str, tuple[Piece, ...]] = field(default_factory=dict)
    """By KINDS."""
    blocks: frozenset[bytes] = frozenset()
    """The bytes of its segments."""


def text_of(content: bytes, path: str, rules: Rules) -> Text:
    """Read a post; an empty text for what is none."""
    try:
        document = parse(content, path=path, rules=rules)
    except PostError:
        return Text()
    told = [sentences(document, at) for at in range(len(document.segments))]
    whole = (_key(content), tuple(said for each in told for said in each))
    blocks = tuple(
        (_key(segment.kind.encode() + b"\0" + raw(document, at)), told[at])
        for at, segment in enumerate(document.segments)
    )
    pieces = {"file": (whole,), "section": tuple(_sections(document, told)), "paragraph": blocks}
    segments = frozenset(raw(document, at) for at in range(len(document.segments)))
    return Text(frozenset(whole[1]), pieces, segments)


def _sections(document: Document, told: list[tuple[str, ...]]) -> Iterator[Piece]:
    """From heading to heading; the front matter is one of its own."""
    starts = [
        at
        for at, segment in enumerate(document.segments)
        if not at
        or segment.kind == "heading"
        or (document.segments[at - 1].kind == "value") != (segment.kind == "value")
    ]
    for start, stop in pairwise([*starts, len(told)]):
        first, end = document.segments[start].start, len(document.content)
        if stop < len(told):
            end = document.segments[stop].start
        yield _key(document.content[first:end]), tuple(said for each in told[start:stop] for said in each)


def _key(content: bytes) -> bytes:
    return hashlib.sha256(content).digest()[:12]


@dataclass(frozen=True, slots=True)
class Costs:
    """Characters that one run would have sent."""

    ideal: int
    fresh: frozenset[str]
    """The sentences that were never there before."""
    memories: Mapping[tuple[str, str], int]
    """By (kind, `file` or `blog`)."""


class Memories:
    """All memories side by side, over the versions of a blog."""

    def __init__(self) -> None:
        self.seen: set[str] = set()
        """Every sentence that ever was in the blog."""
        self.texts: dict[str, Text] = {}
        """Path -> its version of now."""
        self._ever: dict[str, set[bytes]] = {kind: set() for kind in KINDS}

    def step(self, changed: Mapping[str, Text | None]) -> Costs:
        """Go on to the next version; `changed`: path -> text, None where the post is gone."""
        texts = {path: text for path, text in changed.items() if text is not None}
        fresh = {said for text in texts.values() for said in text.sentences} - self.seen
        memories: dict[tuple[str, str], int] = {}
        for kind in KINDS:
            memories[kind, "file"] = sum(
                _sent(text.pieces.get(kind, ()), self._last(path, kind)) for path, text in texts.items()
            )
            pieces = [piece for text in texts.values() for piece in text.pieces.get(kind, ())]
            memories[kind, "blog"] = _sent(pieces, self._ever[kind].__contains__)
            self._ever[kind].update(key for key, _ in pieces)
        self.seen |= fresh
        self.texts = {p: t for p, t in {**self.texts, **changed}.items() if t is not None}
        return Costs(sum(map(len, fresh)), frozenset(fresh), memories)

    def _last(self, path: str, kind: str) -> Callable[[bytes], bool]:
        there = self.texts.get(path, Text()).pieces.get(kind, ())
        return frozenset(key for key, _ in there).__contains__


def _sent(pieces: Iterable[Piece], known: Callable[[bytes], bool]) -> int:
    """Characters of the pieces that aren't known; what stands in several of them is sent once."""
    return sum(map(len, {said for key, told in pieces if not known(key) for said in told}))
