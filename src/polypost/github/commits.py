"""Commits onto the branch of a pull request that a person has opened, one for each publication."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import KW_ONLY, dataclass, field, replace
from functools import cached_property

from polypost.errors import DeniedError, ServiceError, UsageError
from polypost.github.api import Api
from polypost.github.giving import Giving, identity
from polypost.github.publish import ATTEMPTS, restless, theirs_stays
from polypost.gitnames import check_branch, check_path
from polypost.values import Publication, Report


@dataclass
class Commits:
    """Publishes onto a branch that is not ours; satisfies ports.Publisher.

    Each commit stands on the one that is there, and the branch moves by compare-and-swap: nobody's commit
    is ever rewritten. The pull request itself is its author's; nothing of it is touched.
    """

    api: Api
    message: str
    _: KW_ONLY
    branch: str
    head: str
    """Its commit that the run has read."""
    files: Mapping[str, str]
    """What that commit holds, path -> content id."""
    read: Callable[[str], bytes]
    """Content id -> the bytes of a file on the branch."""
    files_of: Callable[[str], Mapping[str, str]]
    """A later commit of the branch -> what `files` is of it."""
    together: Callable[[str], str]
    """Path -> key of the files that a record tells of, and its own."""
    pull: Publication
    """The pull request, as nothing is done to it yet."""
    warn: Callable[[str], None] = lambda _: None
    pause: float = 300.0
    """Seconds: each publication is a commit of its own."""
    _wrote: bool = field(default=False, init=False)

    def publish(
        self, changes: Mapping[str, bytes | None], report: Report, *, final: bool = True
    ) -> Publication:
        """Commit what of `changes` is not so yet; nothing when all is.

        Raises UsageError for an unsafe path or branch, ServiceError when GitHub refuses.
        """
        del final
        check_branch(self.branch)
        left = {check_path(path): content for path, content in changes.items()}
        try:
            gave = self._write(left) | self._giving.gone(report)
        except UsageError as error:
            # A token that expired meanwhile: that "nothing was started", as UsageError says, is not true now.
            raise DeniedError(str(error)) from None
        for path in sorted(gave):
            self.warn(theirs_stays(path, self.branch))
        operation = "updated" if self._wrote else "none"
        return replace(self.pull, operation=operation, yielded=tuple(sorted(gave)))

    def _write(self, changes: dict[str, bytes | None]) -> set[str]:
        gave: set[str] = set()
        for _ in range(ATTEMPTS):
            gave |= self._giving.way(changes)
            due = {path: each for path, each in changes.items() if self.files.get(path) != identity(each)}
            if not due or self._move(due):
                return gave
            self._look()
        raise restless(self.branch)

    def _move(self, changes: Mapping[str, bytes | None]) -> bool:
        """Put a commit on the branch; False when it is not where we knew it."""
        tree = self.api.tree(self.api.tree_of(self.head), changes)
        commit = self.api.commit(tree, self.head, self.message)
        if not self.api.move(self.branch, commit, self.head):
            return False
        ids = {path: identity(each) for path, each in changes.items()}
        known = {**self.files, **ids}
        self.head, self._wrote = commit, True
        self.files = {path: oid for path, oid in known.items() if oid is not None}
        return True

    def _look(self) -> None:
        """Take over what someone else has pushed."""
        now = self.api.head(self.branch)
        if now is None:
            raise ServiceError(
                f"The branch `{self.branch}` is gone: its pull request was merged or given up. What is still "
                "missing is localized by the next run on the branch that it went to."
            )
        after = self.files_of(now)
        self._giving.differ(self.files, after)
        self.head, self.files = now, after

    @cached_property
    def _giving(self) -> Giving:
        return Giving(self._there, self.read, self.together)

    def _there(self, path: str) -> str | None:
        return self.files.get(path)
