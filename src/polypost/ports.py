"""What the run needs from the outside world, as Protocols; the edges satisfy them, wiring joins them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Protocol

from polypost.values import Answer, Publication, Report, TranslatorInfo, Usage


class Repository(Protocol):
    """Where posts, localizations and records are read from: the base, overlaid by our open branch."""

    def sources(self) -> Mapping[str, str]:
        """Every regular file of the base: path -> content id (equal ids mean equal bytes)."""

    def overlay(self) -> Mapping[str, str]:
        """The same with our open branch laid over the base: where localizations and records are read."""

    def blocked(self, path: str) -> str:
        """What stands in the way of a file at `path`, itself or a folder of it; empty when nothing does."""

    def changed(self) -> frozenset[str] | None:
        """The paths that the event says to look at; None means all of them."""

    def read(self, content_id: str) -> bytes:
        """The bytes behind a content id. Raises PostError when they are over the size limit."""


class Translator(Protocol):
    """Turns sentences into sentences; entered before the first call, left in every case."""

    info: TranslatorInfo
    standins: tuple[str, ...]
    """Forms of markdown.standins, those first that it keeps best."""

    def translate(self, sentences: Sequence[str], language: str) -> Sequence[Answer]:
        """One answer per sentence, in order. Raises ServiceError when no sentence can be translated."""

    def usage(self) -> Usage:
        """What was consumed so far."""


OpenTranslator = Callable[[Sequence[str]], AbstractContextManager[Translator]]
"""Languages (BCP 47) -> a translator that is ready inside the `with` and gone after it."""


class Publisher(Protocol):
    """Where finished files go: a folder, a local branch, a pull request."""

    def publish(
        self, changes: Mapping[str, bytes | None], report: Report, *, final: bool = True
    ) -> Publication:
        """Write `changes` (None removes), those of the run that were not published yet.

        Idempotent: what is already so is not written again. Not `final`: a wave, more will come.
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
