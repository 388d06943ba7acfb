"""The machine's clock; the only place that asks for the time."""

from __future__ import annotations

import time


class SystemClock:
    """Satisfies ports.Clock."""

    def now(self) -> float:
        """Seconds since 1970."""
        return time.time()

    def monotonic(self) -> float:
        """Seconds since some moment; never goes back."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Wait."""
        time.sleep(seconds)
