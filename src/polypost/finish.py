"""From answers to files: render each localization, check it, and bring its record up to date."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from polypost.errors import PostError
from polypost.markdown.document import Document, again
from polypost.memory import Memory
from polypost.plan import Plan, Task
from polypost.records import (
    ATTRIBUTES,
    Entry,
    Localization,
    Record,
    content_id,
    digest,
    dump,
    frame,
    record_path,
    source_key,
    written_key,
)
from polypost.text import sentences
from polypost.translate import Sent, Translated
from polypost.values import Answer, Finding, Localized, Outcome, Report, Status
from polypost.work import Work


@dataclass(frozen=True, slots=True)
class _Made:
    """A finished localization."""

    task: Task
    outcome: Outcome
    content: bytes
    localization: Localization


def finish(
    plan: Plan, known: Memory, files: Mapping[str, str], translated: Translated, report: Report
) -> tuple[Report, dict[str, bytes | None]]:
    """Give the report with all outcomes, and the changes to write: path -> bytes, or None to remove.

    `files`: path -> content id of what is there now; what is so already is not written again.
    """
    made: list[_Made] = []
    outcomes = list(report.outcomes)
    for task in plan.tasks:
        result = _finish(task, translated, report.translator.name, files.get(task.target))
        outcomes.append(result.outcome if isinstance(result, _Made) else result)
        made += [result] if isinstance(result, _Made) else []
    problem = translated.problem
    failed = any(outcome.status is Status.FAILED for outcome in outcomes)
    changes = _changes(made, known, files)
    report = replace(
        report,
        outcomes=tuple(outcomes),
        usage=translated.usage,
        changed=tuple(changes),
        removed=tuple(path for path, content in changes.items() if content is None),
        problem=str(problem) if problem else "",
        exit_code=problem.exit_code if problem else int(failed),
    )
    return report, changes


def preview(plan: Plan, report: Report) -> Report:
    """Give the report of a dry run: what would be done, nothing done."""
    would = (
        Outcome(
            task.document.path,
            task.target,
            task.language,
            task.status,
            len(task.document.segments),
            len(task.reuse),
            sum(map(len, task.sentences)) + task.placing,
            task.findings,
            task.placing,
        )
        for task in plan.tasks
    )
    outcomes = (*report.outcomes, *would)
    usage = replace(report.usage, characters=plan.load.characters, characters_probing=plan.characters_probing)
    failed = any(outcome.status is Status.FAILED for outcome in outcomes)
    return replace(report, outcomes=outcomes, usage=usage, exit_code=int(failed))


def _finish(task: Task, translated: Translated, made_with: str, there: str | None) -> _Made | Outcome:
    answers: Mapping[str, Answer] = translated.answers.get(task.language, {})
    work = Work(task.document, target=task.language, standins=translated.standins, reuse=task.reuse)
    if work.needed(answers):
        why = str(translated.problem).rstrip(".")
        return _failed(task, translated, "not-translated", f"Not translated: {why}.")
    localized = work.render(answers)
    translatable = {at for at in range(len(task.document.segments)) if sentences(task.document, at)}
    if localized.kept and localized.kept >= translatable - set(task.reuse) and not task.reuse:
        why = next(f.message for f in localized.findings if f not in task.document.notes)
        message = f"No part of it could be translated: {why}"
        return _failed(task, translated, "not-translated", message)
    try:
        document = again(task.document, localized.content)
    except PostError as error:
        return _failed(task, translated, error.code, f"The localized post can't be read back: {error}")
    if len(document.segments) != len(task.document.segments):
        return _failed(
            task, translated, "structure", "The localized post has another structure than its source."
        )
    localization = _localization(task, localized, document, made_with)
    status = Status.UNCHANGED if localization.target_id == there else task.status
    outcome = _outcome(task, translated, status, localized.findings)
    return _Made(task, replace(outcome, steps=localized.steps), localized.content, localization)


def _failed(task: Task, translated: Translated, code: str, message: str) -> Outcome:
    finding = Finding(code, message, task.document.path)
    return _outcome(task, translated, Status.FAILED, (finding,))


def _outcome(task: Task, translated: Translated, status: Status, findings: tuple[Finding, ...]) -> Outcome:
    sent = translated.sent.get((task.document.path, task.language), Sent())
    return Outcome(
        task.document.path,
        task.target,
        task.language,
        status,
        len(task.document.segments),
        len(task.reuse),
        sent.characters,
        (*findings, *task.findings),
        sent.probing,
    )


def _localization(task: Task, localized: Localized, document: Document, made_with: str) -> Localization:
    def entry(at: int) -> Entry:
        if at in task.entries:
            return task.entries[at]
        target = "" if at in localized.kept else written_key(document, at)
        hashes = tuple(digest(sentence) for sentence in sentences(task.document, at))
        return Entry(hashes, source_key(task.document, at), target)

    return Localization(
        task.target,
        task.source_id,
        content_id(localized.content),
        frame(document),
        made_with,
        tuple(entry(at) for at in range(len(document.segments))),
    )


def _changes(made: list[_Made], known: Memory, files: Mapping[str, str]) -> dict[str, bytes | None]:
    wanted: dict[str, bytes | None] = {}
    records: dict[str, dict[str, Localization]] = {
        source: dict(record.localizations) for source, record in known.records.items()
    }
    for item in made:
        if item.task.replaces:
            origin, gone = item.task.replaces
            wanted.setdefault(gone, None)
            records[origin].pop(item.task.language, None)
        wanted[item.task.target] = item.content
        records.setdefault(item.task.document.path, {})[item.task.language] = item.localization
    for source, localizations in records.items():
        old = known.records.get(source)
        if old is None or localizations != old.localizations:
            wanted[record_path(source)] = dump(Record(source, localizations)) if localizations else None
    if any(content is not None for content in wanted.values()):
        path, content = ATTRIBUTES
        wanted[path] = content
    return {path: content for path, content in sorted(wanted.items()) if _differs(files.get(path), content)}


def _differs(there: str | None, content: bytes | None) -> bool:
    return there != (None if content is None else content_id(content))
