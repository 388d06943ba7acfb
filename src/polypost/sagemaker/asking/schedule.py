"""What to send to an endpoint next, and what to make of an outcome; no thread and no clock in here.

`flights` drives it in earnest, a simulation in the tests: both ask `next` until it gives nothing, and tell
`landed` what became of each flight, with the seconds of a clock of their own.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from polypost import batching
from polypost.errors import PolypostError, ServiceError
from polypost.pace import Pace
from polypost.sagemaker.asking.requests import (
    ATTEMPTS,
    Answered,
    Busy,
    Gone,
    Outcome,
    TooSlow,
    pause,
    worn_out,
)
from polypost.values import Answer, Untranslated

_DOOMED = 12
"""So much bad luck in a row ends the run: a refused single sentence counts 1, one that timed out 4."""

_AHEAD = 2
"""Full requests that are looked at to divide the sentences well."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Sentences of one language that travel together."""

    language: str
    sentences: tuple[str, ...]
    tries: int = 0
    """How often in a row it met `Busy` while nothing else came back, or was too slow alone."""
    answered: int = 0
    """How many requests had been answered when it was last tried."""
    careful: bool = False
    """How it is decoded, see `ports.Translator`."""

    @property
    def tokens(self) -> int:
        """Its padded size: count times the tokens of the longest."""
        return len(self.sentences) * max(map(batching.tokens, self.sentences))


@dataclass(slots=True, eq=False)
class Flight:
    """A batch on its way."""

    batch: Batch
    pause: float
    """Seconds to wait before it is sent."""
    sent: float
    """When it is sent, on the driver's clock."""
    epoch: int
    """The pace's when it was sent."""
    full: bool
    """Whether as much was under way then as may be."""
    begun: float | None = None
    """When a worker took it up, as far as that can be told: they take one after the other."""


class Schedule:
    """The requests of one call of `translate`."""

    def __init__(
        self,
        asked: Mapping[str, Iterable[str]],
        pace: Pace,
        chance: Callable[[], float],
        *,
        careful: bool = False,
    ) -> None:
        """`asked`: language -> different sentences that fit the model. `chance`: numbers between 0 and 1.

        `careful`: how all of them are decoded.
        """
        self._careful = careful
        self.pace = pace
        self.characters = 0
        """Code points of what was sent, each sentence counted once."""
        self._chance = chance
        self._waiting = {language: deque(batching.longest_first(asked[language])) for language in asked}
        self._rest = sum(batching.tokens(one) for line in self._waiting.values() for one in line)
        self._again: deque[Batch] = deque()
        self._under_way: dict[Flight, None] = {}
        self._answered = 0
        self._bad_luck = 0

    def next(self, now: float) -> Flight | None:
        """What to send at `now`; None when nothing waits, or enough is under way."""
        if len(self._under_way) >= self.pace.under_way:
            return None
        batch = self._again.popleft() if self._again else self._fresh()
        if batch is None:
            return None
        wait = pause(batch.tries, self._chance) if batch.tries else 0.0
        full = len(self._under_way) + 1 == self.pace.under_way
        flight = Flight(batch, wait, now + wait, self.pace.epoch, full)
        self._under_way[flight] = None
        self._taken_up(now)
        return flight

    def _taken_up(self, now: float) -> None:
        """Workers that are free take up what was sent first."""
        queue = [flight for flight in self._under_way if not flight.pause]
        for flight in queue[: self.pace.workers]:
            if flight.begun is None:
                flight.begun = now

    def _fresh(self) -> Batch | None:
        """Of the language with the longest sentence left, or the most of them; the longest ones."""
        lines = {language: line for language, line in self._waiting.items() if line}
        if not lines:
            return None
        language = max(lines, key=lambda one: (batching.tokens(lines[one][0]), len(lines[one])))
        line, limits = lines[language], self.pace.limits(self._rest)
        front = list(islice(line, _AHEAD * limits.sentences))
        count = batching.thrifty(front, limits, self.pace.overhead)
        sentences = tuple(line.popleft() for _ in range(count))
        batch = Batch(language, sentences, careful=self._careful)
        self.characters += sum(map(len, batch.sentences))
        self._rest -= sum(map(batching.tokens, batch.sentences))
        return batch

    def landed(self, flight: Flight, outcome: Outcome, now: float) -> Sequence[tuple[str, Answer]]:
        """Take an outcome in; gives what came back for the batch's sentences, unchecked, or why nothing will.

        What has to travel again, whole or halved, will. Raises what ends the run.
        """
        del self._under_way[flight]
        self._taken_up(now)
        batch = flight.batch
        match outcome:
            case PolypostError():
                raise outcome
            case Gone():
                self._again.append(batch)
            case Busy():
                self.pace = self.pace.busy(flight.epoch)
                self._again.append(self._patient(batch, outcome))
            case Answered(texts):
                self._answered += 1
                self._bad_luck = 0
                self.pace = self._paced(flight, now)
                return tuple(zip(batch.sentences, texts, strict=True))
            case _:
                if isinstance(outcome, TooSlow):
                    self.pace = self.pace.too_slow(batch.tokens, flight.epoch)
                return self._smaller(batch, outcome.reason, slow=isinstance(outcome, TooSlow))
        return ()

    def _paced(self, flight: Flight, now: float) -> Pace:
        work = None if flight.begun is None or flight.pause else now - flight.begun
        return self.pace.answered(
            flight.batch.tokens, now - flight.sent, work, epoch=flight.epoch, full=flight.full
        )

    def _patient(self, batch: Batch, met: Busy) -> Batch:
        """The batch, to be tried again. Raises ServiceError when nothing at all came back for too long."""
        tries = batch.tries + 1 if batch.answered == self._answered else 1
        if tries >= ATTEMPTS:
            raise worn_out(met)
        return replace(batch, tries=tries, answered=self._answered)

    def _smaller(self, batch: Batch, reason: str, *, slow: bool) -> Sequence[tuple[str, Answer]]:
        """Send the halves of a batch; one sentence that fails alone is a value, once it had two tries."""
        middle = len(batch.sentences) // 2
        if middle:
            self._again += (
                replace(batch, sentences=part, tries=0)
                for part in (batch.sentences[:middle], batch.sentences[middle:])
            )
            return ()
        if slow and not batch.tries:
            self._again.append(replace(batch, tries=1))
            return ()
        self._bad_luck += 4 if slow else 1
        if self._bad_luck >= _DOOMED:
            raise ServiceError(f"The endpoint translates nothing any more; it says: {reason}")
        return ((batch.sentences[0], Untranslated(f"The model could not translate it: {reason}")),)
