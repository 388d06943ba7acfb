"""Quotation marks and brackets that are opened and not closed, or closed and never opened."""

from __future__ import annotations

import re

from polypost.checks.seen import Seen

_PAIRS = ("(（", ")）"), ("[［", "]］"), ("{｛", "}｝"), ("「『", "」』"), ("【〔", "】〕"), ("《〈", "》〉")
_PLAIN_PAIRS = ("(", ")"), ("[", "]"), ("{", "}")
"""Where there are spaces, none but ASCII's are used."""
_BRACKET = re.compile(f"[{re.escape(''.join(map(''.join, _PAIRS)))}]")
_QUOTE = re.compile(r'["”“„‟«»＂](?:(?<![א-ת]["”])|(?![א-ת]))')
"""None between two Hebrew letters: there it is the sign of an abbreviation. Begins with all that it may begin
with, as such a pattern is found several times faster."""


def brackets(seen: Seen) -> str:
    """A bracket that has no partner, unlike in the source."""
    if _BRACKET.findall(seen.target) == _BRACKET.findall(seen.source):
        return ""
    for opening, closing in _PAIRS if seen.dense else _PLAIN_PAIRS:
        if _open(seen.target, opening, closing) != _open(seen.source, opening, closing):
            return f"A bracket, {opening[0]} or {closing[0]}, stands alone in the translation."
    return ""


def quotes(seen: Seen) -> str:
    """A quotation mark that has no partner, unlike in the source."""
    odd = len(_QUOTE.findall(seen.target)) % 2
    if not odd or len(_QUOTE.findall(seen.source)) % 2:
        return ""
    return "A quotation mark stands alone in the translation."


def _open(text: str, opening: str, closing: str) -> int:
    return sum(map(text.count, opening)) - sum(map(text.count, closing))
