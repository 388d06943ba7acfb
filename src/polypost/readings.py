"""From a model's answers to what stands in a post, one sentence at a time; pure.

What is asked for a sentence, in turn: the sentence with its atoms as stand-ins, and the words of its marks on
their own (probes, only ever used to find those words); the same with the next form of stand-ins when an
answer lost one; at last the sentence cut at its atoms. A lost stand-in is never added by guess.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from polypost import sentences
from polypost.markdown import standins
from polypost.markdown.compose import Reading
from polypost.markdown.locate import Place, Wanted, place
from polypost.markdown.prose import ATOM, IDENTIFIER, Prose
from polypost.values import Answer, Untranslated

_UNKNOWN = re.compile(r"<\s*unk\s*>|⁇", re.IGNORECASE)
_INVISIBLE = frozenset({"Cc", "Cs", "Co"})
_BIDI = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")
_TIGHT = 2
"""Pieces with fewer words aren't sent when a sentence is cut: short text is the dangerous text."""
MAX_MARKS = 100
"""A sentence with more isn't sent: finding each mark's words among the others' grows with their square."""

_GUESSED = (
    "mark-placed-by-proportion",
    "emphasis or a link was placed by proportion; see that it is on the right words",
)
_LOST = "the model lost what stands for code, links or images in this sentence"
_CUT = (
    "cut-at-atom",
    "the model lost what stands for code or a link, so the sentence was translated in pieces; read it",
)


@dataclass(frozen=True, slots=True)
class Ask:
    """What has to be known first."""

    sentences: tuple[str, ...] = ()
    probes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Kept:
    """The sentence can't be translated: its segment keeps the source text."""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Told:
    """A reading, and what a person should look at."""

    reading: Reading
    notes: tuple[tuple[str, str], ...] = ()
    """(code, message) pairs."""
    changed: bool = True
    """False when the answer is the sentence itself."""


def first(prose: Prose, index: int) -> Ask:
    """Everything that is sent for a sentence at first, known or not."""
    if len(prose.held[index]) > MAX_MARKS:
        return Ask()
    start, end = prose.sentences[index]
    form = next(_forms(prose, start, end), None)
    probes = tuple(p for _, _, p in _probes(prose, index) if p is not None)
    if form is None:
        return Ask(tuple(text for _, _, text in _cuts(prose, start, end) if text is not None), probes)
    return Ask((form[1],), probes)


def missing(prose: Prose, index: int, answers: Mapping[str, Answer]) -> Ask:
    """What of it must be asked next; empty when `read` needs nothing more."""
    if len(prose.held[index]) > MAX_MARKS:
        return Ask()
    start, end = prose.sentences[index]
    asked = first(prose, index)
    probes = tuple(p for p in asked.probes if p not in answers)
    for form, text in _forms(prose, start, end):
        if text not in answers:
            return Ask((text,), probes)
        answer = answers[text]
        if (
            isinstance(answer, Untranslated)
            or standins.restored(prose, start, end, form, clean(answer)) is not None
        ):
            return Ask((), probes)
    cuts = tuple(text for _, _, text in _cuts(prose, start, end) if text is not None and text not in answers)
    return Ask(cuts, probes)


def read(prose: Prose, index: int, answers: Mapping[str, Answer]) -> Told | Kept:
    """What becomes of a sentence whose answers are all known. Raises KeyError when one is missing."""
    if len(prose.held[index]) > MAX_MARKS:
        return Kept("kept-source", f"more than {MAX_MARKS} links or emphases in one sentence; split it")
    start, end = prose.sentences[index]
    for form, text in _forms(prose, start, end):
        answer = answers[text]
        if isinstance(answer, Untranslated):
            return Kept("untranslated", answer.reason)
        if answer == text:
            return source_reading(prose, index)
        restored = standins.restored(prose, start, end, form, clean(answer))
        if restored is None:
            continue
        if (fault := _fault(prose.plain[start:end], restored)) is not None:
            return Kept("kept-source", fault)
        return _placed(prose, index, restored, answers)
    return _read_cut(prose, index, answers)


def source_reading(prose: Prose, index: int) -> Told:
    """The sentence as it is."""
    start, end = prose.sentences[index]
    places = {i: Place(max(m.start, start) - start, min(m.end, end) - start) for i, m in _marks(prose, index)}
    return Told(Reading(prose.plain[start:end], places), changed=False)


