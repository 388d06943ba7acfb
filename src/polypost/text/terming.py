"""Sentences that hold terms of a glossary, on their way into a language; pure.

What has to stand in a translation as it is, a model sees as it sees code: a stand-in. So such a sentence is
told from a prose in which that stands as a private-use character, like an atom, and what comes back gets the
given form there. Where a model loses it, the sentence is told as it is. What inflects stays in the sentence.

Then it is looked whether all terms are there. One that stands there untranslated gets its form; for others
the sentence is asked once more with their forms in place of them, since models copy what they don't know.
What is still missing then is a note, never put in by guess.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import accumulate

from polypost import sentences
from polypost.markdown import titles
from polypost.markdown.compose import NOWHERE
from polypost.markdown.locate import Place
from polypost.markdown.prose import ATOM, ATOM_BASE, Mark, Prose
from polypost.markdown.standins import FORMS
from polypost.terms import Found, Term, Terms, places, said
from polypost.text import readings
from polypost.text.readings import Ask, Heard, Kept, Told
from polypost.values import Answer, Complaint, Severity, frozen

MISSING = "term-missing"
_TRIES = 2
"""Forms of stand-ins that are tried with terms; then the sentence goes out without."""
_LAST = ATOM_BASE + 0xFFFD
"""Terms are numbered downwards from here, atoms upwards."""


@frozen
class _Edit:
    """A term, and what a model is shown in place of it."""

    start: int
    end: int
    shown: str
    term: Term
    words: str
    """As it stands in the source."""


@frozen
class _Way:
    """One way of asking for a sentence."""

    prose: Prose
    edits: tuple[_Edit, ...] = ()
    """What is hidden in it: private-use characters that come back as the forms of terms."""
    given: bool = False
    """Whether the forms of terms stand in it in place of the terms."""


class Termed:
    """The sentences of a prose that hold terms, and what is told of them so far."""

    def __init__(self, prose: Prose, found: Mapping[int, tuple[Found, ...]], target: str) -> None:
        """`found`: sentence -> its terms. `target`: BCP 47."""
        self._prose, self._found, self._target = prose, found, target
        self._cut = _cut(prose, found)
        fixed = [each for some in found.values() for each in some if each.term.fixed]
        hidden = _hiding(prose, [each for each in fixed if each.start not in self._cut])
        way = _Way(_edited(prose, hidden), hidden) if hidden else _Way(prose)
        self._ways = dict.fromkeys(found, way)
        self._told: dict[int, tuple[Told, _Way]] = {}
        self._heard: dict[int, Heard] = {}

    @classmethod
    def of(cls, prose: Prose, terms: Terms, target: str) -> Termed | None:
        """None where no sentence holds a term."""
        found = _in_sentences(prose, terms) if terms and prose.sentences else {}
        return cls(prose, found, target) if found else None

    def holds(self, number: int) -> bool:
        """Whether a sentence has to be told here."""
        return number in self._ways

    def leave(self, number: int) -> None:
        """A sentence's translation is known already."""
        self._ways.pop(number, None)

    def first(self, number: int) -> tuple[str, ...]:
        """What is sent for a sentence at first."""
        asked = self.tell(number, {}, FORMS)
        return asked.sentences if isinstance(asked, Ask) else ()

    def tell(self, number: int, answers: Mapping[str, Answer], forms: Sequence[str]) -> Ask | Told | Kept:
        """As `readings.tell`; what is heard is remembered here."""
        while True:
            way = self._ways[number]
            told = _tell(way, number, answers, forms, self._heard.get(number))
            if isinstance(told, Ask):
                if told.heard is not None:
                    self._heard[number] = told.heard
                return told
            self._heard.pop(number, None)
            if isinstance(told, Told):
                following = self._looked_at(number, way, told)
            elif way.edits and not way.given and told.code != "untranslated":
                following = _Way(self._prose)  # it did not come back with stand-ins for terms
            elif number in self._told:
                following = None
            else:
                return replace(told, source=self._source(number)) if told.source else told
            if following is None:
                return self._noted(number)
            self._ways[number] = following

    def _looked_at(self, number: int, way: _Way, told: Told) -> _Way | None:
        """Keep what is told if it is the best so far; the sentence with forms of terms, if that is next."""
        now = _shown(way, number, told, self._target)
        missing = self._missing(number, now, way)
        if missing:
            now = self._put(now, missing)
            missing = self._missing(number, now, way)
        if way.given:
            before = self._told[number]
            worth = len(self._missing(number, *before)) + len(before[0].doubts)
            if told.changed and len(missing) + len(now.doubts) < worth:
                self._told[number] = now, way
            return None
        self._told[number] = now, way
        wanted = [f for f in missing if f.term.form != f.term.source and f.start not in self._cut]
        if not wanted or not told.changed:
            return None
        forms = [_Edit(f.start, f.end, f.term.form, f.term, f.term.form) for f in wanted]
        edits = sorted((*self._of(number, way.edits), *forms), key=lambda each: each.start)
        return _Way(_edited(self._prose, edits), way.edits, given=True)

    def _of(self, number: int, edits: Sequence[_Edit]) -> list[_Edit]:
        start, end = self._prose.sentences[number]
        return [edit for edit in edits if start <= edit.start < end]

    def _missing(self, number: int, told: Told, way: _Way) -> list[Found]:
        """The terms that are not there; those that a stand-in stood for are."""
        hidden = {edit.start for edit in way.edits}
        open_ = (each for each in self._found[number] if each.start not in hidden)
        return [each for each in open_ if told.changed and not said(each.term, told.text)]

    def _put(self, told: Told, missing: Sequence[Found]) -> Told:
        """With the form of each term that stands there as in the source, and no more often than there."""
        terms = Counter(each.term for each in missing)
        for term, count in terms.items():
            spots = list(places(term.source.lower(), told.text))
            if len(spots) <= count:
                told = _with(told, [(start, end, term.form) for start, end in spots])
        return told

    def _noted(self, number: int) -> Told:
        told, way = self._told[number]
        missing = dict.fromkeys(each.term for each in self._missing(number, told, way))
        doubts = (*told.doubts, *(Complaint(MISSING, Severity.DOUBT, _reason(term)) for term in missing))
        return replace(told, doubts=doubts, source=self._source(number)) if doubts else told

    def _source(self, number: int) -> str:
        """A sentence as its reader sees it."""
        return readings.shown(self._prose, self._prose.plain[slice(*self._prose.sentences[number])])


