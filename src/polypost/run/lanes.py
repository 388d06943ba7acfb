"""Several translators side by side, as one: each lives in a thread of its own, from its start to its end.

So they start at the same time, and work at the same time. One that can't be started costs only its languages.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Generator, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from threading import Event, Thread
from types import TracebackType
from typing import Self

from polypost.errors import PolypostError, Stopped
from polypost.markdown.standins import FORMS
from polypost.ports import Interrupts, Second, Translator
from polypost.turns import summed
from polypost.values import Load, Reply, TranslatorInfo, Usage

_LOOK_SECONDS = 0.2
"""So often the main thread comes up for signals while it waits."""
_IDLE_SECONDS = 30.0


class Halt:
    """Ends what a lane waits for: handed to whatever it waits with."""

    def __init__(self) -> None:
        """Nothing has happened."""
        self._error: BaseException | None = None

    def check(self) -> None:
        """Raise what ended the run, in whichever thread asks."""
        if self._error is not None:
            raise self._error

    def by(self, error: BaseException) -> None:
        """From here on `check` raises it."""
        self._error = error


@dataclass(frozen=True, slots=True)
class Opening:
    """A translator to be."""

    model: str
    load: Load
    """What it is to translate."""
    also: tuple[str, ...]
    """Languages of the others that it knows too."""
    open: Callable[[Halt], AbstractContextManager[Translator]]
    """Entered and left in the lane's thread; its waits call `Halt.check`."""
    beat: Callable[[], None]
    """Called now and then while nothing is asked: holds on to what is open."""


@dataclass(frozen=True, slots=True)
class _Question:
    asked: Mapping[str, Sequence[str]]
    careful: bool
    heard: SimpleQueue[Reply | _Ended]
    """Gets the replies, and then how they ended."""
    given_up: Event


@dataclass(frozen=True, slots=True)
class _Ended:
    lane: _Lane
    error: BaseException | None


class _Lane:
    """One translator, in its thread."""

    def __init__(self, opening: Opening) -> None:
        self.opening = opening
        self.translator: Translator | None = None
        self.error: BaseException | None = None
        """What it raised when it started, or ended."""
        self.halt = Halt()
        self._ready = Event()
        self._questions: SimpleQueue[_Question | None] = SimpleQueue()
        self._thread = Thread(target=self._live, name=opening.model)

    def start(self) -> None:
        self._thread.start()

    def wait(self) -> None:
        """Until it is ready, or has failed."""
        while not self._ready.wait(_LOOK_SECONDS):
            pass

    @property
    def alive(self) -> bool:
        return self._thread.is_alive()

    def ask(self, question: _Question) -> None:
        self._questions.put(question)

    def end(self, error: BaseException | None) -> None:
        """Have it leave, because of `error` if there is one; `join` waits for it."""
        if error is not None:
            self.halt.by(error)
        self._questions.put(None)

    def join(self) -> None:
        while self._thread.is_alive():
            self._thread.join(_LOOK_SECONDS)

    def _live(self) -> None:
        try:
            with self.opening.open(self.halt) as self.translator:
                self._ready.set()
                while question := self._next():
                    self._answer(self.translator, question)
                self.halt.check()
        except BaseException as error:  # noqa: BLE001  it belongs to whoever waits
            self.error = error
        finally:
            self._ready.set()

    def _next(self) -> _Question | None:
        while True:
            try:
                return self._questions.get(timeout=_IDLE_SECONDS)
            except Empty:
                self.opening.beat()

    def _answer(self, translator: Translator, question: _Question) -> None:
        ended: BaseException | None = None
        try:
            replies = translator.translate(question.asked, careful=question.careful)
            try:
                for reply in replies:
                    question.heard.put(reply)
                    if question.given_up.is_set():
                        break
            finally:
                if isinstance(replies, Generator):
                    replies.close()
        except BaseException as error:  # noqa: BLE001  the same
            ended = error
        question.heard.put(_Ended(self, ended))


