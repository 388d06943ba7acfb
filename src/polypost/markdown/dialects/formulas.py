"""Formulas between two lines of `$$`: blocks, even right behind a paragraph or with a blank line in them.

And what the parser takes for a formula in a line, and is none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from polypost.markdown.dialects.mask import Mask
from polypost.markdown.rules import Rules

_LINE = re.compile(r"^[ \t>]{0,99}(?P<sign>\$\$+)(?P<more>[^$\r\n]*)(?=\r?$)", re.MULTILINE)

_PRICES = re.compile(rb"\$\d[^$\\^_{}=*`<>\[\]&~!|\r\n]{0,99}\$(?=\d)")
"""No plugin but remark's ends a formula before a digit; signs of a formula or of markup leave it one."""


def prices(content: bytes, start: int) -> bool:
    """Whether at `start`, where a formula would begin, two prices stand: `$5-$10`."""
    return _PRICES.match(content, start) is not None


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
