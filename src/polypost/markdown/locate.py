"""Where the words of a mark went.

The hard place. A model gives back a sentence, not an alignment. What is known: the words that a mark held,
and how the model translates them when asked for them alone (the probe). The candidates, best first:

1. the mark holds atoms only: they were found again, so it goes around them;
2. the probe's answer stands in the sentence: exactly, then without regard to case, then without the
   punctuation that models like to add;
3. the words themselves stand in it (names, numbers);
4. a run of words like the probe's answer (inflection), when it is clearly more alike than any other;
5. by proportion: the same share of the sentence, to whole words. This one is a guess, and is reported.

Marks must nest as they did and not overlap, so each is sought only inside its parent and outside its
siblings.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache
from operator import itemgetter

from polypost.markdown.prose import ATOM, Mark
from polypost.sentences import dense_script, has_letters

_WORD = re.compile(r"\S+")
FUZZY_WORDS = 300
"""Sentences with more words aren't searched fuzzily: the cost grows with their square."""
ALIKE = 0.72
"""Measured on inflected forms of one stem: they score above, unrelated words of one language below."""

SAME_WIDTH = 0.1
"""In favour of as many words as were asked for: one more or less seldom comes of inflection."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a mark goes."""

    start: int
    end: int
    guessed: bool = False


@dataclass(frozen=True, slots=True)
class Wanted:
    """A mark inside one sentence, to be found in its translation."""

    mark: Mark
    start: int
    end: int
    """Its range in the source's plain text, cut to the sentence."""
    probe: str | None
    """The translation of its words alone, atoms restored; None when they weren't sent."""


def place(plain: str, core: tuple[int, int], answer: str, wanted: Sequence[Wanted]) -> list[Place | None]:
    """A place in `answer` for each of `wanted` (outer marks first); None where there is no room left.

    `core` is the sentence's range in `plain`.
    """
    places: dict[int, Place | None] = {}
    for index in sorted(range(len(wanted)), key=lambda i: (_wordy(plain, wanted[i]), i)):
        want = wanted[index]
        if want.start <= core[0] and want.end >= core[1]:
            places[index] = Place(0, len(answer))
        else:
            room = _room(places, wanted, index, answer, _foreign(plain, want, answer))
            places[index] = _find(plain, core, answer, want, room)
    return [places[index] for index in range(len(wanted))]


def _foreign(plain: str, want: Wanted, answer: str) -> Iterator[tuple[int, int]]:
    """The atoms of the answer that the mark doesn't hold: a link around a URL would break both."""
    own = plain[want.start : want.end]
    return ((m.start(), m.end()) for m in ATOM.finditer(answer) if m[0] not in own)


def _wordy(plain: str, want: Wanted) -> bool:
    """Whether a mark holds more than atoms; those that don't have their place already, so they come first."""
    return bool(ATOM.sub("", plain[want.start : want.end]).strip())


@dataclass(frozen=True, slots=True)
class _Room:
    low: int
    high: int
    taken: list[tuple[int, int]]
    """In order, not overlapping."""

    def free(self, start: int, end: int) -> bool:
        if not self.low <= start < end <= self.high:
            return False
        at = bisect_left(self.taken, end, key=itemgetter(0)) - 1
        return at < 0 or self.taken[at][1] <= start


def _merged(spots: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spots):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _room(
    places: Mapping[int, Place | None],
    wanted: Sequence[Wanted],
    index: int,
    answer: str,
    foreign: Iterable[tuple[int, int]],
) -> _Room:
    """The parent's place, without those of the siblings in it and without `foreign`."""
    want = wanted[index]
    low, high = 0, len(answer)
    taken = list(foreign)
    for number, found in places.items():
        other = wanted[number]
        if found is None:
            continue
        same = (other.start, other.end) == (want.start, want.end)
        if (other.start <= want.start and other.end >= want.end) and (not same or number < index):
            low, high = max(low, found.start), min(high, found.end)
        elif other.end <= want.start or other.start >= want.end:
            taken.append((found.start, found.end))
    return _Room(low, high, _merged(taken))


def _find(plain: str, core: tuple[int, int], answer: str, want: Wanted, room: _Room) -> Place | None:
    words = plain[want.start : want.end]
    share = (want.start - core[0]) / max(1, core[1] - core[0])
    expected = share * len(answer)
    atoms = ATOM.findall(words)
    hull = _hull(answer, atoms)
    if hull and not has_letters(words):
        return Place(*hull) if room.free(*hull) else _by_proportion(core, answer, want, room)
    for text in _candidates(want.probe, words):
        spots = [s for s in _occurrences(answer, text) if room.free(*s) and _covers(s, hull)]
        if spots:
            best = min(spots, key=lambda s: (not _whole_words(answer, s), abs(s[0] - expected)))
            return Place(*_to_words(answer, best, room))
    for text in filter(None, (want.probe, words)):
        if (alike := _alike(answer, text, room)) is not None and _covers(alike, hull):
            return Place(*alike)
    if hull and room.free(*hull):
        return Place(*hull, guessed=True)
    return _by_proportion(core, answer, want, room)


