"""One sentence's way up the ladder: what is tried when its answer is bad, until one stands or none will.

The sentence is asked again, decoded with more care; of the second model, where there is one; in sentence
case; cut into clauses. All in all at most BUDGET times its characters are sent, the first time included. The
best answer wins. One that is only doubtful stands, and says so; where all have a fault, the sentence is
untranslated, and its source text will stand.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Generator, Sequence
from enum import StrEnum

from polypost import batching, sentences
from polypost.languages import spaced
from polypost.markdown import titles
from polypost.values import Answer, Complaint, Doubtful, Severity, Untranslated, frozen

BUDGET = 3
"""Times the characters of a sentence that may be sent for it."""
_SAID = 10_000
"""Characters that are told of an answer that stands nowhere; the longest sentence has fewer."""
_LEAST = 3
"""Words of a clause: short text is the dangerous text."""
_REFUSED, _EMPTY = "untranslated", "nothing-said"
_HOPELESS = frozenset({batching.CUT, _REFUSED})
"""What more care doesn't help against: it takes as many tokens, and more time and memory."""


class Way(StrEnum):
    """How texts are asked, all those of a call in the same."""

    CAREFUL = "careful"
    """Of the usual model, decoded in another way."""
    SECOND = "second"
    """Of the second model."""
    PLAIN = "plain"
    """Of the usual model, as usual; last, since the most rungs end in it."""


@frozen
class Rung:
    """One thing to try."""

    step: str
    """Its name in `Outcome.steps`."""
    way: Way
    texts: Callable[[str, str], Sequence[str]]
    """A sentence and its language -> what is sent in its place; nothing where that makes no sense."""
    whole: Callable[[Answer, str, str], Answer] = lambda answer, _sentence, _language: answer
    """What came back, the sentence, the language asked for -> the answer to the sentence."""


@frozen
class Ask:
    """What has to be known next."""

    way: Way
    texts: Sequence[str]


@frozen
class Settled:
    """What became of a sentence."""

    answer: Answer
    steps: tuple[str, ...] = ()
    again: int = 0
    """Characters that were sent beside the first time."""


Look = Callable[[str], tuple[Complaint, ...]]
"""A sentence's translation -> what speaks against it, worst first."""
Climb = Generator[Ask, Sequence[Answer], Settled]
"""A sentence on its way: it says what to ask, is sent the answers, as many, and returns how it ended."""


def clauses(sentence: str, language: str) -> Sequence[str]:
    """A sentence in parts of some words each: where another begins, else behind `;` or `:`, else commas."""
    ways = (
        [sentence[start:end] for start, end in sentences.split(sentence, language)],
        batching.clauses(sentence, strong=True),
        batching.clauses(sentence),
    )
    for parts in ways:
        found: list[str] = []
        for part in parts:
            if found and min(sentences.words(found[-1]), sentences.words(part)) < _LEAST:
                found[-1] = batching.joined(found[-1], part)
            else:
                found.append(part)
        if len(found) > 1:
            return found
    return ()


def _same(sentence: str, _language: str) -> Sequence[str]:
    return (sentence,)


def _lowered(sentence: str, language: str) -> Sequence[str]:
    """A sentence that shouts, or is in Title Case, in sentence case."""
    text = titles.Titles((), language).lowered(sentence, ((0, len(sentence)),))
    return (text,) if text else ()


def _restored(answer: Answer, sentence: str, language: str) -> Answer:
    return (
        answer if isinstance(answer, Untranslated | Doubtful) else titles.restored(answer, sentence, language)
    )


RUNGS: tuple[Rung, ...] = (
    Rung("careful", Way.CAREFUL, _same),
    Rung("second-model", Way.SECOND, _same),
    Rung("sentence-case", Way.PLAIN, _lowered, _restored),
    Rung("clauses", Way.PLAIN, clauses),
)
"""In the order in which they are tried, as far as they apply; those of a way behind one another."""


def climb(  # noqa: PLR0913, PLR0917  what is known of a sentence
    sentence: str, answer: Answer, origin: str, language: str, look: Look, ways: Collection[Way]
) -> Climb:
    """A sentence's way up from its first answer. `origin`, `language`: BCP 47, its own and the answers'."""
    known: dict[str, tuple[Complaint, ...]] = {}
    best = first = _judged(answer, look, known)
    steps: list[str] = []
    again = 0
    for rung in RUNGS:
        if not best.complaints:
            break
        hopeless = rung.way is Way.CAREFUL and first.complaints[0].code in _HOPELESS
        if rung.way not in ways or hopeless:
            continue
        texts = rung.texts(sentence, origin)
        sent = sum(map(len, texts))
        if not texts or again + sent > (BUDGET - 1) * len(sentence):
            continue
        steps.append(rung.step)
        again += sent
        whole = batching.assembled((yield Ask(rung.way, texts)), spaced=spaced(language))
        best = min(best, _judged(rung.whole(whole, sentence, language), look, known), key=_badness)
    return Settled(_settled(best), tuple(steps), again)


@frozen
class _Candidate:
    """An answer, and all that speaks against it."""

    text: str
    complaints: tuple[Complaint, ...]


def _judged(answer: Answer, look: Look, known: dict[str, tuple[Complaint, ...]]) -> _Candidate:
    """`known`: what was looked at already."""
    if isinstance(answer, Untranslated):
        code = _EMPTY if answer.final else _REFUSED
        return _Candidate("", (Complaint(code, Severity.FAULT, answer.reason),))
    text = answer.text if isinstance(answer, Doubtful) else answer
    if text not in known:
        known[text] = look(text)
    if not isinstance(answer, Doubtful):
        return _Candidate(text, known[text])
    every = (*answer.complaints, *known[text])
    return _Candidate(text, tuple(sorted(every, key=lambda complaint: -complaint.severity)))


def _badness(candidate: _Candidate) -> tuple[int, int]:
    complaints = candidate.complaints
    return (complaints[0].severity, len(complaints)) if complaints else (0, 0)


def _settled(best: _Candidate) -> Answer:
    if not best.complaints:
        return best.text
    if best.complaints[0].severity is Severity.FAULT:
        worst = best.complaints[0]
        return Untranslated(worst.reason, final=worst.code != _REFUSED, said=best.text[:_SAID])
    return Doubtful(best.text, best.complaints)
