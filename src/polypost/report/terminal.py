"""The report on a terminal or in a pipe: the table, what to look at, what it cost, what to do next.

The licence's notice is not repeated here: the console told it before anything was sent.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, TextIO

from polypost.report.looks import (
    LOOKS,
    RANK,
    Level,
    by_post,
    consumption,
    count,
    is_quiet,
    items,
    listed,
    money,
    place,
    tally,
)
from polypost.report.safe import one_line
from polypost.values import Outcome, Report, Status

if TYPE_CHECKING:
    from rich.table import Table
    from rich.text import Text

SHOWN = 40
"""Findings, and posts with something to tell, that are printed; `--json` has them all."""
ENDLESS = 10_000
"""The width of a pipe: nothing is wrapped there."""
GAP = 2
"""Blanks between columns."""
LANGUAGES = 12
"""More columns than this are counted, however wide the terminal is."""
_CURRENT = frozenset({Status.UNCHANGED, Status.KEPT, Status.SKIPPED})
_STYLES = {Level.ERROR: "bold red", Level.WARNING: "yellow", Level.NOTICE: "dim"}


def show(report: Report, stream: TextIO) -> None:
    """Print the report to `stream`; colours only where it is a terminal."""
    from rich.console import Console
    from rich.text import Text

    out = Console(file=stream, highlight=False, markup=False, emoji=False)
    if not out.is_terminal:
        out.width = ENDLESS
    out.print(Text(_headline(report), style="bold"), soft_wrap=True)
    if not is_quiet(report.outcomes):
        out.print()
        out.print(table(report, out.width))
    for line in (*_quiet(report), *_findings(report), Text(), *map(Text, _closing(report))):
        out.print(line, soft_wrap=True)


def table(report: Report, width: int) -> Table:
    """Post by language where `width` columns hold that, else one line per post; quiet posts are left out."""
    posts = [post for post in by_post(report.outcomes) if not is_quiet(post[1])][:SHOWN]
    languages = sorted({outcome.language for _, found in posts for outcome in found})
    rows = [{outcome.language: _cell(outcome) for outcome in found} for _, found in posts]
    columns = [max([len(tag), *(len(row[tag]) for row in rows if tag in row)]) for tag in languages]
    longest = max((len(one_line(path)) for path, _ in posts), default=0)
    grid = _grid(["post", *languages])
    if longest + sum(columns) + GAP * len(columns) > width or len(languages) > LANGUAGES:
        grid = _grid(["post", "localizations"])
        rows = [{"": _counts(found)} for _, found in posts]
        languages = [""]
    for (path, _), row in zip(posts, rows, strict=True):
        grid.add_row(_plain(path), *(row.get(language, _plain("")) for language in languages))
    return grid


def _grid(titles: Sequence[str]) -> Table:
    from rich.table import Table

    grid = Table(box=None, pad_edge=False, header_style="bold", padding=(0, GAP, 0, 0))
    for title in titles:
        grid.add_column(_plain(title), no_wrap=True)
    return grid


def _plain(text: str) -> Text:
    from rich.text import Text

    return Text(one_line(text))


def _cell(outcome: Outcome) -> Text:
    from rich.text import Text

    look = LOOKS[outcome.status]
    loud = [item for item in items([outcome], ()) if item.level < Level.NOTICE]
    return Text(f"{look.sign} {outcome.status}{f' ({len(loud)})' if loud else ''}", style=look.style)


def _counts(outcomes: Sequence[Outcome]) -> Text:
    from rich.text import Text

    worst = min((outcome.status for outcome in outcomes), key=RANK.__getitem__)
    return Text(tally(outcomes), style=LOOKS[worst].style)


def _headline(report: Report) -> str:
    if not report.outcomes:
        return "Nothing to translate: no post was found or none changed."
    posts = len({outcome.source for outcome in report.outcomes})
    languages = len({outcome.language for outcome in report.outcomes})
    said = f"{count(posts, 'post')}, {count(languages, 'language')}: {tally(report.outcomes)}"
    return f"Dry run, nothing was written. A run would give: {said}" if report.dry_run else said


def _quiet(report: Report) -> Iterator[Text]:
    from rich.text import Text

    posts = by_post(report.outcomes)
    loud = [found for _, found in posts if not is_quiet(found)]
    quiet = [found for _, found in posts if is_quiet(found)]
    for rest in (loud[SHOWN:], quiet):
        if loud and rest:
            outcomes = [outcome for found in rest for outcome in found]
            yield Text(f"{count(len(rest), 'more post')}: {tally(outcomes)}", style="dim")


def _findings(report: Report) -> Iterator[Text]:
    from rich.text import Text

    every = items(report.outcomes, report.notes)
    if every:
        yield Text("\nTo look at", style="bold")
    for item in every[:SHOWN]:
        tags = f"({one_line(listed(item.languages))})" if item.languages else ""
        where = " ".join(part for part in (place(item.finding), tags) if part)
        line = Text("  ").append(f"{item.level.name.lower():<8}", style=_STYLES[item.level])
        yield line.append(f" {where}{': ' if where else ''}{one_line(item.finding.message)}")
    if len(every) > SHOWN:
        yield Text(f"  and {len(every) - SHOWN:,} more; `--json FILE` writes them all", style="dim")


def _closing(report: Report) -> Iterator[str]:
    """What it took, whose model it was, and what to do next."""
    usage, translator = report.usage, report.translator
    if took := consumption(usage):
        yield f"{'Would send' if report.dry_run else 'Sent'} {took}."
    if usage.cost_usd is not None:
        basis = f" ({one_line(usage.cost_basis)})" if usage.cost_basis else ""
        yield f"{'Would cost' if report.dry_run else 'Cost'} {money(usage.cost_usd)}{basis}."
    if translator.name:
        licence = f" ({one_line(translator.licence)})" if translator.licence else ""
        yield f"Model: {one_line(translator.name)}{licence}."
    if report.problem:
        yield f"The run ended early. {one_line(report.problem, 2_000)}"
    if report.publication.url:
        yield f"Pull request: {one_line(report.publication.url)}"
    if step := _next(report):
        yield step


def _next(report: Report) -> str:
    statuses = {outcome.status for outcome in report.outcomes}
    if report.dry_run:
        return "Next: run it again without --dry-run."
    if Status.FAILED in statuses or report.problem:
        return "Next: run it again when that is put right; what is translated is not sent again."
    if report.changes and not report.publication.url:
        written = sum(data is not None for data in report.changes.values())
        return f"Next: look at the {count(written, 'written file')} with `git diff`, then commit them."
    if Status.BEHIND in statuses:
        return "Next: bring what is behind up to date by hand, or delete it to have it translated anew."
    return "Everything is current." if statuses and statuses <= _CURRENT else ""
