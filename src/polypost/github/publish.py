"""Our branches, one commit each: written with what is new, and left alone when all is so already."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import KW_ONLY, dataclass
from functools import cached_property

from polypost.errors import DeniedError, ServiceError, UsageError
from polypost.github.api import Api
from polypost.github.pages import Pages, Request
from polypost.github.parts import LIMIT, Parts, Seen
from polypost.gitnames import check_branch, check_path, part_name, part_of
from polypost.overlay import Carried
from polypost.values import Publication, Report

_ATTEMPTS = 5


@dataclass(frozen=True)
class PullRequests:
    """Publishes to branches and their pull requests, in one call or in many; satisfies ports.Publisher.

    A branch always is one commit on the base as the run read it: that base's tree, with what the
    branch carries and then the changes laid over it. A base that has moved on since is no harm, git
    merges; a branch itself moves by compare-and-swap, so that a concurrent run or a person's push is
    never lost. Nearly always there is one branch; see `parts` for when there are more.
    """

    api: Api
    request: Request
    _: KW_ONLY
    base: str
    """The branch that the pull requests go to."""
    base_commit: str
    """Its commit that the run has read."""
    files: Mapping[str, str]
    """What that commit holds, path -> content id: only what is there can be removed."""
    branch: str
    """Our branch, the first part's."""
    seen: Mapping[int, Seen]
    """Our branches as the run has read them, by part."""
    carried: Callable[[str], Carried]
    """Commit of a branch of ours -> what it adds to the base."""
    together: Callable[[str], str] = str
    """Path -> key of the files that stand or fall as one; see `overlay.carry`."""
    limit: int = LIMIT
    """Files in one pull request at most."""
    warn: Callable[[str], None] = lambda _: None
    pause: float = 300.0
    """Seconds: a run that is killed loses at most what came in them."""

    def publish(
        self, changes: Mapping[str, bytes | None], report: Report, *, final: bool = True
    ) -> Publication:
        """Bring the branches and the pull requests to where `changes` are in them.

        `changes`: those of the run that are not published yet; what is so already is not written again.
        Not `final`: more will come, and the pull requests say so. Raises UsageError for an unsafe path or
        branch, ServiceError when GitHub refuses.
        """
        check_branch(self.branch)
        left = {check_path(path): content for path, content in changes.items()}
        try:
            self._write(left)
            return self._pages.show(report, going=not final)
        except UsageError as error:
            # A token that expired meanwhile: that "nothing was started", as UsageError says, is not true now.
            raise DeniedError(str(error)) from None

    def _write(self, changes: dict[str, bytes | None]) -> None:
        """Put the changes on their branches, without what gives way to someone else's."""
        for _ in range(_ATTEMPTS):
            placed = self._parts.place(changes)
            if all(self._move(number, mine) for number, mine in placed.items()):
                return
            self._give_way(changes)
        raise ServiceError(
            f"The branch `{self.branch}` keeps being moved by someone else: let only one run at a time write "
            "it, with a `concurrency` group in the workflow."
        )

    def _move(self, number: int, changes: Mapping[str, bytes | None]) -> bool:
        """Put a new commit in place of a branch's; False when it is not where we knew it."""
        part = self._parts.at(number)
        laid = changes if part.tree else {**part.carried, **changes}
        # Built on its own last tree, a removal is always of something; on the base's it may not be.
        known = {
            path: each for path, each in laid.items() if part.tree or each is not None or path in self.files
        }
        tree = self.api.tree(part.tree or self._start, known)
        commit = self.api.commit(tree, self.base_commit, self.request.message)
        if not self.api.move(part_name(self.branch, number), commit, part.head):
            return False
        self._parts.moved(number, commit, tree, changes)
        return True

    def _give_way(self, changes: dict[str, bytes | None]) -> None:
        """Drop what someone else changed on our branches while the run was busy; the next run looks at it."""
        known = self._parts.every
        now = {}
        for name, head in self.api.heads(self.branch).items():
            if number := part_of(self.branch, name):
                same = number in known and known[number].head == head
                now[number] = Seen(head, known[number].carried if same else self.carried(head))
        theirs = self._parts.see(now)
        keys = set(map(self.together, theirs))
        for path in [path for path in changes if self.together(path) in keys]:
            if path in theirs:
                self.warn(f"{path} was changed on `{self.branch}` meanwhile: that stays until the next run.")
            del changes[path]

    @cached_property
    def _start(self) -> str:
        return self.api.tree_of(self.base_commit)

    @cached_property
    def _parts(self) -> Parts:
        parts = Parts(self.files, self.together, self.limit)
        parts.see(self.seen)
        return parts

    @cached_property
    def _pages(self) -> Pages:
        return Pages(self.api, self.request, self.base, self.branch, self._parts, self.warn)
