"""Where the words of a mark went.

The hard place. A model gives back a sentence, not an alignment. What can be known about a mark, the surest
first:

1. it goes around the whole sentence, or holds atoms only: they were found again;
2. its words stand in the answer as they are (names);
3. how the model translates them when asked for them alone (the probe) stands in the answer: exactly, then
   with other endings;
4. how the model translates the sentence with these words in quotation marks: another answer, which is laid
   beside this one word by word;
5. by proportion: the same share of the sentence, to whole words. This one is a guess, and is reported.

1 to 4 count only when there is one such place. Words that the sentence holds twice are sought by 4 alone:
where one of them stands says nothing about which of them it is. Everything sure is placed before
anything less sure, since marks must nest as they did and not overlap: each is sought inside its parent,
around its children, and outside its siblings.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from operator import itemgetter

from polypost.markdown import alike
from polypost.markdown.alike import glued, occurrences, trim, trimmed
from polypost.markdown.prose import ATOM, Mark
from polypost.sentences import has_letters
from polypost.values import frozen

GUESSED = "proportion"
_PAUSES = frozenset(" .,:;?!")
"""Signs that stand beside any word."""
_PLAIN_LETTERS = 4
"""Shorter words stand in another language's sentence by chance: German has `die`, Spanish has `a`."""
_ACRONYM = re.compile(r"\w*(?:\d|[^\W\d_a-zß-ÿа-яα-ω]\w*[^\W\d_a-zß-ÿа-яα-ω])\w*")


@frozen
class Place:
    """Where a mark goes."""

    start: int
    end: int
    how: str = "wrapped"
    """What told it: `wrapped`, `literal`, `located`, `fuzzy`, `quoted`, or GUESSED."""


@frozen
class Wanted:
    """A mark inside one sentence, to be found in its translation."""

    mark: Mark
    start: int
    end: int
    """Its range in the source's plain text, cut to the sentence."""
    probe: str = ""
    """The translation of its words alone, atoms restored; empty where it isn't known."""
    quoted: str = ""
    """The translation of the sentence with its words in quotation marks, likewise."""


def whole(plain: str, want: Wanted, wanted: Iterable[Wanted]) -> Wanted:
    """A mark on part of a word, as one on all of it, where that crosses none of `wanted`."""
    start, end = _to_words(plain, (want.start, want.end))
    for other in wanted:
        outside = other.end <= start or other.start >= end
        around = other.start <= start and end <= other.end
        inside = want.start <= other.start and other.end <= want.end
        if other is not want and not (outside or around or inside):
            return want
    return replace(want, start=start, end=end)


def repeated(plain: str, core: tuple[int, int], want: Wanted) -> bool:
    """Whether the sentence holds the words of a mark more than once."""
    words = trimmed(plain[want.start : want.end]).lower()
    sentence = plain[core[0] : core[1]].lower()
    return sum(1 for s in occurrences(sentence, words) if _whole_words(sentence, s)) > 1


@frozen
class _Room:
    low: int
    high: int
    inner: tuple[int, int] | None
    """What it has to hold."""
    taken: list[tuple[int, int]]
    """In order, not overlapping."""

    def free(self, start: int, end: int) -> bool:
        if not self.low <= start < end <= self.high:
            return False
        if self.inner is not None and not (start <= self.inner[0] and end >= self.inner[1]):
            return False
        at = bisect_left(self.taken, end, key=itemgetter(0)) - 1
        return at < 0 or self.taken[at][1] <= start


