"""The stand-ins for a forked process that may be killed: its calls and its clock are in the parent.

What belongs to the child dies with it, as on a runner; what belongs to AWS and GitHub does not.
"""

from __future__ import annotations

import os
import signal
import tempfile
import threading
import warnings
from collections.abc import Callable, Mapping
from multiprocessing.connection import Client, Connection, Listener
from pathlib import Path
from typing import Any

Serve = Mapping[str, Callable[..., Any]]


class Killed(BaseException):
    """Who made this call is dead."""


class Remote:
    """Calls the parent's functions by name, one connection per thread."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._mine = threading.local()

    def __call__(self, name: str, *given: Any) -> Any:
        if not hasattr(self._mine, "connection"):
            self._mine.connection = Client(self._address, "AF_UNIX")
        self._mine.connection.send((name, given))
        answer = self._mine.connection.recv()
        if isinstance(answer, Exception):
            raise answer
        return answer


class RemoteClock:
    """The parent's clock."""

    simulated = True

    def __init__(self, remote: Remote) -> None:
        self._remote = remote

    def now(self) -> float:
        return self._remote("now")

    def monotonic(self) -> float:
        return self._remote("monotonic")

    def sleep(self, seconds: float) -> None:
        self._remote("sleep", seconds)


class Child:
    """A forked process that does `work`, and whose calls are served here until it has ended."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory()
        self._listener = Listener(str(Path(self._folder.name) / "calls"), "AF_UNIX")
        self.pid = 0

    def run(self, work: Callable[[Remote], int], serve: Serve) -> int:
        """The exit code of `work`; minus the signal's number where one killed it."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # fork() beside threads: they are all idle
            self.pid = os.fork()
        if not self.pid:
            try:
                code = work(Remote(self._listener.address))
            except BaseException:  # noqa: BLE001 - the process must not come back from here
                code = 99
            os._exit(code)
        threading.Thread(target=self._accept, args=(serve,), daemon=True).start()
        _, status = os.waitpid(self.pid, 0)
        self._listener.close()
        self._folder.cleanup()
        return os.waitstatus_to_exitcode(status)

    def kill(self) -> None:
        """Kill it, in the midst of one of its calls."""
        os.kill(self.pid, signal.SIGKILL)

    def _accept(self, serve: Serve) -> None:
        while True:
            try:
                connection = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=_answer, args=(connection, serve), daemon=True).start()


def _answer(connection: Connection, serve: Serve) -> None:
    with connection:
        while True:
            try:
                name, given = connection.recv()
                try:
                    answer = serve[name](*given)
                except Exception as error:  # noqa: BLE001 - it is raised where the call was made
                    answer = error
                connection.send(answer)
            except (EOFError, OSError):
                return
