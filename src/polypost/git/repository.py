"""Where posts, localizations and records are read from in a workflow: commits, never the work tree."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import KW_ONLY, dataclass
from functools import cached_property
from typing import NamedTuple

from polypost.errors import PostError, ServiceError
from polypost.git.process import Git
from polypost.overlay import Carried, Entry, Tree, carry, differing, folders, parents, regular
from polypost.records import content_id
from polypost.values import MAX_BYTES


class Branch(NamedTuple):
    """A branch of ours, by commit ids."""

    head: str
    fork: str
    """Its merge base with the base."""


@dataclass(frozen=True)
class GitRepository:
    """The base overlaid by our open branches, by commit ids; satisfies ports.Repository.

    Missing commits are fetched and trees are read at the first use, once. Every method raises
    ServiceError when a commit that is needed can't be had.
    """

    git: Git
    base: str
    branches: tuple[Branch, ...] = ()
    """Where two of them carry the same file, the first counts."""
    before: str | None = None
    """What `changed` compares with."""
    _: KW_ONLY
    together: Callable[[str], str] = str
    """Path -> key of the files that stand or fall as one; see `overlay.carry`."""
    merge: Callable[[str, bytes | None, bytes | None, Collection[str]], bytes | None] = (
        lambda path, ours, theirs, held: theirs  # noqa: ARG005
    )
    """A record's path, as a branch and as the base have it, and the files that are the base's -> the record.

    Raises PostError when one can't be read."""
    limit: int = MAX_BYTES

    def sources(self) -> Mapping[str, str]:
        """Every regular file of the base: path -> content id."""
        return self._sources

    def overlay(self) -> Mapping[str, str]:
        """The same with what our branches carry laid over it."""
        return self._overlay

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

    def files_of(self, commit: str) -> Mapping[str, str]:
        """Every regular file of another commit: path -> content id."""
        return regular(self._needed(commit))

    def carried(self) -> Carried:
        """What our branches add to the base, all of them."""
        return self._over

    def adds(self, branch: Branch) -> tuple[Carried, bool]:
        """What one branch adds to the base, for the commit that replaces it; and whether there must be one.

        There must where the base has changed what the branch has, too.
        """
        if branch not in self._added:
            fork = self._tree if branch.fork == self.base else self._needed(branch.fork)
            head = self._needed(branch.head)
            self._added[branch] = carry(self._tree, head, fork, self.together, self._merge)
        return self._added[branch]

    def read(self, content_id: str) -> bytes:
        """The bytes behind a content id. Raises PostError when they are over the size limit."""
        if content_id in self.made:
            return self.made[content_id]
        return self.git.read(content_id, self.limit)

    def _merge(
        self, path: str, ours: Entry | None, theirs: Entry | None, held: Collection[str]
    ) -> Entry | None:
        if not all(entry is None or entry.regular for entry in (ours, theirs)):
            raise PostError(f"{path} is no file.", code="record-damaged")
        one, other = (self.read(entry.oid) if entry else None for entry in (ours, theirs))
        data = self.merge(path, one, other, held)
        if data is None:
            return None
        entry = Entry("100644", content_id(data))
        known = next((each for each in (theirs, ours) if each and each.oid == entry.oid), None)
        if not known:
            self.made[entry.oid] = data
        return known or entry

    @cached_property
    def made(self) -> dict[str, bytes]:
        """Records that are in no commit, since two sides were merged in them: content id -> bytes."""
        return {}

    @cached_property
    def _added(self) -> dict[Branch, tuple[Carried, bool]]:
        return {}

    @cached_property
    def _sources(self) -> dict[str, str]:
        return regular(self._tree)

    @cached_property
    def _overlay(self) -> dict[str, str]:
        return regular(self._tree, self._over)

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
        self.git.fetch_together(branch.head for branch in self.branches)
        return {
            path: entry for branch in reversed(self.branches) for path, entry in self.adds(branch)[0].items()
        }

    def _needed(self, sha: str) -> Tree:
        if not self.git.fetch(sha):
            raise ServiceError(
                f"The commit {sha!a} can't be fetched: check that the token may read the repository "
                "(`permissions: contents: write`) and start the run again."
            )
        return self.git.tree(sha)
