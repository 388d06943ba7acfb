"""What of a post is no text: a hash of it tells whether a person has changed more than texts."""

from __future__ import annotations

import re
from collections.abc import Callable

from polypost.markdown.document import Document
from polypost.memory.traits import solids
from polypost.records.record import WRITTEN, digest

_WAYS = (
    (re.compile(rb"\r\n?"), b"\n"),
    (re.compile(rb"(?<![ \t])[ \t]+(?=\n|\Z)"), b""),
    (re.compile(rb"\n{3,}"), b"\n\n"),
    (re.compile(rb"^([ \t>]*+)[*+](?=[ \t\n]|\Z)", re.MULTILINE), rb"\1-"),
    (re.compile(rb"(?<![ \t])[ \t]*\|[ \t]*"), b"|"),
    (re.compile(rb"-{3,}"), b"---"),
)
"""Ways of writing the same that formatters choose between: ends of lines, bullets, the width of tables."""


def frame(document: Document) -> str:
    """Hash of all that is not a segment, however a formatter writes it."""
    return _hash(document, _plain)


def framed(key: str, document: Document) -> bool:
    """Whether `key` is the hash of its frame; or was, in records before version 3, of just these bytes."""
    return key == frame(document) or key == _hash(document, bytes)


def _hash(document: Document, shown: Callable[[bytes], bytes]) -> str:
    pieces, at = [], 0
    for segment in document.segments:
        pieces.append(shown(document.content[at : segment.start]))
        at = segment.end
    pieces.append(shown(document.content[at:]))
    return digest(b"\0".join(pieces))[:WRITTEN]


def _plain(gap: bytes) -> bytes:
    """A gap in one of the ways to write it; code stays as it is."""
    gap = gap.removeprefix(b"\xef\xbb\xbf")
    if len(gap) < len(b"\n\n\n") and not gap.strip(b"\n"):
        return gap
    parts, done = [], 0
    for solid in solids(gap, 0, len(gap)) if b"```" in gap or b"~~~" in gap else ():
        if solid.code is not None:
            parts += [_same(gap[done : solid.start]), gap[solid.start : solid.end].replace(b"\r\n", b"\n")]
            done = solid.end
    return b"".join([*parts, _same(gap[done:])])


def _same(text: bytes) -> bytes:
    for pattern, way in _WAYS:
        text = pattern.sub(way, text)
    return text
