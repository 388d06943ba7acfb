"""A translator that writes down what it is asked; what it answers depends on the whole sentence."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import MappingProxyType

from known import STANDIN

from polypost.errors import PolypostError
from polypost.markdown.standins import FORMS
from polypost.values import Estimate, Load, Reply, TranslatorInfo, Usage

_ACCENTS = str.maketrans("aeioucnsyAEIOUCNSY", "áéíóúçñšýÁÉÍÓÚÇÑŠÝ")
_SHORT = 5
"""Words; what has fewer is mostly asked to find where a mark's words went, and is answered word by word."""


class Writer:
    """Satisfies ports.Translators and ports.Translator."""

    info = TranslatorInfo("writer")
    standins = FORMS
    wave_characters = 2_000_000
    second = None
    out: Mapping[str, PolypostError] = MappingProxyType({})

    def __init__(self) -> None:
        self.asked: list[str] = []
        """Since the last `heard`."""

    def heard(self) -> tuple[str, ...]:
        """Give what was asked since the last time."""
        asked, self.asked = tuple(self.asked), []
        return asked

    def estimate(self, load: Load) -> Estimate:
        del load
        return Estimate("pseudo", 0, 0.0, 0.0, "a stand-in")

    def turns(self, load: Load) -> Sequence[Load]:
        """All at once."""
        return (load,)

    def beat(self) -> None:
        """Nothing is held."""

    @contextmanager
    def open(self, load: Load) -> Iterator[Writer]:
        del load
        yield self

    def translate(self, asked: Mapping[str, Sequence[str]], *, careful: bool = False) -> Iterator[Reply]:
        del careful
        for language, texts in asked.items():
            for text in texts:
                self.asked.append(text)
                yield Reply(language, text, written(text))

    def usage(self) -> Usage:
        return Usage(sum(map(len, self.asked)), 1)


def written(text: str) -> str:
    """Accents, and behind a sentence some words of its own: one in eight comes back as two sentences."""
    said, at = [], 0
    for match in STANDIN.finditer(text):
        said += [text[at : match.start()].translate(_ACCENTS), match[0]]
        at = match.end()
    answer = "".join((*said, text[at:].translate(_ACCENTS)))
    if len(text.split()) < _SHORT:
        return answer
    number = int.from_bytes(hashlib.sha256(text.encode()).digest()[:4])
    # No word twice, which would be taken for a model's loop.
    more = " ".join(_WORDS[(number // 8 + n) % len(_WORDS)] for n in range(number % 5))
    if not more:
        return answer
    end = answer[-1] if answer[-1] in ".!?" else ""
    body = answer[: len(answer) - len(end)]
    return f"{body}. {more.capitalize()}{end or '.'}" if number % 8 == 0 and end else f"{body} {more}{end}"


_WORDS = ("lórem", "ípsum", "dólor", "amét", "élit", "sédo", "témpor", "mágna")
