"""Which localizations need which sentences: data, nothing done yet."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from polypost.errors import UsageError
from polypost.fitting import fitted
from polypost.markdown.document import Document
from polypost.memory import Memory, Recall
from polypost.records import Entry, Localization, record_path
from polypost.sites import target_path
from polypost.text import needed
from polypost.values import Finding, Load, Outcome, Status


@dataclass(frozen=True, slots=True)
class Task:
    """One localization to make."""

    document: Document
    source_id: str
    """Content id of the source post."""
    language: str
    target: str
    status: Status
    """What it will be when it succeeds: new, updated or kept."""
    reuse: Mapping[int, bytes]
    """Segment index -> bytes that are known already."""
    entries: Mapping[int, Entry]
    """The reused segments' entries, for the next record."""
    sentences: tuple[str, ...]
    """What is asked first; empty when nothing has to be translated."""
    placing: int
    """About how many characters more are asked to find where links and emphasis belong."""
    findings: tuple[Finding, ...] = ()
    replaces: tuple[str, str] | None = None
    """(source, target) of a post that is gone and whose localization moves here."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The run, before anything is done."""

    tasks: tuple[Task, ...] = ()
    settled: tuple[Outcome, ...] = ()
    """Localizations for which there is nothing to do: unchanged, kept, behind, skipped, refused."""
    notes: tuple[Finding, ...] = ()

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages that need a translator, in order."""
        return tuple(dict.fromkeys(task.language for task in self.tasks if task.sentences))

    @property
    def load(self) -> Load:
        """All that is asked first, each text once per language; and `placing`."""
        unique = {(task.language, text) for task in self.tasks for text in task.sentences}
        characters = sum(len(text) for _, text in unique) + self.characters_probing
        return Load(self.languages, len(unique), characters)

    @property
    def characters_probing(self) -> int:
        """About how many of them only serve to find where links and emphasis belong."""
        return sum(task.placing for task in self.tasks)


@dataclass(frozen=True, slots=True)
class Wanted:
    """One post and the languages it shall be read in."""

    document: Document
    source_id: str
    languages: tuple[str, ...]
    skipped: Mapping[str, Finding] = field(default_factory=dict)
    """Language -> why this post isn't localized into it."""


@dataclass(frozen=True, slots=True)
class Blog:
    """What is there already, as the plan sees it."""

    known: Memory
    pattern: str
    """The output pattern."""
    sources: Collection[str]
    """All paths of the base."""
    files: Mapping[str, str]
    """Path -> content id of the base with our branch over it."""
    blocked: Callable[[str], str] = lambda _: ""
    """Path -> what stands in the way of a file there; empty when nothing does."""
    unreadable: Collection[str] = ()
    """Paths of records that are damaged, or newer than this version."""
    retry: bool = False
    """Whether segments that failed in an earlier run are tried again."""


def make_plan(posts: Sequence[Wanted], blog: Blog) -> Plan:
    """Decide for each post and language what is to be done.

    Segments that kept their source text in an earlier run are tried again only when a translator
    is started for something else: they never start one by themselves.
    """
    made = [item for post in posts for item in _post(post, blog)]
    if any(isinstance(item, Task) and item.sentences for item in made):
        made = [item for post in posts for item in _post(post, replace(blog, retry=True))]
    tasks, settled = _without_collisions(made)
    moved = {task.replaces[0] for task in tasks if task.replaces}
    return Plan(tuple(tasks), tuple(settled), tuple(_orphans(blog, moved)))


def _post(post: Wanted, blog: Blog) -> Iterable[Task | Outcome]:
    path = post.document.path
    for language, why in post.skipped.items():
        yield Outcome(path, "", language, Status.SKIPPED, findings=(why,))
    for language in post.languages:
        try:
            target = target_path(blog.pattern, path, language)
        except UsageError as error:
            yield _settled((path, "", language), Status.FAILED, "output-refused", str(error))
            continue
        own, way = blog.known.of(path, language), blog.blocked(target)
        theirs = target in blog.files and (own is None or own.target != target)
        if way != target:
            way = way or blog.blocked(record_path(path))
        if theirs or way == target:
            yield _not_ours((path, target, language), unreadable=record_path(path) in blog.unreadable)
        elif way:
            message = f"{way} is in the way: polypost can't write {target} and its record. Move it away."
            yield _settled((path, target, language), Status.FAILED, "in-the-way", message)
        else:
            yield _localization(post, target, language, blog)


def _not_ours(place: tuple[str, str, str], *, unreadable: bool) -> Outcome:
    path, target, _ = place
    if unreadable:
        message = (
            f"{target} is left alone: the record that tells a person's text from polypost's can't be read. "
            f"Restore {record_path(path)} from git, or delete both."
        )
        return _settled(place, Status.FAILED, "record-lost", message)
    message = (
        f"{target} is there already and was not written by polypost: it is left alone. "
        "Delete it to have this language translated."
    )
    return _settled(place, Status.KEPT, "not-ours", message)


