"""What to send to an endpoint next, and what to make of an outcome; no thread and no clock in here.

`flights` drives it in earnest, a simulation in the tests: both ask `next` until it gives nothing, and tell
`landed` what became of each flight, with the seconds of a clock of their own.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from polypost import batching
from polypost.batching import Pace
from polypost.errors import PolypostError, ServiceError
from polypost.sagemaker.requests import ATTEMPTS, Answered, Busy, Gone, Outcome, TooSlow, pause, worn_out
from polypost.values import Answer, Untranslated

_DOOMED = 12
"""So much bad luck in a row ends the run: a refused single sentence counts 1, one that timed out 4."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Sentences of one language that travel together."""

    language: str
    sentences: tuple[str, ...]
    tries: int = 0
    """How often in a row it met `Busy` while nothing else came back, or was too slow alone."""
    answered: int = 0
    """How many requests had been answered when it was last tried."""

    @property
    def tokens(self) -> int:
        """Its padded size: count times the tokens of the longest."""
        return len(self.sentences) * max(map(batching.tokens, self.sentences))


@dataclass(frozen=True, slots=True, eq=False)
class Flight:
    """A batch on its way."""

    batch: Batch
    pause: float
    """Seconds to wait before it is sent."""
    sent: float
    """When it is sent, on the driver's clock."""


class Schedule:
    """The requests of one call of `translate`."""

    def __init__(self, asked: Mapping[str, Iterable[str]], pace: Pace, chance: Callable[[], float]) -> None:
        """`asked`: language -> different sentences that fit the model. `chance`: numbers between 0 and 1."""
        self.pace = pace
        self.characters = 0
        """Code points of what was sent, each sentence counted once."""
        self._chance = chance
        self._waiting = {language: deque(batching.longest_first(asked[language])) for language in asked}
        self._again: deque[Batch] = deque()
        self._under_way = 0
        self._answered = 0
        self._bad_luck = 0

    def next(self, now: float) -> Flight | None:
        """What to send at `now`; None when nothing waits, or enough is under way."""
        if self._under_way >= self.pace.window:
            return None
        batch = self._again.popleft() if self._again else self._fresh()
        if batch is None:
            return None
        self._under_way += 1
        wait = pause(batch.tries, self._chance) if batch.tries else 0.0
        return Flight(batch, wait, now + wait)

    def _fresh(self) -> Batch | None:
        waiting = [language for language, sentences in self._waiting.items() if sentences]
        if not waiting:
            return None
        language = max(
            waiting, key=lambda one: (batching.tokens(self._waiting[one][0]), len(self._waiting[one]))
        )
        line, limits = self._waiting[language], self.pace.limits
        front = [line[index] for index in range(min(len(line), limits.sentences))]
        batch = Batch(language, tuple(line.popleft() for _ in range(batching.batch(front, limits))))
        self.characters += sum(map(len, batch.sentences))
        return batch

    def landed(self, flight: Flight, outcome: Outcome, now: float) -> Sequence[tuple[str, Answer]]:
        """Take an outcome in; gives what came back for the batch's sentences, unchecked, or why nothing will.

        What has to travel again, whole or halved, will. Raises what ends the run.
        """
        self._under_way -= 1
        batch = flight.batch
        match outcome:
            case PolypostError():
                raise outcome
            case Gone():
                self._again.append(batch)
            case Busy():
                self._again.append(self._patient(batch, outcome))
            case Answered(texts):
                self._answered += 1
                self._bad_luck = 0
                self.pace = self.pace.answered(batch.tokens, now - flight.sent)
                return tuple(zip(batch.sentences, texts, strict=True))
            case _:
                return self._smaller(batch, outcome.reason, slow=isinstance(outcome, TooSlow))
        return ()

    def _patient(self, batch: Batch, met: Busy) -> Batch:
        """The batch, to be tried again. Raises ServiceError when nothing at all came back for too long."""
        tries = batch.tries + 1 if batch.answered == self._answered else 1
        if tries >= ATTEMPTS:
            raise worn_out(met)
        return replace(batch, tries=tries, answered=self._answered)

    def _smaller(self, batch: Batch, reason: str, *, slow: bool) -> Sequence[tuple[str, Answer]]:
        """Send the halves of a batch; one sentence that fails alone is a value, once it had two tries."""
        if slow:
            self.pace = self.pace.timed_out()
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
