"""A pair as the checks read it: what several of them need, made once, and what there is to look at.

A good translation gives most checks nothing to look at. So its traits are told first, each by a few looks for
a character or a count, and a check is called only where a trait that it needs is there.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from polypost.checks import ratios, scripts
from polypost.checks.pair import Pair
from polypost.markdown import standins

WORDLESS = 1 << 0
"""The translation doesn't begin with a letter, and may hold none."""
SIGNS = 1 << 1
"""It holds what an unknown word or a broken byte is written with."""
STANDINS = 1 << 2
"""Either text holds a stand-in."""
AGAIN = 1 << 3
"""A word comes twice in the translation, or it may be a loop in itself."""
SAME = 1 << 4
"""Both texts begin or end alike, and are about as long."""
LETTERS = 1 << 5
"""There may be letters of another script."""
BRIEF = 1 << 6
"""The source is a few words."""
SHORTER, LONGER = 1 << 7, 1 << 8
"""The translation isn't as long as usual."""
DIGITS = 1 << 9
"""Either text holds some."""
VERBATIM = 1 << 10
"""The source holds what an address or a name of code is written with."""
PAIRED = 1 << 11
"""The translation holds brackets or quotation marks."""
LANGUAGE = 1 << 12
"""It is long enough to tell its language."""

_DIGIT = re.compile(r"\d")
"""Of any script."""
_STUB, _LONG_WORD = 24, 15
"""Characters: a text or a word that may be a loop in itself."""
_TWOS = 5
"""Two letters that come again: a loop has more of them."""
_SAME_LENGTH = 3
"""Characters by which a copy is longer or shorter, with other punctuation."""
_FEW, _WORDS = 40, 3
"""Characters, and words: what is longer is more than a few words."""
LEAST_LETTERS, _LEAST_SIGNS = 12, 4
"""Of a shorter text, of letters or of a script without spaces, no language is told."""


class Seen:
    """Made for each sentence, so nothing stands here that costs more than it saves."""

    __slots__ = ("came", "dense", "pair", "plain", "script", "sent", "source", "target", "traits", "usual")

    def __init__(self, pair: Pair) -> None:
        """Its traits are told, nothing more."""
        self.pair = pair
        source, target, language = pair.source, pair.target, pair.language
        traits = 0
        self.sent: Sequence[str] = ()
        """The stand-ins."""
        self.came: Sequence[str] = ()
        if standins.sent(source) or standins.sent(target):
            (source, self.sent), (target, self.came) = standins.apart(source, target)
            traits |= STANDINS if self.sent != self.came else 0
        self.source, self.target = source, target
        """The texts without stand-ins, which are nobody's words."""
        self.script, self.dense, self.plain = scripts.kind(language)
        self.usual = usual = ratios.expected(len(source), language)
        """Characters that the language takes for such a source."""
        if len(target) < 0.9 * usual:
            traits |= SHORTER
        elif len(target) > 1.2 * usual:
            traits |= LONGER
        self.traits = traits | self._of_both(source, target) | self._of_target(target)

    def _of_both(self, source: str, target: str) -> int:
        traits = 0
        if _digits(source + target) or (not self.plain and _DIGIT.search(target)):
            traits |= DIGITS
        if abs(len(source) - len(target)) <= _SAME_LENGTH and (
            source[:6].lower() == target[:6].lower() or source[-6:].lower() == target[-6:].lower()
        ):
            traits |= SAME
        if len(source) <= _FEW and source.count(" ") < _WORDS:
            traits |= BRIEF
        if "_" in source or "@" in source or ("/" in source and "://" in source) or "www." in source:
            traits |= VERBATIM
        return traits

    def _of_target(self, target: str) -> int:
        traits = LANGUAGE if len(target) >= (_LEAST_SIGNS if self.dense else LEAST_LETTERS) else 0
        if not target[:1].isalpha():
            traits |= WORDLESS
        if "<" in target or "⁇" in target or "\ufffd" in target:
            traits |= SIGNS
        if self.script != "Latn" or not _western(target):
            traits |= LETTERS
        if _brackets(target) or _quotes(target) or self.dense:
            traits |= PAIRED
        if self.dense or _again(target):
            traits |= AGAIN
        return traits


def _again(text: str) -> bool:
    """Whether two words come twice in the same order, or letters do so often that it may be a loop."""
    words = text.split()
    once = len(words) - 1
    if len(set(words)) < once and len(set(pairwise(words))) < once:
        return True
    if len(text) >= _STUB:
        if max(map(len, words), default=0) < _LONG_WORD:  # mostly so, and told faster than the word
            return False
        text = max(words, key=len)
    return len(text) - len(set(pairwise(text))) > _TWOS


def _western(text: str) -> bool:
    """Whether all letters are Latin's. Mostly all are in Latin-1, which is seen faster than by a pattern."""
    return len(text.encode("latin-1", "ignore")) == len(text) or not scripts.foreign_to("Latn").search(text)


def _brackets(text: str) -> bool:
    return "(" in text or ")" in text or "[" in text or "]" in text or "{" in text or "}" in text


def _quotes(text: str) -> bool:
    return '"' in text or "“" in text or "”" in text or "„" in text or "«" in text or "»" in text


def _digits(text: str) -> bool:
    """Ten looks for a character take less than one pattern."""
    return ("0" in text or "1" in text or "2" in text or "3" in text or "4" in text or "5" in text) or (
        "6" in text or "7" in text or "8" in text or "9" in text
    )
