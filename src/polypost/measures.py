"""What `polypost evaluate` finds: how models do in each language, and by what that was measured."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from polypost.models import scores
from polypost.models.scores import CHRF, Score
from polypost.records.record import digest
from polypost.references import Reference
from polypost.values import Usage

FEW = 100
"""Fewer sentences say little."""
_OWN = "own references"


@dataclass(frozen=True, slots=True)
class Basis:
    """What the models are measured by in one language."""

    texts: int
    sentences: int
    """Those of the source."""
    corrected: Mapping[str, int]
    """What had translated a localization -> how many of the texts are a person's corrections of that."""
    source: str
    """Its name: only scores of the same are compared.

    The texts themselves tell it, so that a model that is measured later by the same ones compares too.
    """


@dataclass(frozen=True, slots=True)
class Measure:
    """How one model did in one language."""

    model: str
    language: str
    """As the user writes it."""
    score: float
    """chrF++, 0 to 100."""
    signature: str
    """How it came about, in sacrebleu's words."""
    same: int = 0
    """How many texts it left as they are in the source language."""


@dataclass(frozen=True, slots=True)
class Evaluation:
    """All of it."""

    origin: str
    """The language of the posts."""
    bases: Mapping[str, Basis]
    """By language."""
    measures: tuple[Measure, ...] = ()
    without: tuple[str, ...] = ()
    """Languages in which nobody has written or corrected a text."""
    lacking: tuple[str, ...] = ()
    """Why models were not asked in some languages, in sentences."""
    usage: Mapping[str, Usage] = field(default_factory=dict)
    """By model."""

    def ranked(self, language: str) -> list[Measure]:
        """How the models did in one language, the best first."""
        return sorted((one for one in self.measures if one.language == language), key=lambda one: -one.score)

    def lead(self, language: str) -> float | None:
        """By how much the first of them is ahead of the second; None where there is no second."""
        best = self.ranked(language)[:2]
        return best[0].score - best[1].score if len(best) > 1 else None


def basis(references: Sequence[Reference]) -> Basis:
    """Describe references of one language."""
    told = "\0".join(text for each in references for text in (each.source, each.text))
    makers = Counter(each.corrected for each in references if each.corrected)
    return Basis(
        len(references),
        sum(each.sentences for each in references),
        dict(makers),
        f"{_OWN}, {len(references)} texts, {digest(told)}",
    )


def saved(before: Sequence[Score], found: Evaluation) -> tuple[Score, ...]:
    """Give the scores to keep: those of `before`, and what was found.

    An earlier evaluation by other references of this repository goes when this one compares models, or has
    measured all of its own: the routing would not know which of two counts.
    """
    origin = scores.row_of(found.origin)
    fresh = [
        Score(
            one.model,
            origin,
            scores.row_of(one.language),
            CHRF,
            round(one.score, 2),
            found.bases[one.language].source,
            one.signature,
        )
        for one in found.measures
    ]

    def stays(old: Score) -> bool:
        now = [one for one in fresh if (one.origin, one.language) == (old.origin, old.language)]
        if not old.source.startswith(_OWN) or any(one.source == old.source for one in now):
            return True
        models = {one.model for one in now}
        return len(models) < 2 and old.model not in models

    return scores.merged(filter(stays, before), fresh)
