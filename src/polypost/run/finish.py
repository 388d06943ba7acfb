"""From answers to a file: render a localization, check it, and tell what its record has to say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from polypost.errors import DONE, INCOMPLETE, PostError
from polypost.markdown.document import Document, raw
from polypost.memory.frames import frame
from polypost.memory.patching import Patch, more, patched
from polypost.plan.plan import Plan
from polypost.plan.task import Blog, Task, superseded
from polypost.records.record import (
    Entry,
    Localization,
    Pending,
    brief,
    content_id,
    notice_key,
    source_key,
    written_key,
)
from polypost.run.translate import Part
from polypost.sites import notice_in
from polypost.text import cuts
from polypost.text.cuts import Key
from polypost.text.work import KEPT
from polypost.values import Answer, Finding, Localized, Outcome, Report, Status, Untranslated

_HELD = 1_000
"""So many localizations wait for a second look; the links of the rest are put right by the next run."""
_WORDS = frozenset({"kept-source", "untranslated", "stayed-source", "suspicious"})
"""Codes of findings about words that come without a pair, too."""
MADE = frozenset({Status.NEW, Status.UPDATED})
"""What a localization is that a run has written."""
GAVE_WAY = "gave-way"
"""The code of what stands in someone else's words, since they changed it while the run went on."""


@dataclass(frozen=True, slots=True)
class Made:
    """A finished localization."""

    task: Task
    outcome: Outcome
    content: bytes
    localization: Localization
    stayed: frozenset[int] = frozenset()
    """Segments that kept their source text although they were to be translated."""
    pending: Pending | None = None
    """What is good of the answers to their sentences: only the others are sent again."""
    heard: Pending | None = None
    """All good answers that it was made of: it can be made of them once more."""


