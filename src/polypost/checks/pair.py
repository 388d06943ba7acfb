"""What the checks look at: a sentence, and what came back for it."""

from __future__ import annotations

from polypost.markdown import standins
from polypost.values import frozen


@frozen
class Term:
    """A word or phrase whose translation is given."""

    source: str
    target: str


@frozen
class Pair:
    """A sentence (or heading, or lone word) as plain text, and its translation."""

    source: str
    """As it was sent; stand-ins may stand in it."""
    target: str
    """As it came back."""
    language: str
    """The translation's, as a BCP 47 tag."""
    origin: str = "en"
    """The source's, as a BCP 47 tag."""
    terms: tuple[Term, ...] = ()
    """What has to be called as given, wherever the source names it."""


class Seen:
    """A pair as the checks read it: what several of them need, made once."""

    __slots__ = ("pair", "source", "target")

    def __init__(self, pair: Pair) -> None:
        self.pair = pair
        self.source = standins.without(pair.source)
        """Without stand-ins, which aren't words of anybody."""
        self.target = standins.without(pair.target)
