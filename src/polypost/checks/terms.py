"""Terms that have to be called as the glossary says."""

from __future__ import annotations

import re
from functools import lru_cache

from polypost.checks.seen import Seen

_STEM = 4
"""Letters that an inflected word keeps at least; of a longer one, three in five."""
_WORD = re.compile(r"[^\W_]+")


def missing(seen: Seen) -> str:
    """A term that the source names, and the translation calls otherwise."""
    for term in seen.pair.terms:
        if _named(term.source).search(seen.pair.source) and not _called(term.target, seen.pair.target):
            return f"“{term.source}” should be “{term.target}” here."
    return ""


@lru_cache(maxsize=4096)
def _named(term: str) -> re.Pattern[str]:
    """What finds a term in any case, and in the plural."""
    return re.compile(rf"(?<!\w){re.escape(term)}(?:e?s)?(?!\w)", re.IGNORECASE)


def _called(term: str, text: str) -> bool:
    """Whether each word of `term` is in `text`, in whatever form: with its stem."""
    small = text.casefold()
    wanted = term.casefold()
    if wanted in small:
        return True
    return all(_stem(word) in small for word in _WORD.findall(wanted))


def _stem(word: str) -> str:
    return word[: max(_STEM, len(word) * 3 // 5)]
