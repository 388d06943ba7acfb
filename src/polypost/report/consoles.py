"""What the user sees while the run goes on: bars on a terminal, plain lines in a workflow's log."""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Self, TextIO

from polypost.counts import counted
from polypost.report.looks import WORDS, Item, Level, items, listed, place
from polypost.report.safe import one_line
from polypost.report.workflow import LINE, command, harmless, new_token
from polypost.values import Report

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

ANNOTATIONS = 10
"""GitHub shows as many of each level per step and drops the others without a word."""
HEARTBEAT = 30.0
"""Seconds after which a stage that goes on says so."""


class _Pace:
    """Decides which progress reports become lines: the first, each new tenth, the last, and a heartbeat."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._last: dict[str, tuple[tuple[int, int], float]] = {}
        """By text, since several may go on side by side: how far it was, and when that was a line."""

    def line(self, text: str, done: int, total: int) -> str:
        """The line that is due, or nothing."""
        now, far = self._clock(), (done * 10 // total if total else 0, total)
        before, at = self._last.get(text, ((-1, 0), 0.0))
        if far == before and now - at < HEARTBEAT:
            return ""
        self._last[text] = far, now
        return f"{text}: {done:,} of {total:,}" if total else text


class WorkflowConsole:
    """A `ports.Console` for the log of a workflow; a context manager, so that its group is closed."""

    def __init__(
        self,
        stream: TextIO | None = None,
        *,
        clock: Callable[[], float] = time.monotonic,
        token: Callable[[], str] = new_token,
    ) -> None:
        self._stream = stream or sys.stdout
        self._token = token
        self._pace = _Pace(clock)
        self._grouped = False
        self._shown: Counter[Level] = Counter()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._close_group()

    def step(self, text: str) -> None:
        """Open a fold of the log for a new stage."""
        self._close_group()
        self._write(command("group", one_line(text, LINE)))
        self._grouped = True

    def say(self, text: str) -> None:
        """Write plain lines in which no command is obeyed."""
        self._write(harmless(text, self._token))

    def warn(self, text: str) -> None:
        """Annotate the run with a warning, or write a line when there are enough of them."""
        self._tell(Level.WARNING, text)

    def error(self, text: str) -> None:
        """Annotate the run with an error: why it ended."""
        self._tell(Level.ERROR, text)

    def notice(self, text: str) -> None:
        """Annotate the run with something worth knowing: why there was nothing to do."""
        self._tell(Level.NOTICE, text)

    def progress(self, text: str, done: int, total: int) -> None:
        """Write a line now and then."""
        if line := self._pace.line(text, done, total):
            self.say(line)

    def report(self, report: Report) -> None:
        """Annotate what a finished run found, and why it ended early if it did; name the pull requests."""
        self._close_group()
        if report.problem:
            self.error(report.problem)
        if report.usage.left_running:
            self.warn(report.usage.left_running)
        self._items(items(report.outcomes, report.notes))
        for done in (report.publication, *report.publication.more):
            if done.url:
                self.say(f"Pull request: {one_line(done.url)} ({done.operation})")

    def _items(self, found: Iterable[Item]) -> None:
        self._close_group()
        left = []
        for item in found:
            title, file = f"polypost: {one_line(item.finding.code)}", one_line(item.finding.path)
            if not self._annotate(item.level, _said(item), title=title, file=file, line=item.finding.line):
                left.append(item)
        if left:
            self.step(f"{counted(len(left), 'more finding')} (also in the job summary)")
            for item in left:
                self.say(_line(item))
            self._close_group()

    def _tell(self, level: Level, text: str) -> None:
        if not self._annotate(level, text):
            self.say(f"{level.name.lower()}: {text}")

    def _annotate(self, level: Level, text: str, **properties: str | int) -> bool:
        """Write an annotation; False when GitHub would not show one more of this level."""
        self._shown[level] += 1
        if self._shown[level] > ANNOTATIONS:
            return False
        self._write(command(level.name.lower(), one_line(text, LINE), **properties))
        return True

    def _close_group(self) -> None:
        if self._grouped:
            self._write(command("endgroup"))
            self._grouped = False

    def _write(self, text: str) -> None:
        self._stream.write(text + "\n")
        self._stream.flush()


class TerminalConsole:
    """A `ports.Console` for a terminal; without one (a pipe, a file) it writes plain lines.

    A context manager, so that a bar never outlives the run.
    """

    def __init__(self, stream: TextIO | None = None, *, clock: Callable[[], float] = time.monotonic) -> None:
        from rich.console import Console

        stream = stream or sys.stderr
        self._out = Console(file=stream, highlight=False, markup=False, emoji=False, soft_wrap=True)
        self._pace = _Pace(clock)
        self._bar: tuple[Progress, TaskID] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stop_bar()

    def step(self, text: str) -> None:
        """Name a new stage."""
        self._stop_bar()
        self._print(text, "bold")

    def say(self, text: str) -> None:
        """Write a line of detail."""
        for line in text.splitlines():
            self._print(f"  {line}")

    def warn(self, text: str) -> None:
        """Write a warning."""
        self._print(f"warning: {text}", "yellow")

    def progress(self, text: str, done: int, total: int) -> None:
        """Move the stage's bar; without a total it only shows that something goes on."""
        if not self._out.is_terminal:
            if line := self._pace.line(text, done, total):
                self.say(line)
            return
        bar, task = self._moving()
        amount = f"{done:,} of {total:,}" if total else ""
        bar.update(task, description=one_line(text), completed=done, total=total or None, amount=amount)
        bar.start()
        if total and done >= total:
            self._stop_bar()
            self.say(f"{text}: {total:,}")

    def _moving(self) -> tuple[Progress, TaskID]:
        from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

        if self._bar is None:
            words = TextColumn("  {task.description}", markup=False)
            amount = TextColumn("{task.fields[amount]}", markup=False)
            bar = Progress(words, BarColumn(), amount, TimeElapsedColumn(), console=self._out, transient=True)
            self._bar = bar, bar.add_task("", total=None, amount="")
        return self._bar

    def _stop_bar(self) -> None:
        if self._bar is not None:
            self._bar[0].stop()
            self._bar = None

    def _print(self, text: str, style: str | None = None) -> None:
        self._out.print(one_line(text, LINE), style=style)


def _said(item: Item) -> str:
    """The finding in one line, with the words that it is about."""
    tags = f"In {listed(item.languages)}: " if item.languages else ""
    pair = zip(("Source", "Answer"), item.finding.pair or (), strict=False)
    words = "".join(f" {side}: “{one_line(text, WORDS)}”" for side, text in pair if text)
    return f"{tags}{item.finding.message}{words}"


def _line(item: Item) -> str:
    where = place(item.finding)
    return f"{item.level.name.lower()}: {where + ': ' if where else ''}{_said(item)}"
