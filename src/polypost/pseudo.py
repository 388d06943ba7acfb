"""The `pseudo` translator: accents, about 30 % longer, in brackets; for trying things without any account."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise

from polypost.markdown.standins import FORMS
from polypost.values import Answer, TranslatorInfo, Usage

_ACCENTS = str.maketrans("aceinouyACEINOUY", "áçéîñöüýÁÇÉÎÑÖÜÝ")
_EXPANSION = 0.3
"""Translations from English run about a third longer in many languages: room that a design must have."""


INFO = TranslatorInfo("pseudo")


class Pseudo:
    """Satisfies ports.Translator; the same sentence always gives the same answer."""

    info = INFO
    standins = FORMS

    def __init__(self) -> None:
        """Start counting."""
        self._started = time.monotonic()
        self._characters = 0
        self._requests = 0

    def translate(self, sentences: Sequence[str], language: str) -> Sequence[Answer]:
        """Answer each sentence; `language` makes no difference."""
        del language
        self._requests += 1
        self._characters += sum(map(len, sentences))
        return [pseudo(sentence) for sentence in sentences]

    def usage(self) -> Usage:
        """Count what was asked; it costs nothing."""
        return Usage(self._characters, self._requests, time.monotonic() - self._started, 0.0, "no endpoint")


def pseudo(sentence: str) -> str:
    """Brackets, padding, and accents on words; those with digits or capitals inside stay as they are.

    A stand-in such as XENT1X survives, as it would with a good model. Brackets and padding mean nothing
    in Markdown, so that nothing has to be escaped.
    """
    words = [word if _fixed(word) else word.translate(_ACCENTS) for word in sentence.split(" ")]
    padding = "·" * round(len(sentence) * _EXPANSION)
    return f"⟦{' '.join(words)} {padding}⟧" if padding else f"⟦{' '.join(words)}⟧"


def _fixed(word: str) -> bool:
    """Whether a digit or a capital after a letter says that this is a name; `“Posts”` is none."""
    inner = any(before.isalpha() and char.isupper() for before, char in pairwise(word))
    return inner or any(map(str.isdigit, word))


@contextmanager
def open_pseudo(languages: Sequence[str]) -> Iterator[Pseudo]:
    """Satisfies ports.OpenTranslator."""
    del languages
    yield Pseudo()
