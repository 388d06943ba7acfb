"""Where posts, localizations and records are read from in a workflow: commits, never the work tree."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass
from functools import cached_property
from typing import NamedTuple

from polypost.errors import PostError, ServiceError
from polypost.git.process import Git
from polypost.memory.neighbours import Lines, pieces
from polypost.overlay import (
    Carried,
    Entry,
    Merges,
    Tree,
    carry,
    differing,
    folders,
    overridden,
    parents,
    regular,
)
from polypost.plan.superseded import by_machine, in_base, on_branch
from polypost.records.merge import merged
from polypost.records.record import content_id as identity
from polypost.sites import is_record
from polypost.values import MAX_BYTES, Finding


class Branch(NamedTuple):
    """A branch of ours, by commit ids."""

    head: str
    fork: str
    """Its merge base with the base; of one that was built on commits that the base has lost, their last."""
    rewound: bool = False
    """Whether the base has lost commits that it was built on: it would bring them back."""


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
            merges = Merges(self._merge, self._merge_record)
            carried, stale = carry(self._tree, head, fork, self.together, merges)
            self._override(overridden(self._tree, head, fork, carried), head, fork)
            self._added[branch] = carried, stale or branch.rewound
        return self._added[branch]

    def read(self, content_id: str) -> bytes:
        """The bytes behind a content id. Raises PostError when they are over the size limit."""
        merged = self.merged.get(content_id)
        return self.git.read(content_id, self.limit) if merged is None else merged

    @cached_property
    def merged(self) -> dict[str, bytes]:
        """Content id -> bytes of what stands in no commit yet: files that both sides changed."""
        return {}

    def superseded(self) -> tuple[Finding, ...]:
        """What people wrote in the base or on our branch, and what the other side stands in place of."""
        self.carried()  # which finds it out
        return tuple(finding for _, finding in sorted(self._superseded.items()))

    @cached_property
    def _superseded(self) -> dict[str, Finding]:
        return {}

    def _merge(self, path: str, base: Entry | None, fork: Entry | None, branch: Entry | None) -> Entry | None:
        """A localization with what both sides changed in it; None where that can't be made.

        So people who correct it in the base and in the pull request both find their words. Where both changed
        the same lines, the branch's stand: what was corrected in the base there is older text.
        """
        if self.together(path) == path:
            return None
        if not (base and fork and branch and base.regular and fork.regular and branch.regular):
            return None
        try:
            three = [self.git.read(each.oid, self.limit) for each in (base, fork, branch)]
            content, other = self._both([each.splitlines(keepends=True) for each in three])
            if content != other:
                content, other = self._both([pieces(each, path) for each in three])
        except (PostError, ServiceError):
            return None
        if content != other:
            self._superseded[path] = in_base(path, content, other)
        return self._kept(content, base)

    def _both(self, three: Sequence[Lines]) -> tuple[bytes, bytes]:
        """The merge of base, fork and branch, with the branch's or with the base's where both changed."""
        ours, before, theirs = three
        branch, base = (self.git.merge(ours, before, theirs, favour=side) for side in ("theirs", "ours"))
        return branch, base

    def _override(self, paths: Sequence[str], branch: Tree, fork: Tree) -> None:
        """Tell what people wrote on the branch where the base's files stand."""
        records: dict[str, list[str]] = {}
        for record in filter(is_record, branch if paths else ()):
            records.setdefault(self.together(record), []).append(record)
        for path in paths:
            told = {record: self._text(record, branch) for record in records.get(self.together(path), ())}
            texts = [self._text(path, tree) for tree in (branch, self._tree, fork)]
            if not by_machine(path, branch[path].oid, told) and (found := on_branch(path, *texts)):
                self._superseded[path] = found

    def _text(self, path: str, tree: Tree) -> bytes:
        """A file of a tree; nothing where there is none that can be read."""
        entry = tree.get(path)
        try:
            return self.git.read(entry.oid, self.limit) if entry and entry.regular else b""
        except (PostError, ServiceError):
            return b""

    def _merge_record(
        self, path: str, base: Entry | None, branch: Entry | None, held: Collection[str]
    ) -> Entry | None:
        """A record with what each side tells of the files that are its own; raises PostError."""
        if not all(entry is None or entry.regular for entry in (base, branch)):
            raise PostError(f"{path} is no file.", code="record-damaged")
        theirs, ours = (self.read(entry.oid) if entry else None for entry in (base, branch))
        data = merged(path, ours, theirs, held)
        if data is None:
            return None
        known = next((each for each in (base, branch) if each and each.oid == identity(data)), None)
        return known or self._kept(data, Entry("100644", ""))

    def _kept(self, content: bytes, like: Entry) -> Entry:
        entry = Entry(like.mode, identity(content))
        self.merged[entry.oid] = content
        return entry

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
