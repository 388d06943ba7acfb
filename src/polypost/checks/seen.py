"""A pair as the checks read it: what several of them need, made once."""

from __future__ import annotations

from polypost.checks import scripts
from polypost.checks.pair import Pair
from polypost.markdown import standins


class Seen:
    """Made for each sentence, so nothing stands here that only one check needs."""

    __slots__ = ("came", "dense", "pair", "script", "sent", "source", "target")

    def __init__(self, pair: Pair) -> None:
        """Nothing is looked at yet."""
        self.pair = pair
        self.source = standins.without(pair.source)
        """Without stand-ins, which are nobody's words."""
        self.target = standins.without(pair.target)
        self.script = scripts.script_of(pair.language)
        """ISO 15924; empty where it isn't known."""
        self.dense = scripts.dense(pair.language)
        self.sent = frozenset(self.source)
        """The source's characters: most checks need to look no further."""
        self.came = frozenset(self.target)
