"""The checks: a row for each."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from polypost.checks import amounts, balance, lengths, loops, numbers, signs, terms, tongues, wording
from polypost.checks.pair import Pair
from polypost.checks.seen import Seen
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
    Check("copy", FAULT, wording.copied),
    Check("wrong-script", FAULT, wording.wrong_script),
    Check("wrong-language", FAULT, tongues.wrong_language),
    Check("stray-stand-in", FAULT, signs.stray_standin),
    Check("invented-text", FAULT, amounts.invented),
    Check("language-unsure", DOUBT, tongues.unsure_language),
    Check("sentence-missing", DOUBT, amounts.dropped),
    Check("cut-short", DOUBT, lengths.cut_short),
    Check("too-short", DOUBT, lengths.too_short),
    Check("too-long", DOUBT, lengths.too_long),
    Check("sentence-added", DOUBT, amounts.added),
    Check("repetition", DOUBT, loops.repetition),
    Check("number-lost", DOUBT, numbers.lost),
    Check("number-added", DOUBT, numbers.added),
    Check("unit-changed", DOUBT, numbers.changed_unit),
    Check("verbatim-lost", DOUBT, numbers.lost_verbatim),
    Check("term-missing", DOUBT, terms.missing),
    Check("foreign-script", DOUBT, wording.foreign_script),
    Check("bracket-alone", DOUBT, balance.brackets),
    Check("quotation-mark-alone", DOUBT, balance.quotes),
)
"""Worst first."""


def look(pair: Pair, checks: Sequence[Check] = CHECKS) -> tuple[Complaint, ...]:
    """What speaks against a translation, worst first; empty: nothing suspicious."""
    seen = Seen(pair)
    return tuple([Complaint(c.code, c.severity, reason) for c in checks if (reason := c.complains(seen))])
