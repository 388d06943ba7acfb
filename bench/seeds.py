"""Faults put into good translations, as models make them."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from catalogs import Message

from polypost import sentences
from polypost.checks import scripts

_NUMBER = re.compile(r"(?<![A-Z\d])\d[\d.,]*\d|(?<![A-Z\d])\d(?![\dX])")
_FAMILIES = (
    "es pt gl ca it ast ro fr io ia eo la",
    "da nb nn sv is de lb nl af fy",
    "cs sk pl hsb dsb hr bs sr sl mk bg ru uk be",
    "fi et",
    "id ms",
    "tr az tk uz kk ky tt ug mn tg os udm",
    "hi mr ne",
    "ar fa ur ckb",
    "zh ja",
    "ga gd cy br",
    "lt lv",
)
"""Languages so near to one another that the one's text isn't put for the other's."""


@dataclass(frozen=True, slots=True)
class Seed:
    """A row of the table."""

    name: str
    bar: float
    """So many of what isn't exempt have to be found."""
    spoil: Callable[[Message, random.Random, Mapping[str, list[Message]]], str | None]
    """The translation with the fault; None where it can't be put in."""
    exempt: Callable[[Message], str]
    """Why the checks say nothing by design; empty where they should."""


def unrelated(one: str, other: str) -> bool:
    a, b = scripts.base(one), scripts.base(other)
    return a != b and not any({a, b} <= set(family.split()) for family in _FAMILIES)


def _loop(message: Message, chance: random.Random, _: object) -> str:
    """One to four words said three to eight times more; a few characters where there are no spaces."""
    text = message.target
    words = text.split()
    if scripts.kind(message.language)[1]:
        size = min(len(text), chance.randint(2, 8))
        at = chance.randrange(len(text) - size + 1)
        return text[: at + size] + text[at : at + size] * chance.randint(3, 8)
    size = chance.randint(1, min(4, len(words)))
    at = chance.randrange(len(words) - size + 1)
    return " ".join(words[: at + size] + words[at : at + size] * chance.randint(3, 8))


def _copy(message: Message, *_: object) -> str | None:
    return message.source if message.source != message.target else None


def _unknown(message: Message, chance: random.Random, _: object) -> str:
    words = message.target.split()
    words[chance.randrange(len(words))] = chance.choice(["<unk>", "⁇", "\ufffd"])
    return " ".join(words)


def _number(message: Message, chance: random.Random, _: object) -> str | None:
    """One number of those that the source has left out, or another in its place."""
    found = [m for m in _NUMBER.finditer(message.target) if m[0] in message.source]
    if not found:
        return None
    chosen = chance.choice(found)
    other = "" if chance.random() < 0.5 else str(chance.randint(13, 99))
    if other == chosen[0]:
        return None
    return " ".join((message.target[: chosen.start()] + other + message.target[chosen.end() :]).split())


def _wrong_language(
    message: Message, chance: random.Random, others: Mapping[str, list[Message]]
) -> str | None:
    """The same message in a language that isn't related."""
    fits = [
        other.target
        for other in others[message.source]
        if unrelated(message.language, other.language)
        and other.target not in (message.source, message.target)
    ]
    return chance.choice(fits) if fits else None


def _half(message: Message, *_: object) -> str | None:
    """The first half of the words, or of the characters where there are no spaces."""
    text = message.target
    if scripts.kind(message.language)[1]:
        return text[: len(text) // 2] or None
    words = text.split()
    return " ".join(words[: len(words) // 2]) or None


def _dropped(message: Message, chance: random.Random, _: object) -> str | None:
    """One of two sentences."""
    spans = sentences.split(message.target, message.language)
    if len(spans) != 2 or len(sentences.split(message.source, "en")) != 2:
        return None
    start, end = chance.choice(spans)
    return message.target[start:end]


def _nothing(_: Message) -> str:
    return ""


def _may_be_the_same(message: Message) -> str:
    if message.words < 2:
        return "a lone word"
    words = re.sub(r"XENT\d+X", "", message.source).split()
    return "" if any(word.strip('(“‘["').islower() for word in words) else "capitalized like a name"


def _short(least: int) -> Callable[[Message], str]:
    """Stand-ins aside, of which nothing can be told."""

    def exempt(message: Message) -> str:
        letters = sum(map(str.isalpha, re.sub(r"XENT\d+X", "", message.source)))
        return "" if letters >= least else f"under {least} letters"

    return exempt


SEEDS = (
    Seed("loop", 0.97, _loop, _nothing),
    Seed("copy", 0.97, _copy, _may_be_the_same),
    Seed("<unk>", 0.97, _unknown, _nothing),
    Seed("number lost", 0.97, _number, _nothing),
    Seed("wrong language", 0.97, _wrong_language, _short(20)),
    Seed("half cut", 0.85, _half, _short(25)),
    Seed("sentence dropped", 0.90, _dropped, _nothing),
)
