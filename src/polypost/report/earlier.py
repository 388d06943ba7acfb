"""What a pull request tells of earlier runs: out of what it says so far, since nothing else remembers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import takewhile

from polypost.report.parts import SIDES, THEIRS, fit, more, more_rows
from polypost.report.safe import code
from polypost.values import Outcome, Report, Status

_BEFORE_ROOM = 16_384
"""Bytes of those that earlier runs told; the same for translations to read."""
_CODE = re.compile(r"(`+).+?\1(?!`)")
"""A path, or a language, as `code` gives it."""
_DOUBTS = frozenset({"suspicious", "stayed-source", "kept-source"})
"""Codes of findings about what earlier runs left, where they have no words."""
_STANDS = frozenset({Status.UNCHANGED, Status.WAITING})
"""What a run leaves as it was."""


def theirs_before(told: str, now: str) -> str:
    """The words of people that earlier runs replaced, out of what a page says so far; those of `now` aside.

    Nobody may have read them yet, and the commit that held them is gone.
    """
    lines = [line for line in told.splitlines() if line.startswith("- ") and line.endswith(THEIRS)]
    left = [line for line in dict.fromkeys(lines) if line not in now]
    if not left:
        return ""
    head = "### Words of people that earlier runs replaced\n\n"
    return head + fit(left, _BEFORE_ROOM, more)


def to_read_before(told: str, report: Report) -> str:
    """The translations to read that earlier runs made, out of what a page says so far.

    Without those that this run has made anew, or a person has edited: what is to be read of them, it tells.
    """
    made: dict[str, set[str]] = {}
    for each in report.outcomes:
        # What earlier runs left on the branch is new to a reader, and all of it was there.
        before = each.status in _STANDS or (each.segments and each.segments == each.segments_reused)
        if not before:
            made.setdefault(code(each.source), set()).add(code(each.language))
    left = {
        row: path
        for row, path, languages in _to_read(told)
        if not path or made.get(path, set()).isdisjoint(languages)
    }
    if not any(left.values()):
        return ""
    return f"### Translations of earlier runs to read\n\n{SIDES}" + fit(list(left), _BEFORE_ROOM, more_rows)


def unsaid(report: Report, to_read: str) -> Report:
    """A report without the findings that say no more than what `to_read_before` gives: that there are doubts.

    All of them, where some of the translations are left out there.
    """
    rows = list(_to_read(to_read))
    if not all(path for _, path, _ in rows):
        return report
    shown = {(path, language) for _, path, languages in rows for language in languages}

    def new(outcome: Outcome) -> Outcome:
        if (code(outcome.source), code(outcome.language)) not in shown:
            return outcome
        left = (each for each in outcome.findings if each.pair or each.code not in _DOUBTS)
        return replace(outcome, findings=tuple(left))

    return replace(report, outcomes=tuple(map(new, report.outcomes)))


def _to_read(told: str) -> Iterator[tuple[str, str, list[str]]]:
    """The rows of a page about words, each with its post and languages, as code; no post: more of them."""
    for table in "\n".join(told.splitlines()).split(SIDES)[1:]:  # GitHub has CRLF
        for row in takewhile(lambda line: line.startswith("| "), table.splitlines()):
            path, *languages = [span[0] for span in _CODE.finditer(row.partition(": ")[0])] or [""]
            yield row, path, languages
