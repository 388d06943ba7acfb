"""One localization to make, and the blog that it is made in.

A task is light: a run may hold some hundred thousand. What it is made from is read again at its turn.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import NamedTuple

from polypost.errors import PostError
from polypost.markdown.document import Document, raw
from polypost.memory.adoption import adopted
from polypost.memory.fitting import fitted
from polypost.memory.memory import Memory
from polypost.memory.patching import Patch, patch
from polypost.memory.recalled import Recall, Recalled, Superseded
from polypost.records.record import Entry, record_path
from polypost.sites import Dresser, Layouts
from polypost.terms import NONE, Terms
from polypost.text.cuts import Piece
from polypost.text.work import UNKNOWN
from polypost.values import Finding, Status

NOTHING: Mapping[int, Recalled] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Task:
    """One localization to make."""

    path: str
    """The source post."""
    source_id: str
    """Content id of the source post, see `brief`."""
    language: str
    target: str
    status: Status
    """What it will be when it succeeds: new, updated or kept."""
    origin: str = ""
    """The path under which the post was known before, when it was renamed."""
    findings: tuple[Finding, ...] = ()
    superseded: tuple[Superseded, ...] = ()
    """Texts of people that the new translation takes the place of."""
    replaces: tuple[str, str] | None = None
    """(source, target) of a localization that moves here."""
    retry: bool = False
    """Whether segments that failed in an earlier run are tried again."""
    theirs: bool = False
    """Whether a person has built the localization in their own way: it is patched, not made anew."""
    segments: int = 0
    reused: int = 0
    """How many of the segments are known already."""
    texts: int = 0
    """How many texts are asked first; 0 when nothing has to be translated."""
    characters: int = 0
    """Code points of those texts, also where other posts ask the same."""
    placing: int = 0
    """About how many characters more are asked to find where links and emphasis belong."""
    probing: int = 0
    """How many of `characters` serve only that."""
    borrowed: Mapping[int, Recalled] = field(default_factory=lambda: NOTHING)
    """Segments that are known from other posts, whose localizations may be written before this one's turn."""
    lent: Mapping[str, Piece] = field(default_factory=lambda: UNKNOWN)
    """And sentences that are."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """One post and the languages it shall be read in."""

    path: str
    source_id: str
    languages: tuple[str, ...]
    skipped: Mapping[str, Finding] = field(default_factory=dict)
    """Language -> why this post isn't localized into it."""
    broken: PostError | None = None
    """Why it can't be localized at all."""


@dataclass(frozen=True, slots=True)
class Blog:
    """What is there already, as the plan sees it."""

    known: Memory
    layouts: Layouts
    dresser: Dresser
    sources: Collection[str]
    """All paths of the base."""
    files: Mapping[str, str]
    """Path -> content id of the base with our branch over it."""
    document: Callable[[str], Document]
    """Path -> the post, parsed; raises PostError for what is none. A few are held."""
    blocked: Callable[[str], str] = lambda _: ""
    """Path -> what stands in the way of a file there; empty when nothing does."""
    damage: Callable[[str, str], str] = lambda *_: ""
    """(localization, post) -> why that file can't be read; empty when it can."""
    conflicted: Callable[[str], bool] = lambda _: False
    """Localization -> whether a merge conflict may stand in it; quickly told."""
    unreadable: Collection[str] = ()
    """Paths of records that are newer than this version."""
    mended: frozenset[str] = frozenset()
    """Posts whose record can't be read as it stands, and is written anew: see mending.py."""
    retry: bool = False
    """Whether segments that failed in an earlier run are tried again."""
    prune: bool = False
    """Whether localizations of posts that are gone are removed."""
    records: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Post -> language (empty: of all) -> path of the record that is there."""
    apart: bool = False
    """Whether each language gets records of its own."""
    terms: Callable[[str], Terms] = lambda _: NONE
    """Language -> the terms of the glossary for it."""

    def lost(self, source: str, language: str) -> str:
        """Path of the record that should tell of a localization and is too new; empty when it isn't."""
        paths = (record_path(source), record_path(source, language))
        return next((path for path in paths if path in self.unreadable), "")


