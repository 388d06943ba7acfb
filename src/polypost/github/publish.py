"""One branch, one commit, one pull request: made, kept up to date, and left alone when nothing changed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import KW_ONLY, dataclass
from typing import NamedTuple

from polypost.errors import PolypostError, ServiceError, UsageError
from polypost.github.api import Api, Pull
from polypost.gitnames import check_branch, check_path
from polypost.overlay import Carried
from polypost.values import Publication, Report

_ATTEMPTS = 5


@dataclass(frozen=True, slots=True)
class Request:
    """What the pull request shall be like; labels and people are set once, when it is opened."""

    title: str
    message: str
    """The commit's."""
    body: Callable[[Report], str]
    labels: tuple[str, ...] = ()
    reviewers: tuple[str, ...] = ()
    team_reviewers: tuple[str, ...] = ()
    assignees: tuple[str, ...] = ()
    draft: bool = False


class _Written(NamedTuple):
    """Where our branch is now."""

    head: str | None
    """Its commit; None: there is no branch."""
    differs: bool
    """Whether it adds anything to the base."""


@dataclass(frozen=True)
class PullRequests:
    """Publishes to a branch and its pull request; satisfies ports.Publisher.

    The branch always is one commit on the base as the run read it: that base's tree, with what the
    branch carries and then the changes laid over it. A base that has moved on since is no harm, git
    merges; the branch itself moves by compare-and-swap, so that a concurrent run or a person's push
    is never lost.
    """

    api: Api
    request: Request
    _: KW_ONLY
    base: str
    """The branch that the pull request goes to."""
    base_commit: str
    """Its commit that the run has read."""
    files: Collection[str]
    """The paths of that commit: only what is there can be removed."""
    branch: str
    """Our branch."""
    head: str | None
    """Its commit that the run has read; None: there was no such branch."""
    carried: Callable[[str], Carried]
    """Commit of our branch -> what it adds to the base."""
    together: Callable[[str], str] = str
    """Path -> key of the files that stand or fall as one; see `overlay.carry`."""
    warn: Callable[[str], None] = lambda _: None

    def publish(
        self, changes: Mapping[str, bytes | None], report: Report, *, final: bool = True
    ) -> Publication:
        """Bring the branch and the pull request to where `changes` are in them.

        Raises UsageError for an unsafe path or branch, ServiceError when GitHub refuses.
        """
        del final
        check_branch(self.branch)
        left = {check_path(path): content for path, content in changes.items()}
        try:
            # Without changes the branch may be right and its pull request yet missing: a run was cut short.
            written = self._write(left) if left else _Written(self.head, bool(self._carried(self.head)))
            return self._open(written, report, changed=bool(left))
        except UsageError as error:
            # A token that expired meanwhile: that "nothing was started", as UsageError says, is not true now.
            raise ServiceError(str(error)) from None

    def _write(self, changes: dict[str, bytes | None]) -> _Written:
        """Put the commit on the branch; takes out of `changes` what gave way to someone else's."""
        start = self.api.tree_of(self.base_commit)
        head, carried = self.head, self._carried(self.head)
        for _ in range(_ATTEMPTS):
            laid = {**carried, **changes}
            known = {path: entry for path, entry in laid.items() if entry is not None or path in self.files}
            tree = self.api.tree(start, known) if known else start
            if tree == start and head is None:
                return _Written(None, differs=False)
            commit = self.api.commit(tree, self.base_commit, self.request.message)
            if self.api.move(self.branch, commit, head):
                return _Written(commit, tree != start)
            head = self.api.head(self.branch)
            before, carried = carried, self._carried(head)
            self._give_way(changes, before, carried)
            if not changes:
                return _Written(head, bool(carried))
        raise ServiceError(
            f"The branch `{self.branch}` keeps being moved by someone else: let only one run at a time write "
            "it, with a `concurrency` group in the workflow."
        )

    def _give_way(self, changes: dict[str, bytes | None], before: Carried, now: Carried) -> None:
        """Drop what someone else changed on our branch while the run was busy; the next run looks at it."""
        theirs = {path for path in before.keys() | now.keys() if before.get(path) != now.get(path)}
        keys = {self.together(path) for path in theirs}
        for path in [path for path in changes if self.together(path) in keys]:
            if path in theirs:
                self.warn(f"{path} was changed on `{self.branch}` meanwhile: that stays until the next run.")
            del changes[path]

    def _open(self, written: _Written, report: Report, *, changed: bool) -> Publication:
        """Open or update the pull request of the branch as it is now."""
        pull = self.api.find_pull(self.branch, self.base) if written.head else None
        if pull and pull.open:
            if not changed:
                return self._publication("none", pull)
            return self._publication("updated", self.api.update_pull(pull.number, self.request.body(report)))
        # A pull request that a person closed as the branch is now has its answer.
        if not written.differs or (pull and pull.head == written.head):
            return Publication("none", branch=self.branch)
        body = self.request.body(report)
        pull, new = self.api.create_pull(
            self.branch, self.base, self.request.title, body, draft=self.request.draft
        )
        # Also one that is "there already": there was none a moment ago, so it may be of a request of ours
        # whose answer was lost.
        self._dress(pull.number)
        return self._publication("created" if new else "updated", pull)

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

    def _carried(self, head: str | None) -> Carried:
        return self.carried(head) if head else {}

    def _publication(self, operation: str, pull: Pull) -> Publication:
        return Publication(operation, pull.number, pull.url, self.branch)
