"""The run, in one place: discover, read, plan, translate, check, write, publish.

It speaks to the world only through ports. Whatever goes wrong with one post or one sentence is a
value that reaches the report; a service that fails, or a signal, ends the translating but never
loses a localization that was complete by then.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache

from polypost.claims import believed
from polypost.discover import discover, records_in
from polypost.errors import PolypostError, PostError
from polypost.finish import finish, preview
from polypost.job import Job
from polypost.markdown.document import Document, parse
from polypost.markdown.frontmatter import switch
from polypost.memory import Memory
from polypost.plan import Blog, Plan, Wanted, make_plan
from polypost.ports import Console, OpenTranslator, Publisher, Repository
from polypost.records import Record, behind, load
from polypost.translate import translate
from polypost.values import Finding, Outcome, Report, Status


def run(
    job: Job,
    repository: Repository,
    open_translator: OpenTranslator,
    publisher: Publisher,
    console: Console,
) -> Report:
    """Do the whole job and tell what became of it. Raises UsageError before anything is started."""
    sources, files = repository.sources(), repository.overlay()
    records, notes = _records(job, repository, files)
    paths = _discover(job, repository, sources, records)
    posts, unread, failed = _read(job, repository, sources, paths)
    known = Memory(records, _localized(repository, files, job.keys))
    plan = make_plan(posts, Blog(known, job.output, sources, files, blocked=repository.blocked))
    report = Report(
        paths,
        (*failed, *plan.settled),
        (*notes, *unread, *plan.notes),
        translator=job.translator,
        dry_run=job.dry_run,
    )
    _announce(plan, paths, console)
    if job.dry_run:
        return preview(plan, report)
    translated = translate(plan, open_translator, console)
    report = finish(plan, known, files, translated, report)
    return _publish(publisher, report, console)


def _records(
    job: Job, repository: Repository, files: Mapping[str, str]
) -> tuple[dict[str, Record], list[Finding]]:
    records: dict[str, Record] = {}
    notes: list[Finding] = []
    for path in records_in(files):
        try:
            record, doubts = believed(load(repository.read(files[path]), path), path, job.output)
            notes += doubts
            if record.localizations:
                records[record.source] = record
        except PostError as error:
            notes.append(Finding(error.code, str(error), path))
    return records, notes


def _discover(
    job: Job, repository: Repository, sources: Mapping[str, str], records: Mapping[str, Record]
) -> tuple[str, ...]:
    written = {item.target for record in records.values() for item in record.localizations.values()}
    changed = repository.changed()
    if changed is not None and job.catch_up:
        # A push whose job was cancelled for a newer one is in nobody's event: the records still know.
        changed |= behind(records, sources)
    return discover(job, sources, written=written, changed=changed)


def _read(
    job: Job, repository: Repository, sources: Mapping[str, str], paths: Sequence[str]
) -> tuple[list[Wanted], list[Finding], list[Outcome]]:
    posts: list[Wanted] = []
    unread: list[Finding] = []
    for path in paths:
        try:
            content = repository.read(sources[path])
            document = parse(content, path=path, keys=job.keys, source=job.source)
            posts.append(_wanted(job, document, sources[path], switch(content)))
        except PostError as error:
            unread.append(Finding(error.code, str(error), path, error.line))
    failed = [Outcome(item.path, "", tag, Status.FAILED) for item in unread for tag in job.languages]
    return posts, unread, failed


def _wanted(job: Job, document: Document, source_id: str, choice: bool | tuple[str, ...] | None) -> Wanted:
    """The post's own `translate:` switch stands in place of the languages asked for."""
    if choice is False:
        why = "`translate: false` in its front matter"
        return Wanted(document, source_id, (), dict.fromkeys(job.languages, why))
    asked = choice if isinstance(choice, tuple) else job.languages
    refused = {tag: why for tag in asked if (why := job.refuse(tag))}
    return Wanted(document, source_id, tuple(tag for tag in asked if tag not in refused), refused)


def _localized(
    repository: Repository, files: Mapping[str, str], keys: Sequence[str]
) -> Callable[[str, str], Document | None]:
    @lru_cache(maxsize=512)
    def localized(target: str, source: str) -> Document | None:
        if target not in files:
            return None
        try:
            # Parsed under the source's path: the same dialect, whatever folder it stands in.
            return parse(repository.read(files[target]), path=source, keys=keys)
        except PostError:
            return None

    return localized


def _announce(plan: Plan, paths: Collection[str], console: Console) -> None:
    console.step("Plan")
    count = sum(1 for task in plan.tasks if task.sentences)
    console.say(
        f"{len(paths)} posts looked at: {count} localizations to translate "
        f"({plan.characters:,} characters in {len(plan.languages)} languages), "
        f"{len(plan.tasks) - count} to write without translating, {len(plan.settled)} with nothing to do"
    )


def _publish(publisher: Publisher, report: Report, console: Console) -> Report:
    if report.changes:
        console.step("Publish")
    try:
        return replace(report, publication=publisher.publish(report.changes, report))
    except PolypostError as error:
        return replace(report, problem=str(error), exit_code=error.exit_code)
