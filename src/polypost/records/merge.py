"""The record of a post that two sides have changed: language by language, as whoever's file it is tells."""

from __future__ import annotations

from collections.abc import Collection

from polypost.errors import PostError
from polypost.records.file import DAMAGED, dump, load
from polypost.records.record import Localization, Pending, Record


def merged(path: str, ours: bytes | None, theirs: bytes | None, held: Collection[str]) -> bytes | None:
    """The record to write at `path`; None when nothing is left to tell.

    A language whose file is one of `held`, those that the other side changed, is told of as they do; every
    other as we do. A damaged record tells nothing: what only that told of counts as a person's then. Raises
    PostError when one is newer than this version knows.
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
    nothing = Record("", {})
    try:
        return nothing if data is None else load(data, path)
    except PostError as error:
        if error.code != DAMAGED:
            raise
        return nothing
