"""A pair as the checks read it: what several of them need, made once."""

from __future__ import annotations

import re

from polypost.checks import ratios, scripts
from polypost.checks.pair import Pair
from polypost.markdown import standins

_DIGIT = re.compile(r"\d")


class Seen:
    """Made for each sentence, so nothing stands here that costs more than it saves."""

    __slots__ = ("came", "dense", "digits", "pair", "plain", "script", "sent", "source", "target", "usual")

    def __init__(self, pair: Pair) -> None:
        """Nothing is looked at yet."""
        self.pair = pair
        source, target, language = pair.source, pair.target, pair.language
        self.sent: list[str] = []
        """The stand-ins."""
        self.came = self.sent
        if standins.sent(source) or standins.sent(target):
            source, self.sent = standins.apart(source)
            target, self.came = standins.apart(target)
        self.source, self.target = source, target
        """The texts without stand-ins, which are nobody's words."""
        self.script, self.dense, self.plain = scripts.kind(language)
        self.usual = ratios.expected(len(source), language)
        """Characters that the language takes for such a source."""
        self.digits = _digits(source) or _digits(target) or (not self.plain and bool(_DIGIT.search(target)))
        """Whether there are any, in either text."""


def _digits(text: str) -> bool:
    """Ten looks for a character take less than one pattern."""
    return ("0" in text or "1" in text or "2" in text or "3" in text or "4" in text or "5" in text) or (
        "6" in text or "7" in text or "8" in text or "9" in text
    )
