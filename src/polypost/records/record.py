"""The records: one small file per source post, beside the localizations, that holds hashes.

For each segment it tells what its source was, what was written for it, and where in that the translation of
each sentence stands. The texts themselves stay where they are, in the localized files; only what came back
for a localization that a run could not complete is kept here, until it is. records/file.py has the format.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple, TypeVar

from polypost import gitnames
from polypost.markdown.anchors import without_fragments
from polypost.markdown.document import Document, raw
from polypost.markdown.prose import Prose
from polypost.sentences import dense_script
from polypost.sites import RECORDS

PSEUDO = "pseudo"
"""The translator whose text is valid only for itself: a real one replaces it."""
FORGOTTEN = "forgotten"
"""Stands for what made a text that is to be translated again."""
ATTRIBUTES = (gitnames.ATTRIBUTES, b"** linguist-generated\n")
"""Keeps the records out of GitHub's diffs and language statistics. They merge as text, see mending.py."""
ABSENT = "-"
"""Stands for the hash of what was written where a person's file has nothing for a segment."""
# How short a hash may be depends on how many others it could be taken for. Reckoned for a blog of 10,000
# posts with 100 sentences each, n = 1,000,000, each of which has been changed once.
SENTENCE = 8
"""Characters of a sentence's hash, 48 bits: looked for in the whole blog. That any two of all its sentences
have the same is n * n / 2 / 2**48 = 0.002 likely; with 42 bits it would be 0.1."""
SHORT = 5
"""Of a source segment's, 30 bits: looked for among those of its post. That any of the changed ones passes for
one of the 100 that were there is n * 100 / 2**30 = 0.09 likely; with 24 bits some six would."""
WRITTEN = 4
"""Of what was written, and of what is around the text, 24 bits: compared with what stands in its place. One
edit of a person's in 16,000,000 passes for none. It stands all the same (`brief` tells that the file is
another, and texts are read from there) until its source changes: then it would go without a word."""
SHAPE = 3
"""Of where a sentence's marks stand, 18 bits: compared for the same sentence only. Marks that were moved, and
no word with them, go unseen once in 260,000."""
BRIEF = 6
"""Of a file's content id, 36 bits: compared with that of the file as it is now. One change in 68,000,000,000
passes for none."""
_WRAP = re.compile(r"[ \t]*\r?\n[ \t>]*")


@dataclass(frozen=True, slots=True)
class Entry:
    """One segment, as it was translated."""

    sentences: tuple[str, ...]
    """Hashes of its sentences, see `cuts.keys`."""
    source: str
    """Hash of the source segment (`source_key`)."""
    target: str
    """Hash of the bytes written for it; empty when it kept its source text (never current), or ABSENT."""
    person: bool = False
    """Whether those bytes were a person's, found there and kept."""
    shapes: tuple[str, ...] = ()
    """Of each sentence: hash of where its marks stand, empty where it has none; see `cuts.keys`."""
    cuts: str | None = None
    """Where each sentence's translation stands in the segment's, see cuts.py; None: that isn't known."""
    suspicious: bool = False
    """Whether somebody should look at what was written: never current either, but it stands."""
    behind: bool = False
    """Whether a person's text was kept although its source has changed since."""
    made_with: str = ""
    """What made it, where that isn't what made the rest of its localization."""
    tried: str = ""
    """Where it failed, and would again: with what (`Job.tried_with`)."""


@dataclass(frozen=True, slots=True)
class Glance:
    """What of a recorded localization is asked again and again; the rest is read with its record."""

    target: str
    source_id: str
    target_id: str
    made_with: str
    segments: int
    failed: bool
    """Whether some segment kept its source text, or is suspicious."""
    person: bool
    """Whether some segment is a person's."""
    behind: bool = False
    """Whether a person's text was kept in it although its source has changed."""
    others: tuple[str, ...] = ()
    """What else made some of its segments."""
    theirs: bool = False
    """Whether a person has built the file in their own way."""
    links: Mapping[str, str] = field(default_factory=dict)
    """See Localization."""
    tried: frozenset[str] = frozenset()
    """See Entry; of all that failed."""
    notice: str = ""
    """See Localization."""


@dataclass(frozen=True, slots=True)
class Localization:
    """What was written for one post in one language."""

    target: str
    """Path of the localized file."""
    source_id: str
    """Content id of the source post that it was made from; `brief`, as the next."""
    target_id: str
    """Content id of the localized file as it was written."""
    frame: str
    """Hash of the localized file without its segments: what a person changed outside of the text."""
    made_with: str
    """What decides how a text is translated: the model. Empty where no text is a translator's."""
    entries: Sequence[Entry]
    theirs: bool = False
    """Whether a person has built the file in their own way: it is not made anew, see patching.py."""
    source_frame: str = ""
    """Hash of the source post without its segments; empty where that isn't known."""
    links: Mapping[str, str] = field(default_factory=dict)
    """Other posts that it leads to, `#heading` and all -> empty where they had no localization, else `+`, or
    the beginning of its content id where headings are called otherwise there."""
    more: Sequence[tuple[int, str]] = ()
    """Texts of a person's file that are none of the post's: the entry before which each stands, its hash."""

    notice: str = ""
    """Hash of the notice at its top; empty where it has none."""

    @property
    def rows(self) -> list[tuple[int | None, str]]:
        """The file's texts in order: which entry's each is, if any, and its hash."""
        more = [(at, 0, None, key) for at, key in self.more]
        ours = [(at, 1, at, entry.target or entry.source) for at, entry in enumerate(self.entries)]
        every = sorted([*more, *ours], key=lambda row: row[:2])
        return [(at, key) for _, _, at, key in every if key != ABSENT]