class Ready(NamedTuple):
    """What a localization is made from."""

    document: Document
    reuse: Mapping[int, bytes]
    """Segment index -> bytes that are known already."""
    entries: Mapping[int, Entry]
    """Their entries, for the next record."""
    known: Mapping[str, Piece]
    """Sentences of the other segments that are known."""
    pending: Mapping[str, str]
    """What came back in a run that ended early: hash of a sentence -> answer."""
    patch: Patch | None = None
    """How the localization changes, where it isn't made anew."""
    linked: Collection[str] = ()
    """The post's headings that other posts link to."""
    terms: Terms = NONE
    """The glossary's, for the language."""


class Material(NamedTuple):
    """What of a localization is there already."""

    recall: Recall
    used: Mapping[int, Recalled]
    """What of that is used, by segment."""
    patch: Patch | None

    def reuse(self, document: Document) -> dict[int, bytes]:
        """Segment index -> what is put there; where the localization stays as it is, it doesn't matter."""
        stays = self.patch.stays if self.patch else ()
        return {at: raw(document, at) for at in stays} | {at: item.text for at, item in self.used.items()}


def ready(task: Task, blog: Blog) -> Ready:
    """Read again what the plan saw when it made the task."""
    document = blog.document(task.path)
    recall = blog.known.recall(document, task.language, task.origin, task.borrowed)
    found = material(task, document, recall, blog)
    reuse = found.reuse(document)
    entries = {at: item.kept for at, item in found.used.items()}
    if found.patch:
        entries |= found.patch.entries
    sentences = blog.known.sentences(document, task.language, reuse, task.origin, task.lent)
    terms = blog.terms(task.language)
    pending = blog.known.pending(document, task.language, terms)
    linked = blog.dresser.headings(task.path)
    return Ready(document, reuse, entries, sentences.known, pending, found.patch, linked, terms)


def material(task: Task, document: Document, recall: Recall, blog: Blog) -> Material:
    """Find what of `recall` is used. Raises PostError when the localization can't be patched (any more)."""
    made: Patch | None = None
    if task.theirs:
        recorded = blog.known.of(task.origin or task.path, task.language)
        made = (
            patch(blog.known, document, task.language, task.origin)
            if recorded
            else adopted(document, blog.known.read(task.target, task.path))
        )
        if made is None:
            raise PostError("the localization was changed while the run went on", code="changed")
        known = {at: item for at, item in recall.known.items() if at in made.wanted}
        stay = {item.text.decode() for item in known.values()}  # what a person wrote may have moved along
        gone = tuple(lost for lost in made.superseded if lost.text not in stay)
        recall = replace(recall, known=known, superseded=gone)
    own = task.origin or task.path
    recall = fitted(document, recall, own, blog.dresser.alike(document))
    return Material(recall, usable(recall, retry=task.retry), made)


def usable(recall: Recall, *, retry: bool) -> Mapping[int, Recalled]:
    """What is known, by segment; without what was no translation when that is tried again."""
    return {at: item for at, item in recall.known.items() if not (item.failed and retry)}


_THEIRS = 3_000
"""Characters of a person's text that are shown: hardly any paragraph has more."""


def superseded(task: Task, now: Mapping[int, str]) -> tuple[Finding, ...]:
    """What to tell of the texts of people that a new translation takes the place of.

    `now`: what stands there, by segment, as far as that is known already.
    """
    return tuple(
        Finding(
            "human-text-superseded",
            f"The source changed under a person's text. Theirs was: {short(lost.text, _THEIRS)}"
            + (f" Now it is: {short(now[lost.at])}" if lost.at is not None and lost.at in now else ""),
            task.path,
            lost.line,
        )
        for lost in task.superseded
    )


def short(text: str, limit: int = 600) -> str:
    """A text on one line, cut where it is long."""
    flat = " ".join(text.split())
    return flat if len(flat) <= limit else flat[: limit - 1] + "…"