def _hull(answer: str, atoms: Sequence[str]) -> tuple[int, int] | None:
    if not atoms:
        return None
    spots = [answer.find(a) for a in atoms]
    return (min(spots), max(spots) + 1) if min(spots) >= 0 else None


def _covers(spot: tuple[int, int], hull: tuple[int, int] | None) -> bool:
    return hull is None or (spot[0] <= hull[0] and spot[1] >= hull[1])


def _candidates(probe: str | None, words: str) -> Iterator[str]:
    seen: set[str] = set()
    for text in (probe, _bare(probe or ""), words, _bare(words)):
        if text and text not in seen:
            seen.add(text)
            yield text


def _occurrences(answer: str, text: str) -> Iterator[tuple[int, int]]:
    def search(haystack: str, needle: str) -> Iterator[tuple[int, int]]:
        position = haystack.find(needle)
        while position >= 0:
            yield position, position + len(needle)
            position = haystack.find(needle, position + 1)

    exact = list(search(answer, text))
    if exact:
        yield from exact
        return
    low_answer, low_text = answer.lower(), text.lower()
    if len(low_answer) == len(answer):
        yield from search(low_answer, low_text)


def _whole_words(answer: str, spot: tuple[int, int]) -> bool:
    return not _glued(answer, spot[0]) and not _glued(answer, spot[1])


def _glued(answer: str, position: int) -> bool:
    """Whether `position` is inside a word."""
    if not 0 < position < len(answer):
        return False
    before, after = answer[position - 1], answer[position]
    return before.isalnum() and after.isalnum() and not dense_script(before) and not dense_script(after)


def _to_words(answer: str, spot: tuple[int, int], room: _Room) -> tuple[int, int]:
    start, end = spot
    while _glued(answer, start):
        start -= 1
    while _glued(answer, end):
        end += 1
    return (start, end) if room.free(start, end) else spot


def _alike(answer: str, text: str, room: _Room) -> tuple[int, int] | None:
    """The run of words most like `text`, if it is clearly the best."""
    tokens = [m.span() for m in _WORD.finditer(answer)]
    size = len(text.split())
    if not size or len(tokens) > FUZZY_WORDS:
        return None
    matcher = SequenceMatcher(autojunk=False)
    matcher.set_seq2(_bare(text).lower())
    scored: list[tuple[float, tuple[int, int]]] = []
    for width in {max(1, size - 1), size, size + 1}:
        for first in range(len(tokens) - width + 1):
            start, end = _trim(answer, tokens[first][0], tokens[first + width - 1][1])
            if not room.free(start, end):
                continue
            matcher.set_seq1(answer[start:end].lower())
            if matcher.real_quick_ratio() >= ALIKE and matcher.quick_ratio() >= ALIKE:
                scored.append((matcher.ratio() + (SAME_WIDTH if width == size else 0), (start, end)))
    if not scored:
        return None
    score, best = max(scored)
    rivals = [s for s, spot in scored if spot[1] <= best[0] or spot[0] >= best[1]]
    return best if score >= ALIKE and all(score - rival > 0.1 for rival in rivals) else None


def _bare(text: str) -> str:
    return text[slice(*_trim(text, 0, len(text)))]


def _trim(answer: str, start: int, end: int) -> tuple[int, int]:
    while start < end and _edge(answer[start]):
        start += 1
    while end > start and _edge(answer[end - 1]):
        end -= 1
    return start, end


@lru_cache(maxsize=4096)
def _edge(char: str) -> bool:
    """Punctuation, symbols and space of any script: what models add to a few words sent alone."""
    return unicodedata.category(char)[0] in "PSZ"


def _by_proportion(core: tuple[int, int], answer: str, want: Wanted, room: _Room) -> Place | None:
    """The share of the free room that the mark had of its sentence, to whole words."""
    length = max(1, core[1] - core[0])
    start = (want.start - core[0]) * len(answer) // length
    end = max(start + 1, (want.end - core[0]) * len(answer) // length)
    spans = [m.span() for m in _WORD.finditer(answer)]
    if any(map(dense_script, answer)):
        spans = [(i, i + 1) for i, c in enumerate(answer) if not c.isspace()]
    usable = [trimmed for s in spans if room.free(*(trimmed := _trim(answer, *s)))]
    if not usable:
        usable = [s for s in spans if room.free(*s)]
    if not usable:
        return None
    first = min(usable, key=lambda s: abs(s[0] - start))
    last = min((s for s in usable if s[0] >= first[0]), key=lambda s: abs(s[1] - end))
    spot = (first[0], last[1])
    return Place(*(spot if room.free(*spot) else first), guessed=True)
