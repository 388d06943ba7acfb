"""What `polypost doctor` found: a table of what is there, what is missing, and what to do; and as JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, TextIO

from polypost.counts import counted
from polypost.options import as_flags
from polypost.report.safe import one_line
from polypost.values import Check, Verdict

if TYPE_CHECKING:
    from rich.table import Table

_ENDLESS = 10_000
"""The width of a pipe: nothing is wrapped there."""

_LOOKS: Mapping[Verdict, tuple[str, str]] = {
    Verdict.OK: ("✓ ok", "green"),
    Verdict.MISSING: ("✗ missing", "bold red"),
    Verdict.UNKNOWN: ("? can't tell", "yellow"),
    Verdict.UNREACHABLE: ("✗ can't be reached", "bold red"),
}
_OPTIONAL = "- not there"
"""In place of `missing`, where a run does without."""


def show(checks: Sequence[Check], stream: TextIO) -> None:
    """Print the checks to `stream`; colours only where it is a terminal."""
    from rich.console import Console
    from rich.text import Text

    out = Console(file=stream, highlight=False, markup=False, emoji=False)
    if not out.is_terminal:
        out.width = _ENDLESS
    out.print(_table(checks))
    out.print()
    for check in checks:
        if check.advice and check.verdict is not Verdict.OK:
            told = f"{check.name}, to {check.needed_for}: {as_flags(one_line(check.advice, 1_000))}."
            out.print(Text(f"Next: {told}" if not check.optional else f"If you like: {told}"), soft_wrap=True)
    out.print(Text(verdict(checks), style="bold"), soft_wrap=True)


def verdict(checks: Sequence[Check]) -> str:
    """All of it in a sentence."""
    needed = [check.verdict for check in checks if not check.optional]
    for kind in (Verdict.MISSING, Verdict.UNREACHABLE):
        if number := needed.count(kind):
            return f"{counted(number, 'thing')} that a run needs: {kind}."
    if number := needed.count(Verdict.UNKNOWN):
        return f"All that could be looked at is there; {counted(number, 'thing')} could not."
    return "Everything that a run needs is there."


def as_json(checks: Sequence[Check]) -> dict[str, object]:
    """The same for programs."""
    return {
        "checks": [
            {
                "name": check.name,
                "needed_for": check.needed_for,
                "verdict": str(check.verdict),
                "told": check.told,
                "advice": check.advice,
                "optional": check.optional,
            }
            for check in checks
        ]
    }


def _table(checks: Sequence[Check]) -> Table:
    from rich.table import Table
    from rich.text import Text

    grid = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    for title in ("", "what", "needed to", "found"):
        grid.add_column(title, no_wrap=title != "found")
    for check in checks:
        sign, style = _LOOKS[check.verdict]
        if check.optional and check.verdict is Verdict.MISSING:
            sign, style = _OPTIONAL, "dim"
        told = Text(as_flags(one_line(check.told, 1_000)))
        grid.add_row(Text(sign, style=style), Text(check.name), Text(check.needed_for), told)
    return grid
