"""Our branches, one commit each: written with what is new, and left alone when all is so already."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import KW_ONLY, dataclass, replace
from functools import cached_property

from polypost.errors import DeniedError, ServiceError, UsageError
from polypost.github.api import Api
from polypost.github.authors import signed
from polypost.github.giving import Giving
from polypost.github.pages import Pages, Request
from polypost.github.parts import LIMIT, Parts, Seen
from polypost.github.trees import Content
from polypost.gitnames import check_branch, check_path, part_name, part_of
from polypost.overlay import Entry
from polypost.run.finish import given_way
from polypost.values import Publication, Report

ATTEMPTS = 5
"""How often a branch may move away from under a run."""


@dataclass(frozen=True)
class PullRequests:
    """Publishes to branches and their pull requests, in one call or in many; satisfies ports.Publisher.

    A branch always is one commit on the base as the run read it: that base's tree, with what the
    branch carries and then the changes laid over it. A base that has moved on since is no harm, git
    merges; a branch itself moves by compare-and-swap, so that a concurrent run or a person's push is
    never lost. Whoever committed to it is named in the commit that takes its place. Nearly always there
    is one branch; see `parts` for when there are more.
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
    see: Callable[[str], Seen]
    """Commit of a branch of ours -> the branch, as it is with that."""
    read: Callable[[str], bytes]
    """Content id -> the bytes of a file on the base, or on a branch that was asked for by `see`."""
    merged: Mapping[str, bytes]
    """What is carried and in no commit yet: content id -> bytes."""
    base_files: Callable[[str], Mapping[str, str]]
    """A later commit of the base -> what `files` is of it."""
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
            gave = self._write(left)
            if self._pages.look(going=not final):
                self._look()
                gave |= self._write(left)
            gave |= self._giving.gone(report)
            for path in sorted(gave):
                self.warn(theirs_stays(path, self.branch))
            publication = self._pages.show(given_way(report, gave), going=not final)
            return replace(publication, yielded=tuple(sorted(gave)))
        except UsageError as error:
            # A token that expired meanwhile: that "nothing was started", as UsageError says, is not true now.
            raise DeniedError(str(error)) from None

    def _write(self, changes: dict[str, bytes | None]) -> set[str]:
        """Put the changes on their branches; give the paths that give way to someone else's."""
        gave: set[str] = set()
        for _ in range(ATTEMPTS):
            gave |= self._giving.way(changes)
            placed = self._stale() | self._parts.place(changes)
            if all(self._move(number, mine) for number, mine in placed.items()):
                return gave
            self._look()
        raise restless(self.branch)

    def _stale(self) -> dict[int, dict[str, bytes | None]]:
        """The parts that are built anew although they get nothing new, so that they can be merged again."""
        return {
            number: {}
            for number, part in self._parts.every.items()
            if part.stale and self._pages.living(number)
        }

    def _move(self, number: int, changes: Mapping[str, bytes | None]) -> bool:
        """Put a new commit in place of a branch's; False when it is not where we knew it."""
        part = self._parts.at(number)
        carried = {path: self._content(entry) for path, entry in part.carried.items()}
        laid = changes if part.tree else {**carried, **changes}
        # Built on its own last tree, a removal is always of something; on the base's it may not be.
        known = {
            path: each
            for path, each in laid.items()
            if part.tree or each is not None or path in self._parts.files
        }
        tree = self.api.tree(part.tree or self._start(part.base), known)
        message = signed(self.request.message, part.names)
        commit = self.api.commit(tree, part.base or self.base_commit, message)
        if not self.api.move(part_name(self.branch, number), commit, part.head):
            return False
        self._parts.moved(number, commit, tree, changes)
        return True

    def _content(self, entry: Entry | None) -> Content:
        return self.merged.get(entry.oid, entry) if entry else None

    def _look(self) -> None:
        """Take over what someone else did to our branches while the run was busy.

        A branch that is gone was merged or refused; one may also be merged and still there. What comes after
        a merge is built on that, so that the records of both are one.
        """
        known = self._parts.every
        now = {}
        for name, head in self.api.heads(self.branch).items():
            if number := part_of(self.branch, name):
                part = known.get(number)
                # One that was merged is read even where it is as we left it: its record meets the base's.
                same = part and part.head == head and not part.merged
                now[number] = part.seen() if part and same else self.see(head)
        gone = [number for number, part in known.items() if part.merged or (part.head and number not in now)]
        self._giving.theirs |= self._parts.see(now)
        moved = self.api.head(self.base) if gone else None
        if moved and moved != self.base_commit:
            before, after = self._parts.files, self.base_files(moved)
            self._giving.differ(before, after)
            self._parts.files = after
            for number in gone:
                self._parts.rebase(number, moved)

    @cached_property
    def _giving(self) -> Giving:
        return Giving(self._parts.there, self.read, self.together)

    def _start(self, base: str) -> str:
        """The tree of the commit that a part is built on."""
        return self.api.tree_of(base) if base else self._base_tree

    @cached_property
    def _base_tree(self) -> str:
        return self.api.tree_of(self.base_commit)

    @cached_property
    def _parts(self) -> Parts:
        parts = Parts(self.files, self.together, self.limit)
        parts.see(self.seen)
        return parts

    @cached_property
    def _pages(self) -> Pages:
        return Pages(self.api, self.request, self.base, self.branch, self._parts, self.warn)


def restless(branch: str) -> ServiceError:
    """The error for a branch that never stands still."""
    return ServiceError(
        f"The branch `{branch}` keeps being moved by someone else: let only one run at a time write "
        "it, with a `concurrency` group in the workflow."
    )


def theirs_stays(path: str, branch: str) -> str:
    """The warning for what gave way."""
    return f"{path} was changed on `{branch}` while the run went on: that stays, and is looked at again."
