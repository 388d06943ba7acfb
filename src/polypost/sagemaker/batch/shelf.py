"""Answers out of the stored objects: each object is read once in a run, whichever wave needs it first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from polypost.sagemaker.asking.answers import Pieces
from polypost.sagemaker.batch import records
from polypost.sagemaker.batch.known import Known
from polypost.sagemaker.batch.records import Bundle, Record
from polypost.sagemaker.batch.settings import BatchSettings
from polypost.sagemaker.batch.store import Store
from polypost.sagemaker.redact import Redact
from polypost.values import Answer, Reply, Untranslated

Wanted = Mapping[str, Pieces]
"""Language -> what is asked in it."""


class Shelf:
    """What a run puts into S3 and finds there."""

    def __init__(self, store: Store, settings: BatchSettings, redact: Redact) -> None:
        """`redact`: applied to what containers say in place of translations."""
        self._redact = redact
        self._careful = settings.careful
        self._store = store
        self._route = settings.route
        self._known = Known()
        self._read: dict[str, str] = {}
        """Name -> ETag of what was read."""
        self._senseless: dict[tuple[str, str], str] = {}

    def close(self) -> None:
        """Forget what the objects said."""
        self._known.close()

    def check(self) -> None:
        """Look whether the folder can be used at all. Raises UsageError, ServiceError."""
        next(self._store.results(), None)

    def remembered(self, wanted: Wanted) -> Iterator[Reply]:
        """What objects said that were read for an earlier wave."""
        for language, pieces in wanted.items():
            for piece in tuple(pieces.missing):
                answer = self._known.get(language, piece)
                if answer is not None:
                    yield from pieces.answered(piece, answer)

    def arrived(self, wanted: Wanted) -> Iterator[Reply]:
        """What objects say that weren't there, or not needed, the last time."""
        for name, stored in self._store.results():
            language = name.partition(".")[0]
            if language in wanted and self._read.get(name) != stored.etag:
                lines = self._store.lines(stored)
                if lines is not None:
                    self._read[name] = stored.etag
                    yield from self._told(lines, wanted[language])

    def _told(self, lines: Sequence[str], pieces: Pieces) -> Iterator[Reply]:
        found: list[tuple[str, Answer]] = []
        for line in lines:
            result = records.result(line, pieces.language, self._redact)
            if result is None:
                continue
            if not result.answers:
                for sentence in result.sentences:
                    self._senseless[pieces.language, sentence] = result.reason
                continue
            found += zip(result.sentences, result.answers, strict=True)
        self._known.put(pieces.language, found)
        for sentence, answer in found:
            yield from pieces.answered(sentence, answer)

    def has(self, bundle: Bundle) -> bool:
        """Whether the bundle's result was there."""
        return bundle.name in self._read

    def wrong(self, record: Record) -> str:
        """What is wrong with the line that answers this record."""
        known = self._senseless.get((record.language, record.sentences[0]))
        return known or "The line with its result is damaged."

    def send(self, job: str, bundles: Sequence[Bundle]) -> str:
        """Write the bundles for the job that bears this digest; where they stand."""
        for bundle in bundles:
            lines = (records.line(each, self._route, careful=self._careful) for each in bundle.records)
            self._store.send(job, bundle.name, lines)
        return self._store.input_uri(job)

    @property
    def output_uri(self) -> str:
        """Where results are to be put."""
        return self._store.output_uri

    def overlaps(self, job: str, wanted: Wanted) -> bool:
        """Whether the job that bears this digest was sent anything that is missing."""
        for name, stored in self._store.sent(job):
            language = name.partition(".")[0]
            if language not in wanted:
                continue
            told = (records.result(line, language) for line in self._store.lines(stored) or ())
            if any(not wanted[language].missing.isdisjoint(result.sentences) for result in told if result):
                return True
        return False

    def refuse(self, bundle: Bundle, reason: str, wanted: Wanted) -> Iterator[Reply]:
        """Give the bundle's sentences up, for later runs too."""
        self._store.keep(bundle.name, [records.refusal(record, reason) for record in bundle.records])
        sentences = [sentence for record in bundle.records for sentence in record.sentences]
        self._known.put(bundle.language, [(sentence, Untranslated(reason)) for sentence in sentences])
        for sentence in sentences:
            yield from wanted[bundle.language].answered(sentence, Untranslated(reason))
