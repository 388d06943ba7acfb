"""What every wait needs: someone to tell, a clock, and a way to sleep."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from polypost.ports import Console


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Passed down whole; tests put a clock of their own in."""

    console: Console
    clock: Callable[[], float]
    """Seconds, monotonic."""
    sleep: Callable[[float], None]


class Stopwatch:
    """Seconds since it was made, until it is stopped."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._start = clock()
        self._end: float | None = None

    def seconds(self) -> float:
        """How long it has run."""
        return (self._clock() if self._end is None else self._end) - self._start

    def stop(self) -> None:
        """From here on `seconds` stays as it is."""
        self._end = self._clock()
