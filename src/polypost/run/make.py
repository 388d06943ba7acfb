"""Do what is planned: translate in waves, finish what is complete, lose nothing when something ends it."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import islice

from polypost.errors import BudgetError, PolypostError, PostError, QuotaError, Stopped, UsageError
from polypost.job import Job
from polypost.markdown.standins import FORMS
from polypost.plan.plan import Plan
from polypost.plan.task import Blog, Task, ready
from polypost.ports import Clock, Console, Translator, Translators
from polypost.records.record import Pending, vain_key
from polypost.run.budget import Budget
from polypost.run.finish import Finish, Made, failed, unmade, waiting
from polypost.run.outbox import Outbox
from polypost.run.translate import Heard, Part, Wave, laddered, waves
from polypost.text.first import joined
from polypost.text.ladder import Ladder
from polypost.turns import summed
from polypost.values import Load, Usage

_STOPPED_SECONDS = 2.0
"""A cancelled job is killed 10 s after the first signal: so long may the finishing take."""
_AT_ONCE = 100
"""Localizations of a wave in which nothing is translated."""
_NEVER_ASKED = "it was never asked for"


class _RefusedError(Exception):
    """What was to be published was refused: no other translator changes that."""

    def __init__(self, error: PolypostError) -> None:
        super().__init__(str(error))
        self.error = error


def _crowded(why: PolypostError | None) -> bool:
    """Whether a model may be had when those beside it are gone: they may have what it lacks."""
    return isinstance(why, QuotaError)


class Workshop:
    """Where the tasks of a plan are done, in their order."""

    def __init__(self, plan: Plan, blog: Blog, outbox: Outbox, job: Job, clock: Clock) -> None:
        """Nothing is done yet."""
        self._plan, self._blog, self._outbox, self._clock = plan, blog, outbox, clock
        self._job = job
        self._finish = Finish(job.made_with, blog, frozenset(task.target for task in plan.tasks))
        self._heard = Heard()
        self._wave: Wave | None = None
        self._used: list[Usage] = []
        """What the translators consumed that are done."""

    def run(self, translators: Translators, budget: Budget, console: Console) -> BaseException | None:
        """Do all of it, and as much as can be done when something ends it: give what that was.

        Raises UsageError when the translator can't be started because of options or roles.
        """
        sends = self._plan.load.sentences
        return self.rest(self._translated(translators, budget, console) if sends else None)

    def rest(self, ended: BaseException | None) -> BaseException | None:
        """Do what needs no translator, and keep what came back for what can't be completed any more.

        `ended`: what ended the translating, None when nothing did; gives that, or a bug that shows here.
        """
        try:
            self._rest(ended)
        except Exception as error:  # noqa: BLE001  the pipeline raises it in the end
            ended = ended or error
            self._rest(ended)
        if not isinstance(ended, Stopped):  # else there is no time for it, and the next run does it
            self._again()
        return ended

    def _again(self) -> None:
        """Lead links to what was made later than they were."""
        for part, made in self._finish.again():
            if made:
                self._outbox.add(made)
            self._outbox.release(part.task.path)

    def _translated(self, translators: Translators, budget: Budget, console: Console) -> BaseException | None:
        """Do the posts that need a translator; give what ended it before they were done."""
        # What waits for a post in its record may be what another one asks for.
        waiting = self._blog.known.waiting
        sending = {task.path for task in self._plan.tasks if task.texts or task.path in waiting}
        tasks = [task for task in self._plan.tasks if task.path in sending]
        ended: BaseException | None = None
        turns, first = deque(translators.turns(self._plan.load)), True
        while turns:
            load = turns.popleft()
            later = {language for turn in turns for language in turn.languages}
            mine = [task for task in tasks if task.language not in later]
            tasks = [task for task in tasks if task.language in later]
            try:
                out = self._turn(load, mine, translators, budget, console)
                ended = ended or next((why for why in out.values() if not _crowded(why)), None)
                if again := [part for part in load.parts if _crowded(out.get(*part.languages))]:
                    turns.append(joined(again))
                    tasks += [task for task in mine if _crowded(out.get(task.language))]
            except _RefusedError as final:
                return final.error
            except (Exception, Stopped) as error:
                if first and not self._used and isinstance(error, UsageError):
                    raise
                ended = ended or error
                if not isinstance(error, PolypostError) or isinstance(error, BudgetError):
                    return error
                self._settle_wave(error, float("inf"))
                if later:
                    console.warn(f"{', '.join(load.languages)} can't be done now: {error}")
            first = False
        return ended

    def _turn(
        self,
        load: Load,
        tasks: Sequence[Task],
        translators: Translators,
        budget: Budget,
        console: Console,
    ) -> Mapping[str, PolypostError]:
        """Translate what one opened translator does; give the languages that it can't do, and why.

        Raises what ended it; _RefusedError: the run is over.
        """
        translator: Translator | None = None
        try:
            with translators.open(load) as translator:
                try:
                    self._waves(tasks, translator, budget, console)
                except Stopped as stopped:
                    # We may be killed in leaving: others do that as well, but what came back is only here.
                    self._outbox.usage = self._consumed(translator)
                    self._outbox.close(self.rest(stopped))
                    raise
        finally:
            if translator is not None:
                self._outbox.usage = self._consumed(translator)
                self._used.append(translator.usage())
                budget.carry(translator.usage())
        return translator.out

    def _waves(self, tasks: Sequence[Task], translator: Translator, budget: Budget, console: Console) -> None:
        console.step("Translate")  # now: opening has steps of its own
        for why in dict.fromkeys(translator.out.values()):
            languages = ", ".join(tag for tag, its in translator.out.items() if its is why)
            when = "until the others are" if _crowded(why) else "before the next run"
            console.warn(f"{languages} can't be done {when}: {why}")
        tasks = [task for task in tasks if task.language not in translator.out]
        ladder, done = laddered(translator, self._job.source, checks=self._job.checks), 0
        for wave in waves(tasks, translator.wave_characters):
            self._do(wave, translator, ladder, budget)
            done += len(wave)
            console.progress("Localizations translated", done, len(tasks))
            if refused := self._outbox.offer():
                raise _RefusedError(refused)

    def _do(self, tasks: Sequence[Task], translator: Translator, ladder: Ladder, budget: Budget) -> None:
        self._wave = wave = self._begun(tasks, translator.standins)
        wave.translate(ladder, translator.usage, budget)
        for part in wave.parts:
            self._write(part, wave)
        wave.close()
        self._wave = None
        self._outbox.usage = self._consumed(translator)

    def _begun(self, tasks: Sequence[Task], standins: Sequence[str] = FORMS) -> Wave:
        """A wave of the tasks whose posts are still what the plan saw."""
        wave = Wave(self._heard)
        for task in tasks:
            try:
                wave.add(task, ready(task, self._blog), standins)
            except PostError as error:
                self._outbox.tell(unmade(task, str(error).rstrip(".")))
        return wave

    def _rest(self, ended: BaseException | None) -> None:
        until = self._clock.monotonic() + _STOPPED_SECONDS if isinstance(ended, Stopped) else float("inf")
        self._settle_wave(ended, until)
        left = [task for task in self._plan.tasks if (task.path, task.language) not in self._outbox.outcomes]
        for task in left:
            if task.texts:
                self._outbox.tell(waiting(task) if ended else unmade(task, _NEVER_ASKED))
        free = iter([task for task in left if not task.texts])
        while tasks := list(islice(free, _AT_ONCE)):
            if self._clock.monotonic() > until:
                for task in tasks:
                    self._outbox.tell(waiting(task))
                continue
            wave = self._begun(tasks)
            for part in wave.parts:
                self._settle(part, wave, ended, until)
            self._outbox.offer()

    def _settle_wave(self, ended: BaseException | None, until: float) -> None:
        """Finish, or keep, what is left of the wave that something ended."""
        if wave := self._wave:
            for part in wave.parts:
                if (part.task.path, part.task.language) not in self._outbox.outcomes:
                    self._settle(part, wave, ended, until)

    def _settle(self, part: Part, wave: Wave, ended: BaseException | None, until: float) -> None:
        """Finish a part if it is complete and there is time, else keep what came back of it."""
        try:
            if self._clock.monotonic() <= until and wave.complete(part):
                self._write(part, wave)
                return
        except Exception:
            if ended is None:
                raise
        try:
            self._keep(part, wave, ended)
        except Exception as error:
            if ended is None:
                raise
            # After a bug, the others are still kept.
            self._outbox.tell(failed(part, "not-translated", f"Not translated: {error}"))

    def _write(self, part: Part, wave: Wave) -> None:
        answers = wave.answers[part.task.language]
        result = self._finish(part, answers)
        if isinstance(result, Made):
            made = replace(
                result,
                pending=self._pending(part, wave.left(part, result.stayed)),
                heard=self._pending(part, wave.good(part, part.asked)),
            )
            if self._finish.hold(part, made):
                self._outbox.hold(part.task.path)
            self._outbox.add(made)
        else:
            # What makes no file now would make none the next time either: it isn't sent again for that.
            heard = {} if part.vain else self._heard_of(part, wave)
            self._outbox.pend(part.task, self._pending(part, {**heard, **wave.left(part)}))
            self._outbox.tell(result)

    def _keep(self, part: Part, wave: Wave, ended: BaseException | None) -> None:
        """Keep what came back for a part in its post's record, so that the next run sends the rest."""
        self._outbox.pend(part.task, self._pending(part, self._heard_of(part, wave)))
        if ended:
            self._outbox.tell(waiting(part.task, part.characters, part.probing))
        else:
            self._outbox.tell(failed(part, "not-translated", f"Not translated: {_NEVER_ASKED}."))

    def _heard_of(self, part: Part, wave: Wave) -> Mapping[str, str]:
        """All that is good of what came back for a part, now and before."""
        return {**part.ready.pending, **wave.good(part, part.asked)}

    def _pending(self, part: Part, answers: Mapping[str, str]) -> Pending:
        task, job = part.task, self._job
        vain = vain_key(task.source_id, job.tried_with(task.language)) if part.vain else ""
        return Pending(job.made_with(task.language), answers, vain)

    def _consumed(self, translator: Translator) -> Usage:
        """All of the run so far: by the translators that are done, and by this one."""
        whole = summed([*self._used, translator.usage()], together=False)
        return replace(whole, characters_probing=self._outbox.probing)
