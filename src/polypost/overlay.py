"""What our open branch adds to a base that may have moved on since; pure.

Three trees decide, file by file: the base, our branch, and the fork (the commit where the branch left
the base). What the branch changed since the fork is ours, or a person's edit in the pull request, and is
carried over to the next commit. Where the base changed the same file meanwhile, what both wrote is merged
line by line; where that can't be, the base wins (`overridden`). A record tells of several files: of each, it
tells then what that side told whose file it is.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import NamedTuple

from polypost.errors import PostError
from polypost.sites import is_record


class Entry(NamedTuple):
    """What a tree says of a path."""

    mode: str
    """`100644` and `100755` are regular files; `120000` is a symlink, `160000` a submodule."""
    oid: str
    """The object's id; of a regular file, the content id."""

    @property
    def regular(self) -> bool:
        """Whether this is a file whose bytes may be read."""
        return self.mode in {"100644", "100755"}


Tree = Mapping[str, Entry]
"""Path -> entry, over all folders."""
Carried = Mapping[str, Entry | None]
"""What lies over a tree: path -> entry, or None where the file is removed."""


def differing(one: Tree, other: Tree) -> frozenset[str]:
    """The paths that are not the same in both trees, the missing ones included."""
    return frozenset(path for path in one.keys() | other.keys() if one.get(path) != other.get(path))


class Merges(NamedTuple):
    """How what both sides changed is merged."""

    file: Callable[[str, Entry | None, Entry | None, Entry | None], Entry | None]
    """Path; what base, fork and branch say of it -> what both make of it; None where that can't be told."""
    record: Callable[[str, Entry | None, Entry | None, Collection[str]], Entry | None]
    """Path; what base and branch say of it; the files that are the base's -> the record; None: there is none.

    Raises PostError when one is newer than this version knows."""


def carry(
    base: Tree, branch: Tree, fork: Tree, together: Callable[[str], str], merges: Merges
) -> tuple[Carried, bool]:
    """What the branch adds to the base; and whether it has to be built anew to say so.

    It has when base and branch changed the same since the fork: then git might not merge it.
    `together`: path -> the key that a record shares with the files that it tells of. A source must not
    share a key with them.
    """
    ours = {path for path in differing(fork, branch) if branch.get(path) != base.get(path)}
    taken = {path for path in differing(fork, base) if branch.get(path) != base.get(path)}
    stale = bool(ours & taken)
    touched = {together(path) for path in ours}
    records = {path for path in taken if is_record(path) and together(path) in touched}
    taken -= {path for path in records if _says_the_same(path, base.get(path), fork.get(path), merges)}
    carried = {path: branch.get(path) for path in ours - taken}
    recorded = {together(path) for path in taken if is_record(path)}
    for path in sorted(path for path in ours & taken if not is_record(path)):
        # A record that the base has changed tells of another text than ours.
        may = together(path) not in recorded
        if may and (entry := merges.file(path, base.get(path), fork.get(path), branch.get(path))):
            taken.discard(path)
            if entry != base.get(path):
                carried[path] = entry
    keys = recorded | {together(path) for path in ours & taken}
    for path in sorted(path for path in ours if is_record(path) and together(path) in keys):
        try:
            record = merges.record(path, base.get(path), branch.get(path), taken)
        except PostError:
            # What can't be merged is the base's, with all of the files that it tells of.
            carried = {each: entry for each, entry in carried.items() if together(each) != together(path)}
            stale = True
            continue
        carried.pop(path, None)
        if record != base.get(path):
            carried[path] = record
        stale |= record != branch.get(path)
    return carried, stale


def _says_the_same(path: str, base: Entry | None, fork: Entry | None, merges: Merges) -> bool:
    """Whether a record that the base has changed only is formatted anew: of two that differ ours count."""
    try:
        return fork is not None and merges.record(path, fork, base, ()) == fork
    except PostError:
        return False


def overridden(base: Tree, branch: Tree, fork: Tree, carried: Carried) -> tuple[str, ...]:
    """The files that the branch changed and of which the base's stand all the same, records left out."""
    ours = {path for path in differing(fork, branch) if branch.get(path) not in {None, base.get(path)}}
    return tuple(sorted(path for path in ours - carried.keys() if not is_record(path)))


def regular(tree: Tree, carried: Carried | None = None) -> dict[str, str]:
    """Path -> content id of the regular files of a tree, or of what it is with `carried` over it.

    A path that is no UTF-8 (it holds a lone surrogate) is left out: neither JSON nor a report can name it.
    """
    entries = {**tree, **(carried or {})}
    return {path: entry.oid for path, entry in entries.items() if entry and entry.regular and _nameable(path)}


def folders(entries: Mapping[str, Entry]) -> frozenset[str]:
    """All folders that the entries stand in."""
    return frozenset(parent for path in entries for parent in parents(path))


def parents(path: str) -> tuple[str, ...]:
    """The folders of a path, from the root on: `a`, `a/b` of `a/b/c`."""
    return tuple(path[:at] for at, char in enumerate(path) if char == "/")


def _nameable(path: str) -> bool:
    return not any("\ud800" <= char <= "\udfff" for char in path)
