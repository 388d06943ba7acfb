"""What is laid over what someone else changed on a branch while the run was busy.

Theirs stays, file by file. A record tells of a whole post, so it is merged language by language.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from polypost.errors import PostError
from polypost.records.merge import merged
from polypost.records.record import content_id
from polypost.run.finish import MADE
from polypost.sites import is_record
from polypost.values import Report


@dataclass
class Giving:
    """What someone else changed while a run was busy, and what of the run gives way to it."""

    there: Callable[[str], str | None]
    """Path -> content id of what is there now."""
    read: Callable[[str], bytes]
    together: Callable[[str], str]
    """Path -> key of the files that a record tells of, and its own."""
    theirs: set[str] = field(default_factory=set)
    """Paths that someone else changed."""
    _merged: dict[str, bytes] = field(default_factory=dict)
    """Records in which theirs and ours were merged, as this run has written them."""

    def way(self, changes: dict[str, bytes | None]) -> set[str]:
        """Take out what someone else changed meanwhile, and merge records; give the paths that were lost."""
        if not self.theirs:
            return set()
        laid = dict(changes)
        gave = self._lay(changes)
        self._merged.update(
            (path, data) for path, data in changes.items() if data is not None and data != laid[path]
        )
        # What both sides did alike is no loss.
        return {path for path in gave if self.there(path) != identity(laid[path])}

    def gone(self, report: Report) -> set[str]:
        """What the run has made, and someone else has removed since."""
        return {
            outcome.target
            for outcome in report.outcomes
            if outcome.status in MADE and outcome.target in self.theirs and self.there(outcome.target) is None
        }

    def differ(self, before: Mapping[str, str], after: Mapping[str, str]) -> None:
        """Note what is not the same any more; both: path -> content id."""
        self.theirs |= {path for path in before.keys() | after.keys() if before.get(path) != after.get(path)}

    def _lay(self, changes: dict[str, bytes | None]) -> set[str]:
        """Where a record of theirs is newer than this version knows, all of its post gives way."""
        gave = {path for path in changes if path in self.theirs and not is_record(path)}
        keys = set(map(self.together, self.theirs))
        for path in [path for path in changes if is_record(path) and self.together(path) in keys]:
            try:
                changes[path] = merged(path, changes[path], self._record(path), self.theirs)
            except PostError:
                gave |= {each for each in changes if self.together(each) == self.together(path)}
        for path in gave:
            del changes[path]
        return gave

    def _record(self, path: str) -> bytes | None:
        """The record that is there now."""
        oid, mine = self.there(path), self._merged.get(path)
        if mine is not None and content_id(mine) == oid:
            return mine  # of this run's own commit, which was never fetched
        return self.read(oid) if oid else None


def identity(content: bytes | None) -> str | None:
    """Content id of a file; None of one that is removed."""
    return None if content is None else content_id(content)
