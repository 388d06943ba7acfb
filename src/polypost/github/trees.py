"""What the requests for a tree hold: contents inline where that works, and no request too large; pure."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

INLINE = 4_000_000
"""Characters of JSON in one request at most; what is over goes into the next, built on the one before."""
ENTRIES = 1_500
"""Files in one request at most: GitHub writes each, and ends a request after 10 seconds."""

Content = bytes | tuple[str, str] | None
"""What becomes of a path: its bytes, its mode and the id of an object that is there, or None: removed."""


Entry = dict[str, Any]
"""A path in a request, as the API wants it."""


def inline(content: bytes) -> bool:
    """Whether bytes can stand in the request itself: UTF-8, and not too large once they are escaped."""
    try:
        return len(json.dumps(content.decode())) <= INLINE
    except UnicodeDecodeError:
        return False


def entry(path: str, content: Content) -> Entry:
    """One path of a tree request; bytes must be fit to stand inline."""
    if content is None:
        return {"path": path, "mode": "100644", "type": "blob", "sha": None}
    if isinstance(content, bytes):
        return {"path": path, "mode": "100644", "type": "blob", "content": content.decode()}
    mode, oid = content
    return {"path": path, "mode": mode, "type": "commit" if mode == "160000" else "blob", "sha": oid}


def bundles(entries: Iterable[Entry]) -> Iterator[list[Entry]]:
    """Entries in groups that fit one request each."""
    bundle: list[Entry] = []
    room = INLINE
    for each in entries:
        size = len(json.dumps(each))
        if bundle and (size > room or len(bundle) == ENTRIES):
            yield bundle
            bundle, room = [], INLINE
        bundle.append(each)
        room -= size
    if bundle:
        yield bundle
