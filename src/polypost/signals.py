"""SIGINT and SIGTERM: stop at once where nothing can be lost, and let a deletion or a publication finish.

A cancelled job gets SIGINT, SIGTERM 7.5 seconds later, and is killed after another 2.5. So the first
signal raises `Stopped`, what is finished is published, the endpoint is deleted, and further signals
change nothing. Only at a prompt, where no post step follows, that deletion may take its time: there the next
signal ends it. As process 1 of a container, a signal without a handler would not even arrive.
"""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from threading import current_thread, main_thread
from types import FrameType

from polypost.errors import Stopped


class Signals:
    """What was received, and whether now is a bad moment to raise."""

    def __init__(self) -> None:
        """Nothing received yet."""
        self.received = 0
        self.insisted = False
        """Whether a second one came: where nothing goes on after this process, its user ends a wait so."""
        self._shields = 0

    def handle(self, signum: int, frame: FrameType | None) -> None:
        """Raise Stopped at the first signal, unless shielded; later ones are only noted."""
        del frame
        if self.received:
            self.insisted = True
            return
        self.received = signum
        if not self._shields:
            raise Stopped(signum)

    @contextmanager
    def shield(self) -> Iterator[None]:
        """Inside, a signal is noted, and the work goes on; outside of the main thread it always does."""
        if current_thread() is not main_thread():
            yield
            return
        self._shields += 1
        try:
            yield
        finally:
            self._shields -= 1

    def heed(self) -> None:
        """Raise Stopped for a signal that was only noted, unless now is a bad moment too."""
        if self.received and not self._shields:
            raise Stopped(self.received)

    def settle(self) -> None:
        """From here to the end a signal is only noted: what was paid for is being brought home."""
        self._shields += 1

    def exit_code(self, otherwise: int) -> int:
        """128 + the signal when one came, else `otherwise`."""
        return 128 + self.received if self.received else otherwise


@contextmanager
def listening() -> Iterator[Signals]:
    """Listen while inside; restore what was there before."""
    signals = Signals()
    before = {number: signal.signal(number, signals.handle) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield signals
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
