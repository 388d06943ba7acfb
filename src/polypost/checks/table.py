"""The checks: a row for each."""

from __future__ import annotations

from collections.abc import Callable

from polypost.checks import loops, signs
from polypost.checks.pair import Pair, Seen
from polypost.values import Complaint, Severity, frozen

DOUBT, FAULT = Severity.DOUBT, Severity.FAULT


@frozen
class Check:
    """One thing that is looked at."""

    code: str
    """Of the complaint."""
    severity: Severity
    complains: Callable[[Seen], str]
    """The complaint's reason; empty where there is none."""


CHECKS: tuple[Check, ...] = (
    Check("nothing-said", FAULT, signs.nothing_said),
    Check("unknown-sign", FAULT, signs.unknown_sign),
    Check("loop", FAULT, loops.loop),
    Check("stray-stand-in", FAULT, signs.stray_standin),
    Check("repetition", DOUBT, loops.repetition),
)
"""Worst first."""


def look(pair: Pair) -> tuple[Complaint, ...]:
    """What speaks against a translation, worst first; empty: nothing suspicious."""
    seen = Seen(pair)
    return tuple([Complaint(c.code, c.severity, reason) for c in CHECKS if (reason := c.complains(seen))])
