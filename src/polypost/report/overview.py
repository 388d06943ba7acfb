"""The table of posts and languages, in Markdown for GitHub."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from polypost.counts import counted
from polypost.report.looks import LOOKS, Level, by_post, is_quiet, items, tally
from polypost.report.parts import Place, fit, size
from polypost.report.safe import code, html_code
from polypost.values import Outcome, Report, Status

MATRIX_LANGUAGES = 6
"""More columns than this are not read but scrolled."""
MATRIX_CELLS = 60
_ABSENT = frozenset({Status.FAILED, Status.WAITING})
"""Not to be linked: the file may not be there."""

Post = tuple[str, tuple[Outcome, ...]]
"""A source post with its outcomes."""


def overview(report: Report, place: Place, room: int) -> str:
    """Posts and languages: one table while it can be read, one fold per post beyond that.

    Posts for which there was nothing to do get rows in a small table, and are counted otherwise.
    """
    if not report.outcomes:
        return ""
    posts = by_post(report.outcomes)
    loud = [post for post in posts if not is_quiet(post[1])]
    quiet = [outcome for _, found in posts if is_quiet(found) for outcome in found]
    legend = _legend(report.outcomes)
    closing = f"{counted(len(posts) - len(loud), 'more post')}: {tally(quiet)}." if quiet and loud else ""
    room -= size(legend) + size(closing) + 4
    if whole := _matrix(posts, place, room):
        parts = [whole, legend]
    elif table := _matrix(loud, place, room):
        parts = [table, closing, legend]
    else:
        parts = [
            _folds(loud, place, room),
            closing or f"{counted(len(posts), 'post')}: {tally(quiet)}.",
            legend,
        ]
    return "\n\n".join(part for part in parts if part)


def _matrix(posts: Sequence[Post], place: Place, room: int) -> str:
    """A row per post, a column per language; nothing when that is too much to read."""
    languages = sorted({outcome.language for _, found in posts for outcome in found})
    if not posts or len(languages) > MATRIX_LANGUAGES or len(posts) * len(languages) > MATRIX_CELLS:
        return ""
    lines = [_row(["Post", *map(code, languages)]), _row([":--"] * (len(languages) + 1))]
    for path, outcomes in posts:
        cells = {outcome.language: _cell(outcome, place) for outcome in outcomes}
        title = place.link(code(path), path, place.base)
        lines.append(_row([title, *(cells.get(language, "") for language in languages)]))
    table = "\n".join(lines)
    return table if size(table) <= room else ""


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _cell(outcome: Outcome, place: Place) -> str:
    look = LOOKS[outcome.status]
    target = "" if outcome.status in _ABSENT else outcome.target
    word = place.link(look.word, target, place.branch)
    return f"{look.mark} {word}{_warned([outcome])}"


def _warned(outcomes: Iterable[Outcome]) -> str:
    """How many findings stand below, if any."""
    number = sum(item.level < Level.NOTICE for item in items(outcomes, ()))
    return f" ⚠️ {number}" if number else ""


def _legend(outcomes: Iterable[Outcome]) -> str:
    """The meaning of the words that need one, where they occur."""
    present = {outcome.status for outcome in outcomes}
    said = [
        f"{look.mark} {look.word}: {look.meaning}"
        for status, look in LOOKS.items()
        if status in present and look.meaning
    ]
    return f"<sub>{' · '.join(said)}</sub>" if said else ""


def _folds(posts: Sequence[Post], place: Place, room: int) -> str:
    """A fold per post while there is room, then a line per post, then a count."""
    brief = [
        f"- {place.link(code(path), path, place.base)}: {tally(found, marks=True)}" for path, found in posts
    ]

    def rest(left: int) -> str:
        outcomes = [outcome for _, found in posts[len(posts) - left :] for outcome in found]
        return f"- … and {counted(left, 'more post')}: {tally(outcomes)}."

    folds: list[str] = []
    used = 0
    lines = size("\n".join(brief))
    for (path, found), line in zip(posts, brief, strict=True):
        fold = _fold(path, found, place)
        lines -= size(line) + 1
        if used + size(fold) + 2 + lines > room:
            break
        folds.append(fold)
        used += size(fold) + 2
    tail = fit(brief[len(folds) :], room - used, rest)
    return "\n\n".join(part for part in (*folds, tail) if part)


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