def _localization(post: Wanted, target: str, language: str, blog: Blog) -> Task | Outcome:
    place = (post.document.path, target, language)
    item, files = blog.known.of(post.document.path, language), blog.files
    present = item is not None and item.target in files
    in_place = item is not None and present and item.target == target
    stands = item is not None and item.source_id == post.source_id and blog.known.holds(item)
    if item and in_place and stands and not (blog.retry and item.failed):
        count = len(item.entries)
        if files[target] == item.target_id:
            stayed = tuple(_stayed(post.document, item))
            return Outcome(
                post.document.path, target, language, Status.UNCHANGED, count, count, findings=stayed
            )
        return _settled(place, Status.KEPT, "edited", "A person edited it, and its source has not changed.")
    recall = blog.known.recall(post.document, language)
    theirs = item and (files.get(item.target) != item.target_id or any(each.person for each in item.entries))
    if present and theirs and recall.reshaped:
        message = (
            "The post changed, but a person changed this localization beyond its sentences (or before the "
            "post's dialect or front matter keys became others), so it is left alone. Bring it up to date by "
            "hand, or delete it to have it translated anew."
        )
        return _settled(place, Status.BEHIND, "behind", message)
    moved = _moved(recall, language, blog) if item is None else None
    if moved:
        recall = blog.known.recall(post.document, language, moved[0])
    return _task(post, target, language, recall, moved, blog)


def _task(  # noqa: PLR0913, PLR0917  what _localization found out, handed on once
    post: Wanted, target: str, language: str, recall: Recall, moved: tuple[str, str] | None, blog: Blog
) -> Task:
    document = post.document
    recall = fitted(document, recall, moved[0] if moved else document.path)
    used = {at: item for at, item in recall.known.items() if not (item.failed and blog.retry)}
    reuse = {at: item.text for at, item in used.items()}
    needs = needed(document, {}, target=language, reuse=reuse)
    own = blog.known.of(document.path, language)
    present = own is not None and own.target in blog.files
    replaces = (document.path, own.target) if own and present and own.target != target else None
    return Task(
        document,
        post.source_id,
        language,
        target,
        Status.UPDATED if present else Status.NEW,
        reuse,
        {at: item.kept for at, item in used.items()},
        needs.sentences,
        _placing(document, reuse),
        (*_superseded(document, recall), *_histories(document.path, own, moved, blog)),
        replaces or moved,
    )


def _placing(document: Document, reuse: Collection[int]) -> int:
    """The words of the marks inside of sentences: most are asked for once, to be found in the translation."""
    proses = (segment.prose for at, segment in enumerate(document.segments) if at not in reuse)
    return sum(
        min(mark.end, end) - max(mark.start, start)
        for prose in proses
        for (start, end), held in zip(prose.sentences, prose.held, strict=True)
        for mark in (prose.marks[number] for number in held)
        if mark.start > start or mark.end < end
    )


def _superseded(document: Document, recall: Recall) -> Iterable[Finding]:
    for at, text in recall.superseded:
        line = document.segments[at].line if at < len(document.segments) else 0
        yield Finding(
            "human-text-superseded",
            f"The source changed under a person's text. Theirs was: {_short(text)}",
            document.path,
            line,
        )


def _stayed(document: Document, item: Localization) -> Iterable[Finding]:
    """What an earlier run left in the source language; it is current, and yet nobody translated it."""
    if item.failed and len(item.entries) == len(document.segments):
        lines = [
            segment.line
            for segment, entry in zip(document.segments, item.entries, strict=True)
            if not entry.target
        ]
        more = f" (and {len(lines) - 1} more of its texts)" if lines[1:] else ""
        message = (
            f"This text{more} stayed in the source language in an earlier run. A run that has something to "
            "translate tries it again; or translate it by hand in the localization."
        )
        yield Finding("stayed-source", message, document.path, lines[0])


def _histories(
    path: str, own: Localization | None, moved: tuple[str, str] | None, blog: Blog
) -> Iterable[Finding]:
    """Why a localization is made that seems to need nothing."""
    if own is not None and not blog.known.holds(own):
        yield Finding(
            "pseudo-text", "Pseudo text stands in the localization: a real model replaces it.", path
        )
    if moved:
        yield Finding("moved", f"The post was {moved[0]} before: its localization moves along.", path)


def _moved(recall: Recall, language: str, blog: Blog) -> tuple[str, str] | None:
    """Tell whether this post is one that is gone, under a new name: half of its text came along."""
    for origin, count in recall.origins().most_common(1):
        item = blog.known.of(origin, language)
        half = item is not None and 2 * count >= len(item.entries)
        if item and half and origin not in blog.sources and not blog.known.reshaped(origin, language):
            return origin, item.target
    return None


def _without_collisions(made: Iterable[Task | Outcome]) -> tuple[list[Task], list[Outcome]]:
    tasks: dict[str, Task] = {}
    settled: list[Outcome] = []
    for item in made:
        if isinstance(item, Outcome):
            settled.append(item)
        elif first := tasks.get(item.target.casefold()):
            path = item.document.path
            message = f"{item.target} is already written for {first.document.path}: change `output`."
            finding = Finding("output-collides", message, path)
            settled.append(Outcome(path, item.target, item.language, Status.FAILED, findings=(finding,)))
        else:
            tasks[item.target.casefold()] = item
    return list(tasks.values()), settled


def _orphans(blog: Blog, moved: Collection[str]) -> Iterable[Finding]:
    for source, record in blog.known.records.items():
        left = [item.target for item in record.localizations.values() if item.target in blog.files]
        if source not in blog.sources and source not in moved and left:
            message = f"The post is gone, its localizations are not: {', '.join(left)}. Remove them by hand."
            yield Finding("source-gone", message, source)


def _settled(place: tuple[str, str, str], status: Status, code: str, message: str) -> Outcome:
    path, target, language = place
    return Outcome(path, target, language, status, findings=(Finding(code, message, path),))


def _short(text: str, limit: int = 300) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= limit else flat[: limit - 1] + "…"
