"""What our open branch adds to a base that may have moved on since; pure.

Three trees decide, file by file: the base, our branch, and the fork (the commit where the branch left
the base). What the branch changed since the fork is ours, or a person's edit in the pull request, and is
carried over to the next commit. Where the base changed the same file meanwhile, what both wrote is merged
line by line; where that can't be, the base wins.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple


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


def _never(path: str, base: Entry | None, fork: Entry | None, branch: Entry | None) -> Entry | None:
    del path, base, fork, branch
    return None


def carry(
    base: Tree,
    branch: Tree,
    fork: Tree,
    together: Callable[[str], str] = str,
    merge: Callable[[str, Entry | None, Entry | None, Entry | None], Entry | None] = _never,
) -> Carried:
    """What the branch adds to the base.

    `together`: path -> the key of the files that stand or fall as one (a localization and its record);
    where the base changed one of them, it wins for all, unless `merge` (path; what base, fork and branch say
    of it) gives what both sides together make of it. A source must not share a key with them.
    """
    ours = {path: branch.get(path) for path in differing(fork, branch)}
    keys, taken = set(map(together, ours)), set[str]()
    for path in sorted(differing(fork, base)):
        if together(path) in keys and base.get(path) != branch.get(path):
            if merged := merge(path, base.get(path), fork.get(path), branch.get(path)):
                ours[path] = merged
            else:
                taken.add(together(path))
    return {
        path: entry for path, entry in ours.items() if together(path) not in taken and entry != base.get(path)
    }


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
