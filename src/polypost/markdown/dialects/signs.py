"""Small inline signs that more than one dialect knows."""

from __future__ import annotations

import re
from collections.abc import Iterator

from polypost.markdown.dialects.mask import Mask
from polypost.markdown.dialects.scan import Construct, around, inline, whole
from polypost.markdown.rules import Rules

_TERM = re.compile(r"(?<!\\)(?:\\[A-Za-z]|[\^_=+])|\A\s*[A-Za-z\d]{1,3}\s*\Z")


def _formula(match: re.Match[str], text: str, rules: Rules) -> Iterator[Mask]:
    """A command or an operator, or a letter; anything else is text in escaped brackets."""
    formula = match["line"] or match["block"]
    if _TERM.search(formula):
        yield from whole(match, text, rules)


EMOJI = Construct(
    ":",
    r"(?<![\w:]):(?:[a-z][a-z0-9_+-]{0,99}|[+-]1|100):(?![\w:/])",
    inline,
    glimpse=re.compile(r":(?:[a-z][a-z0-9_+-]*|[+-]1|100):"),
)
"""`:tada:`, and icons such as `:material-account:`."""
TICKED_MATH = Construct("$", r"\$`[^`\n]{1,999}`\$", inline)
"""GitHub's second form of a formula in a line."""
MENTION = Construct("@", r"(?<![\w./@-])@[A-Za-z\d][\w-]{0,99}(?:/[\w.-]{0,99}\w)?", inline)
"""`@someone`, `@team/part`, `@scope/package`"""
PASSTHROUGH = Construct(
    "\\",
    r"(?<!\\)\\\((?P<line>[^\n]{1,999}?)\\\)|(?<=\n)\\\[(?P<block>.{1,2000}?)\\\](?=[ \t]*\r?$)",
    _formula,
    glimpse=re.compile(r"\\[(\[]"),
)
"""Formulas as Hugo's passthrough extension is set up for them, in a line and in lines of their own."""
LOWERED = Construct("~", r"(?<![~\\])~(?:\\ |[^~\s]){1,30}~(?!~)", inline)
"""`H~2~O`; a blank in it is escaped."""
HIGHLIGHT = around("=", "==", "==")
INSERTED = around("^", r"\^\^", r"\^\^")
KEYS = Construct("+", r"(?<!\+)\+\+[\w\"-]{1,30}(?:\+[\w\"-]{1,30}){0,9}\+\+(?!\+)", inline)
"""`++ctrl+alt+delete++`"""
