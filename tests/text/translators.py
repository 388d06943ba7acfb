"""Translators whose answers a test can predict."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from functools import partial

import polypost

localize = partial(polypost.localize, check=False)
"""For tests of structure, whose translators only show where text stands."""
Translate = Callable[[Sequence[str]], Sequence[str]]
_ENDING = re.compile(r"[.!?]*$")


def upper(texts: Sequence[str]) -> list[str]:
    """Every word changed, none moved."""
    return [text.upper() for text in texts]


def backwards(texts: Sequence[str]) -> list[str]:
    """Every word moved: the order reversed, the sentence's own ending kept."""
    out = []
    for text in texts:
        ending = _ENDING.search(text)
        assert ending
        out.append(" ".join(reversed(text[: ending.start()].split())) + ending[0])
    return out


def lossy(texts: Sequence[str]) -> list[str]:
    """A model that drops every stand-in, whatever its form."""
    return [re.sub(r" ?\b(?:XENT\d+X|([A-Z])ITEM\1|ZZCIT\d+ZZ)\b", "", text).upper() for text in texts]


def _strewn(signs: str) -> Translate:
    """A translator that puts some of `signs` (between dots) anywhere, the same ones into the same text."""

    def translate(texts: Sequence[str]) -> list[str]:
        out = []
        for text in texts:
            chance = random.Random(text)
            words = text.split()
            for _ in range(1 + len(words) // 3):
                words.insert(chance.randrange(len(words) + 1), chance.choice(signs.split("·")))
            out.append(chance.choice((" ", "")).join(words))
        return out

    return translate


HOSTILE: dict[str, Translate] = {
    "Markdown": _strewn(
        "*·**·_·`·```·[·](·![·]·#·>·-·1.·|·~~·$·\\·<·<b>·<!--·-->·---·===·[^1]·[a]:·&lt;·\"·'"
    ),
    "templates": _strewn(
        "{{·}}·{%·%}·{% end %}·{{<·>}}·{:·}·{.a}·{#b}·[[·]]·![[·==·%%·^^·++·++a++·:a:·^a·#b·^["
    ),
    "blocks": _strewn(
        '\n!!! note "·\n===·\n    ·\n> [!tip]·\n*[a]:·\n///·\n:::·\n~~~·\n```·\n[TOC]\n·\n--8<-- "a"\n'
    ),
    "lossy": lossy,
    "backwards": backwards,
    "empty": lambda texts: ["" for _ in texts],
    "dense": lambda texts: ["，".join("字" * len(word) for word in text.split()) + "。" for text in texts],
    "long": lambda texts: [" ".join([text] * 10) for text in texts],
    "control": _strewn("\x00·\u202e·\u2028·\x0b·\x1b·\ufeff·\r"),
}
"""What a translator must not be able to break a post with."""


def saying(answer: str) -> Translate:
    """A model that answers the same to everything."""
    return lambda texts: [answer for _ in texts]


def knowing(answers: dict[str, str]) -> Translate:
    """A model that knows just these; a test that sends it anything else fails with a KeyError."""
    return lambda texts: [answers[text] for text in texts]


def recording(asked: list[str], translate: Translate = list) -> Translate:
    """`translate`, with everything that it was sent kept in `asked`."""

    def translated(texts: Sequence[str]) -> Sequence[str]:
        asked.extend(texts)
        return translate(texts)

    return translated


def named(name: str) -> Translate:
    """By the names that the golden cases use."""
    if name.startswith("says "):
        return saying(name.removeprefix("says "))
    if " => " in name:
        return knowing(dict(pair.split(" => ") for pair in name.split(" // ")))
    return {"upper": upper, "backwards": backwards, "lossy": lossy}[name]
