"""Formulas between two lines of `$$`: blocks, even right behind a paragraph or with a blank line in them.

And signs of money, of which the parser makes formulas.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from polypost.markdown.dialects.jsx import CODE
from polypost.markdown.dialects.mask import Mask
from polypost.markdown.rules import Rules

_LINE = re.compile(r"^[ \t>]{0,99}(?P<sign>\$\$+)(?P<more>[^$\r\n]*)(?=\r?$)", re.MULTILINE)
_PRICE = r"\$(?=\d(?:[^$\\^_{}=\n]|\n(?![ \t>]*\r?\n)){0,200}\$\d)"
_PRICES = re.compile(_PRICE)
_APART = re.compile(rf"{CODE}|\\.|\$\$|(?P<price>{_PRICE})", re.DOTALL)


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


def prices(text: str, _: Rules) -> Iterator[Mask]:
    """The sign of a price with another price behind it: `$5-$10`, `**$5** or **$10**`.

    No plugin but remark's ends a formula before a digit; what holds signs of a formula is left to be one.
    """
    if "$" not in text or _PRICES.search(text) is None:
        return
    for match in _APART.finditer(text):
        if match["price"]:
            yield Mask(match.start(), match.end(), block=False, shown=True)
