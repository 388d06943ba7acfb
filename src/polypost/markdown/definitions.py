"""Titles of links, and definitions of references, of which the parser gives no events."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from polypost.markdown.inline import Inner, Piece
from polypost.markdown.tags import human
from polypost.sentences import one_line
from polypost.values import frozen

_TITLE = r"(?:\"(?P<t2>(?:\\.|[^\"\\])*+)\"|'(?P<t1>(?:\\.|[^'\\])*+)'|\((?P<t0>(?:\\.|[^()\\])*+)\))"
_CLOSING = re.compile(rf"[ \t\r\n>]{_TITLE}[ \t\r\n]*\)\Z".encode(), re.DOTALL)
_DEFINITION = re.compile(
    r"(?:[ \t>]|[*+-][ \t]|\d{1,9}[.)][ \t])*+\[(?!\^)(?:\\.|[^\[\]\\\n]){1,999}+\]:"
    r"[ \t]*(?:\r?\n[ \t>]*)?"
    r"(?:<[^<>\n]*>|\{[{%][^\n]{0,999}?[%}]\}\S*|[^\s<]\S*)"
    rf"(?:(?:[ \t]+|[ \t]*\r?\n[ \t>]*){_TITLE}(?=[ \t]*(?:\r?\n|\Z)))?[ \t]*(?=\r?\n|\Z)".encode()
)
_CONTEXTS = {
    "t2": "title in double quotes",
    "t1": "title in single quotes",
    "t0": "title in brackets",
}
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
_BLANK_LINE = re.compile(rb"\n[ \t>]*\r?\n")


@frozen
class Definition:
    """What may be the definition of a reference."""

    start: int
    """Byte offset of its first line."""
    label: int
    """Byte offset of its `[`."""
    end: int
    title: Inner | None
    """Where it has one that a reader reads."""


def title(content: bytes, start: int, end: int, shown: str) -> Inner | None:
    """The title in the end of an inline link, `](url "title")`, at [start, end); `shown`: as it reads."""
    found = _CLOSING.search(content, start, end)
    return None if found is None else _inner(found, shown)


def _inner(found: re.Match[bytes], shown: str) -> Inner | None:
    group = next(name for name in _CONTEXTS if found[name] is not None)
    text = one_line(shown)
    if not text or not human(text):
        return None
    return Inner(_CONTEXTS[group], [Piece("text", *found.span(group), text)])


def definitions(content: bytes) -> Iterator[Definition]:
    """The lines of `content` that define a reference, wherever they stand; some may stand in code."""
    position = 0
    while (at := content.find(b"]:", position)) >= 0:
        start = content.rfind(b"\n", 0, at) + 1
        position = at + 2
        found = _DEFINITION.match(content, start)
        if found is None or found.end() < position or _BLANK_LINE.search(found[0]):
            continue
        position = found.end()
        shown = None
        if any(found[name] is not None for name in _CONTEXTS):
            raw = next(found[name] for name in _CONTEXTS if found[name] is not None).decode(errors="replace")
            shown = _inner(found, html.unescape(_ESCAPED.sub(r"\1", raw)))
        yield Definition(start, content.index(b"[", start), found.end(), shown)
