"""Translators whose answers a test can predict."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

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
