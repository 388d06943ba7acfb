"""What every wait needs: someone to tell, a clock, and a limit that ends it."""

from __future__ import annotations

import math
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass, field

from polypost.ports import Clock, Console, Shield
from polypost.sagemaker.redact import Redact, unchanged


def _endless() -> None:
    """No limit."""


def _infinite() -> float:
    """No limit."""
    return math.inf


def _free(_machine: str) -> None:
    """No limit."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Passed down whole."""

    console: Console
    clock: Clock
    check: Callable[[], None] = _endless
    """Called before each wait. Raises BudgetError when the run has to come to its end, and Stopped."""
    shield: Shield = nullcontext
    """Inside, a signal is only noted; `check` heeds it."""
    insisted: Callable[[], bool] | None = None
    """Whether the user wants the process to end at once, whatever is left; None in a workflow: its post step
    goes on where the process ends."""
    left: Callable[[], float] = _infinite
    """Seconds that may still be worked before that; infinite without a limit."""
    take: Callable[[str], None] = _free
    """Called before an instance type is started. Raises BudgetError when that is too dear."""
    redact: Redact = unchanged
    """Takes the run's secrets out of what others say."""
    renewals: list[Callable[[], None]] = field(default_factory=list)
    """Each renews a lease of the run when it is time; for whoever makes it wait for something else."""

    @property
    def in_workflow(self) -> bool:
        """Whether a post step comes after the run."""
        return self.insisted is None


class Stopwatch:
    """Seconds since it was made, until it is stopped."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._start = clock.monotonic()
        self._end: float | None = None

    def seconds(self) -> float:
        """How long it has run."""
        return (self._clock.monotonic() if self._end is None else self._end) - self._start

    def stop(self) -> None:
        """From here on `seconds` stays as it is."""
        self._end = self._clock.monotonic()
