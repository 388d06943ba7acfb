"""The pull requests of our branches: opened, brought up to date, and told apart while a run goes on.

Each body ends with a mark, an HTML comment: the commit that the page describes, and what is still to be
done to it. So a run repairs what one before it, killed between two requests, has left behind.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import cache
from typing import NamedTuple

from polypost.errors import PolypostError
from polypost.github.api import Api, Pull
from polypost.github.parts import Parts
from polypost.gitnames import part_name
from polypost.values import Finding, Outcome, Page, Publication, Report

_MARK = re.compile(
    r"<!-- polypost (?P<commit>\w+)(?: after (?P<after>\d+))?(?: going (?P<title>\w+))?(?P<bare> bare)? -->"
)


@dataclass(frozen=True, slots=True)
class Request:
    """What the pull requests shall be like; labels and people are set once, when one is opened."""

    title: str
    message: str
    """The commit's."""
    body: Callable[[Report, Page], str]
    """What a pull request tells."""
    labels: tuple[str, ...] = ()
    reviewers: tuple[str, ...] = ()
    team_reviewers: tuple[str, ...] = ()
    assignees: tuple[str, ...] = ()
    draft: bool = False


class _Mark(NamedTuple):
    """What a body's mark says."""

    commit: str = ""
    """That the page describes; empty where a body has no mark."""
    title: str = ""
    """Of a run that goes on: hash of the title that it gave."""
    bare: bool = False
    """Whether labels and people are still to be set, or links to the other parts."""

    after: int = 0
    """The pull request that a person closed before this one was opened; 0: there was none."""

    @classmethod
    def read(cls, found: re.Match[str]) -> _Mark:
        return cls(found["commit"], found["title"] or "", bool(found["bare"]), int(found["after"] or 0))

    def __str__(self) -> str:
        going, bare = f" going {self.title}" if self.title else "", " bare" if self.bare else ""
        after = f" after {self.after}" if self.after else ""
        return f"<!-- polypost {self.commit}{after}{going}{bare} -->"


