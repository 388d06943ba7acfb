"""What a front, the action or the command line, has of the world around it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

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
