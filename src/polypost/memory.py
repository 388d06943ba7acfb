"""What is already translated and still valid, read from the repository itself.

The records say which segments are known and where; their texts are read from the localized files when
they are needed. A segment whose hash is not the recorded one was edited by a person, and is theirs.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from polypost.markdown.document import Document, raw
from polypost.records import (
    PSEUDO,
    Entry,
    Localization,
    Record,
    content_id,
    frame,
    source_key,
    written_key,
)


@dataclass(frozen=True, slots=True)
class Recalled:
    """A segment whose translation is known."""

    text: bytes
    entry: Entry
    human: bool
    """A person wrote or changed it."""
    valid: bool
    """Whether it may be used again: a person's text, or text that a translator like this run's made."""
    origin: str
    """The source post whose localization it was found in."""
    key: str
    """Hash of the text (`written_key`)."""

    @property
    def failed(self) -> bool:
        """Whether it is no translation: the segment kept its source text, and nobody changed that."""
        return not self.entry.target and not self.human

    @property
    def kept(self) -> Entry:
        """The entry for the next record, when the text is used again."""
        return replace(self.entry, target=self.key, person=True) if self.human else self.entry


@dataclass(frozen=True, slots=True)
class Recall:
    """What the memory knows for one post in one language."""

    known: Mapping[int, Recalled] = field(default_factory=dict)
    superseded: tuple[tuple[int, str], ...] = ()
    """(entry's index, text) of a person's segments whose source is gone or changed."""
    reshaped: bool = False
    """A person's text in it can't be told from the rest; also: it can't be parsed, or is gone."""

    def origins(self) -> Counter[str]:
        """How many segments were found in each post's localization."""
        return Counter(item.origin for item in self.known.values())


class Memory:
    """The records of the whole blog, with the localized files behind them read when needed."""

    def __init__(
        self,
        records: Mapping[str, Record],
        localized: Callable[[str, str], Document | None],
        translator: str,
    ) -> None:
        """`records`: by source path. `localized(target, source)`: that file, parsed; None if gone.

        `translator`: the name of this run's.
        """
        self._translator = translator
        self.records = records
        self._localized = localized
        self._index: dict[tuple[str, str], list[tuple[str, int]]] = {}
        self._read: dict[tuple[str, str], list[Recalled]] = {}
        for source, record in sorted(records.items()):
            for tag, item in record.localizations.items():
                for at, entry in enumerate(item.entries):
                    self._index.setdefault((tag, entry.source), []).append((source, at))

    def of(self, source: str, language: str) -> Localization | None:
        """Give what was written for this post in this language."""
        record = self.records.get(source)
        return record.localizations.get(language) if record else None

    def holds(self, item: Localization) -> bool:
        """Whether what was written still counts for this run's translator."""
        return item.made_with != PSEUDO or self._translator == PSEUDO

    def recall(self, document: Document, language: str, origin: str = "") -> Recall:
        """Find the known translation of each of the post's segments: its own first, then the blog's.

        `origin`: the path under which the post was known before, when it was renamed.
        """
        hashes = [source_key(document, at) for at in range(len(document.segments))]
        own = self._segments(origin or document.path, language)
        waiting: dict[str, deque[Recalled]] = {}
        again: dict[str, Recalled] = {}
        for item in own:
            waiting.setdefault(item.entry.source, deque()).append(item)
            if item.valid and item.entry.target:
                again.setdefault(item.entry.source, item)
        known: dict[int, Recalled] = {}
        for at, key in enumerate(hashes):
            if waiting.get(key):
                if (item := waiting[key].popleft()).valid:
                    known[at] = item
            elif found := again.get(key) or self._elsewhere(document.path, language, key):
                known[at] = found
        gone = {id(item) for left in waiting.values() for item in left}
        superseded = tuple(
            (at, item.text.decode()) for at, item in enumerate(own) if item.human and id(item) in gone
        )
        return Recall(known, superseded, self.reshaped(document.path, language))

    def _elsewhere(self, source: str, language: str, key: str) -> Recalled | None:
        for other, at in self._index.get((language, key), ()):
            found = self._segments(other, language) if other != source else []
            if found and found[at].valid and found[at].entry.target:
                return found[at]
        return None

    def _segments(self, source: str, language: str) -> list[Recalled]:
        key = (source, language)
        if key not in self._read:
            self._read[key] = self._match(source, language)
        return self._read[key]

    def _match(self, source: str, language: str) -> list[Recalled]:
        item = self.of(source, language)
        document = self._localized(item.target, source) if item else None
        if item is None or document is None:
            return []
        if frame(document) != item.frame and _untouched(item, document):
            return self._reread(item, document, source)
        if len(document.segments) != len(item.entries):
            return []
        found = []
        for at, entry in enumerate(item.entries):
            text = raw(document, at)
            written = entry.target or entry.source
            key = written_key(document, at)
            now = key if entry.target else source_key(document, at)
            human = entry.person or now != written
            found.append(Recalled(text, entry, human, human or self.holds(item), source, key))
        return found

    def _reread(self, item: Localization, document: Document, source: str) -> list[Recalled]:
        """Find the segments of a file that is as it was written, but is read in another way since.

        Its dialect or the keys of its front matter are others now; what is one segment still has its hash.
        """
        texts, held = _texts(document), self.holds(item)
        return [
            Recalled(
                texts.get(entry.target, b""),
                entry,
                human=entry.person and entry.target in texts,
                valid=(held or entry.person) and entry.target in texts,
                origin=source,
                key=entry.target,
            )
            for entry in item.entries
        ]

    def reshaped(self, source: str, language: str) -> bool:
        """Tell whether a person's text in a localized file can't be told from the rest, or the file is gone.

        That is so where they changed it outside of its segments; and where another dialect, or other keys of
        the front matter, make other segments of it, unless it is as it was written and theirs still is one.
        """
        item = self.of(source, language)
        document = self._localized(item.target, source) if item else None
        if item is None or document is None:
            return item is not None
        if frame(document) == item.frame:
            return False
        texts = _texts(document)
        lost = any(entry.person and entry.target not in texts for entry in item.entries)
        return lost or not _untouched(item, document)


def _texts(document: Document) -> dict[str, bytes]:
    """The segments by their hashes."""
    return {written_key(document, at): raw(document, at) for at in range(len(document.segments))}


def _untouched(item: Localization, document: Document) -> bool:
    return content_id(document.content) == item.target_id
