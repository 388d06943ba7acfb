"""Quotes that are more: GitHub's alerts, Obsidian's and Hugo's callouts with a title."""

from __future__ import annotations

import re
from collections.abc import Iterator

from polypost.markdown.dialects.mask import Mask, Text
from polypost.markdown.rules import Rules

_CALLOUT = re.compile(r">[ \t]{0,9}(\[![^\]\n]{1,99}\][+-]?[ \t]*)([^\r\n]*)")
_BEFORE = re.compile(r"(?:[ \t>]|[*+-][ \t]|\d{1,9}[.)][ \t]){0,99}")
FARTHEST = 200
"""Characters of quote marks and indentation before a callout."""


def callouts(text: str, _: Rules) -> Iterator[Mask]:
    """`[!tip]- Title` at the beginning of a quote."""
    if "[!" not in text:
        return
    for match in _CALLOUT.finditer(text):
        line = text.rfind("\n", max(0, match.start() - FARTHEST), match.start()) + 1
        if (line or match.start() <= FARTHEST) and _BEFORE.fullmatch(text, line, match.start()):
            start, title = match.span(1)
            end = title + len(match[2].rstrip())
            texts = (Text(title, end, "label"),) if end > title else ()
            yield Mask(start, max(end, title), block=True, texts=texts)
