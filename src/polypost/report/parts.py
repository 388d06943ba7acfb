"""The parts that the pull request's body and the job summary are made of: Markdown for GitHub.

Every part takes the room it may fill, in bytes of UTF-8, and says what it had to leave out. Bytes,
because they bound whatever a limit counts: code points, UTF-16 units or bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, takewhile
from urllib.parse import quote

from polypost.counts import counted
from polypost.report.looks import (
    PROBLEM,
    TOLD,
    WORDS,
    Item,
    Level,
    consumption,
    ended_early,
    extent,
    items,
    listed,
    money,
    tally,
)
from polypost.report.safe import code, prose, unpaired
from polypost.run.announce import by_model, expected
from polypost.sites import RECORDS
from polypost.values import Finding, Report

SHOWN_ITEMS = 15
"""Findings that stand open; the others are folded below them."""
THEIRS = "<!-- theirs -->"
"""Marks a finding that quotes a person; no text from outside can hold it, since `<` is escaped in all."""
LINES = 20
"""Lines of a post of which one finding tells."""
_FOLD = 400
"""Bytes around what is shown or folded: its title, and the head of its table."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where the pull request stands, for links and for the advice on editing; empty where it isn't known."""

    url: str = ""
    """The repository's page, e.g. `https://github.com/owner/name`."""
    base: str = ""
    """The branch that the posts are on."""
    branch: str = ""
    """The branch that the localizations are on."""

    def link(self, label: str, path: str, branch: str, line: int = 0) -> str:
        """`label` (Markdown) linked to a file on a branch, or alone where there is nothing to link to."""
        if not (self.url and branch and path):
            return label
        at = f"?plain=1#L{line}" if line else ""
        return f"[{label}]({self.url}/blob/{quote(unpaired(branch))}/{quote(unpaired(path))}{at})"


def size(text: str) -> int:
    """Bytes of `text` as UTF-8."""
    return len(text.encode())


def fit(lines: Sequence[str], room: int, rest: Callable[[int], str]) -> str:
    """As many of `lines` as fit into `room`, then `rest(n)` for the n left out; or nothing."""
    whole = "\n".join(lines)
    if size(whole) <= room:
        return whole
    taken = fitting(lines, room - size(rest(len(lines))))
    closed = "\n".join([*lines[:taken], rest(len(lines) - taken)])
    return closed if size(closed) <= room else ""


def fitting(lines: Sequence[str], room: int) -> int:
    """How many of `lines` fit into `room`, each with the end of its line."""
    used = accumulate(size(line) + 1 for line in lines)
    return sum(1 for _ in takewhile(lambda each: each <= room, used))


def headline(report: Report) -> str:
    """The run in one or two sentences; nothing where it ended before it came to a post."""
    if not report.outcomes:
        idle = f"Nothing to do: {prose(report.idle)}" if report.idle else "There was nothing to translate."
        return "" if report.problem else idle
    what = f"**{extent(report.outcomes, ' in ')}**: {tally(report.outcomes)}."
    said = f"A run would give {what}" if report.dry_run else what
    looks = sum(item.level < Level.NOTICE for item in items(report.outcomes, report.notes))
    return said + (f" ⚠️ **{counted(looks, 'finding')}** to look at." if looks else "")


def problem(report: Report) -> str:
    """Why the run ended early, if it did."""
    told = ended_early(report)
    return f"> [!CAUTION]\n> {prose(told, 2 * PROBLEM)}" if told else ""


def running(report: Report) -> str:
    """What goes on costing money after the run, because its owner wants that."""
    told = report.usage.left_running
    return f"> [!WARNING]\n> {prose(told, PROBLEM)}" if told else ""


def licence(report: Report) -> str:
    """What the model's licence doesn't allow, if there is something to say."""
    notice = report.translator.notice
    return f"> [!IMPORTANT]\n> {prose(notice, 2_000)}" if notice else ""


