"""Small inline signs that more than one dialect knows."""

from __future__ import annotations

import re
from collections.abc import Iterator

from polypost.markdown.dialects.mask import Mask
from polypost.markdown.dialects.scan import Construct, around, inline
from polypost.markdown.rules import Rules

_WORDS = re.compile(r"[A-Za-z]{2,}[,]? [A-Za-z]{2,}")


def _formula(match: re.Match[str], text: str, rules: Rules) -> Iterator[Mask]:
    """Two words in a row are escaped brackets around prose, unless a command is in it."""
    inside = match[0][2:-2]
    if "\\" in inside or not _WORDS.search(inside):
        yield from inline(match, text, rules)


EMOJI = Construct(":", r"(?<![\w:]):[a-z][a-z0-9_+-]{0,99}:(?![\w:])", inline)
"""`:tada:`, and icons such as `:material-account:`."""
TICKED_MATH = Construct("$", r"\$`[^`\n]{1,999}`\$", inline)
"""GitHub's second form of a formula in a line."""
PASSTHROUGH = Construct("\\", r"\\\([^\n]{1,999}?\\\)|\\\[.{1,2000}?\\\]", _formula)
"""Formulas as Hugo's passthrough extension is set up for them."""
HIGHLIGHT = around("=", "==", "==")
INSERTED = around("^", r"\^\^", r"\^\^")
KEYS = Construct("+", r"(?<!\+)\+\+[\w\"-]{1,30}(?:\+[\w\"-]{1,30}){0,9}\+\+(?!\+)", inline)
"""`++ctrl+alt+delete++`"""
