"""How much to ask of an endpoint at once: how many requests, and how large; pure.

A request costs its worker a fixed time and a time for each padded token, as `Cost` learns from the answers.
Larger requests share the fixed time among more tokens; from fifty times that share on, growing gains less
than 2 % and only makes the end of a plan coarse, where the sizes shrink so that all workers end together.
A size that was never tried is not asked for: the largest that came back may double, and after a first one
that came too late only grow by a twentieth (SageMaker gives up after 60 s, and the worker starts anew).

Requests beyond the number of workers only queue. One more per worker is kept waiting, so that no worker
waits for the network. Where the number isn't known, it is found by doubling what is under way, for as long
as that makes answers no later than their cost alone: with more requests than workers, they are late by just
that ratio. Throttling, or an answer that came too late, halves what is under way; each answer brings
half of one back.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from polypost.batching import Limits

MOST_UNDER_WAY = 64
"""Each request takes a thread and a connection."""

_START = 192
"""Padded tokens of the first request: some 20 s on the smallest machine."""

_MOST = 16_384
"""Padded tokens that no request passes, whatever the speed: memory grows with them."""

_SENTENCES = 64

_LONGEST = 10.0
"""Seconds of work that a request may hold: one that waits for another such is still far from 60 s."""

_LEAST = 0.1
"""Seconds that a request costs by itself at least: what it takes on the way isn't seen by the fit."""

_WORTH = 50
"""Times its fixed cost that a request grows to."""

_CRUMB = 4
"""Times its fixed cost below which no request shrinks at the end."""

_SAMPLES = 6
"""Answers at least before a guess at the number of workers."""

_BUSY = 0.7
"""Share of the requests under way that are worked on: as long as it is above, there may be more workers."""


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds of work = `fixed` + `per_token` x padded tokens: least squares, where older answers fade.

    Each answer weighs as the inverse of its tokens, since what is uncertain grows with them.
    """

    inverse: float = 0.0
    count: float = 0.0
    tokens: float = 0.0
    rate: float = 0.0
    seconds: float = 0.0

    def seen(self, tokens: int, seconds: float) -> Cost:
        """With one more answer: so many padded tokens took so many seconds of work."""
        fade = 0.95
        return Cost(
            self.inverse * fade + 1 / tokens,
            self.count * fade + 1,
            self.tokens * fade + tokens,
            self.rate * fade + seconds / tokens,
            self.seconds * fade + seconds,
        )

    def line(self) -> tuple[float, float]:
        """`fixed` and `per_token`, both in seconds; neither is negative."""
        if not self.count:
            return 0.0, 0.0
        spread = self.inverse * self.tokens - self.count**2
        flat = 0.0, self.seconds / self.tokens
        if spread <= 1e-6 * self.count**2:
            return flat
        per_token = (self.inverse * self.seconds - self.count * self.rate) / spread
        fixed = (self.rate - per_token * self.count) / self.inverse
        if fixed <= 0:
            return flat
        return (fixed, per_token) if per_token > 0 else (self.rate / self.inverse, 0.0)

    def of(self, tokens: int) -> float:
        """The seconds that so many tokens will take."""
        fixed, per_token = self.line()
        return fixed + per_token * tokens


@dataclass(frozen=True, slots=True)
class Pace:
    """What is known of an endpoint, and what follows for the next request."""

    workers: int
    """How many requests it works on at once, or a lower bound."""
    known: bool
    """Whether that is the number."""
    room: float
    """How many requests may be under way."""
    ceiling: float = _START
    """Padded tokens that no request may pass as yet."""
    growth: float = 2.0
    """How much larger than the largest that came back the next may be."""
    cost: Cost = Cost()
    epoch: int = 0
    """Changes with `room`, so that what was sent before doesn't count against it."""
    answers: int = 0
    """Of this epoch, to requests that filled `room`, of sizes that had come back before."""
    waited: float = 0.0
    """Seconds that those took, but for the first ones."""
    alone: float = 0.0
    """Seconds of work in them."""

    @staticmethod
    def of(instances: int, workers: int | None) -> Pace:
        """The pace for a new endpoint; `workers` is that of each instance, None where it isn't known."""
        count = instances * (workers or 1)
        return Pace(count, workers is not None, _most(count) if workers else count)

    @property
    def under_way(self) -> int:
        """How many requests may be under way."""
        return max(1, int(self.room))

    def limits(self, rest: int) -> Limits:
        """What the next request may hold when `rest` tokens, unpadded, are still to be sent."""
        size = min(self.ceiling, self._within(_WORTH))
        if self.workers > 1:  # one alone ends when it ends
            size = min(size, max(rest / self.workers, self._within(_CRUMB)))
        return Limits(sentences=_SENTENCES, padded_tokens=max(1, int(size)))

    @property
    def overhead(self) -> float:
        """The fixed cost of a request in padded tokens."""
        return self._within(1)

    def _within(self, times: int) -> float:
        """Padded tokens that take `times` as long as a request does by itself, and no longer than may be."""
        fixed, per_token = self.cost.line()
        if not per_token:
            return _MOST if self.cost.count else _START
        return min(_MOST, min(times * max(fixed, _LEAST), _LONGEST - fixed) / per_token)

    def answered(self, tokens: int, waited: float, work: float | None, *, epoch: int, full: bool) -> Pace:
        """The pace after an answer to a request of so many padded tokens.

        `waited`: seconds from sending to landing; `work`: those of them in which it was worked on, None
        when that can't be told. `epoch`: that of its sending; `full`: whether it then filled `room`.
        """
        grown = tokens * self.growth if epoch == self.epoch else 0.0
        new = replace(self, ceiling=min(_MOST, max(self.ceiling, grown)))
        if work is not None and (self.known or self.room <= self.workers):
            new = replace(new, cost=new.cost.seen(tokens, work))
        if self.known:
            most = _most(self.workers)
            return replace(new, room=min(most, self.room + 0.5)) if self.room < most else new
        if epoch == self.epoch and full and tokens * self.growth <= self.ceiling:
            return new.compared(waited, new.cost.of(tokens))
        return new

    def compared(self, waited: float, alone: float) -> Pace:
        """After an answer that tells whether requests queue: it took `waited`, its work `alone` seconds."""
        count = self.answers + 1
        if count <= self.under_way:  # the first ones met those sent before
            return replace(self, answers=count)
        late = self.waited + waited, self.alone + alone
        if count < self.under_way + max(_SAMPLES, self.under_way):
            return replace(self, answers=count, waited=late[0], alone=late[1])
        busy = (
            min(1.0, late[1] / late[0]) if late[0] else 1.0
        )  # a coarse clock may say that nothing took time
        if busy >= _BUSY and self.room < MOST_UNDER_WAY:
            return self._with_room(min(MOST_UNDER_WAY, 2 * self.room))
        workers = max(self.workers, round(busy * self.room))
        return replace(self._with_room(_most(workers)), workers=workers, known=True)

    def _with_room(self, room: float) -> Pace:
        return replace(self, room=room, epoch=self.epoch + 1, answers=0, waited=0.0, alone=0.0)

    def too_slow(self, tokens: int, epoch: int) -> Pace:
        """The pace after a request that took too long."""
        return replace(self, ceiling=max(1.0, min(self.ceiling, tokens / 2)), growth=1.05).busy(epoch)

    def busy(self, epoch: int) -> Pace:
        """The pace after a request that was turned away."""
        if epoch != self.epoch:
            return self
        return self._with_room(max(1.0, self.room / 2))


def _most(workers: int) -> int:
    return min(MOST_UNDER_WAY, 2 * workers)