class Waits(NamedTuple):
    """What is `Pending`, at a glance."""

    hashes: tuple[str, ...]
    """Of the sentences whose answers wait (`waits_as`)."""
    vain: str


@dataclass(frozen=True, slots=True)
class Sketch:
    """A record at a glance: what the memory holds of each in the blog."""

    source: str
    localizations: Mapping[str, Glance]
    """By language."""
    pending: Mapping[str, Waits] = field(default_factory=dict)
    """By language."""
    sentences: bytes = b""
    """Hashes of all sentences of its localizations' sources, SENTENCE bytes each."""


@dataclass(frozen=True, slots=True)
class Pending:
    """What came back for a localization that could not be written (yet): it is not sent again."""

    made_with: str
    """The model."""
    answers: Mapping[str, str]
    """Hash of a sentence as the model gets it (`waits_as`) -> the answer."""
    vain: str = ""
    """Where no part of its post could be translated, nor would be: hash of post and model (`vain_key`)."""


@dataclass(frozen=True, slots=True)
class Record:
    """All localizations of one post, by language."""

    source: str
    localizations: Mapping[str, Localization]
    pending: Mapping[str, Pending] = field(default_factory=dict)
    """By language, too; one that has a localization may have both, when its post has changed since."""


Told = TypeVar("Told", Record, Sketch)


def digest(data: bytes | str) -> str:
    """72 bits of SHA-256 in 12 characters; what needs fewer takes the first of them."""
    raw_bytes = data.encode() if isinstance(data, str) else data
    return base64.urlsafe_b64encode(hashlib.sha256(raw_bytes).digest()[:9]).decode()


def waits_as(text: str, *, probe: bool = False) -> str:
    """Hash under which the answer to a text is pending.

    Apart where it was only asked to place a mark, `probe`: that answer was never looked at.
    """
    return digest(f"\0{text}" if probe else text)


def vain_key(source_id: str, tried_with: str) -> str:
    """Hash of a post and of what tried it in vain. `source_id`: see `brief`; `tried_with`: see `Job`."""
    return digest(f"{source_id} {tried_with}")


def content_id(data: bytes) -> str:
    """Git's own id of a file's bytes, so that ids from a tree and from a folder compare."""
    return hashlib.sha1(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()


def brief(content_id: str) -> str:
    """The beginning of a content id, as records have it; empty where there is none."""
    return base64.urlsafe_b64encode(bytes.fromhex(content_id[:10])).decode()[:BRIEF]


def source_key(document: Document, at: int, kind: str = "", *, wrapped: bool = False) -> str:
    """Hash of a segment as a source: its bytes, its kind, and what of it is text.

    A title's quotes don't suit a paragraph, and what is markup depends on the dialect. `kind`: as if it were
    of that. `wrapped`: with its lines as they stand, which earlier records have.
    """
    segment = document.segments[at]
    shown = _shown(document, at, wrapped=wrapped)
    parts = ((kind or segment.kind).encode(), shown, segment.prose.plain.encode())
    return digest(b"\0".join(parts))[:SHORT]


def written_key(document: Document, at: int, *, wrapped: bool = False) -> str:
    """Hash of a segment as it was written; where its links lead in the post may change with a heading.

    `wrapped`: as for `source_key`. In front matter a line's end may be a person's, who wants it there.
    """
    wrapped = wrapped or document.segments[at].kind == "value"
    return digest(_shown(document, at, wrapped=wrapped))[:WRITTEN]


def _shown(document: Document, at: int, *, wrapped: bool) -> bytes:
    """A segment's bytes, however its lines are wrapped: to a formatter that is all the same.

    Where a line ends inside of its markup, they are as they stand.
    """
    text = without_fragments(document, raw(document, at))
    if wrapped or b"\n" not in text or any(b"\n" in each for each in _markup(document.segments[at].prose)):
        return text
    return _WRAP.sub(_joint, text.decode()).encode()


def _markup(prose: Prose) -> Iterator[bytes]:
    yield from (atom.markup.raw for atom in prose.atoms)
    for mark in prose.marks:
        yield from (mark.opening.raw, mark.closing.raw)


def _joint(wrap: re.Match[str]) -> str:
    """What stands for the end of a line: nothing between two characters of a script without spaces."""
    before, after = wrap.string[: wrap.start()][-1:], wrap.string[wrap.end() :][:1]
    return "" if before and after and dense_script(before) and dense_script(after) else " "


def notice_key(notice: str) -> str:
    """Hash of a notice; empty where there is none."""
    return digest(notice)[:WRITTEN] if notice else ""


def record_path(source: str, language: str = "") -> str:
    """Give the path of a source post's record; of one language's own, where its localizations go apart."""
    return f"{RECORDS}/{source}.{language}.json" if language else f"{RECORDS}/{source}.json"


def joined(files: Mapping[str, Told]) -> Told:
    """What the records of one post tell together.

    `files`: language -> its own record; empty -> the record of all. Of a language that has its own, only that
    counts: another may stand in the way of no merge, so it is left as it was.
    """
    first, *more = files.values()
    if not more:
        return first

    def told(tag: str, path: str) -> bool:
        return tag == path or not (path or tag in files)

    localizations = {
        tag: item for own, file in files.items() for tag, item in file.localizations.items() if told(tag, own)
    }
    pending = {
        tag: item for own, file in files.items() for tag, item in file.pending.items() if told(tag, own)
    }
    whole = replace(first, localizations=localizations, pending=pending)
    if isinstance(whole, Sketch):
        return replace(whole, sentences=b"".join(each.sentences for each in files.values()))
    return whole