class Finish:
    """Finishes localizations; what it finds out about a post serves all of its languages."""

    def __init__(self, made_with: Callable[[str], str], blog: Blog, planned: Collection[str]) -> None:
        """`made_with`: see `Job`. `planned`: paths of the localizations that the run makes."""
        self._made_with, self._tried_with = made_with, blog.known.terms.tried_with
        self._files, self._dresser, self._known = blog.files, blog.dresser, blog.known
        self._planned = planned
        self._made_ids: dict[str, str] = {}
        self._open: list[tuple[Part, Localization, Pending | None]] = []
        self._document: Document | None = None
        self._entries: tuple[Entry, ...] = ()

    def __call__(self, part: Part, answers: Mapping[str, Answer]) -> Made | Outcome:
        """The localization, or the outcome that says why there is none. Raises KeyError when one lacks."""
        task, document = part.task, part.ready.document
        given = (answers.get(text) for text in part.asked)
        part.open |= any(isinstance(answer, Untranslated) and not answer.final for answer in given)
        localized = part.work.render(answers)
        source = self._source(document)
        translatable = {at for at, entry in enumerate(source) if entry.sentences}
        reuse = part.ready.reuse
        if localized.kept and localized.kept >= translatable - set(reuse) and not reuse:
            part.vain = not part.open
            why = next(f for f in localized.findings if f not in document.notes)
            message = f"No part of it could be translated: {why.message.removeprefix(KEPT)}"
            return failed(part, "not-translated", message, why.pair)
        try:
            read = self._dressed(task, document, localized.content)
        except PostError as error:
            return failed(part, error.code, f"The localized post can't be read back: {error}")
        if len(read.segments) != len(document.segments):
            return failed(part, "structure", "The localized post has another structure than its source.")
        file = read
        if part.ready.patch:
            try:
                file = self._patched(task, document, part.ready.patch, read)
            except PostError as error:
                return failed(part, error.code, f"The localization is left alone: {error}")
        localization = self._localization(part, localized, read, source, file)
        written = content_id(file.whole)
        same = written == self._files.get(task.target)
        stays = task.status in {Status.KEPT, Status.BEHIND}
        status = Status.UNCHANGED if same and not stays else task.status
        now = {at: raw(read, at).decode() for at in {lost.at for lost in task.superseded} if at is not None}
        findings = (*localized.findings, *superseded(task, now))
        outcome = _outcome(part, status, findings)
        self._made_ids[task.target] = written
        self._dresser.made(document, file, task.target)
        outcome = replace(outcome, steps={**localized.steps, **part.climbed})
        return Made(task, outcome, file.whole, localization, localized.kept)

    def hold(self, part: Part, made: Made) -> bool:
        """Keep what was made for a second look, if it leads to what the run (still) makes; tell whether."""
        language, links = part.task.language, made.localization.links
        targets = [(self._dresser.target(link, language), state) for link, state in links.items()]
        waits = any(
            each in self._planned and (each not in self._made_ids or state != "+") for each, state in targets
        )
        waits = waits and len(self._open) < _HELD
        if waits:
            self._open.append((part, made.localization, made.pending))
        return waits

    def again(self) -> Iterator[tuple[Part, Made | None]]:
        """What was held, and what becomes of it now that all else is made; None where nothing does."""
        self._planned = frozenset()
        held, self._open = self._open, []
        # All first: a localization that is made again is another file for those that lead to it.
        results = [self(part, {}) for part, *_ in held]
        for (part, before, pending), made in zip(held, results, strict=True):
            if not isinstance(made, Made):
                yield part, None
                continue
            links = self._dresser.links(part.ready.document, part.task.language, self._id)
            now = replace(made, localization=replace(made.localization, links=links), pending=pending)
            yield part, now if now.localization != before else None

    def _there(self, path: str) -> bool:
        """Whether a file is there, or will be at the end of the run."""
        return self._id(path) is not None

    def _id(self, path: str) -> str | None:
        """Its content id, as far as it is known; of a file that is still to be made, nothing else."""
        return self._made_ids.get(path) or self._files.get(path) or ("?" if path in self._planned else None)

    def _patched(self, task: Task, document: Document, patch: Patch, read: Document) -> Document:
        """A person's file with what is new of `read`; the same file where that is nothing."""
        file = patched(patch, read)
        if file.content == patch.file.content:
            return patch.file
        made = self._dressed(task, document, file.content, patch.file.whole)
        if len(made.segments) != len(file.segments):
            raise PostError("the changes of the post don't fit into it", code="structure")
        return made

    def _dressed(
        self, task: Task, document: Document, content: bytes, theirs: bytes | None = None
    ) -> Document:
        """`content` with what the site needs of it, as it is read again. Raises PostError."""
        place, worded = (task.target, task.language), self._worded(task)
        whole = self._dresser.on(document, content, *place, self._there, theirs, worded=worded)
        return self._dresser.off(whole, task.path, task.target, task.language)

    def _worded(self, task: Task) -> str | None:
        """What a person has made of the notice: empty where they took it out; None: it is ours."""
        path = task.origin or task.path
        item = self._known.of(path, task.language)
        file = self._known.file(path, task.language) if item and item.notice else None
        found = notice_in(file.whole) if file else ""
        return found if item and file and notice_key(found) != item.notice else None

    def _noticed(self, task: Task, file: Document) -> str:
        """The key of the notice, for the record.

        Of one that a person has taken out or written anew it is ours: so the next run knows that they did.
        """
        worded = self._worded(task)
        if worded is None:
            return notice_key(notice_in(file.whole))
        ours = notice_key(self._dresser.notice(task.path, task.target, task.language))
        item = self._known.of(task.origin or task.path, task.language)
        return ours or (item.notice if item and worded else "")

    def _source(self, document: Document) -> tuple[Entry, ...]:
        """The source's part of each segment's entry."""
        if document is not self._document:
            self._entries = tuple(_entry(document, at) for at in range(len(document.segments)))
            self._document = document  # last, since a signal may come in between
        return self._entries

    def _localization(
        self,
        part: Part,
        localized: Localized,
        read: Document,
        source: tuple[Entry, ...],
        file: Document,
    ) -> Localization:
        tried = "" if part.open else self._tried_with(part.task.language)

        def entry(at: int) -> Entry:
            if known := part.ready.entries.get(at):
                stays = part.ready.patch is not None and at in part.ready.patch.stays
                target = written_key(read, at) if known.target and not stays else known.target
                ours = source[at]
                return replace(
                    known, sentences=ours.sentences, source=ours.source, shapes=ours.shapes, target=target
                )
            if at in localized.kept:
                return replace(source[at], tried=tried)
            became = part.work.became(at)
            suspicious = any(told.doubts for _, group in became for told in group)
            return replace(
                source[at],
                target=written_key(read, at),
                cuts=cuts.cut(became, read.segments[at].prose),
                suspicious=suspicious,
                made_with=self._made(part, source[at]),
                tried=tried if suspicious else "",
            )

        entries = tuple(entry(at) for at in range(len(read.segments)))
        return Localization(
            part.task.target,
            part.task.source_id,
            brief(content_id(file.whole)),
            frame(file),
            self._mostly(entries),
            entries,
            theirs=part.ready.patch is not None,
            source_frame=frame(part.ready.document),
            notice=self._noticed(part.task, file),
            links=self._dresser.links(part.ready.document, part.task.language, self._id),
            more=tuple(more(part.ready.patch, file)) if part.ready.patch else (),
        )

    def _made(self, part: Part, source: Entry) -> str:
        """What made a segment: who made some of its sentences before, if somebody else did."""
        keys = map(Key, source.sentences, source.shapes)
        before = (piece.made_with for key in keys if (piece := cuts.find(part.ready.known, key)))
        ours = self._made_with(part.task.language)
        return next((made for made in before if made != ours), ours)

    def _mostly(self, entries: Sequence[Entry]) -> str:
        """What made most of them; nothing, where all are a person's."""
        made = Counter(entry.made_with for entry in entries if entry.target and not entry.person)
        return made.most_common(1)[0][0] if made else ""


