"""A heading, and what beside its text names it: the anchors before it, the id behind it.

Both stand outside of the segment: they are no text, and what polypost pins there must not look like a
person's edit when the localized post is read again.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from polypost.markdown.inline import Piece

_ANCHOR = re.compile(rb"<a\s+(?:id|name)\s*=\s*[\"']([^\"'<>]+)[\"']\s*(/?)>")
_ID = re.compile(rb"\{:?\s*#([^\s{}]+)[^{}]*\}|\{/\*\s*#([^\s*]+)\s*\*/\}")
_LIST = rb"[ \t>]*\{:[^}\n]*?(?:#([^\s}]+)|\bid=[\"']([^\"'}\n]+)[\"'])[^}\n]*\}[ \t]*\r?(?:\n|\Z)"
_ABOVE = re.compile(_LIST)
_BEHIND = re.compile(rb"[^\n]*\n(?:[ \t>]*(?:=+|-+)[ \t]*\r?\n)?" + _LIST)


@dataclass(slots=True)
class Heading:
    """A heading; offsets are bytes of the body."""

    start: int
    id: str = ""
    """The one that the post gives it, wherever it is written; empty: the site makes one of its text."""
    attributes: bool = False
    """Whether `{...}` with a class or the like stands behind it."""
    pieces: Sequence[Piece] = ()
    """Its text, without the anchors and the id at its ends."""
    anchors: list[str] = field(default_factory=list)
    """Ids of the empty `<a id="...">` before its text."""


def take(heading: Heading, pieces: list[Piece], content: bytes) -> list[Piece]:
    """What of a heading's pieces is its text; the rest names the heading.

    A heading of nothing but names keeps them as its text.
    """
    first = _anchors(heading, pieces, content)
    last = len(pieces)
    mask = pieces[-1]
    if mask.kind == "mask" and (match := _ID.fullmatch(content, mask.start, mask.end)):
        heading.id = heading.id or (match[1] or match[2]).decode()
        last -= 1
    heading.pieces = pieces
    if (first, last) == (0, len(pieces)) or first >= last:
        return pieces
    text = pieces[first:last]
    if text[0].kind == "text":
        text[0] = _cut(text[0], len(text[0].text) - len(text[0].text.lstrip(" \t")), 0)
    if text[-1].kind == "text":
        text[-1] = _cut(text[-1], 0, len(text[-1].text) - len(text[-1].text.rstrip(" \t")))
    text = [piece for piece in text if piece.kind != "text" or piece.text]
    heading.pieces = text or pieces
    return text or pieces


def beside(heading: Heading, body: bytes) -> str:
    """The id that kramdown takes from a list of attributes on a line of its own behind or above a heading."""
    if not heading.pieces or b"{:" not in body:
        return ""
    found = _BEHIND.match(body, heading.pieces[-1].end)
    if found is None:
        line = body.rfind(b"\n", 0, heading.pieces[0].start) + 1
        above = body.rfind(b"\n", 0, max(line - 1, 0)) + 1
        before = body.rfind(b"\n", 0, max(above - 1, 0)) + 1
        if not body[before:above].strip(b" \t>\r\n"):
            found = _ABOVE.fullmatch(body, above, line)
    return (found[1] or found[2]).decode() if found else ""


def _anchors(heading: Heading, pieces: Sequence[Piece], content: bytes) -> int:
    """How many pieces at the start are empty anchors."""
    at = 0
    while at < len(pieces) and pieces[at].kind in ("tag", "mask"):
        match = _ANCHOR.fullmatch(content, pieces[at].start, pieces[at].end)
        if match is None:
            break
        if not match[2]:
            at += 1
            if at == len(pieces) or content[pieces[at].start : pieces[at].end] != b"</a>":
                return at - 1
        heading.anchors.append(match[1].decode())
        at += 1
    return at


def _cut(piece: Piece, front: int, back: int) -> Piece:
    """A text without blanks at its ends, which are as many bytes as characters unless references."""
    text = piece.text[front : len(piece.text) - back]
    start = piece.start + len(piece.text[:front].encode())
    end = piece.end - len(piece.text[len(piece.text) - back :].encode())
    return Piece("text", start, end, text)
