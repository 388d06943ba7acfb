"""The blog as the run finds it: what there is, and its posts, localizations and records read when needed.

A few documents and records are held at a time, so that a large blog takes no more memory than its paths.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import cache, lru_cache

from polypost.errors import PostError, UsageError
from polypost.job import Job
from polypost.markdown.anchors import followed
from polypost.markdown.document import CONFLICT, Document, parse
from polypost.markdown.frontmatter import switch
from polypost.markdown.rules import Rules
from polypost.memory.memory import Memory, Terms
from polypost.memory.mending import mended, salvaged, told
from polypost.options import FILE
from polypost.plan.discover import EVERY_POST, discover, records_of, unmatched
from polypost.plan.task import Blog, Wanted
from polypost.ports import Console, Repository
from polypost.records.claims import believed
from polypost.records.file import DAMAGED, dump, load, sketch
from polypost.records.record import Record, Sketch, Told, brief, joined
from polypost.sites import Dresser, Layouts, dialect_of, layouts_of, record_for, sites_of
from polypost.values import Finding

_HELD = 32
"""Documents, and records, that are held: of one post and its languages, and of some more."""


class Library:
    """See above; everything is read through `repository`."""

    def __init__(self, job: Job, repository: Repository, console: Console) -> None:
        """Look what there is. Raises UsageError when none of the job's `paths` is."""
        self._job, self._repository = job, repository
        self._sources, self._files = repository.sources(), repository.overlay()
        self._recorded = records_of(self._files)
        self._tags = {tag.casefold(): tag for tag in job.languages}
        """As the user writes them now: BCP 47 tags are the same in any case."""
        self._rules = rules_of(job, repository)
        self._layouts = layouts_in(repository, job.layout, job.output, job.source)
        document = lru_cache(maxsize=_HELD)(self._document)
        self._dresser = Dresser(self._layouts, self._rules, self._followed, notice=job.notice)
        self.notes = list(repository.superseded())
        """That; records that count for nothing, or for less than they say; and posts that are none."""
        self._mended: dict[str, bytes] = {}
        """Path of a record that can't be read as it is -> what counts in its place."""
        known = Memory(
            self._records(),
            lru_cache(maxsize=_HELD)(self._record),
            lru_cache(maxsize=_HELD)(self._localized),
            Terms(job.made_with, job.tried_with, self._sources, keep=job.keep_edits, refresh=job.refresh),
        )
        self.blog = Blog(
            known,
            self._layouts,
            self._dresser,
            self._sources,
            self._files,
            document=document,
            blocked=repository.blocked,
            damage=self._damage,
            conflicted=lambda target: CONFLICT in repository.read(self._files[target]),
            prune=job.prune,
            unreadable={note.path for note in self.notes if note.code == "record-newer"},
            records=self._recorded,
            mended=frozenset(record_for(path)[0] for path in self._mended) & self._sources.keys(),
            apart=job.apart,
            terms=cache(job.glossary.terms),
        )
        for items in known.glances.values():
            for item in items.values():
                self._dresser.expect(item.links)
        _warn_of_typos(job, self._sources, console)
        self.paths = self._discover()
        """The posts to look at."""

    def posts(self) -> Iterator[Wanted]:
        """The posts, each with the languages that it asks for."""
        return map(self.post, self.paths)

    def post(self, path: str) -> Wanted:
        """One of them."""
        try:
            return self._wanted(path, switch(self._repository.read(self._sources[path])))
        except PostError as error:
            return Wanted(path, "", self._job.languages, broken=self._first_said(path, error))

    def _first_said(self, path: str, error: PostError) -> PostError:
        """What is wrong with the post as a whole goes before what is wrong with its switch."""
        try:
            self.blog.document(path)
        except PostError as whole:
            return whole
        return error

    def _wanted(self, path: str, choice: bool | tuple[str, ...] | None) -> Wanted:
        """The post's own `translate:` switch stands in place of the languages asked for."""
        job, source_id = self._job, brief(self._sources[path])
        if choice is False:
            left_out = Finding("skipped", "`translate: false` in its front matter", path)
            return Wanted(path, source_id, (), dict.fromkeys(job.languages, left_out))
        asked = map(self._spelled, choice) if isinstance(choice, tuple) else job.languages
        asked = tuple(dict.fromkeys(asked))
        refused = {tag: Finding("language-refused", why, path) for tag in asked if (why := job.refuse(tag))}
        return Wanted(path, source_id, tuple(tag for tag in asked if tag not in refused), refused)

    def _discover(self) -> tuple[str, ...]:
        job, known = self._job, self.blog.known
        # What our branch has moved away or removed still stands in the base, and is no post there.
        sources = {path: oid for path, oid in self._sources.items() if path in self._files}
        written = {item.target for items in known.glances.values() for item in items.values()}
        changed = self._repository.changed()
        if changed is not None and job.catch_up:
            # A push whose job was cancelled for a newer one is in nobody's event. The records know which
            # localizations it left behind; its new posts are found by the next run that looks at everything.
            late = known.behind(sources) | known.leading(changed) | self.blog.mended
            changed = None if FILE in changed else changed | late
        return discover(job, self._layouts, sources, written=written, changed=changed)

    def _records(self) -> Iterator[Sketch]:
        for source, paths in self._recorded.items():
            record = self._respelled(joined({tag: self._sketch(source, path) for tag, path in paths.items()}))
            if record.localizations or record.pending:
                yield record

    def _sketch(self, source: str, path: str) -> Sketch:
        try:
            record, doubts = believed(self._sketched(source, path), path, self._layouts)
        except PostError as error:
            self.notes.append(Finding(error.code, str(error), path))
            return Sketch(source, {})
        self.notes += doubts
        return replace(record, source=source)

    def _sketched(self, source: str, path: str) -> Sketch:
        data = self._repository.read(self._files[path])
        try:
            return sketch(data, path)
        except PostError as error:
            if error.code != DAMAGED:
                raise
        self._mended[path] = dump(self._mend(source, path, data))
        self.notes.append(told(data, path))
        return sketch(self._mended[path], path)

    def _mend(self, source: str, path: str, data: bytes) -> Record:
        sides = salvaged(data, path)
        try:
            post = self._document(source) if source in self._sources else None
        except PostError:
            post = None
        return mended(sides, post, lambda target: self._localized(target, source), self._files)

    def _record(self, source: str) -> Record:
        """A post's record; an empty one where there is none that can be read."""
        paths = self._recorded.get(source, {})
        return self._respelled(
            joined({tag: self._load(source, path) for tag, path in paths.items()} or {"": Record(source, {})})
        )

    def _respelled(self, record: Told) -> Told:
        """A record with its languages as the user writes them now."""
        return replace(
            record,
            localizations={self._spelled(tag): item for tag, item in record.localizations.items()},
            pending={self._spelled(tag): item for tag, item in record.pending.items()},
        )

    def _spelled(self, tag: str) -> str:
        return self._tags.get(tag.casefold(), tag)

    def _load(self, source: str, path: str) -> Record:
        try:
            found = load(self._mended.get(path) or self._repository.read(self._files[path]), path)
            return replace(believed(found, path, self._layouts)[0], source=source)
        except PostError:
            return Record(source, {})

    def _document(self, path: str) -> Document:
        content = self._repository.read(self._sources[path])
        return parse(content, path=path, rules=self._rules(path), source=self._job.source)

    def _localized(self, target: str, source: str) -> Document | None:
        return self._undressed(target, source, "")

    def _damage(self, target: str, source: str) -> str:
        try:
            self._dresser.off(self._repository.read(self._files[target]), source, target, "")
        except PostError as error:
            return str(error)
        return ""

    def _followed(self, post: str, target: str, language: str) -> Mapping[str, str]:
        """Where the headings of a post went in its localization."""
        try:
            localized = self._undressed(target, post, language)
            return {} if localized is None else followed(self.blog.document(post), localized)
        except PostError:
            return {}

    def _undressed(self, target: str, source: str, language: str) -> Document | None:
        """A localized file without what its site needs beside the text; None where it can't be read."""
        if target not in self._files:
            return None
        try:
            # Parsed under the source's path: the same dialect, whatever folder it stands in.
            return self._dresser.off(self._repository.read(self._files[target]), source, target, language)
        except PostError:
            return None


