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
from polypost.discover import EVERY_POST, discover, records_in, unmatched
from polypost.errors import PolypostError, PostError, Stopped, UsageError
from polypost.finish import finish, preview
from polypost.job import Job
from polypost.markdown.document import Document, parse
from polypost.markdown.frontmatter import switch
from polypost.markdown.rules import Rules
from polypost.memory import Memory
from polypost.options import FILE
from polypost.plan import Blog, Plan, Wanted, make_plan
from polypost.ports import Clock, Console, Publisher, Repository, Translators
from polypost.records import Record, behind, load
from polypost.sites import dialect_of, sites_of
from polypost.translate import translate
from polypost.values import Finding, Outcome, Report, Status


def run(  # noqa: PLR0913, PLR0917  the job, and the world that it is done in
    job: Job,
    repository: Repository,
    translators: Translators,
    publisher: Publisher,
    console: Console,
    clock: Clock,  # noqa: ARG001  the waves of a long run will need it
) -> Report:
    """Do the whole job and tell what became of it. Raises UsageError before anything is started."""
    sources, files = repository.sources(), repository.overlay()
    records, notes = _records(job, repository, files)
    _warn_of_typos(job, sources, console)
    paths = _discover(job, repository, sources, records)
    rules = rules_of(job, repository)
    posts, unread, failed = _read(job, repository, paths, rules)
    known = Memory(records, _localized(repository, files, rules), job.translator.name)
    lost = {note.path for note in notes if note.code in {"record-damaged", "record-newer"}}
    blog = Blog(known, job.output, sources, files, blocked=repository.blocked, unreadable=lost)
    plan = make_plan(posts, blog)
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
    translated = translate(plan, translators, console)
    try:
        report, changes = finish(plan, known, files, translated, report)
    except Stopped as stopped:
        # The first signal raises, further ones don't: what is translated is still written.
        translated.problem = stopped
        report, changes = finish(plan, known, files, translated, report)
    return _publish(publisher, changes, report, console)


def rules_of(job: Job, repository: Repository) -> Callable[[str], Rules]:
    """How each post is read, by its path: in the dialect of its site, unless the job names one for all."""
    if job.rules.dialect:
        return lambda _: job.rules
    sources = repository.sources()

    def text(path: str) -> str:
        try:
            return repository.read(sources[path]).decode(errors="replace")
        except PostError:
            return ""

    sites = sites_of(sources, text)
    return lambda path: replace(job.rules, dialect=dialect_of(sites, path))


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


def _warn_of_typos(job: Job, sources: Mapping[str, str], console: Console) -> None:
    """Say which of `paths` match nothing. Raises UsageError when none of them does."""
    missing = [pattern for pattern in unmatched(job, sources) if pattern not in EVERY_POST]
    if missing and len(missing) == len(job.paths):
        raise UsageError(
            f"No post matches {', '.join(missing)}: check the path (from the repository's root)."
        )
    for pattern in missing:
        console.warn(f"No post matches {pattern}.")


def _discover(
    job: Job, repository: Repository, sources: Mapping[str, str], records: Mapping[str, Record]
) -> tuple[str, ...]:
    written = {item.target for record in records.values() for item in record.localizations.values()}
    changed = repository.changed()
    if changed is not None and job.catch_up:
        # A push whose job was cancelled for a newer one is in nobody's event. The records know which
        # localizations it left behind; its new posts are found by the next run that looks at everything.
        changed = None if FILE in changed else changed | behind(records, sources)
    return discover(job, sources, written=written, changed=changed)


def _read(
    job: Job, repository: Repository, paths: Sequence[str], rules: Callable[[str], Rules]
) -> tuple[list[Wanted], list[Finding], list[Outcome]]:
    posts: list[Wanted] = []
    unread: list[Finding] = []
    sources = repository.sources()
    for path in paths:
        try:
            content = repository.read(sources[path])
            document = parse(content, path=path, rules=rules(path), source=job.source)
            posts.append(_wanted(job, document, sources[path], switch(content)))
        except PostError as error:
            unread.append(Finding(error.code, str(error), path, error.line))
    failed = [Outcome(item.path, "", tag, Status.FAILED) for item in unread for tag in job.languages]
    return posts, unread, failed


def _wanted(job: Job, document: Document, source_id: str, choice: bool | tuple[str, ...] | None) -> Wanted:
    """The post's own `translate:` switch stands in place of the languages asked for."""
    if choice is False:
        left_out = Finding("skipped", "`translate: false` in its front matter", document.path)
        return Wanted(document, source_id, (), dict.fromkeys(job.languages, left_out))
    asked = choice if isinstance(choice, tuple) else job.languages
    refused = {
        tag: Finding("language-refused", why, document.path) for tag in asked if (why := job.refuse(tag))
    }
    return Wanted(document, source_id, tuple(tag for tag in asked if tag not in refused), refused)


def _localized(
    repository: Repository, files: Mapping[str, str], rules: Callable[[str], Rules]
) -> Callable[[str, str], Document | None]:
    @lru_cache(maxsize=512)
    def localized(target: str, source: str) -> Document | None:
        if target not in files:
            return None
        try:
            # Parsed under the source's path: the same dialect, whatever folder it stands in.
            return parse(repository.read(files[target]), path=source, rules=rules(source))
        except PostError:
            return None

    return localized


def _announce(plan: Plan, paths: Collection[str], console: Console) -> None:
    console.step("Plan")
    sending = sum(1 for task in plan.tasks if task.sentences)
    told = [f"posts looked at: {len(paths)}", f"localizations to translate: {sending}"]
    if sending:
        probing = plan.characters_probing
        placing = f", about {probing:,} of them to place links and emphasis" if probing else ""
        told[-1] += f" ({plan.load.characters:,} characters{placing}; languages: {', '.join(plan.languages)})"
    if writing := len(plan.tasks) - sending:
        told.append(f"to write without translating: {writing}")
    if plan.settled:
        told.append(f"with nothing to do: {len(plan.settled)}")
    console.say("; ".join(told))


def _publish(
    publisher: Publisher, changes: Mapping[str, bytes | None], report: Report, console: Console
) -> Report:
    if changes:
        console.step("Publish")
    try:
        return replace(report, publication=publisher.publish(changes, report))
    except PolypostError as error:
        return replace(report, problem=str(error), exit_code=error.exit_code)
