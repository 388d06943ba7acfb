"""What is laid over what someone else changed on our branches while the run was busy; pure.

Theirs stays, file by file. A record tells of a whole post, so it is merged language by language.
"""

from __future__ import annotations

from collections.abc import Callable, Collection

from polypost.errors import PostError
from polypost.recordfile import dump, load
from polypost.records import Localization, Pending, Record


def merged(path: str, ours: bytes | None, theirs: bytes | None, held: Collection[str]) -> bytes | None:
    """The record to write at `path`; None when nothing is left to tell.

    A language whose file is one of `held`, those that the other side changed, is told of as they do; every
    other as we do. Raises PostError when theirs can't be read.
    """
    mine, yours = _read(path, ours), _read(path, theirs)
    chosen: dict[str, Localization] = {}
    used: set[str] = set()
    for tag in mine.localizations.keys() | yours.localizations.keys():
        one, other = mine.localizations.get(tag), yours.localizations.get(tag)
        is_theirs = any(item and item.target in held for item in (one, other))
        if item := other if is_theirs else one:
            chosen[tag] = item
        if one and not is_theirs:
            used.add(tag)
    pending: dict[str, Pending] = {tag: item for tag, item in yours.pending.items() if tag not in used}
    record = Record(mine.source or yours.source, chosen, {**pending, **mine.pending})
    return dump(record) if chosen or record.pending else None


def _read(path: str, data: bytes | None) -> Record:
    return Record("", {}) if data is None else load(data, path)


def lay(
    changes: dict[str, bytes | None],
    theirs: Collection[str],
    *,
    records: Callable[[str], bytes | None],
    together: Callable[[str], str],
    is_record: Callable[[str], bool],
) -> set[str]:
    """Take out of `changes` what gives way to `theirs`, and merge records; give the paths that gave way.

    `records`: path -> the record that is there now. Where theirs can't be read, all of its post gives way.
    """
    gave = {path for path in changes if path in theirs and not is_record(path)}
    keys = set(map(together, theirs))
    for path in [path for path in changes if is_record(path) and together(path) in keys]:
        try:
            changes[path] = merged(path, changes[path], records(path), theirs)
        except PostError:
            gave |= {each for each in changes if together(each) == together(path)}
    for path in gave:
        del changes[path]
    return gave