def _entry(document: Document, at: int) -> Entry:
    """The source's part of a segment's entry."""
    found = cuts.keys(document.segments[at].prose)
    return Entry(
        tuple(key.text for key in found),
        source_key(document, at),
        "",
        shapes=tuple(key.shape for key in found),
    )


def failed(part: Part, code: str, message: str, pair: tuple[str, str] | None = None) -> Outcome:
    """The outcome of a localization that there is none of, and why. `pair`: see `Finding`."""
    return _outcome(part, Status.FAILED, (Finding(code, message, part.task.path, pair=pair),))


def unmade(task: Task, why: str) -> Outcome:
    """The outcome of a localization that can't be begun."""
    finding = Finding("not-translated", f"Not translated: {why}.", task.path)
    return replace(waiting(task), status=Status.FAILED, findings=(finding, *task.findings))


def waiting(task: Task, characters: int = 0, probing: int = 0) -> Outcome:
    """The outcome of a localization that is left to the next run; why, is told once, as the run's problem.

    `characters`: sent for it so far, `probing` of them only to place marks.
    """
    return Outcome(
        task.path,
        task.target,
        task.language,
        Status.WAITING,
        task.segments,
        task.reused,
        characters,
        task.findings,
        probing,
    )


def _outcome(part: Part, status: Status, findings: tuple[Finding, ...]) -> Outcome:
    task = part.task
    return Outcome(
        task.path,
        task.target,
        task.language,
        status,
        task.segments,
        task.reused,
        part.characters,
        (*findings, *task.findings),
        part.probing,
        dict(part.climbed),
    )


def judged(report: Report) -> Report:
    """The report with the exit code of a run that went through: 1 where an outcome is as bad as `fail_on`."""
    suspicious = report.fail_on == "suspicious"
    bad = (
        each.status is Status.FAILED or (suspicious and any(map(_about_words, each.findings)))
        for each in report.outcomes
    )
    return replace(report, exit_code=INCOMPLETE if report.fail_on != "never" and any(bad) else DONE)


def _about_words(finding: Finding) -> bool:
    """Whether it says that a text is doubtful, or has none of its own."""
    return finding.pair is not None or finding.code in _WORDS


def preview(plan: Plan, report: Report) -> Report:
    """Give the report of a dry run: what would be done, nothing done."""
    would = (
        Outcome(
            task.path,
            task.target,
            task.language,
            task.status,
            task.segments,
            task.reused,
            task.characters + task.placing,
            (*superseded(task, {}), *task.findings),
            task.placing + task.probing,
        )
        for task in plan.tasks
    )
    outcomes = (*report.outcomes, *would)
    usage = replace(report.usage, characters=plan.load.characters, characters_probing=plan.placing)
    return judged(replace(report, outcomes=outcomes, usage=usage))


def given_way(report: Report, paths: Collection[str]) -> Report:
    """Give the report of a run in which someone else's change stands in place of what was made at `paths`."""
    if not paths:
        return report
    lost = {at for at, each in enumerate(report.outcomes) if each.target in paths and each.status in MADE}
    now = replace(
        report,
        outcomes=tuple(_yielded(each) if at in lost else each for at, each in enumerate(report.outcomes)),
        changed=tuple(path for path in report.changed if path not in paths),
        removed=tuple(path for path in report.removed if path not in paths),
    )
    return now if report.exit_code else judged(now)


def _yielded(outcome: Outcome) -> Outcome:
    message = (
        f"Not published: someone else changed or removed {outcome.target} while the run went on, and that "
        "stays. The next run looks at it again."
    )
    finding = Finding(GAVE_WAY, message, outcome.source)
    return replace(outcome, status=Status.FAILED, findings=(finding, *outcome.findings))
