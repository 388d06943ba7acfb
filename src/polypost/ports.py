"""What the run needs from the outside world, as Protocols; the edges satisfy them, wiring joins them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Protocol

from polypost.errors import PolypostError
from polypost.values import Estimate, Finding, Load, Publication, Reply, Report, TranslatorInfo, Usage


class Clock(Protocol):
    """The time, and waiting; a parameter wherever either is needed, so that tests have their own."""

    def now(self) -> float:
        """Seconds since 1970, by the machine's wall clock."""

    def monotonic(self) -> float:
        """Seconds since some moment; never goes back."""

    def sleep(self, seconds: float) -> None:
        """Wait."""


class Repository(Protocol):
    """Where posts, localizations and records are read from: the base, overlaid by our open branch."""

    def sources(self) -> Mapping[str, str]:
        """Every regular file of the base: path -> content id (equal ids mean equal bytes)."""

    def overlay(self) -> Mapping[str, str]:
        """The same with our open branch laid over the base: where localizations and records are read."""

    def superseded(self) -> tuple[Finding, ...]:
        """What people wrote in the base, and what our branch's own changes stand in place of."""

    def blocked(self, path: str) -> str:
        """What stands in the way of a file at `path`, itself or a folder of it; empty when nothing does."""

    def changed(self) -> frozenset[str] | None:
        """The paths that the event says to look at; None means all of them."""

    def read(self, content_id: str) -> bytes:
        """The bytes behind a content id. Raises PostError when they are over the size limit."""


class Second(Protocol):
    """Another model beside a translator's own."""

    languages: Collection[str]
    """BCP 47, those that it knows."""

    def translate(self, asked: Mapping[str, Sequence[str]]) -> Iterator[Reply]:
        """As `Translator.translate`, by another model than the one that each language has."""


Shield = Callable[[], AbstractContextManager[None]]
"""Inside what it gives, no signal interrupts: what has come back is handed on whole."""


class Interrupts(Protocol):
    """SIGINT and SIGTERM, for whoever hands on what has come back."""

    def shield(self) -> AbstractContextManager[None]:
        """Inside, a signal is only noted."""

    def heed(self) -> None:
        """Raise Stopped for a signal that was only noted."""


class Translator(Protocol):
    """Turns sentences into sentences; entered before the first call, left in every case."""

    info: TranslatorInfo
    standins: tuple[str, ...]
    """Forms of markdown.standins, those first that it keeps best."""
    wave_characters: int
    """How many characters (code points) one call should hold, over all its languages: enough to be quick."""
    second: Second | None
    """Asked when the own model's answers are bad; None where there is none. `usage` counts it in."""
    out: Mapping[str, PolypostError]
    """Languages that it was opened for and can't translate after all -> why: they are not asked."""

    def translate(self, asked: Mapping[str, Sequence[str]], *, careful: bool = False) -> Iterator[Reply]:
        """Yield a reply for every sentence of every language, as it comes in, in any order.

        `asked`: language (BCP 47) -> sentences, each once. `careful`: decoded in another, slower way, since
        the usual one gave bad answers. What was yielded before an exception counts.
        Raises ServiceError when no sentence can be translated any more, TranslatorError, UsageError.
        """

    def usage(self) -> Usage:
        """What was consumed so far."""


class Translators(Protocol):
    """Where a translator comes from, and what it would cost."""

    def estimate(self, load: Load) -> Estimate:
        """What translating `load` is expected to take; harmless, starts nothing."""

    def turns(self, load: Load) -> Sequence[Load]:
        """What to open one after the other: most often all of it at once. Each language is in one of them."""

    def open(self, load: Load) -> AbstractContextManager[Translator]:
        """A translator that is ready inside the `with` and gone after it. Raises UsageError, ServiceError."""

    def beat(self) -> None:
        """Hold on to what is open while the run waits for something else: called every ten minutes or so."""


class Publisher(Protocol):
    """Where finished files go: a folder, a local branch, a pull request."""

    @property
    def pause(self) -> float:
        """Seconds that should lie between two publications of a run, since each costs something."""

    def publish(
        self, changes: Mapping[str, bytes | None], report: Report, *, final: bool = True
    ) -> Publication:
        """Write `changes` (None removes), those that were not published before.

        Idempotent: what is already so is not written again. `final` is false while more will come.
        """


class Console(Protocol):
    """What the user sees while the run goes on."""

    def step(self, text: str) -> None:
        """A new stage of the run."""

    def say(self, text: str) -> None:
        """A line of detail."""

    def warn(self, text: str) -> None:
        """Something the user should know although the run goes on."""

    def progress(self, text: str, done: int, total: int) -> None:
        """How far the stage is: a bar on a terminal, now and then a line in CI."""
