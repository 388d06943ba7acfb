"""Which sentences travel together to a model, how many, and what is too long to travel at all; pure.

A batch takes as long as its longest sentence, for each of its sentences: the shorter ones are padded.
So sentences are sent sorted by length, and the measure of a batch is its padded size: count times the
tokens of the longest. How much of it is right for an endpoint, `pace` learns.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from polypost.values import Answer, Complaint, Doubtful, Untranslated

_BREAK = re.compile(r"(?<=[;:,])\s+|(?<=[；：，、])")
"""Where a long sentence may be cut; western marks only before a space, so that `10,000` stays whole."""

_STRONG = ";:；："
"""Cut at these before any comma."""

CUT = "cut-at-limit"
"""Code of what speaks against an answer that came to the most tokens that it may have."""

_LONGEST_PIECE = 16
"""SentencePiece never makes a token of more characters, and none that crosses a space."""


def tokens(sentence: str) -> int:
    """How many tokens a sentence is at most, give or take: half a token per ASCII character, else one.

    Real vocabularies need about a quarter of a token per English character; stand-ins, names and rare
    scripts need more, and cutting an answer off is worse than allowing for it.
    """
    if sentence.isascii():
        return max(1, (len(sentence) + 1) // 2)
    ascii_only = sum(character.isascii() for character in sentence)
    return max(1, (ascii_only + 1) // 2 + len(sentence) - ascii_only)


def least_tokens(text: str) -> int:
    """How many tokens a text is at the very least, whatever the vocabulary."""
    return sum(-(-len(word) // _LONGEST_PIECE) for word in text.split())


def split(sentence: str, limit: int) -> tuple[str, ...] | Untranslated:
    """A sentence in pieces of at most `limit` tokens, cut after `;` and `:` if that does, else after `,`."""
    if tokens(sentence) <= limit:
        return (sentence,)
    pieces = clauses(sentence, strong=True)
    if any(tokens(piece) > limit for piece in pieces):
        pieces = clauses(sentence)
    if any(tokens(piece) > limit for piece in pieces):
        return Untranslated(
            f"The sentence is longer than the model takes (about {limit} tokens), "
            "and has no mark to cut it at."
        )
    packed = [pieces[0]]
    for piece in pieces[1:]:
        together = joined(packed[-1], piece)
        if tokens(together) <= limit:
            packed[-1] = together
        else:
            packed.append(piece)
    return tuple(packed)


def clauses(sentence: str, *, strong: bool = False) -> list[str]:
    """A sentence cut behind each `;`, `:` and `,`; if `strong`, at no comma."""
    found: list[str] = []
    for clause in _BREAK.split(sentence):
        if not clause.strip():
            continue
        if strong and found and found[-1].rstrip()[-1] not in _STRONG:
            found[-1] = joined(found[-1], clause)
        else:
            found.append(clause)
    return found


def assembled(answers: Iterable[Answer], *, spaced: bool) -> Answer:
    """The answers for the pieces of a sentence in one, with all that speaks against them.

    `spaced`: whether their language puts spaces between words. Where a piece has no answer, neither has the
    sentence.
    """
    texts: list[str] = []
    complaints: list[Complaint] = []
    for answer in answers:
        if isinstance(answer, Untranslated):
            return answer
        if isinstance(answer, Doubtful):
            complaints += answer.complaints
        texts.append(answer.text if isinstance(answer, Doubtful) else answer)
    text = (" " if spaced else "").join(texts)
    return Doubtful(text, tuple(complaints)) if complaints else text


def joined(left: str, right: str) -> str:
    """Two clauses as they stood."""
    return f"{left} {right}" if left[-1].isascii() else left + right


@dataclass(frozen=True, slots=True)
class Limits:
    """What one request may hold."""

    sentences: int = 32
    padded_tokens: int = 192
    """Count times the tokens of the longest."""
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


def thrifty(ordered: Sequence[str], limits: Limits, overhead: float) -> int:
    """How many from the front of `ordered` (longest first) the cheapest division puts into one request.

    `overhead`: what a request costs by itself, in padded tokens. Few long sentences travel alone where
    padding many short ones to their length would cost more than another request.
    """
    lengths = [tokens(sentence) for sentence in ordered]
    cheapest = [0.0] * (len(lengths) + 1)
    first = -1
    for start in range(len(lengths) - 1, -1, -1):
        longest = lengths[start]
        most = max(1, min(limits.sentences, limits.padded_tokens // longest, len(lengths) - start))
        costs = ((count * longest + cheapest[start + count], -count) for count in range(1, most + 1))
        least, first = min(costs)
        cheapest[start] = overhead + least
    return batch(ordered[:-first], limits)
