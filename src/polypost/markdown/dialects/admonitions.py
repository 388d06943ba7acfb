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
_HEADER = re.compile(
    r"(?:(?:!!!|\?\?\?\+?)[ \t]?[\w-]++(?:[ \t]++[\w-]++){0,9}[ \t]*|===[!+]?[ \t]+(?=\"))"
    r"(?:\"(?P<title>[^\n]*)\")?[ \t]*\r?$",
    re.MULTILINE,
)
_FENCE = re.compile(r"(`{3,})[^`\n]*$|(~{3,})", re.MULTILINE)
_BLOCK = re.compile(r"^[ \t]*(/{3,}(?:[ \t]+[\w-]+(?:[ \t]*\|[ \t]*([^\r\n]*))?)?)[ \t]*\r?$", re.MULTILINE)


def admonitions(text: str, _: Rules) -> Iterator[Mask]:
    """`!!! note "Title"`, `??? tip`, `=== "Tab"`, and the indentation of what stands in them."""
    if not any(sign in text for sign in ("!!!", "???", '=== "', '===! "', '===+ "')):
        return
    opened: list[int] = []  # the indentation of each block that is open
    fence = ""
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
            sign = rail[1] or rail[2]
            fence = ("" if sign.startswith(fence) else fence) if fence else sign
        elif not fence and (header := _HEADER.match(text, at, end)) and len(opened) < DEEPEST:
            texts = (Text(*header.span("title"), "label"),) if header["title"] else ()
            yield Mask(at, header.end(), block=True, texts=texts)
            opened.append(column)


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
