"""What a post asks first, and how much that is in all: the load of a plan."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from polypost.markdown.document import Document
from polypost.markdown.prose import Prose
from polypost.records.record import waits_as
from polypost.terms import NONE, Terms
from polypost.text.cuts import Piece, key
from polypost.text.work import Needs, Work
from polypost.values import Load


class Asks(NamedTuple):
    """What a localization asks first."""

    texts: tuple[str, ...]
    characters: int
    """Code points of them."""
    placing: int
    """About how many more are asked to find where links and emphasis belong."""
    probing: int = 0
    """How many of `characters` serve only that."""


class First:
    """The texts that a post asks first, found once for all languages that reuse the same of its segments.

    No text depends on its language but by the glossary: what has a given form there is a stand-in.
    """

    def __init__(self) -> None:
        """No post was looked at."""
        self._document: Document | None = None
        self._asks: dict[tuple[frozenset[int], object], Asks] = {}

    def of(
        self,
        document: Document,
        reuse: Mapping[int, bytes],
        known: Mapping[str, Piece],
        pending: Mapping[str, str],
        terms: Terms = NONE,
    ) -> Asks:
        """Give what is asked; what is `known`, or `pending` holds, is not, only what follows from it.

        `terms`: the glossary's, for the language.
        """
        if known or pending:
            return _asks(document, reuse, known, pending, terms)
        if document is not self._document:
            self._document, self._asks = document, {}
        which = (frozenset(reuse), terms.asks)
        if which not in self._asks:
            self._asks[which] = _asks(document, reuse, {}, {}, terms)
        return self._asks[which]


def _asks(
    document: Document,
    reuse: Mapping[int, bytes],
    known: Mapping[str, Piece],
    pending: Mapping[str, str],
    terms: Terms,
) -> Asks:
    left = _left(Work(document, target="", reuse=reuse, known=known, terms=terms), pending)
    texts = (*left.sentences, *left.probes)
    placing = _placing(document, reuse, known) if texts else 0
    return Asks(texts, sum(map(len, texts)), placing, sum(map(len, left.probes)))


def _left(work: Work, pending: Mapping[str, str]) -> Needs:
    answers = dict[str, str]()
    while needs := work.needed(answers):
        if not pending:
            return needs
        found = {text: pending.get(waits_as(text)) for text in needs.sentences}
        found |= {text: pending.get(waits_as(text, probe=True)) for text in needs.probes}
        answers.update((text, answer) for text, answer in found.items() if answer is not None)
        sentences = tuple(text for text in needs.sentences if text not in answers)
        probes = tuple(text for text in needs.probes if text not in answers)
        if sentences or probes:
            return Needs(sentences, probes)
    return Needs()


def _placing(document: Document, reuse: Collection[int], known: Mapping[str, Piece]) -> int:
    """The words of the marks inside of sentences: most are asked for once, to be found in the translation."""
    proses = (segment.prose for at, segment in enumerate(document.segments) if at not in reuse)
    return sum(
        min(mark.end, end) - max(mark.start, start)
        for prose in proses
        for number, ((start, end), held) in enumerate(zip(prose.sentences, prose.held, strict=True))
        if held and not (known and _is_known(prose, number, known))
        for mark in (prose.marks[number] for number in held)
        if mark.start > start or mark.end < end
    )


def _is_known(prose: Prose, number: int, known: Mapping[str, Piece]) -> bool:
    """Whether what is to be asked for its marks is told by `Work` already."""
    one = key(prose, number)
    return one.text + one.shape in known


class Count:
    """How much is asked in all; a text that posts share counts once per language."""

    def __init__(self) -> None:
        """Nothing is asked."""
        self._bits: dict[str, int] = {}
        self._seen: dict[int, int] = {}
        """Hash of a text -> the languages in which it is counted, a bit each: there may be millions."""
        self._sums: dict[int, tuple[int, int]] = {}
        """Languages, a bit each -> sentences and characters of the texts that were counted for just these."""

    def add(self, texts: Sequence[str], languages: Collection[str]) -> None:
        """Count `texts`, asked in each of `languages`."""
        mask = 0
        for language in languages:
            mask |= self._bits.setdefault(language, 1 << len(self._bits))
        for text in texts:
            key = hash(text)
            before = self._seen.get(key, 0)
            if fresh := mask & ~before:
                self._seen[key] = before | mask
                sentences, characters = self._sums.get(fresh, (0, 0))
                self._sums[fresh] = sentences + 1, characters + len(text)

    @property
    def empty(self) -> bool:
        """Whether nothing is asked."""
        return not self._sums

    def load(self, placing: Mapping[str, int]) -> Load:
        """All of it; `placing`: language -> characters more, see `Task.placing`."""
        parts = []
        for language, bit in self._bits.items():
            sums = [each for mask, each in self._sums.items() if mask & bit]
            characters = sum(each for _, each in sums) + placing.get(language, 0)
            parts.append(Load((language,), sum(each for each, _ in sums), characters))
        return joined(parts)


def joined(parts: Sequence[Load]) -> Load:
    """Several loads as one; each language is in one of them."""
    return Load(
        tuple(language for part in parts for language in part.languages),
        sum(part.sentences for part in parts),
        sum(part.characters for part in parts),
        tuple(one for part in parts for one in part.parts or (part,)),
    )