def findings(report: Report, place: Place, room: int) -> str:
    """What a person should look at: the first ones open, the others and the remarks folded."""
    every = items(report.outcomes, report.notes)
    there = {*report.posts, *(outcome.source for outcome in report.outcomes)}
    words = [_row(item, place, there) for item in every if item.finding.pair]
    others = _together(item for item in every if not item.finding.pair)
    loud = [_finding(*each, place, there) for each in others if each[0].level < Level.NOTICE]
    remarks = [_finding(*each, place, there) for each in others if each[0].level == Level.NOTICE]
    parts: list[str] = []

    def share(lines: Sequence[str], most: int) -> int:
        return min(size("\n".join(lines)) + _FOLD, most) if lines else 0

    def left() -> int:
        return room - kept - size("\n\n".join(parts)) - 2

    def show(title: str, lines: Sequence[str], rest: Callable[[int], str], head: str = "") -> None:
        """The first lines open, in half of what is left, the others folded below them."""
        before = f"### {title}\n\n{head}"
        opened = fitting(lines[:SHOWN_ITEMS], left() // 2 - size(before + rest(len(lines))))
        others = lines[opened:]
        if opened:
            title = f"More: {title.lower()}"
            parts.append(before + "\n".join(lines[:opened]))
        if not fold(title, others, rest, head) and others and opened:
            parts[-1] += f"\n{rest(len(others))}"

    def fold(title: str, lines: Sequence[str], rest: Callable[[int], str], head: str = "") -> bool:
        """Fold lines, and tell whether there was room for one of them."""
        before, after = f"<details><summary>{title} ({len(lines):,})</summary>\n\n{head}", "\n\n</details>"
        shown = fit(lines, left() - size(before + after), rest)
        if shown in {"", rest(len(lines))}:
            return False
        parts.append(before + shown + after)
        return True

    # However much there is to look at: words are shown too, and what the site needs is told.
    for_remarks = share(remarks, room // 4)
    kept = for_remarks + share(words, room // 3)
    show("To look at", loud, more)
    kept = for_remarks
    show("Translations to read", words, more_rows, SIDES)
    kept = 0
    fold("Remarks", remarks, more)
    text = "\n\n".join(parts)
    return text if size(text) <= room else ""


SIDES = "| Where and why | Source | What the model answered |\n| --- | --- | --- |\n"


def _together(found: Iterable[Item]) -> list[tuple[Item, tuple[int, ...]]]:
    """What is said of several lines of a post, once, with the other lines; at most LINES of them in one."""
    same: dict[Item, list[Item]] = {}
    for item in found:
        same.setdefault(replace(item, finding=replace(item.finding, line=0)), []).append(item)
    return [
        (some[at], tuple(item.finding.line for item in some[at + 1 : at + LINES]))
        for some in same.values()
        for at in range(0, len(some), LINES)
    ]


def more(left: int) -> str:
    """The item of a list that stands for those left out."""
    return f"- … and {left:,} more."


def more_rows(left: int) -> str:
    """The same in a table with SIDES as its head."""
    return f"| … and {left:,} more | | |"


def _row(item: Item, place: Place, there: Collection[str]) -> str:
    """A finding about words, with source and translation side by side."""
    source, translation = item.finding.pair or ("", "")
    told = _finding(item, (), place, there).removeprefix("- ")
    return f"| {told} | {prose(source, WORDS)} | {prose(translation, WORDS)} |"


def _finding(item: Item, lines: Sequence[int], place: Place, there: Collection[str]) -> str:
    """A finding as an item of a list; `lines`: the others of which the same is said."""
    mark = {Level.ERROR: "❌ ", Level.WARNING: "⚠️ ", Level.NOTICE: ""}[item.level]
    found = item.finding
    where = _where(found, lines, place, there)
    tags = f" in {listed(map(code, item.languages))}" if item.languages else ""
    head = f"{where}{tags}: " if where or tags else ""
    theirs = f" {THEIRS}" if found.code == "human-text-superseded" else ""
    return f"- {mark}{head}{prose(found.message, TOLD)}{theirs}"


def _where(found: Finding, lines: Sequence[int], place: Place, there: Collection[str]) -> str:
    """The file and its lines, linked where the post still exists."""
    if not found.path:
        return ""
    label = code(found.path) + (f" line {found.line}" if found.line else "")
    branch = place.base if found.path in there else ""
    others = (place.link(str(line), found.path, branch, line) for line in lines)
    return ", ".join((place.link(label, found.path, branch, found.line), *others))


def removed(report: Report) -> str:
    """Localizations that the run takes away: their posts are gone or have moved."""
    gone = [path for path in report.removed if not path.startswith(f"{RECORDS}/")]
    return f"Removed, because their posts are gone or have moved: {listed(map(code, gone))}." if gone else ""


def cost(report: Report) -> str:
    """Who translated, under which licence, and what it took; nothing where the run came to no post."""
    if not report.outcomes and (report.idle or report.problem):
        return ""
    usage, translator = report.usage, report.translator
    terms = f" ({prose(translator.licence)})" if translator.licence else ""
    names = ", ".join(map(code, translator.name.split(", ")))
    who = f"Model{'s' if report.choices else ''}: {names}{terms}. " if translator.name else ""
    who += "".join(f"{prose(each)}. " for each in by_model(report.choices))
    took = consumption(usage)
    verb = "A run would send" if report.dry_run else "The latest run sent"
    said = f"{who}{verb} {took or 'nothing to a model'}."
    if usage.cost_usd is not None:
        basis = f" ({prose(usage.cost_basis)})" if usage.cost_basis else ""
        said += f" Cost: {money(usage.cost_usd)}{basis}."
    if usage.afterwards:
        said += f" {prose(usage.afterwards)}"
    if report.estimate and report.estimate.tokens:
        said += f" Expected: {prose(expected(report.estimate, planned=report.dry_run))}."
    return said
