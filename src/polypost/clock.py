"""The machine's own clock; satisfies ports.Clock."""

from __future__ import annotations

import time


class SystemClock:
    """See `ports.Clock`."""

    now = staticmethod(time.time)
    monotonic = staticmethod(time.monotonic)
    sleep = staticmethod(time.sleep)
