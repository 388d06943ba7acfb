"""Clocks for tests: the machine's, and one whose time passes only when somebody waits.

Both are what polypost calls a `Clock` (`now`, `monotonic`, `sleep`), and what the AWS stand-in takes.
"""

from __future__ import annotations

import heapq
import itertools
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

START = 1_893_456_000.0
"""2030-01-01T00:00:00Z, when a SimClock begins."""


class RealClock:
    """The machine's clock."""

    simulated = False
    now = staticmethod(time.time)
    monotonic = staticmethod(time.monotonic)
    sleep = staticmethod(time.sleep)

    @contextmanager
    def busy(self) -> Iterator[None]:
        """Nothing to hold back: real time passes anyway."""
        yield


class SimClock:
    """Simulated time: it jumps to the next moment that somebody waits for, once nobody is at work.

    `sleep` returns when its moment has come, so that two threads that sleep 20 s and 30 s from the same
    moment wake in that order, 30 s later in all. What counts as work: whatever runs inside `busy()` and isn't
    itself asleep (the stand-ins put every request there), and `grace` real seconds in which a thread that has
    just been woken can go on to its next wait. A thread that computes for longer than that between two waits
    may find that time has passed.
    """

    simulated = True

    def __init__(self, start: float = START, *, grace: float = 0.001) -> None:
        self._start, self._grace = start, grace
        self._elapsed = 0.0
        self._changed = threading.Condition()
        self._order = itertools.count()
        self._asleep: list[tuple[float, int]] = []
        self._timers: list[tuple[float, int, Callable[[], None]]] = []
        self._busy = 0
        self._moves = 0
        self._mine = threading.local()

    def now(self) -> float:
        """Seconds since 1970."""
        return self._start + self._elapsed

    def monotonic(self) -> float:
        """Seconds since the clock was made."""
        return self._elapsed

    def call_at(self, when: float, callback: Callable[[], None]) -> None:
        """Call `callback` once, in the thread in which time reaches `when` (as `now()` tells it)."""
        with self._changed:
            heapq.heappush(self._timers, (when - self._start, next(self._order), callback))

    def advance(self, seconds: float) -> None:
        """Let time pass, whoever is at work; callbacks and sleepers on the way get their moment, in order."""
        self._reach(self._elapsed + seconds)

    @contextmanager
    def busy(self) -> Iterator[None]:
        """No sleeper lets time pass while this thread is at work in here; its own sleeps do."""
        depth = getattr(self._mine, "depth", 0)
        self._mine.depth = depth + 1
        self._count(int(depth == 0))
        try:
            yield
        finally:
            self._mine.depth = depth
            self._count(-int(depth == 0))

    def sleep(self, seconds: float) -> None:
        """Return `seconds` later; other threads go on meanwhile."""
        working = int(getattr(self._mine, "depth", 0) > 0)
        with self._changed:
            ticket = (self._elapsed + max(seconds, 0.0), next(self._order))
            heapq.heappush(self._asleep, ticket)
        self._count(-working)
        try:
            while self._elapsed < ticket[0]:
                if self._is_next(ticket):
                    self._reach(ticket[0])
            time.sleep(0)  # even a wait for nothing lets others run
        finally:
            with self._changed:
                self._asleep.remove(ticket)
                heapq.heapify(self._asleep)
            self._count(working)

    def _count(self, change: int) -> None:
        with self._changed:
            self._busy += change
            self._moves += 1
            self._changed.notify_all()

    def _is_next(self, ticket: tuple[float, int]) -> bool:
        """Wait for a change or the grace; whether then nothing has moved, and this sleeper is the first."""
        with self._changed:
            before = self._moves
            if self._busy or self._asleep[0] != ticket:
                self._changed.wait(1.0)
                return False
            self._changed.wait(self._grace)
            return before == self._moves and not self._busy and self._asleep[0] == ticket

    def _reach(self, moment: float) -> None:
        while self._elapsed < moment:
            with self._changed:
                due = self._timers[0][0] if self._timers else moment
                call = heapq.heappop(self._timers)[2] if self._timers and due <= moment else None
                self._elapsed = max(self._elapsed, min(moment, due))
                self._moves += 1
                self._changed.notify_all()
            if call:
                call()


Clock = RealClock | SimClock
