"""Work in other threads, waited for in a way that a signal can interrupt.

The executors of `concurrent.futures` join their threads when the process ends, and so would hold a
stopped run for as long as its slowest request. These threads are daemons: nobody waits for them.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable
from types import TracebackType
from typing import Generic, Self, TypeVar

Key = TypeVar("Key")
Result = TypeVar("Result")


_MOMENT = 0.25
"""Seconds; a stopped run has ten to finish and to leave."""


class Flights(Generic[Key, Result]):
    """What is under way; leaving the `with` gives it up."""

    def __init__(self) -> None:
        self.count = 0
        """How many are under way."""
        self.given_up = threading.Event()
        """Set when nobody wants the results any more."""
        self._landed: queue.SimpleQueue[tuple[Key, Result | BaseException]] = queue.SimpleQueue()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.given_up.set()

    def start(self, key: Key, work: Callable[[], Result]) -> None:
        """Begin `work`; its result comes with `key`."""

        def fly() -> None:
            try:
                self._landed.put((key, work()))
            except BaseException as error:  # noqa: BLE001 - it is raised again, in the main thread
                self._landed.put((key, error))

        threading.Thread(target=fly, name="polypost-request", daemon=True).start()
        self.count += 1

    def land(self, beat: Callable[[], None]) -> tuple[Key, Result]:
        """The next result, in the order of arrival. Raises what its work raised.

        `beat` is called twice a second while there is none; what it raises ends the waiting.
        """
        while True:
            try:
                key, result = self._landed.get(timeout=0.5)
            except queue.Empty:
                beat()
                continue
            self.count -= 1
            if isinstance(result, BaseException):
                raise result
            return key, result

    def last(self) -> bool:
        """Whether a result is there, or comes in a moment: what is on the wire is paid for."""
        for pause in (0.0, *[_MOMENT / 10] * 10):
            time.sleep(pause)
            if not self._landed.empty():
                return True
        return False
