"""The `pseudo` translator: accents, about 30 % longer, in brackets; for trying things without any account."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from types import MappingProxyType

from polypost.errors import PolypostError
from polypost.markdown.standins import FORMS
from polypost.ports import Clock, Second
from polypost.values import Estimate, Load, Reply, TranslatorInfo, Usage

_ACCENTS = str.maketrans("aceinouyACEINOUY", "áçéîñöüýÁÇÉÎÑÖÜÝ")
_EXPANSION = 0.3
"""Translations from English run about a third longer in many languages: room that a design must have."""


INFO = TranslatorInfo("pseudo")
BASIS = "no endpoint"
"""Why it costs nothing."""


class Pseudo:
    """Satisfies ports.Translator; the same sentence always gives the same answer."""

    info = INFO
    standins = FORMS
    wave_characters = 20_000
    second: Second | None = None
    out: Mapping[str, PolypostError] = MappingProxyType({})

    def __init__(self, clock: Clock) -> None:
        """Start counting."""
        self._clock = clock
        self._started = clock.monotonic()
        self._characters = 0
        self._requests = 0

    def translate(self, asked: Mapping[str, Sequence[str]], *, careful: bool = False) -> Iterator[Reply]:
        """Answer each sentence; neither the language nor care makes a difference."""
        del careful
        for language, sentences in asked.items():
            self._requests += 1
            for sentence in sentences:
                self._characters += len(sentence)
                yield Reply(language, sentence, pseudo(sentence))

    def usage(self) -> Usage:
        """Count what was asked; it costs nothing."""
        return Usage(self._characters, self._requests, self._clock.monotonic() - self._started, 0.0, BASIS)


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


@dataclass(frozen=True, slots=True)
class PseudoTranslators:
    """Satisfies ports.Translators."""

    clock: Clock

    def estimate(self, load: Load) -> Estimate:
        """Nothing, whatever the load."""
        del load
        return Estimate("pseudo", 0, 0.0, 0.0, BASIS)

    def turns(self, load: Load) -> Sequence[Load]:
        """All at once."""
        return (load,)

    def beat(self) -> None:
        """Nothing is held."""

    @contextmanager
    def open(self, load: Load) -> Iterator[Pseudo]:
        """Ready at once."""
        del load
        yield Pseudo(self.clock)
