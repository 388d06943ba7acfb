"""What a run may take, in dollars and minutes: asked before anything is started, and between answers."""

from __future__ import annotations

from collections.abc import Callable

from polypost.errors import BudgetError, UsageError
from polypost.ports import Clock
from polypost.values import Estimate, Usage

_STOPPING = 30.0
"""Seconds that the machines still cost after the last answer: they are deleted then."""
_EVERY = 1.0
"""Seconds between two looks."""


class Budget:
    """The limits of one run, which starts when this is made."""

    def __init__(self, max_cost: float | None, max_minutes: float | None, clock: Clock) -> None:
        """`max_cost`: US dollars. None: no limit."""
        self._max_cost, self._max_minutes = max_cost, max_minutes
        self._clock = clock
        self._start = self._looked = clock.monotonic()
        self._carried = 0.0

    def over(self, estimate: Estimate | None) -> str:
        """Tell by how much an estimate is over a limit, and what to do; empty when it isn't."""
        over: list[str] = []
        advice: list[str] = []
        if estimate is None:
            return ""
        if self._max_cost is not None and estimate.cost_usd is None:
            return (
                f"max-cost can't be kept, because the cost isn't known: {estimate.basis}. Set max-minutes in "
                "its place."
            )
        if self._max_cost is not None and (estimate.cost_usd or 0.0) > self._max_cost:
            over.append(f"${estimate.cost_usd:,.2f} (max-cost is ${self._max_cost:,.2f})")
            advice.append("max-cost")
        if self._max_minutes is not None and estimate.minutes > self._max_minutes:
            over.append(f"{estimate.minutes:,.0f} minutes (max-minutes is {self._max_minutes:g})")
            advice.append("max-minutes")
        if not over:
            return ""
        return (
            f"It is expected to take {' and '.join(over)}. Raise {' and '.join(advice)}, "
            "or translate less at once: fewer languages, or some of the posts (`paths`)."
        )

    def allow(self, estimate: Estimate | None) -> None:
        """Raise UsageError when the estimate is over a limit: nothing was started."""
        if said := self.over(estimate):
            raise UsageError(f"Nothing was started. {said}")

    def carry(self, usage: Usage) -> None:
        """What a translator that is done has cost, beside what the next one will say."""
        self._carried += usage.cost_usd or 0.0

    def check(self, usage: Callable[[], Usage]) -> None:
        """Raise BudgetError when a limit is reached, or would be by stopping now. Looks once a second."""
        now = self._clock.monotonic()
        if now - self._looked < _EVERY:
            return
        self._looked = now
        minutes = (now - self._start) / 60
        if self._max_minutes is not None and minutes >= self._max_minutes:
            raise BudgetError(
                _spent(f"taken {minutes:,.1f} minutes", f"max-minutes is {self._max_minutes:g}")
            )
        if self._max_cost is not None:
            used = usage()
            cost = used.cost_usd or 0.0
            rate = cost / used.seconds if used.seconds else 0.0
            cost += self._carried
            if cost + rate * _STOPPING >= self._max_cost:
                raise BudgetError(_spent(f"cost ${cost:,.2f}", f"max-cost is ${self._max_cost:,.2f}"))


def _spent(what: str, limit: str) -> str:
    return f"The run has {what}, and {limit}: it ends here. Run it again for the rest, or raise the limit."