@dataclass
class Pages:
    """The pull requests of one run."""

    api: Api
    request: Request
    base: str
    branch: str
    parts: Parts
    warn: Callable[[str], None]
    _pulls: dict[int, Pull] = field(default_factory=dict)
    """Part -> its open pull request."""
    _closed: dict[int, Pull] = field(default_factory=dict)
    """Part -> its latest pull request, where that is closed."""
    _told: set[int] = field(default_factory=set)
    """Numbers of the closed ones that were told of."""
    _done: dict[int, str] = field(default_factory=dict)
    """Part -> what this run did to it: `created` or `updated`."""

    def look(self, *, going: bool) -> bool:
        """Look for the pull requests that are to be shown; tells whether some were merged meanwhile.

        While the run goes on, what was open a wave ago is taken as open: the answer tells when it isn't.
        """
        for number in self._due(going=going):
            if not (going and number in self._pulls):
                self._find(number)
        return any(self.parts.at(number).merged for number in self.parts.every)

    def living(self, number: int) -> bool:
        """Whether a part has an open pull request, or gets one."""
        self._find(number)
        return number in self._pulls or self._wanted(number)

    def show(self, report: Report, *, going: bool) -> Publication:
        """Bring every pull request to what its branch holds; while the run goes on, of what moved."""
        due = self._due(going=going)
        opening = [number for number in due if number not in self._pulls and self._wanted(number)]
        shares = _Shares(report, self.parts, frozenset((*self._pulls, *opening)))
        for number in opening:
            self._open(number, shares, going=going, alone=len(opening) == 1)
        for number in due:
            self._update(number, shares, going=going)
        return self._publication()

    def _due(self, *, going: bool) -> list[int]:
        return [
            number
            for number, part in sorted(self.parts.every.items())
            if part.head and not (going and part.shown)
        ]

    def _find(self, number: int) -> None:
        """Look for a part's pull request: the open one, or the latest that is closed."""
        pull = self.api.find_pull(part_name(self.branch, number), self.base)
        known = self._pulls.pop(number, None)
        if pull and pull.open:
            self._pulls[number] = pull
        elif pull:
            self._shut(number, pull, known)

    def _shut(self, number: int, pull: Pull, known: Pull | None) -> None:
        """Note that a part's pull request is closed."""
        self._closed[number] = pull
        part = self.parts.at(number)
        part.merged = pull.merged and bool(known or self._done.get(number)) and not part.base

    def _wanted(self, number: int) -> bool:
        """Whether a part without an open pull request gets one.

        One that a person closed as the branch is now has its answer.
        """
        part, closed = self.parts.at(number), self._closed.get(number)
        if part.carried and closed and closed.head == part.head and closed.number not in self._told:
            self._told.add(closed.number)
            self.warn(
                f"The pull request #{closed.number} was closed and there is nothing new: it stays closed. "
                f"To have it back, reopen it; to be rid of it, delete `{part_name(self.branch, number)}`."
            )
        return bool(part.carried) and not (closed and closed.head == part.head)

    def _open(self, number: int, shares: _Shares, *, going: bool, alone: bool) -> None:
        """Open a pull request, with the mark of what `_update` will do to it."""
        bare = any(self._dressing(number)) or not (going or alone)
        closed = self._closed.get(number)
        after = 0 if closed is None or closed.merged else closed.number
        body = self._body(number, shares, _Mark(bare=bare, after=after), going=going)
        pull, new = self._create(number, self._title(number, going=going), body)
        self._pulls[number] = pull
        self._done[number] = "created" if new else "updated"
        self.parts.at(number).shown = not bare

    def _create(self, number: int, title: str, body: str) -> tuple[Pull, bool]:
        """Open it; where somebody has deleted the branch since it was written, with that back, once more."""
        name, head, draft = part_name(self.branch, number), self.parts.at(number).head, self.request.draft
        try:
            return self.api.create_pull(name, self.base, title, body, draft=draft)
        except PolypostError:
            if head is None or self.api.head(name) is not None or not self.api.move(name, head, None):
                raise
        return self.api.create_pull(name, self.base, title, body, draft=draft)

    def _update(self, number: int, shares: _Shares, *, going: bool) -> None:
        """Give an open pull request its body, and its title unless a person chose one."""
        pull, part = self._pulls.get(number), self.parts.at(number)
        if not pull:
            part.shown = True
            return
        found = _MARK.search(pull.body)
        mark = _Mark.read(found) if found else _Mark()
        stale = mark.bare or (mark.title and not going) or mark.commit not in {"", part.head}
        # Where a concurrent run has moved the branch, it is that run's page.
        if part.shown and (pull.head != part.head or not stale):
            return
        if mark.bare:
            self._dress(pull.number)
        title, before = self._title(number, going=going), self._title(number, going=not going)
        ours = pull.title == before or _digest(pull.title) == mark.title
        body = self._body(number, shares, _Mark(after=mark.after), going=going)
        pull = self.api.update_pull(pull.number, body, title if ours and pull.title != title else "")
        part.shown = pull.open
        if pull.open:
            self._pulls[number] = pull
            self._done.setdefault(number, "updated")
        else:
            self._shut(number, pull, self._pulls.pop(number))

    def _title(self, number: int, *, going: bool) -> str:
        part = f", part {number}" if number > 1 else ""
        return f"{self.request.title}{part}{' (in progress)' if going else ''}"

    def _body(self, number: int, shares: _Shares, mark: _Mark, *, going: bool) -> str:
        title = _digest(self._title(number, going=True)) if going else ""
        mark = mark._replace(commit=self.parts.at(number).head or "", title=title)
        others = tuple(pull.number for other, pull in sorted(self._pulls.items()) if other != number)
        told = self._pulls[number].body if number in self._pulls else ""
        body = self.request.body(shares.of(number), Page(number, others, going, mark.after, told))
        return f"{body.rstrip()}\n\n{mark}\n"

    def _dress(self, number: int) -> None:
        """Labels and people; the pull request stands, so what GitHub refuses here is only a warning."""
        for act in self._dressing(number):
            try:
                act()
            except PolypostError as error:
                self.warn(str(error))

    def _dressing(self, number: int) -> Iterator[Callable[[], None]]:
        wish = self.request
        if wish.labels:
            yield lambda: self.api.add_labels(number, wish.labels)
        if wish.reviewers:
            yield lambda: self.api.ask_reviewers(number, wish.reviewers, ())
        if wish.team_reviewers:
            # Apart: a token that may not read the organization would lose the people too.
            yield lambda: self.api.ask_reviewers(number, (), wish.team_reviewers)
        if wish.assignees:
            yield lambda: self.api.assign(number, wish.assignees)

    def _publication(self) -> Publication:
        every = [
            Publication(self._done.get(number, "none"), pull.number, pull.url, part_name(self.branch, number))
            for number, pull in sorted(self._pulls.items())
        ]
        first, *more = every or [Publication("none", branch=self.branch)]
        return replace(first, more=tuple(more))


class _Shares:
    """What each part's pull request tells of the run; what belongs to no part is told by the first."""

    def __init__(self, report: Report, parts: Parts, numbers: frozenset[int]) -> None:
        """`numbers`: the parts that have a pull request, or get one."""
        self._report, self._parts, self._numbers = report, parts, numbers
        self._by_part: dict[int, Report] = {}

    def of(self, number: int) -> Report:
        """One part's share."""
        if self._numbers == {number}:
            return self._report
        if not self._by_part:
            self._by_part = self._shared()
        return self._by_part[number]

    def _shared(self) -> dict[int, Report]:
        def part(number: int) -> int:
            return number if number in self._numbers else first

        first, of = min(self._numbers), cache(self._parts.of)
        outcomes: dict[int, list[Outcome]] = {number: [] for number in self._numbers}
        notes: dict[int, list[Finding]] = {number: [] for number in self._numbers}
        removed: dict[int, list[str]] = {number: [] for number in self._numbers}
        for outcome in self._report.outcomes:
            outcomes[part(of(outcome.source))].append(outcome)
        for note in self._report.notes:
            notes[part(of(note.path))].append(note)
        for path in self._report.removed:
            removed[part(self._parts.holding(path))].append(path)
        return {
            number: replace(
                self._report,
                outcomes=tuple(outcomes[number]),
                notes=tuple(notes[number]),
                removed=tuple(removed[number]),
            )
            for number in self._numbers
        }


def _digest(title: str) -> str:
    return hashlib.sha256(title.encode()).hexdigest()[:16]