def rules_of(job: Job, repository: Repository) -> Callable[[str], Rules]:
    """How each post is read, by its path: in the dialect of its site, unless the job names one for all."""
    if job.rules.dialect:
        return lambda _: job.rules
    sites = sites_of(repository.sources(), _texts(repository))
    return lambda path: replace(job.rules, dialect=dialect_of(sites, path))


def layouts_in(repository: Repository, layout: str, output: str, source: str) -> Layouts:
    """Where the localizations of a repository's posts go; see `layouts_of`."""
    return layouts_of(layout, output, source, repository.sources().keys(), _texts(repository))


def _texts(repository: Repository) -> Callable[[str], str]:
    """Path -> the text of a file of the base; empty where it can't be read."""
    sources = repository.sources()

    def text(path: str) -> str:
        try:
            return repository.read(sources[path]).decode(errors="replace")
        except PostError:
            return ""

    return text


def _warn_of_typos(job: Job, sources: Mapping[str, str], console: Console) -> None:
    """Say which of `paths` match nothing. Raises UsageError when none of them does."""
    missing = [pattern for pattern in unmatched(job, sources) if pattern not in EVERY_POST]
    if missing and len(missing) == len(job.paths):
        raise UsageError(
            f"No post matches {', '.join(missing)}: check the path (from the repository's root), and that "
            "git doesn't ignore it."
        )
    for pattern in missing:
        console.warn(f"No post matches {pattern}.")
