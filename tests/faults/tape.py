"""The calls of a run, and what happens to one of them.

A call is known by what it asks and how often that was asked before, so that the same call is met again in
another run, however threads took turns.
"""

from __future__ import annotations

import re
import signal
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from standins.aws import Dropped, Fault, Hang, ServerError, Then
from standins.github import troubles


class Call(NamedTuple):
    """One call of a run."""

    service: str
    operation: str
    occurrence: int
    whose: str = ""
    """Which of those that work side by side makes it, where they are told apart: each counts its own."""

    def __str__(self) -> str:
        words = self.service, self.operation, f"#{self.occurrence}", self.whose and f"of {self.whose}"
        return " ".join(filter(None, words))

    @property
    def kind(self) -> tuple[str, str, str]:
        """What it asks, and whose it is."""
        return self.service, self.operation, self.whose


class Kind(StrEnum):
    """What happens to a call."""

    ONCE = "fails once"
    FOR_GOOD = "fails for good"
    HANG = "hangs"
    LOST = "its answer is lost"
    KILLED_BEFORE = "SIGKILL before it"
    KILLED_AFTER = "SIGKILL after it"
    TERM = "SIGTERM before it"
    RUNNER_DIES = "SIGKILL after it, and no post step"
    INT = "SIGINT after it"

    @classmethod
    def killing(cls) -> tuple[Kind, ...]:
        """Those that kill the process."""
        return cls.KILLED_BEFORE, cls.KILLED_AFTER, cls.RUNNER_DIES

    @property
    def signal(self) -> int:
        """The signal that the process gets and may answer; 0 for none."""
        return {Kind.TERM: signal.SIGTERM, Kind.INT: signal.SIGINT}.get(self, 0)


@dataclass(frozen=True, slots=True)
class Trouble:
    """One cell of the matrix."""

    call: Call
    kind: Kind

    def __str__(self) -> str:
        return f"{self.call}: {self.kind}"


class Tape:
    """Notes every call, and makes trouble for one."""

    def __init__(self, trouble: Trouble | None = None, strike: Callable[[], None] = lambda: None) -> None:
        """`strike`: kills or signals who makes the call."""
        self.calls: list[Call] = []
        self.met = False
        """Whether the call of the trouble was made."""
        self._trouble, self._strike = trouble, strike
        self._seen: Counter[tuple[str, str, str]] = Counter()
        self._lock = threading.Lock()

    def meets(self, service: str, operation: str, whose: str = "") -> Kind | None:
        """Note a call; what is to happen to it."""
        with self._lock:
            self._seen[service, operation, whose] += 1
            call = Call(service, operation, self._seen[service, operation, whose], whose)
            self.calls.append(call)
            if self._trouble is None:
                return None
            wanted, kind = self._trouble.call, self._trouble.kind
            again = kind is Kind.FOR_GOOD and self.met and call.kind == wanted.kind
            if call != wanted and not again:
                return None
            self.met = True
        return kind

    def aws(self, service: str, operation: str, whose: str = "") -> Fault | None:
        """The same as a fault of the AWS stand-in."""
        match self.meets(service, operation, whose):
            case Kind.ONCE:
                return ServerError(503)
            case Kind.FOR_GOOD:
                return ServerError(500)
            case Kind.HANG:
                return Hang()
            case Kind.LOST:
                return Dropped(after=True)
            case Kind.KILLED_AFTER | Kind.RUNNER_DIES | Kind.INT:
                return Then(self._strike)
            case Kind.KILLED_BEFORE | Kind.TERM:
                self._strike()
        return None

    def github(self, method: str, path: str) -> troubles.Trouble | None:
        """The same as a trouble of the GitHub stand-in."""
        api = path.startswith("/api/")
        asked = re.sub(r"\b([0-9a-f]{40}|\d+)\b", "*", path.removeprefix("/api/v3"))
        match self.meets("GitHub" if api else "git", f"{method} {asked}"):
            case Kind.ONCE | Kind.FOR_GOOD:
                return troubles.BAD_GATEWAY
            case Kind.HANG if api:
                return troubles.Hang()
            case Kind.HANG:
                # What git makes of it after http.lowSpeedTime, which is a minute of real time.
                return troubles.Drop()
            case Kind.LOST:
                return troubles.Drop(after=True)
            case Kind.KILLED_AFTER | Kind.RUNNER_DIES | Kind.INT:
                return troubles.Act(self._strike, after=True)
            case Kind.KILLED_BEFORE | Kind.TERM:
                return troubles.Act(self._strike)
        return None
