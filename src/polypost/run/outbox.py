"""What is finished goes out: in the end, and on a long run now and then, so that little can be lost.

Records are brought up to date here, and only here. What is published is let go, but for its paths. Each
method may be called again with the same when a signal came in its midst.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from polypost.counts import counted
from polypost.errors import DeniedError, PolypostError, Stopped
from polypost.plan.plan import Plan
from polypost.plan.task import Blog, Task
from polypost.ports import Clock, Console, Publisher
from polypost.records.record import ATTRIBUTES, Pending, content_id
from polypost.run.finish import Made, given_way, judged
from polypost.run.ledger import Ledger
from polypost.values import Finding, Outcome, Publication, Report, Status, Usage

FILES, BYTES = 3_000, 50_000_000
"""So much isn't held any longer, whenever the last publication was. Each costs some six requests, and a
workflow's own token has 1,000 an hour."""
PATIENCE_SECONDS = 1800.0
"""How long publications may fail before the run had better end."""
PATIENCE = 4
"""How many times as much may wait while publications fail; then the run had better end."""

_DONE = frozenset({Status.NEW, Status.UPDATED, Status.UNCHANGED})
"""What became of a task that needs no more."""


class Outbox:
    """Outcomes, files and records of the run, on their way to the publisher."""

    def __init__(  # noqa: PLR0913, PLR0917  all that the end of a run has to do with
        self,
        plan: Plan,
        blog: Blog,
        publisher: Publisher,
        report: Report,
        console: Console,
        clock: Clock,
    ) -> None:
        """`report`: what is told of the run before anything is done."""
        self._publisher, self._report, self._console, self._clock = publisher, report, console, clock
        self._files = blog.files
        self._ledger = Ledger(blog, Counter(task.path for task in plan.tasks))
        self.outcomes: dict[tuple[str, str], Outcome] = {}
        """By source and language: what became of the tasks so far."""
        self.usage = Usage()
        """What the translator consumed so far."""
        self.probing = 0
        """Characters sent so far only to find where links and emphasis belong."""
        self._heard: dict[tuple[str, str], tuple[Task, Pending]] = {}
        """What was answered for the localizations that are not published yet: one may give way."""
        self._waiting: dict[str, bytes | None] = {}
        self._later: dict[str, None] = {}
        """Removed in the end only: what is there may still have to be read for another post."""
        for source, targets in plan.prunes.items():
            for language, target in targets.items():
                self._later[target] = None
                self._ledger.drop(source, language)
        self._changed: dict[str, bool] = {}
        """Path -> whether it is there; all that is published."""
        self._size = 0
        self._started = self._last = clock.monotonic()
        self._total = len(plan.tasks)
        self._refused: float | None = None
        """Since when publications fail; None when the last did not."""
        self._closed: Report | None = None

    def add(self, made: Made) -> None:
        """Take a finished localization in."""
        task = made.task
        self._ledger.put(task.path, task.language, made.localization)
        if made.pending:
            self.pend(task, made.pending)
        if made.heard:
            self._heard[task.path, task.language] = task, made.heard
        if task.replaces:
            self._replace(task, *task.replaces)
        if self._files.get(task.target) != content_id(made.content):
            self._waiting[task.target] = made.content
            self._size += len(made.content)
        self.tell(made.outcome)

    def _replace(self, task: Task, origin: str, gone: str) -> None:
        if origin == task.path:
            self._waiting.setdefault(gone, None)
        else:
            if gone in self._files:
                self._later[gone] = None
            self._ledger.drop(origin, task.language)

    def hold(self, source: str) -> None:
        """Keep a post's record at hand: one of its localizations may be made once more."""
        self._ledger.more(source)

    def release(self, source: str) -> None:
        """Let it go."""
        self._ledger.less(source)

    def tell(self, outcome: Outcome) -> None:
        """What became of a localization."""
        new = (outcome.source, outcome.language) not in self.outcomes
        self.outcomes[outcome.source, outcome.language] = outcome
        if new:
            self.probing += outcome.characters_probing
            self._ledger.less(outcome.source)

    def pend(self, task: Task, pending: Pending) -> bool:
        """Keep answers for the next run; False when there are too many of one post."""
        return not (pending.answers or pending.vain) or self._ledger.pend(task.path, task.language, pending)

    def offer(self) -> PolypostError | None:
        """Publish when it is time to; what fails is told and tried again later.

        Gives the failure when the run should end: it will not change, or has lasted for long, or much waits.
        """
        files = len(self._waiting) + self._ledger.dirty
        much = max(files / FILES, self._size / BYTES)
        paused = self._clock.monotonic() - self._last >= self._publisher.pause
        if not files or not (paused or (much >= 1 and self._refused is None)):
            return None
        try:
            published = self._publish(self._changes(), self._so_far(), final=False)
            if self._publisher.pause:  # else what is finished is written at once, many times a second
                self._console.say(f"{self._told()} {_where(published.publication)}".rstrip())
        except PolypostError as error:
            self._last = now = self._clock.monotonic()
            self._refused = now if self._refused is None else self._refused
            self._console.warn(f"What is finished could not be published yet: {error}")
            hopeless = isinstance(error, DeniedError) or now - self._refused >= PATIENCE_SECONDS
            return error if hopeless or much >= PATIENCE else None
        return None

    def close(self, ended: BaseException | None) -> Report:
        """Publish all that is left; give the report of the run. `ended`: why it ended early, if it did.

        Once that is through, further calls give the same report.
        """
        if self._closed is None:
            self._closed = self._close(ended)
        return self._closed

    def over(self, plan: Plan, blog: Blog, publisher: Publisher, notes: Sequence[Finding]) -> Outbox:
        """The outbox for what is made once more; it tells of all the run.

        `notes`: what is to be told of the blog as it is by now.
        """
        again = {(each.path, each.language) for each in plan.tasks}
        again |= {(each.source, each.language) for each in plan.settled}
        rest = {key: outcome for key, outcome in self.outcomes.items() if key not in again}
        every = dict.fromkeys((*self._report.notes, *notes, *plan.notes))
        report = replace(self._report, outcomes=(*self._report.outcomes, *plan.settled), notes=tuple(every))
        outbox = Outbox(plan, blog, publisher, report, self._console, self._clock)
        outbox.outcomes, outbox.usage, outbox.probing = rest, self.usage, self.probing
        outbox._changed, outbox._total = dict(self._changed), len(rest) + len(plan.tasks)
        return outbox

    def _close(self, ended: BaseException | None) -> Report:
        self._waiting |= {path: None for path in self._later if path not in self._changed}
        self._ledger.close(self._so_far().outcomes)
        changes = self._changes()
        report = replace(judged(self._so_far()), problem=str(ended) if ended else "")
        if isinstance(ended, PolypostError | Stopped):
            report = replace(report, exit_code=ended.exit_code)
        if writes := bool(self._waiting or self._ledger.dirty):
            self._console.step("Publish")
        try:
            report = self._publish(changes, report, final=True)
            if self._ledger.dirty:  # what came back for what gave way
                report = self._publish(self._changes(), report, final=True)
        except PolypostError as error:
            report = _with(report, self._changed | _there(changes))
            return replace(report, problem=str(error), exit_code=error.exit_code)
        if writes:
            self._console.say(f"{self._told()} {_where(report.publication)}".rstrip())
        return report

    def _told(self) -> str:
        """How far the run is: localizations, minutes, dollars."""
        done = sum(outcome.status in _DONE for outcome in self.outcomes.values())
        usage = self.usage
        cost = "" if usage.cost_usd is None else f", ${usage.cost_usd:,.2f}"
        minutes = (self._clock.monotonic() - self._started) / 60
        there = f"{done:,} of {counted(self._total, 'localization')}"
        if not self._total:  # prunes only, or records
            there = counted(len(self._changed), "file")
        return f"Published: {there}, {minutes:,.1f} minutes{cost} so far."

    def _so_far(self) -> Report:
        outcomes = (*self._report.outcomes, *self.outcomes.values())
        left = self._total - len(self.outcomes)
        return replace(self._report, outcomes=outcomes, usage=self.usage, left=left)

    def _publish(self, changes: Mapping[str, bytes | None], report: Report, *, final: bool) -> Report:
        """Give the report as it was published: of a wave, with the paths of the wave."""
        report = _with(report, self._changed | _there(changes) if final else _there(changes))
        publication = self._publisher.publish(changes, report, final=final)
        self._changed.update(_there(changes))
        if publication.yielded:
            report = given_way(report, publication.yielded)
            mine = {(each.source, each.language): each for each in report.outcomes}
            self.outcomes |= {key: mine[key] for key in self.outcomes}
            for path in publication.yielded:
                self._changed.pop(path, None)
        again = [(task, heard) for task, heard in self._heard.values() if task.target in publication.yielded]
        for task, _ in again:
            self.hold(task.path)
        self._waiting, self._size = {}, 0
        self._ledger.published(changes)
        for task, heard in again:
            self.pend(task, heard)
        self._heard = {}
        self._last, self._refused = self._clock.monotonic(), None
        return replace(report, publication=publication)

    def _changes(self) -> dict[str, bytes | None]:
        """What is to be published; what can't be written fails, and stops nothing else."""
        records = self._ledger.changes()
        for (source, _), outcome in list(self.outcomes.items()):
            if outcome.target in self._waiting and source in self._ledger.unwritable:
                del self._waiting[outcome.target]
                why = f"Not published: {self._ledger.unwritable[source]}."
                finding = Finding("not-published", why, source)
                findings = (finding, *outcome.findings)
                self.tell(replace(outcome, status=Status.FAILED, findings=findings))
        changes = {
            path: data for path, data in self._waiting.items() if data is not None or path in self._files
        }
        changes |= records
        path, content = ATTRIBUTES
        there = path in self._changed or self._files.get(path) == content_id(content)
        if not there and any(data is not None for data in changes.values()):
            changes[path] = content
        return dict(sorted(changes.items()))


def _where(publication: Publication) -> str:
    """The pull requests' addresses, where there are any."""
    return ", ".join(done.url for done in (publication, *publication.more) if done.url)


def _there(changes: Mapping[str, bytes | None]) -> dict[str, bool]:
    """Path -> whether it is there after the changes."""
    return {path: content is not None for path, content in changes.items()}


def _with(report: Report, changed: Mapping[str, bool]) -> Report:
    """The report with the paths that were changed."""
    gone = tuple(sorted(path for path, there in changed.items() if not there))
    return replace(report, changed=tuple(sorted(changed)), removed=gone)
