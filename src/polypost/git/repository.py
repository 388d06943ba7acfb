"""Where posts, localizations and records are read from in a workflow: commits, never the work tree."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import KW_ONLY, dataclass
from functools import cached_property

from polypost.errors import ServiceError
from polypost.git.process import Git
from polypost.overlay import Carried, Tree, carry, differing, folders, parents, regular
from polypost.values import MAX_BYTES


@dataclass(frozen=True)
class GitRepository:
    """The base overlaid by our open branch, by commit ids; satisfies ports.Repository.

    Missing commits are fetched and trees are read at the first use, once. Every method raises
    ServiceError when a commit that is needed can't be had.
    """

    git: Git
    base: str
    branch: str | None = None
    fork: str | None = None
    """The merge base of `base` and `branch`; without it the branch does not count."""
    before: str | None = None
    """What `changed` compares with."""
    _: KW_ONLY
    together: Callable[[str], str] = str
    """Path -> key of the files that stand or fall as one; see `overlay.carry`."""
    limit: int = MAX_BYTES

    def sources(self) -> Mapping[str, str]:
        """Every regular file of the base: path -> content id."""
        return regular(self._tree)

    def overlay(self) -> Mapping[str, str]:
        """The same with what our branch carries laid over it."""
        return regular(self._tree, self._over)

    def blocked(self, path: str) -> str:
        """The link, submodule, folder or file in the way of a file at `path`; empty when there is none.

        GitHub would replace it without a word.
        """
        for parent in parents(path):
            if parent in self._laid:
                return parent
        there = self._laid.get(path)
        return path if path in self._folders or (there and not there.regular) else ""

    def changed(self) -> frozenset[str] | None:
        """The paths that differ from `before`, removed ones too; None when that commit is not to be had."""
        if not self.before or not self.git.fetch(self.before):
            return None
        return differing(self.git.tree(self.before), self._tree)

    def carried(self) -> Carried:
        """What our branch adds to the base, for the commit that replaces it."""
        return self._over

    def read(self, content_id: str) -> bytes:
        """The bytes behind a content id. Raises PostError when they are over the size limit."""
        return self.git.read(content_id, self.limit)

    @cached_property
    def _tree(self) -> Tree:
        return self._needed(self.base)

    @cached_property
    def _laid(self) -> Tree:
        entries = {**self._tree, **self._over}
        return {path: entry for path, entry in entries.items() if entry}

    @cached_property
    def _folders(self) -> frozenset[str]:
        return folders(self._laid)

    @cached_property
    def _over(self) -> Carried:
        if not self.branch or not self.fork:
            return {}
        return carry(self._tree, self._needed(self.branch), self._needed(self.fork), self.together)

    def _needed(self, sha: str) -> Tree:
        if not self.git.fetch(sha):
            raise ServiceError(
                f"The commit {sha!a} can't be fetched: check that the token may read the repository "
                "(`permissions: contents: write`) and start the run again."
            )
        return self.git.tree(sha)
