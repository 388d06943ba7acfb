"""What is already translated and still valid, read from the repository itself.

The records say which segments are known and where; their texts are read from the localized files when
they are needed. A segment whose hash is not the recorded one was edited by a person, and is theirs.

Of a large blog's records only a glance at each localization is held, and which posts have a segment; the
rest is read again when its turn comes.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache

from polypost.markdown.document import Document, raw
from polypost.records import (
    PSEUDO,
    Entry,
    Glance,
    Localization,
    Pending,
    Record,
    content_id,
    digest,
    frame,
    source_key,
    written_key,
)
from polypost.text import sentences

_HELD = 64
"""How many localizations' segments are held at once: those of one post, and of a few that share its text."""


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
    """The records of the whole blog, with the localized files behind them; both are read when needed."""

    def __init__(
        self,
        records: Iterable[Record],
        record: Callable[[str], Record],
        localized: Callable[[str, str], Document | None],
        translator: str,
        sources: Container[str],
    ) -> None:
        """`records`: all of them, one after the other. `record(source)`: one of them again.

        `localized(target, source)`: that file, parsed; None if gone. `translator`: the name of this run's.
        `sources`: the posts that are there.
        """
        self._translator, self._sources = translator, sources
        self.record = record
        self._localized = localized
        self.glances: dict[str, dict[str, Glance]] = {}
        self.waiting: dict[str, frozenset[str]] = {}
        """Source -> the languages in which answers wait for the rest of theirs."""
        self._index: dict[str, list[str]] = {}
        self._stray: dict[str, str] = {}
        """Hash of a sentence -> a post that is gone, and for which its answer waits."""
        self._segments = lru_cache(maxsize=_HELD)(self._match)
        self._document: Document | None = None
        self._hashes: tuple[str, ...] = ()
        for each in records:
            self._add(each)

    def _add(self, record: Record) -> None:
        source, items = record.source, record.localizations.values()
        if items:
            self.glances[source] = {tag: item.glance for tag, item in record.localizations.items()}
        if record.pending:
            self.waiting[source] = frozenset(record.pending)
            if source not in self._sources:
                for pending in record.pending.values():
                    self._stray.update(dict.fromkeys(pending.answers, source))
        for key in {entry.source for item in items for entry in item.entries}:
            self._index.setdefault(key, []).append(source)

    def of(self, source: str, language: str) -> Glance | None:
        """Give what was written for this post in this language."""
        return self.glances.get(source, {}).get(language)

    def holds(self, item: Glance | Pending) -> bool:
        """Whether what a translator made still counts for this run's."""
        return item.made_with != PSEUDO or self._translator == PSEUDO

    def behind(self, sources: Mapping[str, str]) -> frozenset[str]:
        """Give the posts that are not what their localizations were made from, or wait for some.

        `sources`: path -> content id.
        """
        changed = {
            source
            for source, items in self.glances.items()
            if any(item.source_id != sources.get(source) for item in items.values())
        }
        return frozenset(changed | self.waiting.keys())

    def pending(self, document: Document, language: str) -> Mapping[str, str]:
        """Give what came back in a run that ended early: hash of a sentence -> answer.

        Also for a post that is gone, since this one may be it under a new name.
        """
        found: dict[str, str] = {}
        if self._stray:
            texts = (digest(text) for at in range(len(document.segments)) for text in sentences(document, at))
            for former in sorted({self._stray[key] for key in texts if key in self._stray}):
                found.update(self._pending(former, language))
        return {**found, **self._pending(document.path, language)}

    def _pending(self, source: str, language: str) -> Mapping[str, str]:
        if language not in self.waiting.get(source, ()):
            return {}
        found = self.record(source).pending[language]
        return found.answers if self.holds(found) else {}

    def recall(
        self,
        document: Document,
        language: str,
        origin: str = "",
        borrowed: Mapping[int, Recalled] | None = None,
    ) -> Recall:
        """Find the known translation of each of the post's segments: its own first, then the blog's.

        `origin`: the path under which the post was known before, when it was renamed. `borrowed`: what was
        found in the blog before, in place of looking again.
        """
        hashes = self._keys(document)
        own = self._segments(origin or document.path, language)
        waiting: dict[str, deque[Recalled]] = {}
        again: dict[str, Recalled] = {}
        for item in own:
            waiting.setdefault(item.entry.source, deque()).append(item)
            if item.valid and item.entry.target:
                again.setdefault(item.entry.source, item)
        known: dict[int, Recalled] = {}
        for at, key in enumerate(hashes):
            found = again.get(key)
            if waiting.get(key):
                mine = waiting[key].popleft()
                found = mine if mine.valid else None
            elif not found and borrowed is None:
                found = self._elsewhere(document.path, language, key)
            elif not found and borrowed:
                found = borrowed.get(at)
            if found:
                known[at] = found
        gone = {id(item) for left in waiting.values() for item in left}
        superseded = tuple(
            (at, item.text.decode()) for at, item in enumerate(own) if item.human and id(item) in gone
        )
        return Recall(known, superseded, self.reshaped(document.path, language))

    def _keys(self, document: Document) -> tuple[str, ...]:
        """The hashes of a post's segments; one post comes in many languages."""
        if document is not self._document:
            self._hashes = tuple(source_key(document, at) for at in range(len(document.segments)))
            self._document = document  # last, since a signal may come in between
        return self._hashes

    def _elsewhere(self, source: str, language: str, key: str) -> Recalled | None:
        for other in self._index.get(key, ()):
            if other != source and self.of(other, language):
                for found in self._segments(other, language):
                    if found.entry.source == key and found.valid and found.entry.target:
                        return found
        return None

    def _entries(self, source: str, language: str) -> Localization | None:
        return self.record(source).localizations[language] if self.of(source, language) else None

    def _match(self, source: str, language: str) -> list[Recalled]:
        item = self._entries(source, language)
        document = self._localized(item.target, source) if item else None
        if item is None or document is None:
            return []
        if frame(document) != item.frame and _untouched(item, document):
            return self._reread(item, document, source)
        if len(document.segments) != len(item.entries):
            return []
        held, found = self.holds(item.glance), []
        for at, entry in enumerate(item.entries):
            text = raw(document, at)
            written = entry.target or entry.source
            key = written_key(document, at)
            now = key if entry.target else source_key(document, at)
            human = entry.person or now != written
            found.append(Recalled(text, entry, human, human or held, source, key))
        return found

    def _reread(self, item: Localization, document: Document, source: str) -> list[Recalled]:
        """Find the segments of a file that is as it was written, but is read in another way since.

        Its dialect or the keys of its front matter are others now; what is one segment still has its hash.
        """
        texts, held = _texts(document), self.holds(item.glance)
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
        item = self._entries(source, language)
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
    return content_id(document.file or document.content) == item.target_id
