"""The pull request's body: what came, what to look at, what it cost, how to correct it.

An unchanged result gives the identical body: the order is fixed, and nothing in it tells the time.
"""

from __future__ import annotations

from polypost.counts import counted
from polypost.report.earlier import theirs_before, to_read_before, unsaid
from polypost.report.looks import listed
from polypost.report.overview import overview
from polypost.report.parts import (
    Place,
    cost,
    findings,
    headline,
    licence,
    problem,
    removed,
    size,
)
from polypost.report.safe import code, unpaired
from polypost.values import Page, Report, Status

LIMIT = 65_536 - 136
"""GitHub refuses longer bodies; the difference is left to the publisher's mark."""
INTRO = 16_384
"""Bytes of the user's own text at most, so that the table always has its place."""
_DONE = frozenset({Status.NEW, Status.UPDATED})
_NOTHING_YET = (
    "> [!NOTE]\n> No localization is complete yet, so there is nothing to review. This branch only keeps, in "
    "`.polypost`, what is translated so far: the next run goes on from there and sends none of it again."
)


def pull_request_body(
    report: Report, *, place: Place | None = None, intro: str = "", page: Page | None = None
) -> str:
    """The body as Markdown, at most LIMIT bytes whatever comes in.

    `intro` is the repository owner's own Markdown and stands first, as it is; all else is escaped.
    """
    place, page = place or Place(), page or Page()
    early = not page.going and only_waiting(report)
    before = [
        _cut(unpaired(intro).strip()),
        going(report, page),
        parts(page),
        reopened(page),
        headline(report),
        _NOTHING_YET if early else "",
        problem(report),
    ]
    after = [removed(report), licence(report), "" if early else _editing(place), f"<sub>{cost(report)}</sub>"]
    to_read = to_read_before(page.told, report)
    new = unsaid(report, to_read)
    told = [to_read, theirs_before(page.told, findings(new, place, LIMIT // 2))]
    return compose(before, [*told, *after], report, place, LIMIT, new)


def only_waiting(report: Report) -> bool:
    """Whether the run ended before any localization was complete: there is nothing to read yet."""
    statuses = {outcome.status for outcome in report.outcomes}
    return Status.WAITING in statuses and not statuses & _DONE


def going(report: Report, page: Page) -> str:
    """That the run goes on, and how far it is; nothing when it is over."""
    if not page.going:
        return ""
    there = sum(outcome.status in _DONE for outcome in report.outcomes)
    left = f", {report.left:,} still to come" if report.left else ""
    return (
        f"> [!NOTE]\n> The run is still going: {counted(there, 'localization')} so far{left}. "
        "This page and the branch grow until it ends."
    )


def parts(page: Page) -> str:
    """Which part of the localizations this is, and where the others are; nothing where it is all of them."""
    if page.part == 1 and not page.others:
        return ""
    others = listed((f"#{number}" for number in page.others), most=100)
    rest = f"; the others are in {others}" if others else ""
    return f"This is part {page.part} of the localizations{rest}. Each part can be merged on its own."


def reopened(page: Page) -> str:
    """That another pull request was closed before this one, if one was."""
    if not page.after:
        return ""
    return f"#{page.after} was closed without a merge. Here is what it held, and what came since."


def compose(  # noqa: PLR0913, PLR0917  all of it is the page
    before: list[str], after: list[str], report: Report, place: Place, limit: int, new: Report | None = None
) -> str:
    """The parts with the two that can grow between them: what to look at stands before what is there.

    `new`: the report as far as its findings are not among the parts; None: all of it.
    """
    room = limit - sum(size(part) + 2 for part in (*before, *after)) - 8
    found = findings(new or report, place, room // 2)
    table = overview(report, place, room - size(found))
    return "\n\n".join(part for part in (*before, found, table, *after) if part) + "\n"


def _cut(intro: str) -> str:
    if size(intro) <= INTRO:
        return intro
    kept = intro.encode()[:INTRO].decode(errors="ignore")
    whole_lines = kept.rpartition("\n")[0] or kept
    return f"{whole_lines}\n\n(The rest of this text is too long for a pull request.)"


def _editing(place: Place) -> str:
    here = f"on {code(place.branch)}" if place.branch else "on this branch"
    later = f"on {code(place.base)}" if place.base else "on the base branch"
    return (
        "### To correct a translation\n\n"
        f"- Edit the localized file, {here} now or {later} after the merge. Your words stay: a paragraph "
        "that you changed is not translated again until its source changes, and then this page quotes it.\n"
        "- To leave a post out, write `translate: false` in its front matter; to choose its languages, "
        "`translate: [es, ja]`."
    )
