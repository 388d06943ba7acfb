"""Blocks of Python-Markdown whose body is indented: admonitions, details, tabs; and blocks between slashes.

The body is Markdown, four columns in, which CommonMark would take for code: that much indentation is taken
from the parser's view, once per block that is open.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from polypost.markdown.dialects.mask import Mask, Text
from polypost.markdown.rules import Rules

WIDTH = 4
"""Columns of indentation per level."""
DEEPEST = 20
"""Levels of blocks in blocks."""
_LINE = re.compile(r"[^\n]*\n|[^\n]+\Z")
_MARKER = re.compile(r"(?:(?:[:*+-]|\d{1,9}[.)])[ \t]{1,9})?")
_HEADER = re.compile(
    r"(?:(?:!!!|\?\?\?\+?)[ \t]?[\w-]++(?:[ \t]++[\w-]++){0,9}[ \t]*|===[!+]?[ \t]+(?=\"))"
    r"(?:\"(?P<title>[^\n]*)\")?[ \t]*\r?$",
    re.MULTILINE,
)
_FENCE = re.compile(r"(?P<rail>`{3,}(?=[^`\n]*$)|~{3,})(?P<info>[^\r\n]*)", re.MULTILINE)
_BLOCK = re.compile(r"^[ \t]*(/{3,}(?:[ \t]+[\w-]+(?:[ \t]*\|[ \t]*([^\r\n]*))?)?)[ \t]*\r?$", re.MULTILINE)


def admonitions(text: str, _: Rules) -> Iterator[Mask]:
    """`!!! note "Title"`, `??? tip`, `=== "Tab"`, and the indentation of what stands in them."""
    if not any(sign in text for sign in ("!!!", "???", '=== "', '===! "', '===+ "')):
        return
    opened: list[int] = []  # the indentation of each block that is open
    fence, fenced = "", 0
    for match in _LINE.finditer(text):
        start, end = match.span()
        at = _indented(text, start, end)
        column = _columns(text[start:at])
        if text[at:end].strip() and not (fence and opened and column >= opened[-1] + WIDTH):
            while opened and column < opened[-1] + WIDTH:
                opened.pop()
                fence = ""
        if opened and at > start:
            yield Mask(start, _indented(text, start, at, WIDTH * len(opened)), block=False, gone=True)
        if rail := _FENCE.match(text, at, end):
            if not fence:
                fence, fenced = rail["rail"], column
            elif rail["rail"].startswith(fence) and not rail["info"].strip() and column < fenced + WIDTH:
                fence = ""
        elif not fence and len(opened) < DEEPEST and (header := _header(text, at, end)):
            texts = (Text(*header.span("title"), "label"),) if header["title"] else ()
            # An item may not begin with a blank line: without a title, an empty heading begins it.
            empty = header.start() > at and not texts
            yield Mask(header.start(), header.end(), block=True, texts=texts, label=empty)
            opened.append(_columns(text[start : header.start()]))


def _header(text: str, start: int, end: int) -> re.Match[str] | None:
    """The opening line of a block, perhaps right behind the marker of an item or a definition."""
    marker = _MARKER.match(text, start, end)
    return _HEADER.match(text, marker.end() if marker else start, end)


def slash_blocks(text: str, _: Rules) -> Iterator[Mask]:
    """`/// note | Title` and the `///` that ends it; what stands between is Markdown."""
    if "///" not in text:
        return
    for match in _BLOCK.finditer(text):
        texts = (Text(match.start(2), match.start(2) + len(match[2].rstrip()), "label"),) if match[2] else ()
        yield Mask(match.start(1), match.end(1), block=True, texts=texts)


def _indented(text: str, start: int, end: int, columns: int = 10_000) -> int:
    """Where the first `columns` of white space from `start` on end."""
    position, column = start, 0
    while position < end and column < columns and text[position] in " \t":
        column += 1 if text[position] == " " else WIDTH - column % WIDTH
        position += 1
    return position


def _columns(space: str) -> int:
    return len(space.expandtabs(WIDTH))
