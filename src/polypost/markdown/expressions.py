"""Where a JavaScript expression ends."""

from __future__ import annotations

import re

_IN_CODE = re.compile(r"""["'`{}]|//[^\n]*|/\*""")
LONGEST = 20_000
"""Characters of one tag or expression; keeps a file of nothing but opening braces from taking forever."""


def expression_end(text: str, start: int) -> int | None:
    """The end of the `{...}` at `start`, strings and comments minded; None when it never closes."""
    depth = 0
    position = start
    while match := _IN_CODE.search(text, position, start + LONGEST):
        position = match.end()
        sign = match[0]
        if sign == "{":
            depth += 1
        elif sign == "}":
            depth -= 1
            if not depth:
                return position
        elif sign in "\"'`":
            closed = _string_end(text, position, sign)
            # An apostrophe in JSX text is no string: go on behind it.
            position = position if closed is None else closed
        elif sign == "/*":
            position = text.find("*/", position, start + LONGEST) + 2
            if position < 2:
                return None
    return None


def _string_end(text: str, start: int, quote: str) -> int | None:
    stop = min(len(text), start + LONGEST)
    if quote != "`" and (newline := text.find("\n", start, stop)) >= 0:
        stop = newline
    position = start
    while (position := text.find(quote, position, stop)) >= 0:
        if text[position - 1] != "\\":
            return position + 1
        position += 1
    return None
