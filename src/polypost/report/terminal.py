"""The report on a terminal or in a pipe: the table, what to look at, what it cost, what to do next.

The licence's notice is not repeated here: the console told it before anything was sent.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, TextIO

from polypost.counts import counted
from polypost.errors import BudgetError
from polypost.options import as_flags
from polypost.report.looks import (
    CHECKED,
    LOOKS,
    RANK,
    TOLD,
    Item,
    Level,
    Look,
    by_post,
    consumption,
    ended_early,
    extent,
    is_quiet,
    items,
    listed,
    money,
    place,
    tally,
)
from polypost.report.safe import one_line
from polypost.run.announce import OVER_BUDGET, by_model, expected
from polypost.values import Finding, Outcome, Report, Status

if TYPE_CHECKING:
    from rich.table import Table
    from rich.text import Text

SHOWN = 40
"""Findings, and posts with something to tell, that are printed; `--json` has them all."""
ALIKE = 3
"""Files that were there before and are named; more are counted."""
ENDLESS = 10_000
"""The width of a pipe: nothing is wrapped there."""
GAP = 2
"""Blanks between columns."""
LANGUAGES = 12
"""More columns than this are counted, however wide the terminal is."""
_DOABLE = frozenset({Status.NEW, Status.UPDATED})
_BY_HAND = "Next: bring what is behind up to date by hand, or delete it to have it translated anew."
_INTERRUPTED = frozenset({BudgetError.exit_code, 130, 143})
"""Exit codes of a run that had to end although nothing is wrong."""
_TOO_MUCH = "Next: raise the limit, or translate less at once: as it is, a run would not start."
_CURRENT = frozenset({Status.UNCHANGED, Status.KEPT, Status.SKIPPED})
_STYLES = {Level.ERROR: "bold red", Level.WARNING: "yellow", Level.NOTICE: "dim"}


def show(report: Report, stream: TextIO, *, in_git: bool = True) -> None:
    """Print the report to `stream`; colours only where it is a terminal.

    `in_git`: whether git knows the posts' folder, so that it can tell what changed.
    """
    from rich.console import Console
    from rich.text import Text

    out = Console(file=stream, highlight=False, markup=False, emoji=False)
    if not out.is_terminal:
        out.width = ENDLESS
    if headline := _headline(report):
        out.print(Text(headline, style="bold"), soft_wrap=True)
    if not is_quiet(report.outcomes):
        out.print()
        out.print(table(report, out.width))
    closing = [Text(line) for line in _closing(report, in_git=in_git)]
    for line in (*_quiet(report), *_findings(report), *([Text()] if closing else []), *closing):
        out.print(line, soft_wrap=True)


def table(report: Report, width: int) -> Table:
    """Post by language where `width` columns hold that, else one line per post; quiet posts are left out."""
    looks = _looks(report)
    posts = [post for post in by_post(report.outcomes) if not is_quiet(post[1])][:SHOWN]
    languages = sorted({outcome.language for _, found in posts for outcome in found})
    rows = [{outcome.language: _cell(outcome, looks) for outcome in found} for _, found in posts]
    columns = [max([len(tag), *(len(row[tag]) for row in rows if tag in row)]) for tag in languages]
    longest = max((len(one_line(path)) for path, _ in posts), default=0)
    grid = _grid(["post", *languages])
    if longest + sum(columns) + GAP * len(columns) > width or len(languages) > LANGUAGES:
        grid = _grid(["post", "localizations"])
        rows = [{"": _counts(found, looks)} for _, found in posts]
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


def _looks(report: Report) -> Mapping[Status, Look]:
    return CHECKED if report.check else LOOKS


def _cell(outcome: Outcome, looks: Mapping[Status, Look]) -> Text:
    from rich.text import Text

    look = looks[outcome.status]
    loud = [item for item in items([outcome], ()) if item.level < Level.NOTICE]
    return Text(f"{look.sign} {look.word}{f' ({len(loud)})' if loud else ''}", style=look.style)


def _counts(outcomes: Sequence[Outcome], looks: Mapping[Status, Look]) -> Text:
    from rich.text import Text

    worst = min((outcome.status for outcome in outcomes), key=RANK.__getitem__)
    return Text(tally(outcomes, looks=looks), style=looks[worst].style)


def _headline(report: Report) -> str:
    if report.check:
        return _verdict(report)
    if not report.outcomes:
        return "" if report.problem else "Nothing to translate: no post was found or none changed."
    said = f"{extent(report.outcomes, ', ')}: {tally(report.outcomes)}"
    return f"Dry run, nothing was written. A run would give: {said}" if report.dry_run else said


def _verdict(report: Report) -> str:
    """The answer of a check."""
    if not report.outcomes:
        return "Nothing to check: no post was found."
    stale = sum(outcome.status not in _CURRENT for outcome in report.outcomes)
    if stale:
        return f"{counted(stale, 'localization')} {'is' if stale == 1 else 'are'} missing or behind."
    if report.exit_code:
        return "No localization is missing or behind, but something is wrong:"
    return "Every localization is present and current."


def _quiet(report: Report) -> Iterator[Text]:
    from rich.text import Text

    posts = by_post(report.outcomes)
    loud = [found for _, found in posts if not is_quiet(found)]
    quiet = [found for _, found in posts if is_quiet(found)]
    for rest in (loud[SHOWN:], quiet):
        if loud and rest:
            outcomes = [outcome for found in rest for outcome in found]
            counts = tally(outcomes, looks=_looks(report))
            yield Text(f"{counted(len(rest), 'more post')}: {counts}", style="dim")


def _findings(report: Report) -> Iterator[Text]:
    from rich.text import Text

    every = _gathered(items(report.outcomes, report.notes))
    if every:
        title = "To look at" if every[0].level < Level.NOTICE else "Remarks"
        yield Text(f"\n{title}", style="bold")
    for item in every[:SHOWN]:
        tags = f"({one_line(listed(item.languages))})" if item.languages else ""
        where = " ".join(part for part in (place(item.finding), tags) if part)
        line = Text("  ").append(f"{item.level.name.lower():<8}", style=_STYLES[item.level])
        yield line.append(f" {where}{': ' if where else ''}{as_flags(one_line(item.finding.message, TOLD))}")
        for side, text in zip(("source", "translation"), item.finding.pair or (), strict=False):
            if text:
                yield Text(f"           {side}: {one_line(text)}", style="dim")
    if len(every) > SHOWN:
        yield Text(f"  and {len(every) - SHOWN:,} more; `--json FILE` writes them all", style="dim")


def _gathered(every: Sequence[Item]) -> Sequence[Item]:
    """What is told of many files that were there before, told once."""
    alike = [item for item in every if item.finding.code == "adopted"]
    if len(alike) <= ALIKE:
        return every
    message = (
        f"{len(alike):,} localizations were there before: they count as a person's work from now on. They "
        "stay, and when their posts change, what has changed is translated into them."
    )
    languages = sorted({tag for item in alike for tag in item.languages})
    together = Item(Finding("adopted", message), Level.NOTICE, tuple(languages))
    return [*(item for item in every if item.finding.code != "adopted"), together]


def _closing(report: Report, *, in_git: bool) -> Iterator[str]:
    """What it took, whose model it was, and what to do next."""
    if not report.check:
        yield from _consumed(report)
    if report.problem:
        yield as_flags(ended_early(report))
    for done in (report.publication, *report.publication.more):
        if done.url:
            yield f"Pull request: {one_line(done.url)}"
    if step := _advice(report) if report.check else _next(report, in_git=in_git):
        yield step


def _consumed(report: Report) -> Iterator[str]:
    usage, translator = report.usage, report.translator
    if took := consumption(usage):
        yield f"{'Would send' if report.dry_run else 'Sent'} {took}."
    if usage.cost_usd is not None:
        basis = f" ({one_line(usage.cost_basis)})" if usage.cost_basis else ""
        yield f"{'Would cost' if report.dry_run else 'Cost'} {money(usage.cost_usd)}{basis}."
    if usage.left_running:
        yield one_line(usage.left_running)
    if usage.afterwards:
        yield one_line(usage.afterwards)
    if report.estimate and report.estimate.tokens:
        yield f"Expected: {expected(report.estimate, planned=report.dry_run)}."
    if translator.name:
        licence = f" ({one_line(translator.licence)})" if translator.licence else ""
        yield f"Model{'s' if report.choices else ''}: {one_line(translator.name)}{licence}."
    yield from (f"{one_line(each)}." for each in by_model(report.choices))


def _next(report: Report, *, in_git: bool) -> str:
    statuses = {outcome.status for outcome in report.outcomes}
    if Status.FAILED in statuses or report.problem:
        interrupted = report.problem and report.exit_code in _INTERRUPTED
        when = "for the rest" if interrupted else "when that is put right"
        return f"Next: run it again {when}; what is translated is not sent again."
    prunes = any(note.code == "pruned" for note in report.notes)
    if report.dry_run and (statuses & _DOABLE or prunes):
        over = any(note.code == OVER_BUDGET for note in report.notes)
        return _TOO_MUCH if over else "Next: run it again without --dry-run."
    if report.changed and not report.publication.url:
        return _changed(report, in_git=in_git)
    if Status.BEHIND in statuses:
        return _BY_HAND
    if not statuses or not statuses <= _CURRENT:
        return ""
    warned = any(item.level < Level.NOTICE for item in items(report.outcomes, report.notes))
    return "Everything else is current." if warned else "Everything is current."


def _advice(report: Report) -> str:
    """What to do about what a check found."""
    statuses = {outcome.status for outcome in report.outcomes}
    codes = [
        {each.code for each in outcome.findings} for outcome in report.outcomes if outcome.status in _DOABLE
    ]
    if codes and all("pseudo-text" in found for found in codes):
        return "Next: run `polypost translate` with a model; or check with `--translator pseudo`."
    if statuses & _DOABLE:
        return "Next: run `polypost translate`, then commit what it wrote."
    if Status.BEHIND in statuses:
        return _BY_HAND
    return "Next: put right what failed, then check again." if Status.FAILED in statuses else ""


def _changed(report: Report, *, in_git: bool) -> str:
    """What to do about `3 files written, 1 file removed`."""
    removed = len(report.removed)
    verbs = {"written": len(report.changed) - removed, "removed": removed}
    files = ", ".join(f"{counted(number, 'file')} {verb}" for verb, number in verbs.items() if number)
    if not in_git:
        return f"Next: look at what changed ({files})."
    return f"Next: look at what changed with `git status` ({files}), then commit it."
