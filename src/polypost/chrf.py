"""chrF++, as sacrebleu reckons it."""

from __future__ import annotations

from collections.abc import Sequence

from polypost.errors import UsageError

_WORDS = 2
"""Longest run of words that counts beside those of characters: 0 is chrF, 2 is chrF++."""


def require_installed() -> None:
    """Raise UsageError where sacrebleu isn't there."""
    try:
        import sacrebleu.metrics  # noqa: F401
    except ImportError as error:
        raise UsageError(
            f"`polypost evaluate` needs sacrebleu, which can't be imported ({error}). Install it with "
            '`pip install "polypost[evaluate] @ git+https://github.com/polypost/polypost"`.'
        ) from None


def score(translations: Sequence[str], references: Sequence[str]) -> tuple[float, str]:
    """Give the score of the whole, 0 to 100, and sacrebleu's signature: how it came about.

    `references`: one for each of the translations.
    """
    from sacrebleu.metrics.chrf import CHRF

    metric = CHRF(word_order=_WORDS)
    found = metric.corpus_score(list(translations), [list(references)])
    return float(found.score), str(metric.get_signature().format())
