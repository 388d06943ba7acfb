"""Which sentences travel together to a model, how many, and what is too long to travel at all; pure.

A batch takes as long as its longest sentence, for each of its sentences: the shorter ones are padded.
So sentences are sent sorted by length, and the measure of a batch is its padded size: count times the
tokens of the longest. How much of it a model gets through in a second isn't known before the first
answer; a batch therefore starts small, and `Pace` learns.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from polypost.values import Untranslated

_BREAK = re.compile(r"(?<=[;:,])\s+|(?<=[；：，、])")
"""Where a long sentence may be cut; western marks only before a space, so that `10,000` stays whole."""

_STRONG = ";:；："
"""Cut at these before any comma."""

_LONGEST_PIECE = 16
"""SentencePiece never makes a token of more characters, and none that crosses a space."""


def tokens(sentence: str) -> int:
    """How many tokens a sentence is at most, give or take: half a token per ASCII character, else one.

    Real vocabularies need about a quarter of a token per English character; stand-ins, names and rare
    scripts need more, and cutting an answer off is worse than allowing for it.
    """
    ascii_only = sum(character.isascii() for character in sentence)
    return max(1, (ascii_only + 1) // 2 + len(sentence) - ascii_only)


def least_tokens(text: str) -> int:
    """How many tokens a text is at the very least, whatever the vocabulary."""
    return sum(-(-len(word) // _LONGEST_PIECE) for word in text.split())


def split(sentence: str, limit: int) -> tuple[str, ...] | Untranslated:
    """A sentence in pieces of at most `limit` tokens, cut after `;` and `:` if that does, else after `,`."""
    if tokens(sentence) <= limit:
        return (sentence,)
    clauses = [part for part in _BREAK.split(sentence) if part.strip()]
    strong: list[str] = []
    for clause in clauses:
        if strong and strong[-1].rstrip()[-1] not in _STRONG:
            strong[-1] = _joined(strong[-1], clause)
        else:
            strong.append(clause)
    pieces = strong if all(tokens(piece) <= limit for piece in strong) else clauses
    if any(tokens(piece) > limit for piece in pieces):
        return Untranslated(
            f"The sentence is longer than the model takes (about {limit} tokens), "
            "and has no mark to cut it at."
        )
    packed = [pieces[0]]
    for piece in pieces[1:]:
        together = _joined(packed[-1], piece)
        if tokens(together) <= limit:
            packed[-1] = together
        else:
            packed.append(piece)
    return tuple(packed)


def _joined(left: str, right: str) -> str:
    return f"{left} {right}" if left[-1].isascii() else left + right


@dataclass(frozen=True, slots=True)
class Limits:
    """What one request may hold."""

    sentences: int = 32
    padded_tokens: int = 192
    """Count times the tokens of the longest; learnt by `Pace`."""
    size: int = 5_000_000
    """Bytes of JSON; SageMaker refuses bodies over 6,291,456."""


def longest_first(sentences: Iterable[str]) -> list[str]:
    """In the order of sending: a late straggler would hold up the end."""
    return sorted(sentences, key=lambda sentence: (-tokens(sentence), sentence))


def batch(ordered: Sequence[str], limits: Limits) -> int:
    """How many sentences from the front of `ordered` (longest first) make one request; at least one."""
    longest = tokens(ordered[0])
    most = max(1, min(limits.sentences, limits.padded_tokens // longest))
    size = 0
    for count, sentence in enumerate(ordered[:most]):
        size += len(json.dumps(sentence)) + 2
        if count and size > limits.size:
            return count
    return min(most, len(ordered))


MOST_IN_FLIGHT = 64
"""Requests under way at most; each takes a thread and a connection."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How much one request may hold so that its answer comes in good time."""

    workers: int = 1
    """How many requests the endpoint works on at once."""
    limits: Limits = Limits()
    seconds: float = 20.0
    """The time that a request should take, queueing included: SageMaker cuts it off at 60 s."""
    most: int = 16_384
    """The padded tokens that no batch passes, whatever the speed: memory grows with them."""

    @property
    def window(self) -> int:
        """How many requests may be under way: a next one waits for each worker."""
        return min(MOST_IN_FLIGHT, 2 * self.workers)

    def answered(self, padded_tokens: int, seconds: float) -> Pace:
        """The pace after an answer: as much as the speed allows, but never more than twice or half."""
        able = int(padded_tokens * self.seconds / max(seconds, 0.001))
        now = self.limits.padded_tokens
        if able > now and padded_tokens < now // 2:
            return self  # a small batch says little about a large one
        return self._with(min(max(able, now // 2), now * 2))

    def timed_out(self) -> Pace:
        """The pace after a request that took too long."""
        return self._with(self.limits.padded_tokens // 2)

    def _with(self, padded_tokens: int) -> Pace:
        return replace(self, limits=replace(self.limits, padded_tokens=max(1, min(padded_tokens, self.most))))