class Search:
    """The marks of one sentence on their way to their places."""

    def __init__(self, plain: str, core: tuple[int, int], answer: str, wanted: Sequence[Wanted]) -> None:
        """`wanted`: outer marks first. `core`: the sentence's range in `plain`; `answer`: its translation."""
        self.plain = plain
        self.core = core
        self.answer = answer
        self.wanted = wanted
        self.found: dict[int, Place] = {}
        self.rooms: dict[int, _Room] = {}
        """Of marks not found yet, as long as no other is found."""

    def places(self) -> list[Place | None]:
        """A place in the answer for each of `wanted`; None for one that isn't sure."""
        for find in (
            *(self.wrapped, self.atoms, self.within, self.literal),
            *(self.located, self.fuzzy, self.quoted),
        ):
            if not self._each(find):
                break
        return [self.found.get(index) for index in range(len(self.wanted))]

    def guesses(self) -> list[Place | None]:
        """The same with a guess for each that isn't; None where there is no room left."""
        self._each(self.guess)
        return [self.found.get(index) for index in range(len(self.wanted))]

    def _each(self, find: Callable[[Wanted, _Room], Place | None]) -> bool:
        """Try one way of finding on all that are not placed yet; False when all are."""
        for index, want in enumerate(self.wanted):
            if index not in self.found:
                if (room := self.rooms.get(index)) is None:
                    room = self.rooms[index] = self._room(index)
                place = find(want, room)
                if place is not None and (place := self._reaching(place, want, room)) is not None:
                    self.found[index] = self._edged(place, want, room)
                    self.rooms.clear()
        return len(self.found) < len(self.wanted)

    def _edged(self, place: Place, want: Wanted, room: _Room) -> Place:
        """With the signs that end the mark's words, where they stand right beside it."""
        words = self.plain[want.start : want.end].strip()
        start, end = alike.edged(words, self.answer, place.start, place.end)
        grown = (start, end) != (place.start, place.end) and room.free(start, end)
        return Place(start, end, place.how) if grown else place

    def _reaching(self, place: Place, want: Wanted, room: _Room) -> Place | None:
        """A mark that begins before this sentence begins with it, one that goes on ends with it.

        Else all that came to stand between would be in it.
        """
        start = 0 if want.mark.start < self.core[0] else place.start
        end = len(self.answer) if want.mark.end > self.core[1] else place.end
        if (start, end) == (place.start, place.end):
            return place
        between = self.answer[start : place.start] + self.answer[place.end : end]
        if room.free(start, end) and not any(c.isalnum() or ATOM.match(c) for c in between):
            return Place(start, end, place.how)
        if place.how != GUESSED:
            return None
        words = alike.tokens(self.answer)
        spots = [(0, t.end) for t in words] if start == 0 else [(t.start, end) for t in words]
        size = place.end - place.start
        usable = [spot for spot in spots if room.free(*spot)]
        spot = min(usable, key=lambda s: abs(s[1] - s[0] - size), default=None)
        return None if spot is None else Place(*spot, GUESSED)

    def wrapped(self, want: Wanted, _: _Room) -> Place | None:
        """Around the whole sentence, or all of it but punctuation."""
        before, after = self.plain[self.core[0] : want.start], self.plain[want.end : self.core[1]]
        if any(c.isalnum() or ATOM.match(c) for c in before + after):
            return None
        start, end = trim(self.answer, 0, len(self.answer))
        start = start if before.strip() else 0
        end = end if after.strip() else len(self.answer)
        return Place(start, end) if start < end else None

    def atoms(self, want: Wanted, room: _Room) -> Place | None:
        """Around the atoms that are all it holds."""
        words = self.plain[want.start : want.end]
        hull = self._hull(words)
        if hull is None or has_letters(words) or not room.free(*hull):
            return None
        return Place(*hull, "literal")

    def within(self, want: Wanted, room: _Room) -> Place | None:
        """On the same letters of a word that is in the answer too: the 2 of H2O."""
        low, high = self.core
        sentence = self.plain[low:high]
        own = (want.start - low, want.end - low)
        word = _to_words(sentence, own)
        if word == own:
            return None
        before, after = (
            [spot for spot in occurrences(text, sentence[slice(*word)]) if _whole_words(text, spot)]
            for text in (sentence, self.answer)
        )
        if len(before) != len(after) or word not in before:
            return None
        start = after[before.index(word)][0] + own[0] - word[0]
        end = start + own[1] - own[0]
        return Place(start, end, "literal") if room.free(start, end) else None

    def literal(self, want: Wanted, room: _Room) -> Place | None:
        text = self.plain[want.start : want.end]
        words = trimmed(ATOM.sub("", text))
        telling = sum(map(str.isalpha, words)) >= _PLAIN_LETTERS or _ACRONYM.search(words)
        if telling:
            return self._only(want, text, room, "literal")
        return self._signed(want, text.strip(), room)

    def _signed(self, want: Wanted, text: str, room: _Room) -> Place | None:
        r"""On what can't stand there by chance for its signs: `¯\\_(ツ)_/¯`."""
        if trimmed(text) == text or _PAUSES.issuperset(c for c in text if not c.isalnum()):
            return None
        spots = [s for s in occurrences(self.answer, text) if _whole_words(self.answer, s)]
        sole = len(spots) == 1 and not repeated(self.plain, self.core, want)
        return Place(*spots[0], "literal") if sole and room.free(*spots[0]) else None

    def located(self, want: Wanted, room: _Room) -> Place | None:
        return self._only(want, want.probe, room, "located") if want.probe else None

    def fuzzy(self, want: Wanted, room: _Room) -> Place | None:
        if not want.probe or repeated(self.plain, self.core, want):
            return None
        spot = alike.best(self.answer, want.probe, room.free)
        return Place(*spot, "fuzzy") if spot and room.free(*spot) and self._covers(spot, want) else None

    def quoted(self, want: Wanted, room: _Room) -> Place | None:
        spot = alike.beside(self.answer, want.quoted) if want.quoted else None
        if spot is None or not room.free(*spot) or not self._covers(spot, want):
            return None
        return Place(*spot, "quoted")

    def guess(self, want: Wanted, room: _Room) -> Place | None:
        """The nearest of several that could be meant; else the same share of the sentence."""
        length = max(1, self.core[1] - self.core[0])
        expected = (want.start - self.core[0]) * len(self.answer) // length
        for text in filter(None, (want.probe, self.plain[want.start : want.end])):
            spots = [s for s in self._spots(text, want, room) if self._covers(s, want)]
            if spots:
                return Place(*min(spots, key=lambda s: abs(s[0] - expected)), GUESSED)
        hull = self._hull(self.plain[want.start : want.end])
        if hull and room.free(*hull):
            return Place(*hull, GUESSED)
        until = max(expected + 1, (want.end - self.core[0]) * len(self.answer) // length)
        spot = _share(self.answer, expected, until, room)
        return Place(*spot, GUESSED) if spot else None

    def _only(self, want: Wanted, text: str, room: _Room, how: str) -> Place | None:
        """The one place where `text` stands, if there is one."""
        if repeated(self.plain, self.core, want):
            return None
        spots = self._spots(text, want, room)
        return Place(*spots[0], how) if len(spots) == 1 and self._covers(spots[0], want) else None

    def _spots(self, text: str, want: Wanted, room: _Room) -> list[tuple[int, int]]:
        """Where `text` stands as whole words, else inside of words; bare unless the mark wasn't."""
        words = self.plain[want.start : want.end].strip()
        for sought in dict.fromkeys((text, trimmed(text)) if words != trimmed(words) else (trimmed(text),)):
            found = [s for s in occurrences(self.answer, sought) if room.free(*s)]
            if whole := [s for s in found if _whole_words(self.answer, s)]:
                return whole
            wider = [w for s in found if room.free(*(w := _to_words(self.answer, s)))]
            if wider and len(sought) >= _PLAIN_LETTERS:
                return wider
        return []

    def _hull(self, words: str) -> tuple[int, int] | None:
        """From the first of a mark's atoms to the last, in the answer."""
        spots = [self.answer.find(atom) for atom in ATOM.findall(words)]
        return (min(spots), max(spots) + 1) if spots and min(spots) >= 0 else None

    def _covers(self, spot: tuple[int, int], want: Wanted) -> bool:
        hull = self._hull(self.plain[want.start : want.end])
        return hull is None or (spot[0] <= hull[0] and spot[1] >= hull[1])

    def _room(self, index: int) -> _Room:
        """Its parent's place around its children's, without those of its siblings and foreign atoms."""
        want = self.wanted[index]
        low, high = 0, len(self.answer)
        inner: list[tuple[int, int]] = []
        taken = list(self._foreign(want))
        for number, found in self.found.items():
            other = self.wanted[number]
            same = (other.start, other.end) == (want.start, want.end)
            spot = (found.start, found.end)
            if (other.start <= want.start and other.end >= want.end) and (not same or number < index):
                low, high = max(low, found.start), min(high, found.end)
            elif other.start >= want.start and other.end <= want.end:
                inner.append(spot)
            elif other.end <= want.start or other.start >= want.end:
                taken.append(spot)
        hull = (min(s for s, _ in inner), max(e for _, e in inner)) if inner else None
        return _Room(low, high, hull, _merged(taken) if len(taken) > 1 else taken)

    def _foreign(self, want: Wanted) -> Iterable[tuple[int, int]]:
        """The atoms of the answer that the mark doesn't hold: a link around a URL would break both."""
        if self.answer.isascii():
            return ()
        own = self.plain[want.start : want.end]
        return ((m.start(), m.end()) for m in ATOM.finditer(self.answer) if m[0] not in own)


def _merged(spots: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spots):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _whole_words(answer: str, spot: tuple[int, int]) -> bool:
    return not glued(answer, spot[0]) and not glued(answer, spot[1])


def _to_words(answer: str, spot: tuple[int, int]) -> tuple[int, int]:
    start, end = spot
    while glued(answer, start):
        start -= 1
    while glued(answer, end):
        end += 1
    return start, end


def _share(answer: str, start: int, end: int, room: _Room) -> tuple[int, int] | None:
    """The free words nearest to answer[start:end]."""
    spans = [(t.start, t.end) for t in alike.tokens(answer)]
    usable = [s for s in spans if room.free(*s)]
    if room.inner is not None:
        return room.inner if room.free(*room.inner) else None
    if not usable:
        return None
    first = min(usable, key=lambda s: abs(s[0] - start))
    last = min((s for s in usable if s[0] >= first[0]), key=lambda s: abs(s[1] - end))
    spot = (first[0], last[1])
    return spot if room.free(*spot) else first
