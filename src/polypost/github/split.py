"""One branch and one pull request for each language: each is reviewed and merged without the others."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

from polypost.github.publish import PullRequests
from polypost.records.record import ATTRIBUTES
from polypost.sites import is_record, record_for
from polypost.values import Publication, Report


@dataclass
class ByLanguage:
    """Publishes each language to its own branch; satisfies ports.Publisher.

    No file is written by two of them, but the one that says how records are shown, which is the same in all:
    so git merges them in any order.
    """

    open: Callable[[str], PullRequests]
    """Language -> what publishes to its branch."""
    there: Iterable[str]
    """The languages that have a branch."""
    language_of: Callable[[str], str]
    """Path of a localization -> its language; empty where the path does not tell."""
    pause: float = 300.0
    """Seconds; as of PullRequests, since most runs have few languages."""
    _publishers: dict[str, PullRequests] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        for language in self.there:
            self._publisher(language)

    def publish(
        self, changes: Mapping[str, bytes | None], report: Report, *, final: bool = True
    ) -> Publication:
        """As PullRequests does it, for each language; while the run goes on, for those that got something."""
        shares = self._shares(changes, report)
        for language in shares:
            self._publisher(language)
        done = [
            publisher.publish(_with_attributes(shares.get(language, {})), _of(report, language), final=final)
            for language, publisher in sorted(self._publishers.items())
            if final or language in shares
        ]
        every = [page for each in done for page in (replace(each, more=()), *each.more)]
        first, *more = [page for page in every if page.number] or every or [Publication("none")]
        yielded = tuple(sorted(path for each in done for path in each.yielded))
        plain = tuple(replace(page, yielded=()) for page in more)
        return replace(first, more=plain, yielded=yielded)

    def _publisher(self, language: str) -> PullRequests:
        if language not in self._publishers:
            self._publishers[language] = self.open(language)
        return self._publishers[language]

    def _shares(
        self, changes: Mapping[str, bytes | None], report: Report
    ) -> dict[str, dict[str, bytes | None]]:
        """Language -> its part of the changes; what belongs to none goes with the first."""
        made = {outcome.target: outcome.language for outcome in report.outcomes}
        # Some sites want their languages in small letters.
        known = {tag.casefold(): tag for tag in (*self._publishers, *made.values())}
        shares: dict[str, dict[str, bytes | None]] = {}
        nobody: dict[str, bytes | None] = {}
        for path, content in changes.items():
            own = record_for(path)[1] if is_record(path) else made.get(path) or self.language_of(path)
            if own:
                shares.setdefault(known.get(own.casefold(), own), {})[path] = content
            elif path != ATTRIBUTES[0]:
                nobody[path] = content
        if nobody:
            shares.setdefault(min(shares, default=min(self._publishers, default="")), {}).update(nobody)
        return shares


def _with_attributes(share: Mapping[str, bytes | None]) -> Mapping[str, bytes | None]:
    """Every branch that brings records says how they are shown."""
    path, content = ATTRIBUTES
    brings = any(is_record(each) and data is not None for each, data in share.items())
    return {**share, path: content} if brings else share


def _of(report: Report, language: str) -> Report:
    """What the pull request of a language tells of the run."""
    outcomes = tuple(outcome for outcome in report.outcomes if outcome.language == language)
    return replace(report, outcomes=outcomes)