def _reason(term: Term) -> str:
    kept = term.form == term.source
    wanted = f"“{term.source}” as it is" if kept else f"“{term.form}” for “{term.source}”"
    return f"The glossary wants {wanted}, and the translation says something else."


def _in_sentences(prose: Prose, terms: Terms) -> dict[int, tuple[Found, ...]]:
    """The terms of each sentence that holds any."""
    found = terms.find(prose.plain)
    if prose.recased:  # a title's names may have lost their capitals there, or got them
        there = [(each.start, each.end) for each in found]
        more = [f for f in terms.find(prose.recased) if all(f.end <= s or f.start >= e for s, e in there)]
        found = sorted((*found, *more), key=lambda each: each.start)
    held = {
        number: tuple(f for f in found if start <= f.start and f.end <= end)
        for number, (start, end) in enumerate(prose.sentences if found else ())
    }
    return {number: some for number, some in held.items() if some}


def _cut(prose: Prose, found: Mapping[int, Sequence[Found]]) -> frozenset[int]:
    """Where terms begin that a mark begins or ends in: nothing can stand in place of them."""
    edges = {edge for mark in prose.marks for edge in (mark.start, mark.end)}
    every = (each for some in found.values() for each in some) if edges else ()
    return frozenset(f.start for f in every if any(edge in edges for edge in range(f.start + 1, f.end)))


def _hiding(prose: Prose, found: Sequence[Found]) -> tuple[_Edit, ...]:
    """A private-use character of its own for each term, none of which is an atom of `prose`."""
    taken = set(ATOM.findall(prose.plain))
    free = (chr(code) for code in range(_LAST, ATOM_BASE, -1) if chr(code) not in taken)
    return tuple(
        _Edit(f.start, f.end, sign, f.term, prose.plain[f.start : f.end])
        for f, sign in zip(found, free, strict=False)
    )


