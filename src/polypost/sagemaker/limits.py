"""What ends a run before its money, its time or its credentials do, and how much of them is left."""

from __future__ import annotations

import math
from threading import RLock

from polypost.errors import BudgetError, TooDearError
from polypost.estimate import Price
from polypost.ports import Clock
from polypost.sagemaker.credentials import RESERVE_SECONDS, Lifetime


class Limits:
    """The limits of one run on machines that cost money, from when this is made."""

    def __init__(
        self,
        lifetime: Lifetime,
        max_cost: float | None,
        max_minutes: float | None,
        clock: Clock,
        *,
        start: float,
    ) -> None:
        """`max_cost`: US dollars. None: no limit. `start`: when the run's minutes began (`monotonic`)."""
        self._lifetime, self._max_cost, self._max_minutes = lifetime, max_cost, max_minutes
        self._clock = clock
        self._start, self._since = start, clock.monotonic()
        self._spent = 0.0
        self._rates: dict[str, float] = {}
        """Of each model, US dollars a second, since `_since`."""
        self._lock = RLock()
        """Models that are served side by side have a thread each."""

    def take(self, model: str, machine: str, count: int, price: Price, start: float) -> None:
        """From now on a model costs `count` machines of this type, and they need `start` seconds to start.

        Raises TooDearError when the money that is left isn't enough for their start, or nobody knows.
        """
        rate = (price.usd_per_hour or 0.0) * count / 3600
        if self._max_cost is not None:
            left = self._max_cost - self._cost()
            if price.usd_per_hour is None:
                raise TooDearError(
                    f"{machine} is not started: {price.basis}, so max-cost can't be kept on it. Name other "
                    "types in instance-type, or set max-minutes in place of max-cost."
                )
            if rate * start > left:
                raise TooDearError(
                    f"{machine} is not started: its start alone costs about ${rate * start:,.2f}, and "
                    f"${max(left, 0.0):,.2f} of max-cost (${self._max_cost:,.2f}) are left. Raise max-cost, "
                    "or name cheaper types in instance-type; what is done is kept."
                )
        self._change(model, rate)

    def done(self, model: str) -> None:
        """The machines of a model cost nothing any more."""
        self._change(model, 0.0)

    def _change(self, model: str, rate: float) -> None:
        with self._lock:
            self._spent, self._since = self._cost(), self._clock.monotonic()
            self._rates[model] = rate

    def left(self) -> float:
        """Seconds that may still be worked, at the price of what works now; infinite without a limit."""
        left = [math.inf]
        if self._lifetime.ends_at is not None:
            left.append(self._lifetime.ends_at - RESERVE_SECONDS - self._clock.now())
        if self._max_minutes is not None:
            left.append(60 * self._max_minutes - (self._clock.monotonic() - self._start))
        if self._max_cost is not None and (rate := sum(self._rates.values())):
            left.append((self._max_cost - self._cost()) / rate)
        return min(left)

    def check(self) -> None:
        """Raise BudgetError when a limit is reached."""
        end = self._lifetime.ends_at
        if end is not None and self._clock.now() > end - RESERVE_SECONDS:
            raise BudgetError(
                f"The AWS credentials {self._lifetime.told}, and the rest of their time is for publishing "
                "and deleting. Run again for the rest; with aws-role-arn polypost renews them itself."
            )
        if self._max_cost is not None and self._cost() > self._max_cost:
            raise BudgetError(f"max-cost ({self._max_cost:g} dollars) is used up. Run again for the rest.")
        most = self._max_minutes
        if most is not None and self._clock.monotonic() - self._start > 60 * most:
            raise BudgetError(f"max-minutes ({most:g}) is used up. Run again for the rest.")

    def _cost(self) -> float:
        with self._lock:
            return self._spent + (self._clock.monotonic() - self._since) * sum(self._rates.values())
