"""Do what is planned: translate in waves, finish what is complete, lose nothing when something ends it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import islice

from polypost.budget import Budget
from polypost.errors import Stopped, UsageError
from polypost.finish import Finish, Made, failed, unmade
from polypost.outbox import Outbox
from polypost.plan import Plan
from polypost.ports import Clock, Console, Translator, Translators
from polypost.records import Pending, digest
from polypost.task import Blog, Task
from polypost.translate import Heard, Part, Wave, waves
from polypost.values import Usage

_STOPPED_SECONDS = 2.0
"""A cancelled job is killed 10 s after the first signal: so long may the finishing take."""
_AT_ONCE = 100
"""Localizations of a wave in which nothing is translated."""


class Workshop:
    """Where the tasks of a plan are done, in their order."""

    def __init__(self, plan: Plan, blog: Blog, outbox: Outbox, made_with: str, clock: Clock) -> None:
        """Nothing is done yet. `made_with`: the translator's name."""
        self._plan, self._blog, self._outbox, self._clock = plan, blog, outbox, clock
        self._made_with = made_with
        self._finish = Finish(made_with, blog.files)
        self._heard = Heard()
        self._wave: Wave | None = None

    def run(self, translators: Translators, budget: Budget, console: Console) -> BaseException | None:
        """Do all of it, and as much as can be done when something ends it: give what that was.

        Raises UsageError when the translator can't be started because of options or roles.
        """
        ended: BaseException | None = None
        if self._plan.load.sentences:
            ended = self._translated(translators, budget, console)
        try:
            self._rest(ended)
        except Stopped as stopped:
            # The first signal raises, further ones don't: what is translated is still written.
            ended = ended or stopped
            self._rest(ended)
        return ended

    def _translated(self, translators: Translators, budget: Budget, console: Console) -> BaseException | None:
        """Do the posts that need a translator; give what ended it before they were done."""
        sending = {task.path for task in self._plan.tasks if task.texts}
        tasks = [task for task in self._plan.tasks if task.path in sending]
        translator: Translator | None = None
        console.step("Translate")
        try:
            with translators.open(self._plan.load) as translator:
                done = 0
                for wave in waves(tasks, translator.wave_characters):
                    self._do(wave, translator, budget)
                    done += len(wave)
                    console.progress("Translate", done, len(tasks))
                    if refused := self._outbox.offer():
                        return refused
        except (Exception, Stopped) as error:
            if translator is None and isinstance(error, UsageError):
                raise
            return error
        finally:
            if translator is not None:
                self._outbox.usage = self._used(translator)
        return None

    def _do(self, tasks: Sequence[Task], translator: Translator, budget: Budget) -> None:
        self._wave = wave = Wave(tasks, self._blog, self._heard, translator.standins)
        wave.translate(translator, budget)
        for part in wave.parts:
            self._write(part, wave)
        wave.close()
        self._outbox.usage = self._used(translator)

    def _rest(self, ended: BaseException | None) -> None:
        """Do what needs no translator, and keep what came back for what can't be completed any more."""
        until = self._clock.monotonic() + _STOPPED_SECONDS if isinstance(ended, Stopped) else float("inf")
        if self._wave and ended:
            self._save(self._wave, ended, until)
        left = [task for task in self._plan.tasks if (task.path, task.language) not in self._outbox.outcomes]
        for task in left:
            if task.texts:
                self._outbox.tell(unmade(task, _why(ended)))
        free = iter([task for task in left if not task.texts])
        while tasks := list(islice(free, _AT_ONCE)):
            if self._clock.monotonic() > until:
                self._tell_unmade(tasks, ended)
                continue
            wave = Wave(tasks, self._blog, self._heard)
            for part in wave.parts:
                self._write(part, wave) if wave.complete(part) else self._keep(part, wave, ended)
            self._outbox.offer()

    def _save(self, wave: Wave, ended: BaseException, until: float) -> None:
        for part in wave.parts:
            if (part.task.path, part.task.language) in self._outbox.outcomes:
                continue
            if self._clock.monotonic() <= until and wave.complete(part):
                self._write(part, wave)
            else:
                self._keep(part, wave, ended)

    def _tell_unmade(self, tasks: Iterable[Task], ended: BaseException | None) -> None:
        for task in tasks:
            self._outbox.tell(unmade(task, _why(ended)))

    def _write(self, part: Part, wave: Wave) -> None:
        result = self._finish(part, wave.answers[part.task.language])
        if isinstance(result, Made):
            self._outbox.add(result)
        else:
            self._outbox.tell(result)

    def _keep(self, part: Part, wave: Wave, ended: BaseException | None) -> None:
        """Keep what came back for a part in its post's record, so that the next run sends the rest."""
        known = wave.answers[part.task.language]
        back = {digest(text): answer for text in part.asked if isinstance(answer := known.get(text), str)}
        answers = {**part.ready.pending, **back}
        message = f"Not translated: {_why(ended)}."
        if answers and self._outbox.pend(part.task, Pending(self._made_with, answers)):
            message += " What came back of it is kept: the next run sends the rest."
        self._outbox.tell(failed(part, "not-translated", message))

    def _used(self, translator: Translator) -> Usage:
        return replace(translator.usage(), characters_probing=self._outbox.probing)


def _why(ended: BaseException | None) -> str:
    return str(ended).rstrip(".") if ended else "it was never asked for"
