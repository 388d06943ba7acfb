"""A clock and a scheduler in one: threads of which exactly one runs, the same way every time.

    clock = Baton()
    one = clock.spawn("one", work, at=10.0)     # seconds after the start
    clock.run()                                 # until everybody has ended, been killed, or waits for ever

A thread hands the baton on only where it sleeps, or waits at a `Queue`; time then jumps to the first that is
to wake, in the order of their moments. So what happens depends on the seconds slept alone, and a test that
chooses them chooses the interleaving, and can repeat and shrink it.
"""

from __future__ import annotations

import math
import queue
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from standins.clock import START


class Killed(BaseException):
    """Unwinds a dead thread, once the test has seen what it left."""


class Actor:
    """A thread that runs when it is its turn."""

    def __init__(self, clock: Baton, name: str, work: Callable[[], None], parent: Actor | None) -> None:
        self.name, self.parent = name, parent
        self.root: Actor = parent.root if parent else self
        """The one that this one works for: they die together."""
        self.wakes = 0.0
        self.turns = 0
        """How often it or one of its threads was woken."""
        self.dead = False
        """Killed: no line of it runs any more."""
        self.ended = False
        self.error: BaseException | None = None
        self.interrupt: BaseException | None = None
        """Raised in it at its next turn, as a signal's handler would."""
        self.go = threading.Semaphore(0)
        self._clock, self._work = clock, work
        self._thread = threading.Thread(target=self._live, name=name, daemon=True)
        self._thread.start()

    def _live(self) -> None:
        self.go.acquire()
        self._clock.mine.actor = self
        try:
            if not self.root.dead:
                self._work()
        except BaseException as error:  # noqa: BLE001 - the test judges it
            self.error = error
        self.ended = True
        self._clock.back.release()


class Baton:
    """Satisfies ports.Clock, and what the stand-ins want of one."""

    simulated = True

    def __init__(self) -> None:
        self.mine = threading.local()
        self.back = threading.Semaphore(0)
        self.actors: list[Actor] = []
        self.on_turn: Callable[[Actor], None] = lambda _: None
        """Asked before each turn; may kill or interrupt."""
        self._elapsed = 0.0
        self._closing = False

    def now(self) -> float:
        """Seconds since 1970."""
        return START + self._elapsed

    def monotonic(self) -> float:
        """Seconds since the clock was made."""
        return self._elapsed

    @property
    def actor(self) -> Actor | None:
        """Who runs; None for the test itself."""
        return getattr(self.mine, "actor", None)

    @contextmanager
    def busy(self) -> Iterator[None]:
        """Nobody else runs anyway."""
        yield

    def spawn(self, name: str, work: Callable[[], None], *, at: float | None = None) -> Actor:
        """A new actor, first run `at` so many seconds (None: now); part of whoever spawns it."""
        actor = Actor(self, name, work, self.actor)
        actor.wakes = self._elapsed if at is None else at
        self.actors.append(actor)
        return actor

    def sleep(self, seconds: float) -> None:
        """Return `seconds` later; the test itself just lets the time pass."""
        if (actor := self.actor) is None:
            self._elapsed += max(seconds, 0.0)
        else:
            self.wait(actor, self._elapsed + max(seconds, 0.0))

    def wait(self, actor: Actor, until: float) -> None:
        """Hand the baton on; the actor's next turn is not before `until`, which others may move."""
        actor.wakes = until
        self.back.release()
        actor.go.acquire()
        if self._closing:
            raise Killed
        if error := actor.interrupt:
            actor.interrupt = None
            raise error

    def run(self) -> None:
        """Until nobody is left who could run."""
        while turns := [one for one in self.actors if self._waits(one)]:
            actor = min(turns, key=lambda one: one.wakes)
            actor.root.turns += 1
            self.on_turn(actor)
            if actor.root.dead:
                continue
            self._elapsed = max(self._elapsed, actor.wakes)
            actor.go.release()
            self.back.acquire()

    def close(self) -> None:
        """Unwind the dead, without effect on anything."""
        self._closing = True
        for actor in self.actors:
            while not actor.ended:
                actor.go.release()
                self.back.acquire()

    @property
    def closing(self) -> bool:
        """Whether whoever runs is dead, and must touch nothing."""
        return self._closing

    def _waits(self, actor: Actor) -> bool:
        return not actor.ended and not actor.root.dead and actor.wakes < math.inf


class Queue:
    """`queue.SimpleQueue` for actors."""

    def __init__(self, clock: Baton) -> None:
        self._clock = clock
        self._items: deque[Any] = deque()
        self._waiting: Actor | None = None

    def put(self, item: Any) -> None:
        self._items.append(item)
        if self._waiting:
            self._waiting.wakes, self._waiting = self._clock.monotonic(), None

    def get(self, timeout: float) -> Any:
        """`timeout` is for signals in real time; an interrupted actor is woken anyway."""
        if not self._items:
            self._waiting = actor = self._clock.actor
            assert actor, "only actors wait here"
            self._clock.wait(actor, math.inf)
        if not self._items:
            raise queue.Empty
        return self._items.popleft()

    def empty(self) -> bool:
        return not self._items


class Threads:
    """`threading`, as far as it is used to start work: each thread is an actor."""

    Event = threading.Event
    Lock = threading.Lock

    def __init__(self, clock: Baton) -> None:
        self._clock = clock

    def Thread(self, *, target: Callable[[], None], name: str, daemon: bool) -> Any:  # noqa: N802 - stands in for it
        class Started:
            def start(_) -> None:  # noqa: N805 - the clock is the outer self
                self._clock.spawn(name, target)

        return Started()
