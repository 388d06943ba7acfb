"""What a front, the action or the command line, has of the world around it."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from polypost.clock import SystemClock
from polypost.ports import Clock, Console
from polypost.signals import Signals


@dataclass(frozen=True, slots=True)
class Front:
    """Handed down whole, so that nothing below asks for it elsewhere."""

    env: Mapping[str, str]
    """The process's environment."""
    console: Console
    signals: Signals
    clock: Clock
    mask: Callable[[str], None] = lambda _: None
    """Hides a secret in every log to come."""

    @property
    def in_workflow(self) -> bool:
        """Whether this is a step of a job on GitHub."""
        return self.env.get("GITHUB_ACTIONS") == "true"


@contextmanager
def at_prompt(signals: Signals) -> Iterator[Front]:
    """What a command at a prompt, or a step of a workflow, has of the world."""
    from polypost.report import workflow
    from polypost.report.consoles import TerminalConsole

    def mask(secret: str) -> None:
        if os.environ.get("GITHUB_ACTIONS") == "true":
            workflow.mask(secret, sys.stdout)

    with TerminalConsole() as console:
        yield Front(os.environ, console, signals, SystemClock(), mask)
