"""The record of a post that two sides have changed: language by language, as whoever's file it is tells."""

from __future__ import annotations

from collections.abc import Collection

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
