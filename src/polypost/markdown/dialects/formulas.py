"""Formulas between two lines of `$$`: blocks, even right behind a paragraph or with a blank line in them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from polypost.markdown.dialects.mask import Mask
from polypost.markdown.rules import Rules

_LINE = re.compile(r"^[ \t>]{0,99}(?P<sign>\$\$+)(?P<more>[^$\r\n]*)(?=\r?$)", re.MULTILINE)


def formulas(text: str, _: Rules) -> Iterator[Mask]:
    """What opens may have words behind it (`$$ {1|3}`, Slidev's steps); what closes stands alone."""
    if "$$" not in text:
        return
    opened: re.Match[str] | None = None
    for match in _LINE.finditer(text):
        if opened is None:
            opened = match
        elif not match["more"].strip() and len(match["sign"]) >= len(opened["sign"]):
            yield Mask(opened.start("sign"), match.end("sign"), block=True)
            opened = None
