"""The table of model families: what each is called, wants, answers, and may be used for."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from polypost import languages
from polypost.models import opus


@dataclass(frozen=True, slots=True)
class Codes:
    """What a model calls each language: tag of the language table's row -> code."""

    sources: Mapping[str, str]
    targets: Mapping[str, str]


Payload = Mapping[str, object]
"""The JSON body of one request to the container."""


@dataclass(frozen=True, slots=True)
class Generation:
    """How one batch is to be generated; sent with every request, because the defaults cut silently."""

    batch_size: int
    """How many sentences the container runs at once; without it a list runs one by one."""
    max_new_tokens: int
    num_beams: int
    no_repeat_ngram_size: int = 0
    """So many tokens come in the same order only once; 0: as often as the model likes."""


CAREFUL_BEAMS = 3
"""More than usual, when a sentence's answer was bad."""
CAREFUL_NGRAM = 4
"""A loop ends after so many tokens; three of them are in each of a sentence's stand-ins."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a family can take, in tokens as `batching.tokens` estimates them (rather too many)."""

    input_tokens: int
    """A longer sentence is split before it is sent: the models are trained on sentences."""
    new_tokens: int
    """The most that may be asked for; Marian's positions end at 512."""
    num_beams: int

    def max_new_tokens(self, tokens: int) -> int:
        """How many tokens the answer to a sentence of so many tokens may take: twice, and some room."""
        return min(self.new_tokens, 2 * tokens + 32)

    def generation(self, tokens: Sequence[int], *, careful: bool = False) -> Generation:
        """How to generate a batch of sentences of so many tokens; `careful`: see `ports.Translator`."""
        return Generation(
            batch_size=len(tokens),
            max_new_tokens=self.max_new_tokens(max(tokens)),
            num_beams=self.num_beams + (CAREFUL_BEAMS if careful else 0),
            no_repeat_ngram_size=CAREFUL_NGRAM if careful else 0,
        )


@dataclass(frozen=True, slots=True)
class Family:
    """One row of the table."""

    name: str
    pattern: re.Pattern[str]
    """Matches the Hugging Face ids of the family, forks included."""
    codes: Callable[[str], Codes]
    """Model id -> what it calls the languages."""
    request: Callable[[Sequence[str], str, str, Generation], Payload]
    """Sentences, source code, target code, generation -> the body of the request."""
    limits: Limits
    licence: str
    non_commercial: bool
    sizes: Mapping[str, float]
    """Known ids -> size of the fp32 weights in GiB; the first one is the one to recommend."""
    standins: tuple[str, ...] = ()
    """Forms of markdown.standins that it was seen to keep, best first; to be tried before the others."""


def answers(payload: object) -> tuple[str, ...] | None:
    """The translations in a container's answer, in order; None when it has another shape.

    The `translation` task answers one `{"translation_text": ...}` per sentence, and wraps each in a
    list of its own when several beams are returned. Half an emoji, which JSON can say and no file can hold,
    is left out.
    """
    items = payload if isinstance(payload, list) else [payload]
    texts = []
    for item in items:
        first = item[0] if isinstance(item, list) and item else item
        text = first.get("translation_text") if isinstance(first, dict) else None
        if not isinstance(text, str):
            return None
        texts.append(text.encode("utf-8", "ignore").decode())
    return tuple(texts)


def _column(name: str) -> Callable[[str], Codes]:
    def codes(_model: str) -> Codes:
        both = {row.tag: row.codes[name] for row in languages.known() if name in row.codes}
        return Codes(sources=both, targets=both)

    return codes


def _pair(model: str) -> Codes:
    source, targets = opus.pair(model)
    return Codes(sources={source: ""}, targets=targets)


def _by_parameters(sentences: Sequence[str], source: str, target: str, how: Generation) -> Payload:
    parameters = {"src_lang": source, "tgt_lang": target, **_parameters(how)}
    return {"inputs": list(sentences), "parameters": parameters}


def _by_prefix(sentences: Sequence[str], _source: str, target: str, how: Generation) -> Payload:
    """T5 and Marian ignore language parameters; what they need stands in the text, if anything does."""
    inputs = [f"{target} {sentence}" if target else sentence for sentence in sentences]
    return {"inputs": inputs, "parameters": _parameters(how)}


def _parameters(how: Generation) -> dict[str, object]:
    usual = {
        "batch_size": how.batch_size,
        "max_new_tokens": how.max_new_tokens,
        "num_beams": how.num_beams,
    }
    size = how.no_repeat_ngram_size
    return {**usual, "no_repeat_ngram_size": size} if size else {**usual}


MODELS: Mapping[str, Family] = MappingProxyType(
    {
        family.name: family
        for family in (
            Family(
                name="seamless-m4t-v2",
                pattern=re.compile(r"seamless-m4t-v2", re.IGNORECASE),
                codes=_column("seamless"),
                request=_by_parameters,
                limits=Limits(input_tokens=200, new_tokens=512, num_beams=2),
                licence="CC-BY-NC-4.0",
                non_commercial=True,
                sizes={"facebook/seamless-m4t-v2-large": 5.1},
            ),
            Family(
                name="nllb-200",
                pattern=re.compile(r"nllb-200", re.IGNORECASE),
                codes=_column("nllb"),
                request=_by_parameters,
                limits=Limits(input_tokens=200, new_tokens=512, num_beams=2),
                licence="CC-BY-NC-4.0",
                non_commercial=True,
                sizes={
                    "facebook/nllb-200-distilled-600M": 2.3,
                    "facebook/nllb-200-distilled-1.3B": 5.1,
                    "facebook/nllb-200-1.3B": 5.1,
                    "facebook/nllb-200-3.3B": 12.5,
                },
                standins=("item",),
            ),
            Family(
                name="m2m100",
                pattern=re.compile(r"m2m[-_]?100", re.IGNORECASE),
                codes=_column("m2m100"),
                request=_by_parameters,
                limits=Limits(input_tokens=200, new_tokens=512, num_beams=2),
                licence="MIT",
                non_commercial=False,
                sizes={"facebook/m2m100_1.2B": 4.6, "facebook/m2m100_418M": 1.8},
            ),
            Family(
                name="madlad-400",
                pattern=re.compile(r"madlad-?400", re.IGNORECASE),
                codes=_column("madlad"),
                request=_by_prefix,
                limits=Limits(input_tokens=200, new_tokens=512, num_beams=2),
                licence="Apache-2.0",
                non_commercial=False,
                sizes={
                    "google/madlad400-3b-mt": 11.0,
                    "google/madlad400-7b-mt": 30.9,
                    "google/madlad400-10b-mt": 39.9,
                },
                standins=("zzcit",),
            ),
            Family(
                name="opus-mt",
                pattern=re.compile(r"opus-mt-", re.IGNORECASE),
                codes=_pair,
                request=_by_prefix,
                limits=Limits(input_tokens=200, new_tokens=500, num_beams=4),
                licence="CC-BY-4.0",
                non_commercial=False,
                sizes={"Helsinki-NLP/opus-mt-en-es": 0.3},
            ),
        )
    }
)
"""The families by name, in the order in which they are offered."""
