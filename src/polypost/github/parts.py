"""Which of our branches each file belongs to; pure.

GitHub shows 3,000 files of a pull request, so a large catalogue comes in parts: a branch and a pull
request each. The files of one post (`together`) stay in one part: the one that carries some of them,
else the last that has room, else a new one with the lowest number that is free. A part that was merged
or deleted carries nothing, so its number is free again. A post that later gains a language stays where
it is, even in a part that is full.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import NamedTuple

from polypost.overlay import Carried, Entry
from polypost.records.record import content_id, record_path

LIMIT = 3_000
"""Files in one pull request at most: GitHub shows no more."""

Changes = Mapping[str, bytes | None]


class Seen(NamedTuple):
    """A part, as it is on GitHub."""

    head: str | None
    """Its branch's commit; None: there is no branch."""
    carried: Carried
    """What that adds to the base."""
    names: tuple[str, ...] = ()
    """Who wrote in it; see `authors`."""
    stale: bool = False
    """Whether the base has changed what it changed, too: git could not merge it as it is."""


@dataclass
class Part:
    """One of our branches, as this run knows it."""

    head: str | None = None
    carried: dict[str, Entry | None] = field(default_factory=dict)
    """What it adds to the base."""
    names: tuple[str, ...] = ()
    """Who wrote in it, to be named in its next commit."""
    stale: bool = False
    """Whether it has to be built anew whatever the run brings: git could not merge it as it is."""
    tree: str = ""
    """The tree of `head`, where this run has made it: the next commit is built on it."""
    written: bool = False
    """Whether this run has moved it."""
    base: str = ""
    """The commit that it is built on, where that is not the one that the run has read."""
    shown: bool = True
    """Whether its pull request was brought up to date since."""
    merged: bool = False
    """Whether its pull request was merged during the run, and this is not heeded yet."""

    def seen(self) -> Seen:
        """The part, as it is on GitHub if nobody moved it."""
        return Seen(self.head, dict(self.carried), self.names, self.stale)


class Parts:
    """All parts, by number; knows where each post is."""

    def __init__(self, files: Mapping[str, str], together: Callable[[str], str], limit: int) -> None:
        """`files`: what the base has, path -> content id."""
        self.every: dict[int, Part] = {}
        self.files, self._together, self._limit = files, together, limit
        self._home: dict[str, int] = {}

    def see(self, seen: Mapping[int, Seen]) -> frozenset[str]:
        """Take over what is on GitHub now; give the paths of what is not as we knew it."""
        differing: set[str] = set()
        for number in sorted(self.every.keys() | seen.keys()):
            part = self.at(number)
            now = seen.get(number, Seen(None, {}))
            if now.head != part.head:
                both = part.carried.keys() | now.carried.keys()
                differing |= {path for path in both if part.carried.get(path) != now.carried.get(path)}
                part.head, part.carried, part.tree = now.head, dict(now.carried), ""
                part.names, part.stale = now.names, now.stale
        self._home = {
            self._together(path): number
            for number in sorted(self.every, reverse=True)
            for path in self.every[number].carried
        }
        return frozenset(differing)

    def at(self, number: int) -> Part:
        """The part of this number, made where there is none yet."""
        return self.every.setdefault(number, Part())

    def place(self, changes: Changes) -> dict[int, dict[str, bytes | None]]:
        """Part -> its share of the changes; what is so already is left out."""
        posts: dict[str, dict[str, bytes | None]] = {}
        for path, content in changes.items():
            key = self._together(path)
            if self.there(path) != (None if content is None else content_id(content)):
                posts.setdefault(key, {})[path] = content
        room = {
            number: self._limit - len(part.carried) for number, part in self.every.items() if part.carried
        }
        placed: dict[int, dict[str, bytes | None]] = {}
        for key, files in posts.items():
            number = self._home.get(key) or _free(room, len(files))
            room[number] = room.get(number, self._limit) - len(files)
            placed.setdefault(number, {}).update(files)
        return placed

    def moved(self, number: int, head: str, tree: str, changes: Changes) -> None:
        """Note that a part's branch now has `changes` in it."""
        part = self.at(number)
        part.head, part.tree, part.written, part.shown, part.stale = head, tree, True, False, False
        for path, content in changes.items():
            self._home[self._together(path)] = number
            oid = None if content is None else content_id(content)
            if oid == self.files.get(path):
                part.carried.pop(path, None)
            else:
                part.carried[path] = Entry("100644", oid) if oid else None

    def rebase(self, number: int, base: str) -> None:
        """Let a part's next commit be built on another one of the base, whose files are `files` by now."""
        part = self.at(number)
        part.carried = {
            path: entry
            for path, entry in part.carried.items()
            if self.files.get(path) != (entry.oid if entry else None)
        }
        part.base, part.tree, part.names, part.merged = base, "", (), False
        part.stale = part.head is not None

    def of(self, source: str) -> int:
        """The part that holds the localizations of a post; 0 when none does."""
        return self._home.get(self._together(record_path(source)), 0)

    def holding(self, path: str) -> int:
        """The part that a file is on; 0 when it is on none."""
        return self._home.get(self._together(path), 0)

    def there(self, path: str) -> str | None:
        """The content id of a path on its branch, or on the base where no branch of ours carries it."""
        key = self._together(path)
        carried = self.every[self._home[key]].carried if key in self._home else {}
        if path in carried:
            entry = carried[path]
            return entry.oid if entry else None
        return self.files.get(path)


def _free(room: Mapping[int, int], size: int) -> int:
    """The last part that has room, or the lowest number that is not in use."""
    fitting = [number for number, left in room.items() if left >= size]
    return max(fitting, default=0) or next(number for number in count(1) if number not in room)