def clean(answer: str) -> str:
    """One line without what no text has: control, private-use and direction-override characters."""
    text = unicodedata.normalize("NFC", answer) if not answer.isascii() else answer
    text = " ".join(text.split())
    if text.isascii() and text.isprintable():
        return text
    return "".join(c for c in text if c not in _BIDI and unicodedata.category(c) not in _INVISIBLE).strip()


def _fault(source: str, answer: str) -> str | None:
    if not sentences.has_letters(answer):
        return "the model's answer holds no words"
    if _UNKNOWN.search(answer) and not _UNKNOWN.search(source):
        return "the model's answer holds a sign for an unknown word"
    return None


def _forms(prose: Prose, start: int, end: int) -> Iterator[tuple[int, str]]:
    """(form, what is sent in it), for the forms that this sentence can take."""
    if not ATOM.search(prose.plain, start, end):
        yield 0, " ".join(prose.plain[start:end].split())
        return
    for form in range(standins.FORMS):
        text = standins.masked(prose, start, end, form)
        if text is not None:
            yield form, text


def _marks(prose: Prose, index: int) -> Iterator[tuple[int, Wanted]]:
    """The marks that touch a sentence, cut to it."""
    start, end = prose.sentences[index]
    for number in prose.held[index]:
        mark = prose.marks[number]
        yield number, Wanted(mark, max(mark.start, start), min(mark.end, end), None)


def _probes(prose: Prose, index: int) -> Iterator[tuple[int, Wanted, str | None]]:
    """Each mark of a sentence, with what is sent to find its words (None: nothing needs to be)."""
    start, end = prose.sentences[index]
    for number, want in _marks(prose, index):
        words = ATOM.sub("", prose.plain[want.start : want.end])
        whole = want.start <= start and want.end >= end
        if whole or not sentences.has_letters(words) or IDENTIFIER.fullmatch(words.strip()):
            yield number, want, None
        else:
            yield number, want, standins.masked(prose, want.start, want.end, 0)


def _placed(
    prose: Prose,
    index: int,
    text: str,
    answers: Mapping[str, Answer],
    notes: tuple[tuple[str, str], ...] = (),
) -> Told | Kept:
    wanted: dict[int, Wanted] = {}
    for number, want, probe in _probes(prose, index):
        answer = answers.get(probe) if probe is not None else None
        found = None
        if isinstance(answer, str):
            found = standins.restored(prose, want.start, want.end, 0, clean(answer))
        wanted[number] = replace(want, probe=found)
    places = place(prose.plain, prose.sentences[index], text, tuple(wanted.values()))
    settled = {number: spot for number, spot in zip(wanted, places, strict=True) if spot is not None}
    if len(settled) < len(wanted):
        return Kept("kept-source", "the translation has no words left to put all of the markup on")
    if any(spot.guessed for spot in settled.values()):
        notes = (*notes, _GUESSED)
    return Told(Reading(text, settled), notes)


def _cuts(prose: Prose, start: int, end: int) -> list[tuple[int, int, str | None]]:
    """The sentence between its atoms: (start, end, what is sent of it; None for what stays)."""
    pieces: list[tuple[int, int, str | None]] = []
    position = start
    for match in [*ATOM.finditer(prose.plain, start, end), None]:
        stop = match.start() if match else end
        low, high = position, stop
        while low < high and not prose.plain[low].isalnum():
            low += 1
        while high > low and prose.plain[high - 1] in " \t,;:([{-–—\"'":
            high -= 1
        core = prose.plain[low:high]
        pieces.append((position, low, None))
        pieces.append((low, high, " ".join(core.split()) if sentences.words(core) >= _TIGHT else None))
        pieces.append((high, match.end() if match else end, None))
        position = match.end() if match else end
    return pieces


def _read_cut(prose: Prose, index: int, answers: Mapping[str, Answer]) -> Told | Kept:
    parts: list[str] = []
    cuts = _cuts(prose, *prose.sentences[index])
    if all(text is None for _, _, text in cuts):
        return Kept("kept-source", _LOST)
    for low, high, text in cuts:
        if text is None:
            parts.append(prose.plain[low:high])
            continue
        answer = answers[text]
        if isinstance(answer, Untranslated):
            return Kept("untranslated", answer.reason)
        cleaned = clean(answer)
        if _fault(prose.plain[low:high], cleaned) is not None:
            return Kept(
                "kept-source", "the model lost what stands for code, links or images in this sentence"
            )
        parts.append(cleaned)
    return _placed(prose, index, "".join(parts), answers, (_CUT,))
