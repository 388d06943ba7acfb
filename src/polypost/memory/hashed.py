"""What the texts of a post are known by."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from polypost.markdown.document import Document, raw
from polypost.records.record import source_key
from polypost.text import cuts
from polypost.text.cuts import Key


class Hashed:
    """The hashes of a post's segments and sentences; those of sentences when they are asked for."""

    def __init__(self, document: Document) -> None:
        """`document`: the post."""
        self.document, every = document, range(len(document.segments))
        self.segments = tuple(source_key(document, at) for at in every)
        wrapped = ((at, source_key(document, at, wrapped=True)) for at in every if b"\n" in raw(document, at))
        self.former = {at: key for at, key in wrapped if key != self.segments[at]}
        """What some of them were in earlier versions' records."""
        self._sentences: dict[int, tuple[Key, ...]] = {}

    def known_as(self, known: Collection[str]) -> Sequence[str]:
        """Give the hashes of the segments, those of earlier versions where these are `known`."""
        if not self.former:
            return self.segments
        was = {at: key for at, key in self.former.items() if key in known and self.segments[at] not in known}
        return [was.get(at, key) for at, key in enumerate(self.segments)]

    def sentences(self, at: int) -> tuple[Key, ...]:
        """Give what the sentences of a segment are known by."""
        if at not in self._sentences:
            self._sentences[at] = cuts.keys(self.document.segments[at].prose)
        return self._sentences[at]

    def every(self) -> Iterator[tuple[int, Key]]:
        """Give all sentences, each with its segment."""
        return ((at, key) for at in range(len(self.segments)) for key in self.sentences(at))