class SideBySide:
    """See above; satisfies `ports.Translator`, and is entered and left as one."""

    def __init__(
        self,
        openings: Sequence[Opening],
        info: TranslatorInfo,
        interrupts: Interrupts,
    ) -> None:
        """Nothing is started. Each language is in the load of one of `openings`."""
        self._interrupts = interrupts
        self.info = info
        self.out: Mapping[str, PolypostError] = {}
        self.second: Second | None = None
        self.standins: tuple[str, ...] = FORMS
        self.wave_characters = 0
        self._lanes = [_Lane(opening) for opening in openings]

    def __enter__(self) -> Self:
        """Start all of them; raises what the first raised when none can be started."""
        for lane in self._lanes:
            lane.start()
        try:
            for lane in self._lanes:
                lane.wait()
            self.out = dict(self._failed())
            up = self._up()
            self.standins = _best([translator.standins for translator in up])
            self.wave_characters = sum(translator.wave_characters for translator in up)
            others = _Others([lane for lane in self._lanes if lane.error is None], self._interrupts)
            self.second = others if others.languages else None
        except BaseException as error:
            self._end(error)
            raise
        return self

    def _failed(self) -> Iterator[tuple[str, PolypostError]]:
        """The languages of those that could not be started, and why; raises it when none could."""
        failed = [(lane, lane.error) for lane in self._lanes if lane.error is not None]
        for lane, error in failed:
            if not isinstance(error, PolypostError) or len(failed) == len(self._lanes):
                raise error
            error.args = (f"{lane.opening.model} could not be started: {error}",)
            yield from ((language, error) for language in lane.opening.load.languages)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End all of them; raises what one raised in ending."""
        up = [lane for lane in self._lanes if lane.error is None]
        self._end(error)
        if error is None and (failed := [lane.error for lane in up if lane.error is not None]):
            raise failed[0]

    def _end(self, error: BaseException | None) -> None:
        for lane in self._lanes:
            lane.end(error)
        for lane in self._lanes:
            lane.join()

    def translate(self, asked: Mapping[str, Sequence[str]], *, careful: bool = False) -> Iterator[Reply]:
        """Yield what they answer, as it comes; raises what one raised once the others have answered."""
        parts = {
            lane: {tag: asked[tag] for tag in lane.opening.load.languages if tag in asked}
            for lane in self._lanes
        }
        return _heard(parts, self._interrupts, careful=careful)

    def usage(self) -> Usage:
        """What all of them consumed so far."""
        return summed([translator.usage() for translator in self._up()], together=True)

    def _up(self) -> list[Translator]:
        return [lane.translator for lane in self._lanes if lane.translator is not None]


class _Others:
    """Of each language another model than its own; satisfies `ports.Second`."""

    def __init__(self, lanes: Sequence[_Lane], interrupts: Interrupts) -> None:
        """`lanes`: those that are up."""
        self._interrupts = interrupts
        self._of = {tag: lane for lane in reversed(lanes) for tag in lane.opening.also}
        self.languages: Collection[str] = tuple(self._of)

    def translate(self, asked: Mapping[str, Sequence[str]]) -> Iterator[Reply]:
        """As `SideBySide` does, by the other model."""
        parts: dict[_Lane, dict[str, Sequence[str]]] = {}
        for tag, sentences in asked.items():
            parts.setdefault(self._of[tag], {})[tag] = sentences
        return _heard(parts, self._interrupts, careful=False)


def _heard(
    asked: Mapping[_Lane, Mapping[str, Sequence[str]]], interrupts: Interrupts, *, careful: bool
) -> Iterator[Reply]:
    """Ask each lane for its part, and yield what comes; at the end raise what one of them raised.

    A signal ends them all, but what had come back by then is paid for, and is still yielded.
    """
    heard, given_up = SimpleQueue[Reply | _Ended](), Event()
    going = [lane for lane, part in asked.items() if part]
    for lane in going:
        lane.ask(_Question(asked[lane], careful, heard, given_up))
    problem: BaseException | None = None
    try:
        while going:
            try:
                if problem is None:
                    interrupts.heed()
                item = heard.get(timeout=_LOOK_SECONDS)
            except Empty:
                dead = next((lane for lane in going if not lane.alive and heard.empty()), None)
                if dead is None:
                    continue
                item = _Ended(dead, dead.error)
            except Stopped as stopped:
                problem = stopped
                for lane in going:
                    lane.halt.by(stopped)  # so that it gives what has come back already, and ends
                continue
            if isinstance(item, Reply):
                with interrupts.shield():
                    yield item
                continue
            going.remove(item.lane)
            problem = problem or item.error
    finally:
        given_up.set()
    if problem:
        raise problem


def _best(orders: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """The forms of stand-ins, those first that all keep best; another one is tried where one is lost."""
    return tuple(sorted(FORMS, key=lambda form: max(order.index(form) for order in orders if form in order)))
