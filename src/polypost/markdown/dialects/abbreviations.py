"""Abbreviations of kramdown and Python-Markdown: `*[HTML]: Hyper Text Markup Language`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from polypost.markdown.dialects.mask import Mask, Text
from polypost.markdown.rules import Rules

_LINE = re.compile(r"^ {0,3}(\*\[[^\]\n]{1,99}\]:[ \t]*)([^\r\n]*)", re.MULTILINE)


def abbreviations(text: str, _: Rules) -> Iterator[Mask]:
    """What one stands for is shown in a tooltip, without any markup."""
    if "*[" not in text:
        return
    for match in _LINE.finditer(text):
        end = match.start(2) + len(match[2].rstrip())
        texts = (Text(match.start(2), end, "argument"),) if end > match.start(2) else ()
        yield Mask(match.start(1), max(end, match.end(1)), block=True, texts=texts)
