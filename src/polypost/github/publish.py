"""Our branches, one commit each: written with what is new, and left alone when all is so already."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import KW_ONLY, dataclass, replace
from functools import cached_property

from polypost.errors import DeniedError, ServiceError, UsageError
from polypost.finish import MADE, given_way
from polypost.github.api import Api
from polypost.github.giving import lay
from polypost.github.pages import Pages, Request
from polypost.github.parts import LIMIT, Parts, Seen
from polypost.gitnames import check_branch, check_path, part_name, part_of
from polypost.overlay import Carried, Entry
from polypost.records import content_id
from polypost.sites import RECORDS
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
    read: Callable[[str], bytes]
    """Content id -> the bytes of a file on the base, or on a branch that was asked for by `carried`."""
    merged: Collection[str]
    """Content ids of carried files that were merged here, and so are not on GitHub yet."""
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
            gave |= self._gone(report)
            for path in sorted(gave):
                self.warn(f"{path} was changed on `{self.branch}` meanwhile: that stays until the next run.")
            publication = self._pages.show(given_way(report, gave), going=not final)
            return replace(publication, yielded=tuple(sorted(gave)))
        except UsageError as error:
            # A token that expired meanwhile: that "nothing was started", as UsageError says, is not true now.
            raise DeniedError(str(error)) from None

    def _write(self, changes: dict[str, bytes | None]) -> set[str]:
        """Put the changes on their branches; give the paths that give way to someone else's."""
        gave: set[str] = set()
        for _ in range(_ATTEMPTS):
            gave |= self._give_way(changes)
            placed = self._parts.place(changes)
            if all(self._move(number, mine) for number, mine in placed.items()):
                return gave
            self._look()
        raise ServiceError(
            f"The branch `{self.branch}` keeps being moved by someone else: let only one run at a time write "
            "it, with a `concurrency` group in the workflow."
        )

    def _move(self, number: int, changes: Mapping[str, bytes | None]) -> bool:
        """Put a new commit in place of a branch's; False when it is not where we knew it."""
        part = self._parts.at(number)
        laid = changes if part.tree else {**self._contents(part.carried), **changes}
        # Built on its own last tree, a removal is always of something; on the base's it may not be.
        known = {
            path: each
            for path, each in laid.items()
            if part.tree or each is not None or path in self._parts.files
        }
        tree = self.api.tree(part.tree or self._start(part.base), known)
        commit = self.api.commit(tree, part.base or self.base_commit, self.request.message)
        if not self.api.move(part_name(self.branch, number), commit, part.head):
            return False
        self._parts.moved(number, commit, tree, changes)
        return True

    def _contents(self, carried: Carried) -> dict[str, Entry | bytes | None]:
        """What a branch carries; of a file that was merged its bytes, since GitHub doesn't have them."""
        return {
            path: self.read(each.oid) if each and each.oid in self.merged else each
            for path, each in carried.items()
        }

    def _give_way(self, changes: dict[str, bytes | None]) -> set[str]:
        """Take out what someone else changed meanwhile, and merge records; give the paths that were lost."""
        if not self._theirs:
            return set()
        laid = dict(changes)
        gave = lay(changes, self._theirs, records=self._record, together=self.together, is_record=_is_record)
        self._merged.update(
            (path, data) for path, data in changes.items() if data is not None and data != laid[path]
        )
        # What both sides did alike is no loss.
        return {path for path in gave if self._parts.there(path) != _id(laid[path])}

    def _record(self, path: str) -> bytes | None:
        """The record that is there now."""
        oid = self._parts.there(path)
        mine = self._merged.get(path)
        if mine is not None and content_id(mine) == oid:
            return mine  # of this run's own commit, which was never fetched
        return self.read(oid) if oid else None

    def _gone(self, report: Report) -> set[str]:
        """What this run has made, and someone else has removed since."""
        return {
            outcome.target
            for outcome in report.outcomes
            if outcome.status in MADE
            and outcome.target in self._theirs
            and self._parts.there(outcome.target) is None
        }

    def _look(self) -> None:
        """Take over what someone else did to our branches while the run was busy.

        A branch that is gone was merged or refused. What comes after a merge is built on that, so that the
        records of both are one.
        """
        known = self._parts.every
        now = {}
        for name, head in self.api.heads(self.branch).items():
            if number := part_of(self.branch, name):
                same = number in known and known[number].head == head
                now[number] = Seen(head, known[number].carried if same else self.carried(head))
        gone = [number for number, part in known.items() if part.head and number not in now]
        self._theirs.update(self._parts.see(now))
        moved = self.api.head(self.base) if gone else None
        if moved and moved != self.base_commit:
            before, after = self._parts.files, self.base_files(moved)
            self._theirs.update(
                path for path in before.keys() | after.keys() if before.get(path) != after.get(path)
            )
            self._parts.files = after
            for number in gone:
                self._parts.at(number).base = moved

    @cached_property
    def _theirs(self) -> set[str]:
        """Paths that someone else changed on our branches while the run was busy."""
        return set()

    @cached_property
    def _merged(self) -> dict[str, bytes]:
        """Records in which theirs and ours were merged, as this run has written them."""
        return {}

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


def _is_record(path: str) -> bool:
    return path.startswith(RECORDS + "/") and path.endswith(".json")


def _id(content: bytes | None) -> str | None:
    return None if content is None else content_id(content)
