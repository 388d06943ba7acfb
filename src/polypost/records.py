"""The records: one small file per source post, beside the localizations, that holds hashes.

For each segment it tells what its source was and what was written for it. The texts stay where they
are, in the localized files; only what came back for a localization that a run could not complete is kept
here, until it is. Generated, in a stable order, one line a segment, so that changes merge.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from polypost import gitnames
from polypost.errors import PostError
from polypost.markdown.anchors import without_fragments
from polypost.markdown.document import Document, raw
from polypost.sites import RECORDS

VERSION = 1
PSEUDO = "pseudo"
"""The translator whose text is valid only for itself: a real one replaces it."""
_PERSON = "person"
ATTRIBUTES = (gitnames.ATTRIBUTES, b"** linguist-generated\n")
"""Keeps the records out of GitHub's diffs and language statistics."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One segment, as it was translated."""

    sentences: tuple[str, ...]
    """Hashes of the sentences as a model gets them."""
    source: str
    """Hash of the source segment (`source_key`)."""
    target: str
    """Hash of the bytes written for it; empty when it kept its source text (never current)."""
    person: bool = False
    """Whether those bytes were a person's, found there and kept."""


@dataclass(frozen=True, slots=True)
class Glance:
    """What of a recorded localization is asked again and again; the rest is read with its record."""

    target: str
    source_id: str
    target_id: str
    made_with: str
    segments: int
    failed: bool
    """Whether some segment kept its source text."""
    person: bool
    """Whether some segment is a person's."""


@dataclass(frozen=True, slots=True)
class Localization:
    """What was written for one post in one language."""

    target: str
    """Path of the localized file."""
    source_id: str
    """Content id of the source post that it was made from."""
    target_id: str
    """Content id of the localized file as it was written."""
    frame: str
    """Hash of the localized file without its segments: what a person changed outside of the text."""
    made_with: str
    """The model, for people who look."""
    entries: tuple[Entry, ...]

    @property
    def glance(self) -> Glance:
        """The whole at a glance."""
        return Glance(
            self.target,
            self.source_id,
            self.target_id,
            self.made_with,
            len(self.entries),
            any(not entry.target for entry in self.entries),
            any(entry.person for entry in self.entries),
        )


@dataclass(frozen=True, slots=True)
class Pending:
    """What came back for a localization before its run ended early: it is not sent again."""

    made_with: str
    """The model."""
    answers: Mapping[str, str]
    """Hash of a sentence as the model gets it (`digest`) -> the answer."""


@dataclass(frozen=True, slots=True)
class Record:
    """All localizations of one post, by language."""

    source: str
    localizations: Mapping[str, Localization]
    pending: Mapping[str, Pending] = field(default_factory=dict)
    """By language, too; one that has a localization may have both, when its post has changed since."""


def digest(data: bytes | str) -> str:
    """72 bits of SHA-256 in 12 characters: no collision to fear among millions of segments."""
    raw_bytes = data.encode() if isinstance(data, str) else data
    return base64.urlsafe_b64encode(hashlib.sha256(raw_bytes).digest()[:9]).decode()


def content_id(data: bytes) -> str:
    """Git's own id of a file's bytes, so that ids from a tree and from a folder compare."""
    return hashlib.sha1(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()


def source_key(document: Document, at: int) -> str:
    """Hash of a segment as a source: its bytes, its kind, and what of it is text.

    A title's quotes don't suit a paragraph, and what is markup depends on the dialect.
    """
    segment = document.segments[at]
    shown = without_fragments(document, raw(document, at))
    return digest(b"\0".join((segment.kind.encode(), shown, segment.prose.plain.encode())))


def written_key(document: Document, at: int) -> str:
    """Hash of a segment as it was written; where its links lead in the post may change with a heading."""
    return digest(without_fragments(document, raw(document, at)))


def frame(document: Document) -> str:
    """Hash of all that is not a segment."""
    pieces, at = [], 0
    for segment in document.segments:
        pieces.append(document.content[at : segment.start])
        at = segment.end
    pieces.append(document.content[at:])
    return digest(b"\0".join(pieces))


def record_path(source: str) -> str:
    """Give the record's path for a source post."""
    return f"{RECORDS}/{source}.json"


def dump(record: Record) -> bytes:
    """Give the record's bytes: stable order, one line a segment, so that changes merge."""
    languages = {
        tag: {
            "target": item.target,
            "source-id": item.source_id,
            "target-id": item.target_id,
            "frame": item.frame,
            "made-with": item.made_with,
            "segments": [_line(entry) for entry in item.entries],
        }
        for tag, item in sorted(record.localizations.items())
    }
    value = {"version": VERSION, "source": record.source, "languages": languages}
    if record.pending:
        value["pending"] = {
            tag: {"made-with": item.made_with, "answers": dict(sorted(item.answers.items()))}
            for tag, item in sorted(record.pending.items())
        }
    return (json.dumps(value, indent=1, ensure_ascii=False) + "\n").encode()


def _line(entry: Entry) -> str:
    fields = (" ".join(entry.sentences), entry.source, entry.target)
    return "|".join((*fields, _PERSON) if entry.person else fields)


def load(data: bytes, path: str) -> Record:
    """Read a record. Raises PostError when it is damaged, or newer than this version knows."""
    try:
        value = json.loads(data.decode("utf-8-sig"))
        # Half a surrogate pair, which JSON can say, could not be written again.
        json.dumps(value, ensure_ascii=False).encode()
        if value["version"] != VERSION:
            raise PostError(
                f"{path} was written by a newer polypost (format {value['version']}, known is {VERSION}): "
                "use that version, or delete it and its localizations to have the post translated anew.",
                code="record-newer",
            )
        return Record(
            _text(value, "source"),
            {tag: _localization(v) for tag, v in value["languages"].items()},
            {tag: _pending(v) for tag, v in value.get("pending", {}).items()},
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise PostError(
            f"{path} is damaged ({type(error).__name__}): restore it from git, or delete it and its "
            "localizations to have the post translated anew.",
            code="record-damaged",
        ) from None


def _text(value: Mapping[str, object], key: str) -> str:
    item = value[key]
    if not isinstance(item, str):
        raise TypeError(f"{key} is no text")
    return item


def _localization(value: Mapping[str, object]) -> Localization:
    segments = value["segments"]
    if not isinstance(segments, list):
        raise TypeError("segments is no list")
    entries = []
    for line in segments:
        sentences, source, target, *whose = line.split("|")
        if whose not in ([], [_PERSON]):
            raise ValueError("a segment has too many fields")
        entries.append(Entry(tuple(sentences.split()), source, target, bool(whose)))
    return Localization(
        _text(value, "target"),
        _text(value, "source-id"),
        _text(value, "target-id"),
        _text(value, "frame"),
        _text(value, "made-with"),
        tuple(entries),
    )


def _pending(value: Mapping[str, object]) -> Pending:
    answers = value["answers"]
    if not isinstance(answers, dict) or not all(isinstance(answer, str) for answer in answers.values()):
        raise TypeError("answers are no texts")
    return Pending(_text(value, "made-with"), answers)