def _edited(prose: Prose, edits: Sequence[_Edit]) -> Prose:
    """`prose` with what the edits show in place of terms."""
    moved = _Moved([(edit.start, edit.end, len(edit.shown)) for edit in edits])

    def written(text: str) -> str:
        parts: list[str] = []
        position = 0
        for edit in edits:
            parts += [text[position : edit.start], edit.shown]
            position = edit.end
        return "".join((*parts, text[position:]))

    # Made by hand: `replace` takes as long as all the rest of it.
    marks = [
        Mark(moved.to(m.start), moved.to(m.end), m.opening, m.closing, m.kind, m.closing_moved)
        for m in prose.marks
    ]
    ranges = tuple([(moved.to(start), moved.to(end)) for start, end in prose.sentences])
    recased = written(prose.recased) if prose.recased else ""
    return Prose(written(prose.plain), prose.atoms, tuple(marks), ranges, prose.held, recased)


class _Moved:
    """Where places of a text are once parts of it have other lengths."""

    def __init__(self, changes: Sequence[tuple[int, int, int]]) -> None:
        """`changes`: start, end and new length of each part, in order."""
        self._ends = [end for _, end, _ in changes]
        self._by = [0, *accumulate(size - (end - start) for start, end, size in changes)]

    def to(self, position: int) -> int:
        """No place inside of such a part is asked for."""
        return position + self._by[bisect_right(self._ends, position)]


def _tell(
    way: _Way, number: int, answers: Mapping[str, Answer], forms: Sequence[str], heard: Heard | None
) -> Ask | Told | Kept:
    if not way.edits:
        return readings.tell(way.prose, number, answers, forms, heard)
    start, end = way.prose.sentences[number]
    if not sentences.has_letters(way.prose.plain[start:end]):  # nothing but terms
        return readings.source_reading(way.prose, number)
    return readings.tell(way.prose, number, answers, forms[:_TRIES], heard, whole=True)


def _shown(way: _Way, number: int, told: Told, target: str) -> Told:
    """What is told with the forms of terms for what stood in place of them."""
    if not way.edits:
        return told
    if way.prose.recased and told.changed:
        # Before the forms are there: they have the case they have.
        told = replace(told, text=titles.restored(told.text, way.prose.plain, target), cased=True)
    edits = {edit.shown: edit for edit in way.edits}
    there = [(at, edits[sign]) for at, sign in enumerate(told.text) if sign in edits]
    start, end = way.prose.sentences[number]
    first, begins = _leading(way.prose.plain[start:end]), _leading(told.text)
    words = [_form(edit, leads=edit.shown == begins, led=edit.shown == first) for _, edit in there]
    changed = told.changed or any(new != edit.words for new, (_, edit) in zip(words, there, strict=True))
    changes = [(at, at + 1, new) for new, (at, _) in zip(words, there, strict=True)]
    told = _with(told, changes)
    return told if told.changed == changed else replace(told, changed=changed)


def _leading(text: str) -> str:
    """Its first letter, digit or atom."""
    return next((c for c in text if c.isalnum() or ATOM.match(c)), "")


def _form(edit: _Edit, *, leads: bool, led: bool) -> str:
    """How a term stands in a translation. `leads`: at its beginning; `led`: whether it led the sentence."""
    term, words = edit.term, edit.words
    if not term.any_case:
        return words if term.form == term.source else term.form
    capital = words[:1].isupper() and words[1:] == words[1:].lower()
    if term.form == term.source and not (led and capital):
        return words  # npm, NPM
    form = term.form.upper() if len(words) > 1 and words.isupper() else term.form
    return form[:1].upper() + form[1:] if leads and led and capital else form


def _with(told: Told, changes: Sequence[tuple[int, int, str]]) -> Told:
    """With other words in some places: start, end, words."""
    if not changes:
        return told
    moved = _Moved([(start, end, len(words)) for start, end, words in changes])
    inside = [(start, end) for start, end, words in changes if len(words) != end - start]

    def to(position: int, *, later: bool) -> int:
        for start, end in inside:
            if start < position < end:
                position = end if later else start
        return moved.to(position)

    parts: list[str] = []
    position = 0
    for start, end, words in changes:
        parts += [told.text[position:start], words]
        position = end
    parts.append(told.text[position:])
    spots: Mapping[int, Place] = {
        number: Place(to(place.start, later=False), to(place.end, later=True), place.how)
        for number, place in told.places.items()
    }
    return replace(told, text="".join(parts), places=spots or NOWHERE)
