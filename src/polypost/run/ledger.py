"""The records as this run leaves them; of a large blog only those of posts that are in work are held."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from polypost.plan.task import Blog
from polypost.records.file import dump
from polypost.records.record import Localization, Pending, Record, content_id, record_path
from polypost.sites import is_record
from polypost.values import Outcome, Status

PENDING_BYTES = 2_000_000
"""What may be pending in one record: one over MAX_BYTES could not be read any more."""


class _Page:
    """One record that changes."""

    def __init__(self, record: Record) -> None:
        self.localizations = dict(record.localizations)
        self.pending = dict(record.pending)
        self._before = record.localizations.keys() | record.pending.keys()

    @property
    def languages(self) -> list[str]:
        """Those that it tells of, or told of."""
        return sorted(self._before | self.localizations.keys() | self.pending.keys())

    @property
    def size(self) -> int:
        texts = (text for item in self.pending.values() for text in item.answers.values())
        return sum(len(text.encode()) + 24 for text in texts)


class Ledger:
    """What changes in the records."""

    def __init__(self, blog: Blog, left: Counter[str]) -> None:
        """`left`: post -> how many localizations of it are to be made."""
        self._known, self._sources, self._files = blog.known, blog.sources, blog.files
        self._records, self._apart = blog.records, blog.apart
        self._left = left
        self._open: dict[str, _Page] = {}
        self._dirty: dict[str, None] = {}
        self._dropped: dict[tuple[str, str], None] = {}
        self.unwritable: dict[str, str] = {}
        """Source -> why its record could not be written, so that nothing of the post may be either."""
        self._written: dict[str, str] = {}
        """Path of a record -> content id, where this run has written it already."""
        for source in blog.mended:
            self._page(source)

    @property
    def dirty(self) -> int:
        """How many records have to be written."""
        return len(self._dirty)

    def put(self, source: str, language: str, localization: Localization) -> None:
        """Record a localization; what was pending for it is used up."""
        page = self._page(source)
        page.localizations[language] = localization
        page.pending.pop(language, None)

    def pend(self, source: str, language: str, pending: Pending) -> bool:
        """Record answers that wait for the rest of theirs; False when the record has no room for them."""
        page = self._page(source)
        before = page.pending.get(language)
        page.pending[language] = pending
        try:
            if page.size <= PENDING_BYTES:
                return True
        except UnicodeError:  # half a surrogate pair: no file can hold it
            pass
        page.pending.pop(language)
        page.pending |= {language: before} if before else {}
        return False

    def drop(self, source: str, language: str) -> None:
        """Forget a localization that has moved to another post; in the end, see `close`."""
        self._dropped[source, language] = None

    def more(self, source: str) -> None:
        """One localization more is to be made of a post."""
        self._left[source] += 1

    def less(self, source: str) -> None:
        """One localization less is to be made of a post."""
        self._left[source] -= 1

    def close(self, settled: Iterable[Outcome]) -> None:
        """Do what had to wait: forget what has moved, and what is pending for nothing.

        `settled`: all outcomes of the run.
        """
        for source, language in self._dropped:
            self._page(source).localizations.pop(language, None)
        waiting = self._known.waiting
        done, unfinished = set(), set()
        for outcome in settled:
            if outcome.status in {Status.UNCHANGED, Status.KEPT}:
                before = self._known.of(outcome.source, outcome.language)
                if before and before.failed:
                    continue  # its good sentences wait for those that no translator was started for
                done.add((outcome.source, outcome.language))
            elif outcome.status in {Status.FAILED, Status.WAITING}:
                unfinished.add(outcome.language)
        for source, languages in waiting.items():
            # A post that is gone may be another one now, whose turn has not come yet.
            gone = languages - unfinished if source not in self._sources else ()
            for language in [tag for tag in languages if tag in gone or (source, tag) in done]:
                self._page(source).pending.pop(language, None)

    def changes(self) -> dict[str, bytes | None]:
        """The records to write, or to remove: path -> bytes or None."""
        wanted: dict[str, bytes | None] = {}
        for source in self._dirty:
            try:
                files = dict(self._files_of(source, self._open[source]))
            except ValueError as error:
                self.unwritable[source] = f"its record can't be written ({error})"
                continue
            for path, content in files.items():
                there = self._written.get(path, self._files.get(path, ""))
                if there != ("" if content is None else content_id(content)):
                    wanted[path] = content
        return wanted

    def _files_of(self, source: str, page: _Page) -> Iterator[tuple[str, bytes | None]]:
        """The files that tell what a page does: path -> bytes, or None where there is to be none."""
        there = self._records.get(source, {})
        if not self._apart:
            whole = Record(source, page.localizations, page.pending)
            yield record_path(source), dump(whole) if page.localizations or page.pending else None
            yield from ((path, None) for language, path in there.items() if language)
            return
        for tag in page.languages:
            localizations = {tag: page.localizations[tag]} if tag in page.localizations else {}
            pending = {tag: page.pending[tag]} if tag in page.pending else {}
            # An empty one takes back what the record of all says, which every language would have to change.
            record = Record(source, localizations, pending)
            keeps = tag in page.localizations or tag in page.pending or "" in there
            yield record_path(source, tag), dump(record) if keeps else None

    def published(self, changes: Mapping[str, bytes | None]) -> None:
        """What `changes` gave is written; posts with nothing left to do are let go."""
        done = self._dirty
        for path, content in changes.items():
            if is_record(path):
                self._written[path] = "" if content is None else content_id(content)
        # What is dirty is open, also when a signal comes in between.
        self._dirty = {}
        for source in done:
            if self._left[source] <= 0:
                self._open.pop(source, None)

    def _page(self, source: str) -> _Page:
        if source not in self._open:
            self._open[source] = _Page(self._known.record(source))
        self._dirty[source] = None
        return self._open[source]
