"""Where a JavaScript expression ends, and what a string of JavaScript says."""

from __future__ import annotations

import re

_IN_CODE = re.compile(r"""["'`{}]|//[^\n]*|/\*""")
_IN_MODULE = re.compile(r"""["'`(){}\[\]]|//[^\n]*|/\*|\n(?=[ \t]*\r?\n)|\Z""")
LONGEST = 20_000
"""Characters of one tag or expression; keeps a file of nothing but opening braces from taking forever."""
_DOUBLE = r'[^"\\\n]*+(?:\\.[^"\\\n]*+)*+'
_SINGLE = r"[^'\\\n]*+(?:\\.[^'\\\n]*+)*+"
_RESTS = {
    '"': re.compile(f'{_DOUBLE}"', re.DOTALL),
    "'": re.compile(f"{_SINGLE}'", re.DOTALL),
    "`": re.compile(r"[^`\\]*+(?:\\.[^`\\]*+)*+`", re.DOTALL),
}
"""A string behind the quote that opens it."""
STRING = re.compile(
    rf"\s*+(?:\"(?P<double>{_DOUBLE})\"|'(?P<single>{_SINGLE})'"
    r"|`(?P<template>[^`\\$]*+(?:(?:\\.|\$(?!\{))[^`\\$]*+)*+)`)\s*+",
    re.DOTALL,
)
"""A whole string that no value is put into; the group that matches is what stands between its quotes."""
_ESCAPE = re.compile(
    r"\\(?:u\{(?P<point>[0-9A-Fa-f]{1,6})\}|u(?P<unit>[0-9A-Fa-f]{4})|x(?P<byte>[0-9A-Fa-f]{2})"
    r"|(?P<wrap>\r?\n)|(?P<sign>.))",
    re.DOTALL,
)
_BLANKS = frozenset("0bfnrtv")
"""Letters that stand for white space or a control character behind a backslash."""


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


def statement_end(text: str, start: int) -> int | None:
    """The end of the `import` or `export` at `start`; None when something in it never closes.

    It ends at the first blank line outside of brackets, templates and comments.
    """
    opened = ""
    position = start
    while match := _IN_MODULE.search(text, position, start + LONGEST):
        position = match.end()
        sign = match[0]
        if not sign.strip():
            if not opened and (sign or position == len(text)):
                return match.start()
            if not sign:
                return None
        elif sign in "({[":
            opened += sign
        elif sign in ")}]":
            opened = _closed(opened, sign)
        elif sign in "\"'`":
            position = _string_end(text, position, sign) or position
        elif sign == "/*":
            position = text.find("*/", position, start + LONGEST) + 2
            if position < 2:
                return None
    return None


def _closed(opened: str, sign: str) -> str:
    """What of the brackets is still open behind `sign`. One in the text of JSX may have no other."""
    if sign == "}":
        return opened.rpartition("{")[0]
    return opened.removesuffix("(" if sign == ")" else "[")


def _string_end(text: str, start: int, quote: str) -> int | None:
    found = _RESTS[quote].match(text, start, start + LONGEST)
    return None if found is None else found.end()


def string_value(written: str) -> str:
    """What is said by a string of JavaScript of which `written` stands between the quotes."""
    if "\\" not in written:
        return written
    said = _ESCAPE.sub(_said, written)
    return said.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")  # halves of a pair meet


def _said(match: re.Match[str]) -> str:
    if digits := match["point"] or match["unit"] or match["byte"]:
        return chr(min(int(digits, 16), 0x10FFFF))
    if match["wrap"]:
        return ""
    return " " if match["sign"] in _BLANKS else match["sign"]
