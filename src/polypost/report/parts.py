"""The parts that the pull request's body and the job summary are made of: Markdown for GitHub.

Every part takes the room it may fill, in bytes of UTF-8, and says what it had to leave out. Bytes,
because they bound whatever a limit counts: code points, UTF-16 units or bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from polypost.report.looks import (
    LOOKS,
    Item,
    Level,
    by_post,
    consumption,
    count,
    is_quiet,
    items,
    listed,
    money,
    tally,
)
from polypost.report.safe import code, html_code, prose
from polypost.values import Finding, Outcome, Report, Status

MATRIX_LANGUAGES = 6
"""More columns than this are not read but scrolled."""
MATRIX_CELLS = 60
SHOWN_ITEMS = 15
"""Findings that stand open; the others are folded below them."""


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
        return f"[{label}]({self.url}/blob/{quote(branch)}/{quote(path, errors='surrogatepass')}{at})"


def size(text: str) -> int:
    """Bytes of `text` as UTF-8."""
    return len(text.encode())


def fit(lines: Sequence[str], room: int, rest: Callable[[int], str]) -> str:
    """As many of `lines` as fit into `room`, then `rest(n)` for the n left out; or nothing."""
    whole = "\n".join(lines)
    if size(whole) <= room:
        return whole
    taken, used = 0, size(rest(len(lines)))
    while used + size(lines[taken]) + 1 <= room:
        used += size(lines[taken]) + 1
        taken += 1
    closed = "\n".join([*lines[:taken], rest(len(lines) - taken)])
    return closed if size(closed) <= room else ""


def headline(report: Report) -> str:
    """The run in one or two sentences."""
    if not report.outcomes:
        return "There was nothing to translate."
    posts = len({outcome.source for outcome in report.outcomes})
    languages = len({outcome.language for outcome in report.outcomes})
    what = f"**{count(posts, 'post')} in {count(languages, 'language')}**: {tally(report.outcomes)}."
    said = f"A run would give {what}" if report.dry_run else what
    looks = sum(item.level < Level.NOTICE for item in items(report.outcomes, report.notes))
    return said + (f" ⚠️ **{count(looks, 'finding')}** to look at." if looks else "")


def problem(report: Report) -> str:
    """Why the run ended early, if it did."""
    return f"> [!CAUTION]\n> The run ended early. {prose(report.problem, 2_000)}" if report.problem else ""


def licence(report: Report) -> str:
    """What the model's licence doesn't allow, if there is something to say."""
    notice = report.translator.notice
    return f"> [!IMPORTANT]\n> {prose(notice, 2_000)}" if notice else ""


def overview(report: Report, place: Place, room: int) -> str:
    """Posts and languages: one table while it can be read, one fold per post beyond that."""
    if not report.outcomes:
        return ""
    posts = by_post(report.outcomes)
    languages = sorted({outcome.language for outcome in report.outcomes})
    legend = _legend(report.outcomes)
    room -= size(legend) + 2
    if len(languages) <= MATRIX_LANGUAGES and len(report.outcomes) <= MATRIX_CELLS:
        table = _matrix(posts, languages, place)
        if size(table) <= room:
            return f"{table}\n\n{legend}".rstrip()
    return f"{_folds(posts, place, room)}\n\n{legend}".strip()


def _matrix(posts: Iterable[tuple[str, tuple[Outcome, ...]]], languages: Sequence[str], place: Place) -> str:
    lines = [_row(["Post", *map(code, languages)]), _row([":--"] * (len(languages) + 1))]
    for path, outcomes in posts:
        cells = {outcome.language: _cell(outcome, place) for outcome in outcomes}
        title = place.link(code(path), path, place.base)
        lines.append(_row([title, *(cells.get(language, "") for language in languages)]))
    return "\n".join(lines)


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _cell(outcome: Outcome, place: Place) -> str:
    look = LOOKS[outcome.status]
    target = "" if outcome.status is Status.FAILED else outcome.target
    word = place.link(outcome.status, target, place.branch)
    return f"{look.mark} {word}{_warned([outcome])}"


def _warned(outcomes: Iterable[Outcome]) -> str:
    """How many findings stand below, if any."""
    number = sum(item.level < Level.NOTICE for item in items(outcomes, ()))
    return f" ⚠️ {number}" if number else ""


def _legend(outcomes: Iterable[Outcome]) -> str:
    """The meaning of the words that need one, where they occur."""
    present = {outcome.status for outcome in outcomes}
    said = [
        f"{look.mark} {status}: {look.meaning}"
        for status, look in LOOKS.items()
        if status in present and look.meaning
    ]
    return f"<sub>{' · '.join(said)}</sub>" if said else ""


def _folds(posts: Sequence[tuple[str, tuple[Outcome, ...]]], place: Place, room: int) -> str:
    """A fold per post while there is room, then a line per post, then a count."""
    quiet = [post for post in posts if is_quiet(post[1])]
    loud = [post for post in posts if not is_quiet(post[1])]
    closing = (
        f"{count(len(quiet), 'more post')}: {tally(o for _, found in quiet for o in found)}." if quiet else ""
    )
    room -= size(closing) + 2
    brief = [
        f"- {place.link(code(path), path, place.base)}: {tally(found, marks=True)}" for path, found in loud
    ]

    def rest(left: int) -> str:
        outcomes = [outcome for _, found in loud[len(loud) - left :] for outcome in found]
        return f"- … and {count(left, 'more post')}: {tally(outcomes)}."

    spare = room - size("\n".join(brief))
    opened = 0
    folded = []
    for path, found in loud:
        fold = _fold(path, found, place)
        spare += size(brief[opened]) + 1 - size(fold) - 2
        if spare < 0:
            break
        folded.append(fold)
        opened += 1
    used = sum(size(fold) + 2 for fold in folded)
    tail = fit(brief[opened:], room - used, rest)
    return "\n\n".join(part for part in (*folded, tail, closing) if part)


def _fold(path: str, outcomes: Sequence[Outcome], place: Place) -> str:
    rows = [
        _row(["Language", "Localization", "Segments", "Already there"]),
        _row([":--", ":--", "--:", "--:"]),
    ]
    for outcome in outcomes:
        numbers = [f"{outcome.segments:,}", f"{outcome.segments_reused:,}"] if outcome.segments else ["", ""]
        rows.append(_row([code(outcome.language), _cell(outcome, place), *numbers]))
    said = tally(outcomes, marks=True) + _warned(outcomes)
    head = f"<details><summary>{html_code(path)}: {said}</summary>"
    return "\n".join([head, "", *rows, "", "</details>"])


def findings(report: Report, place: Place, room: int) -> str:
    """What a person should look at: the first ones open, the others and the remarks folded."""
    every = items(report.outcomes, report.notes)
    there = {*report.posts, *(outcome.source for outcome in report.outcomes)}
    loud = [_finding(item, place, there) for item in every if item.level < Level.NOTICE]
    remarks = [_finding(item, place, there) for item in every if item.level == Level.NOTICE]

    def rest(left: int) -> str:
        return f"- … and {left:,} more."

    parts = []
    if loud and (shown := fit(loud[:SHOWN_ITEMS], room // 2, rest)):
        parts.append(f"### To look at\n\n{shown}")
    for title, lines in (("More findings", loud[SHOWN_ITEMS:]), ("Remarks", remarks)):
        head, foot = f"<details><summary>{title} ({len(lines):,})</summary>\n\n", "\n\n</details>"
        left = room - size("\n\n".join(parts)) - size(head + foot) - 2
        if lines and (shown := fit(lines, left, rest)):
            parts.append(head + shown + foot)
    text = "\n\n".join(parts)
    return text if size(text) <= room else ""


def _finding(item: Item, place: Place, there: Collection[str]) -> str:
    mark = {Level.ERROR: "❌ ", Level.WARNING: "⚠️ ", Level.NOTICE: ""}[item.level]
    found = item.finding
    where = _where(found, place, there)
    tags = f" in {listed(map(code, item.languages))}" if item.languages else ""
    head = f"{where}{tags}: " if where or tags else ""
    return f"- {mark}{head}{prose(found.message)}"


def _where(found: Finding, place: Place, there: Collection[str]) -> str:
    """The file and line, linked where the post still exists."""
    if not found.path:
        return ""
    label = code(found.path) + (f" line {found.line}" if found.line else "")
    return place.link(label, found.path, place.base if found.path in there else "", found.line)


def removed(report: Report) -> str:
    """Localizations that the run takes away: their posts are gone or have moved."""
    gone = sorted(
        path for path, data in report.changes.items() if data is None and not path.startswith(".polypost/")
    )
    if not gone:
        return ""
    return f"Removed, because their posts are gone or have moved: {listed(map(code, gone))}."


def cost(report: Report) -> str:
    """Who translated, under which licence, and what it took."""
    usage, translator = report.usage, report.translator
    terms = f" ({prose(translator.licence)})" if translator.licence else ""
    who = f"Translated by {code(translator.name)}{terms}" if translator.name else "Translated"
    took = consumption(usage)
    said = f"{who}: {took}." if took else "Nothing was sent to a model."
    if usage.cost_usd is not None:
        basis = f" ({prose(usage.cost_basis)})" if usage.cost_basis else ""
        said += f" Cost: about {money(usage.cost_usd)}{basis}."
    return said
