"""The checks: a row for each."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from polypost.checks import amounts, balance, lengths, loops, numbers, seen, signs, tongues, wording
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
    where: int
    """Traits of a pair (`seen.py`), of which it needs one to have anything to say."""
    complains: Callable[[Seen], str]
    """The complaint's reason; empty where there is none."""


CHECKS: tuple[Check, ...] = (
    Check("nothing-said", FAULT, seen.WORDLESS, signs.nothing_said),
    Check("unknown-sign", FAULT, seen.SIGNS, signs.unknown_sign),
    Check("loop", FAULT, seen.AGAIN | seen.LONGER, loops.loop),
    Check("copy", FAULT, seen.SAME, wording.copied),
    Check("wrong-script", FAULT, seen.LETTERS, wording.wrong_script),
    Check("wrong-language", FAULT, seen.LANGUAGE, tongues.wrong_language),
    Check("stray-stand-in", FAULT, seen.STANDINS, signs.stray_standin),
    Check("invented-text", FAULT, seen.BRIEF, amounts.invented),
    Check("language-unsure", DOUBT, seen.LANGUAGE, tongues.unsure_language),
    Check("sentence-missing", DOUBT, seen.SHORTER, amounts.dropped),
    Check("cut-short", DOUBT, seen.SHORTER, lengths.cut_short),
    Check("too-short", DOUBT, seen.SHORTER, lengths.too_short),
    Check("too-long", DOUBT, seen.LONGER, lengths.too_long),
    Check("sentence-added", DOUBT, seen.LONGER, amounts.added),
    Check("repetition", DOUBT, seen.AGAIN, loops.repetition),
    Check("number-lost", DOUBT, seen.DIGITS, numbers.lost),
    Check("number-added", DOUBT, seen.DIGITS, numbers.added),
    Check("unit-changed", DOUBT, seen.DIGITS, numbers.changed_unit),
    Check("verbatim-lost", DOUBT, seen.VERBATIM, numbers.lost_verbatim),
    Check("markup-added", DOUBT, seen.SIGNS | seen.WORDLESS | seen.PAIRED, signs.added_markup),
    Check("foreign-script", DOUBT, seen.LETTERS, wording.foreign_script),
    Check("bracket-alone", DOUBT, seen.PAIRED, balance.brackets),
    Check("quotation-mark-alone", DOUBT, seen.PAIRED, balance.quotes),
)
"""Worst first."""


def look(pair: Pair, *, identify: bool = True) -> tuple[Complaint, ...]:
    """What speaks against a translation, worst first; empty: nothing suspicious.

    Without `identify` the language isn't told, which takes some twenty times as long as all else.
    """
    found = Seen(pair)
    checks = _called(found.traits if identify else found.traits & ~seen.LANGUAGE)
    if not checks:
        return ()
    return tuple([Complaint(c.code, c.severity, said) for c in checks if (said := c.complains(found))])


@cache
def _called(traits: int) -> tuple[Check, ...]:
    return tuple(check for check in CHECKS if check.where & traits)
