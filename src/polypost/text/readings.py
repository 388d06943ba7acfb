"""From a model's answers to what stands in a post, one sentence at a time; pure.

What is asked for a sentence, each only where what came before left something open: the sentence with its
atoms as stand-ins; the same with another form of stand-ins when an answer lost one; the sentence cut at its
atoms. Then, for marks that don't stand in the answer by themselves, their words alone (a probe), and the
sentence with these words in quotation marks. Those two are only ever used to find the words. A lost stand-in
is never added by guess.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from polypost import sentences
from polypost.markdown import standins
from polypost.markdown.alike import QUOTES, glued, trim
from polypost.markdown.compose import NOWHERE, Reading
from polypost.markdown.locate import GUESSED, Place, Search, Wanted, repeated, whole
from polypost.markdown.prose import ATOM, GLUED, Prose, atom_index, is_identifier
from polypost.values import Answer, Complaint, Doubtful, Probed, Untranslated, frozen

_INVISIBLE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\uf8ff\U000f0000-\U0010ffff]+"
)
"""What no text has: control, direction-override, private-use characters, halves of a surrogate pair."""
_TIGHT = 2
"""Pieces with fewer words aren't sent when a sentence is cut: short text is the dangerous text."""
MAX_MARKS = 100
"""A sentence with more isn't sent: finding each mark's words among the others' grows with their square."""
MAX_QUOTING = 500
"""Characters; a longer sentence isn't sent again only to find a mark, such as each name of a long list."""
MAX_GROWTH = 20
"""No language needs so many times the characters of another: it is a loop, or no translation."""
MAX_MORE = 200
"""Characters beside that: one sign of a dense script may be a line."""

_GUESSED = "mark-placed-by-proportion"
_TOLD = 60
"""Characters of the words of a mark that are shown."""
_LOST = "the model lost what stands for code, links or images in this sentence"
_CUT = (
    "cut-at-atom",
    "the model lost what stands for code or a link, so the sentence was translated in pieces; read it",
)
_ALONE = {step: (step,) for step in ("whole", "another-form", "cut")}


@frozen
class Heard:
    """A sentence's translation, before its marks are placed."""

    text: str
    form: str
    """The stand-ins that came back."""
    step: str
    """How it was translated: `whole`, `another-form` or `cut`."""
    doubts: tuple[Complaint, ...] = ()
    """What speaks against it."""


@frozen
class Ask:
    """What has to be known first."""

    sentences: tuple[str, ...] = ()
    probes: tuple[str, ...] = ()
    heard: Heard | None = None
    """The translation whose marks the probes are to place."""


@frozen
class Kept:
    """The sentence can't be translated: its segment keeps the source text."""

    code: str
    message: str
    source: str = ""
    """The sentence that has no answer, as it is `shown`."""
    said: str = ""
    """The answer that was no good, as far as it can be shown."""


_ENDLESS = Kept("kept-source", f"the model's answer is more than {MAX_GROWTH} times as long as its sentence")
_WORDLESS = Kept("kept-source", "the model's answer holds no words")
_UNTRANSLATED = "untranslated"
_NONE = Probed()
_Doubts = tuple[Complaint, ...]


@frozen
class Told(Reading):
    """A reading, and how it came about."""

    changed: bool = True
    """False when the answer is the sentence itself."""
    steps: tuple[str, ...] = ()
    """How the sentence was translated (`Heard.step`), and how each mark was placed."""
    doubts: tuple[Complaint, ...] = ()
    """What speaks against the translation, worst first: it stands, but isn't current."""
    source: str = ""
    """The sentence, as it is `shown`, where there are doubts."""
    cased: bool = False
    """Whether it has the case of its title already."""


def first(prose: Prose, index: int) -> tuple[str, ...]:
    """What is sent for a sentence at first."""
    asked = tell(prose, index, {}, standins.FORMS)
    return asked.sentences if isinstance(asked, Ask) else ()


def tell(  # noqa: PLR0913
    prose: Prose,
    index: int,
    answers: Mapping[str, Answer],
    forms: Sequence[str],
    heard: Heard | None = None,
    *,
    whole: bool = False,
) -> Ask | Told | Kept:
    """What becomes of a sentence, or what must be asked to know it. Bounded: see the module's text.

    `heard`: that of what was asked for it last. `whole`: whether it may not be cut at its atoms.
    """
    marks = prose.held[index]
    start, end = prose.sentences[index]
    if len(marks) > MAX_MARKS:
        return Kept("kept-source", f"more than {MAX_MARKS} links or emphases in one sentence; split it")
    if heard is None:
        said = _heard(prose.asked[start:end], answers, forms, whole=whole)
        if said is None:
            return source_reading(prose, index)
        if not isinstance(said, Heard):
            return _sourced(said, prose, index, forms)
        heard = said
    doubts = heard.doubts
    source = shown(prose, prose.plain[start:end]) if doubts else ""
    if not marks:
        return Told(heard.text, NOWHERE, steps=_ALONE[heard.step], doubts=doubts, source=source)
    places = _places(prose, index, heard, answers)
    if not isinstance(places, dict):
        return places
    steps = (heard.step, *(spot.how for spot in places.values()))
    return Told(heard.text, places, steps=steps, doubts=doubts, source=source)


def _sourced(said: Ask | Kept, prose: Prose, index: int, forms: Sequence[str]) -> Ask | Kept:
    """With the sentence that has no answer and what was said, where that is why it is kept."""
    if not isinstance(said, Kept) or said.code != _UNTRANSLATED:
        return said
    start, end = prose.sentences[index]
    backs = (standins.restored(prose.asked[start:end], form, said.said) for form in forms)
    whole = next((back for back in backs if back is not None), said.said)
    return replace(said, source=shown(prose, prose.plain[start:end]), said=shown(prose, whole))


def source_reading(prose: Prose, index: int) -> Told:
    """The sentence as it is."""
    start, end = prose.sentences[index]
    places = {n: Place(w.start - start, w.end - start) for n, w in _wanted(prose, index).items()}
    return Told(prose.plain[start:end], places, changed=False)


def notes(prose: Prose, index: int, told: Told) -> Iterator[tuple[str, str]]:
    """What a person should look at beside doubts, as (code, message)."""
    if "cut" in told.steps:
        yield _CUT
    wanted = _wanted(prose, index)
    for number, place in told.places.items():
        if place.how == GUESSED:
            want = wanted[number]
            words = _brief(shown(prose, prose.plain[want.start : want.end]))
            spot = _brief(shown(prose, told.text[place.start : place.end]))
            what = f"The {'link' if want.mark.kind == 'link' else 'markup of'} “{words}”"
            yield _GUESSED, f"{what} was placed on “{spot}” by proportion: see that it is on the right words."


def _brief(words: str) -> str:
    return words if 0 < len(words) <= _TOLD else f"{words[: _TOLD - 1]}…"


def shown(prose: Prose, text: str) -> str:
    """Text with atoms of `prose` as its reader sees it: code and names as they are written, no images."""
    atoms = prose.atoms

    def seen(match: re.Match[str]) -> str:
        index = atom_index(match[0])
        if index >= len(atoms) or atoms[index].kind in GLUED:
            return ""
        return atoms[index].markup.raw.decode(errors="replace")

    return sentences.one_line(ATOM.sub(seen, text)) if atoms else text


def clean(answer: str) -> str:
    """One line without what no text has: control, private-use and direction-override characters."""
    text = unicodedata.normalize("NFC", answer) if not answer.isascii() else answer
    text = sentences.one_line(text)
    if not text.isprintable():
        text = _INVISIBLE.sub("", text).strip()
    return answer if text == answer else text  # one string, where two would say the same


def cleaned(said: str, answer: str) -> str:
    """The answer to `said` as it would stand in a post."""
    return _without_csv(said, clean(answer))


def _without_csv(said: str, answer: str) -> str:
    """An answer without the quoting of a CSV field, in which models wrap what holds quotation marks."""
    if not answer.startswith('"'):
        return answer
    inner = answer[1:-1]
    wrapped = len(answer) > 1 and answer[-1] == '"' and '""' in inner
    if not wrapped or '""' in said or '"' in inner.replace('""', ""):
        return answer
    return inner.replace('""', '"').strip()


def too_long(said: str, answer: str) -> bool:
    """Whether the answer to `said` is no text, whatever it holds."""
    return len(answer) > MAX_GROWTH * len(said) + MAX_MORE


def _heard(
    text: str, answers: Mapping[str, Answer], forms: Sequence[str], *, whole: bool
) -> Heard | Ask | Kept | None:
    """The translation of `text`; None when it is `text` itself."""
    if text.isascii() or not ATOM.search(text):
        said = sentences.one_line(text)
        answer = _answer(said, answers)
        return _worded(Heard(answer[0], "", "whole", answer[1])) if isinstance(answer, tuple) else answer
    for number, (form, said) in enumerate(standins.tries(text, forms)):
        answer = _answer(said, answers)
        if not isinstance(answer, tuple):
            return answer
        if (back := standins.restored(text, form, answer[0])) is not None:
            return _worded(Heard(back, form, "another-form" if number else "whole", answer[1]))
    return Kept("kept-source", _LOST) if whole else _pieced(text, answers, forms)


def _answer(said: str, answers: Mapping[str, Answer]) -> tuple[str, _Doubts] | Ask | Kept | None:
    """What came of `said`, cleaned, and what speaks against it; None when it is `said` itself."""
    answer = answers.get(said)
    if answer is None or isinstance(answer, Probed):
        return Ask((said,))
    if isinstance(answer, Untranslated):
        return Kept(_UNTRANSLATED, answer.reason, said=cleaned(said, answer.said))
    text, doubts = _parted(answer)
    if too_long(said, text):
        return _ENDLESS
    if text == said or (not said.isascii() and text.split() == said.split()):
        return None
    return cleaned(said, text), doubts


def _parted(answer: str | Doubtful) -> tuple[str, _Doubts]:
    return (answer.text, answer.complaints) if isinstance(answer, Doubtful) else (answer, ())


def _worded(heard: Heard) -> Heard | Kept:
    return heard if sentences.has_letters(heard.text) else _WORDLESS


def _pieced(text: str, answers: Mapping[str, Answer], forms: Sequence[str]) -> Heard | Ask | Kept:
    """The sentence cut at its atoms: what stands between them, each on its own."""
    cuts = _cuts(text)
    if ask := tuple(said for _, said in cuts if said is not None and _unasked(said, answers)):
        return Ask(ask)
    if all(said is None for _, said in cuts):
        return Kept("kept-source", _LOST)
    parts: list[str] = []
    doubts: list[Complaint] = []
    for stays, said in cuts:
        if said is None:
            parts.append(stays)
            continue
        answer = answers[said]
        if isinstance(answer, Untranslated):
            return Kept(_UNTRANSLATED, answer.reason)
        answer, found = _parted(answer)
        if too_long(said, answer):
            return _ENDLESS
        doubts += found
        parts.append(clean(answer))
        if not sentences.has_letters(parts[-1]):
            return Kept("kept-source", _LOST)
    return Heard("".join(parts), forms[0], "cut", tuple(doubts))


def _unasked(said: str, answers: Mapping[str, Answer]) -> bool:
    """Whether there is no answer yet that may stand in a post."""
    return isinstance(answers.get(said, _NONE), Probed)


def _cuts(text: str) -> list[tuple[str, str | None]]:
    """The text between its atoms: (what stands there, what is sent of it; None for what stays)."""
    pieces: list[tuple[str, str | None]] = []
    position = 0
    for match in [*ATOM.finditer(text), None]:
        stop = match.start() if match else len(text)
        low, high = position, stop
        while low < high and not text[low].isalnum():
            low += 1
        while high > low and text[high - 1] in " \t,;:([{-–—\"'":
            high -= 1
        core = text[low:high]
        said = sentences.one_line(core) if sentences.words(core) >= _TIGHT else None
        following = match.end() if match else len(text)
        pieces += [(text[position:low], None), (core, said), (text[high:following], None)]
        position = following
    return pieces


def _wanted(prose: Prose, index: int) -> dict[int, Wanted]:
    """The marks that touch a sentence, cut to it."""
    start, end = prose.sentences[index]
    marks = ((number, prose.marks[number]) for number in prose.held[index])
    return {number: Wanted(mark, max(mark.start, start), min(mark.end, end)) for number, mark in marks}


def _places(
    prose: Prose, index: int, heard: Heard, answers: Mapping[str, Answer]
) -> dict[int, Place] | Ask | Kept:
    """Where the marks go; asks for no more than what leaves none of them to a guess."""
    wanted = _wanted(prose, index)
    core = prose.sentences[index]
    while True:
        search = Search(prose.asked, core, heard.text, tuple(wanted.values()))
        places = search.places()
        if None not in places:
            break
        unsure = {n: want for (n, want), spot in zip(wanted.items(), places, strict=True) if spot is None}
        wider = {
            n: w for n, want in unsure.items() if (w := whole(prose.asked, want, wanted.values())) != want
        }
        if wider:
            wanted |= wider
            continue
        known, ask = _evidence(prose, index, heard, unsure, answers)
        if ask:
            return Ask((), ask, heard)
        if not known:
            break
        wanted |= known
    places = search.guesses() if None in places else places
    settled = {number: spot for number, spot in zip(wanted, places, strict=True) if spot is not None}
    if len(settled) < len(wanted):
        return Kept("kept-source", "the translation has no words left to put all of the markup on")
    return settled


def _evidence(
    prose: Prose, index: int, heard: Heard, unsure: Mapping[int, Wanted], answers: Mapping[str, Answer]
) -> tuple[dict[int, Wanted], tuple[str, ...]]:
    """Of each mark that is unsure, the next that can be known of it; and what has to be asked for that."""
    known: dict[int, Wanted] = {}
    ask: list[str] = []
    for number, want in unsure.items():
        for quotes, text, said in _ways(prose, index, heard, want):
            if said not in answers:
                ask.append(said)
                break
            answer = answers[said]
            if isinstance(answer, Untranslated):
                continue
            answer, _ = _parted(answer)
            if too_long(said, answer):
                continue
            found = standins.restored(text, heard.form, clean(answer))
            if found and not (want.quoted if quotes else want.probe):
                known[number] = replace(want, quoted=found) if quotes else replace(want, probe=found)
                break
    return known, tuple(ask)


def _ways(prose: Prose, index: int, heard: Heard, want: Wanted) -> Iterator[tuple[bool, str, str]]:
    """What may be sent to find a mark's words: (whether in quotation marks, the text, what is sent for it).

    Words that the sentence holds twice are asked for in their sentence first. Part of a word says nothing.
    """
    plain = prose.asked
    start, end = prose.sentences[index]
    low, high = trim(plain, want.start, want.end)
    words = ATOM.sub("", plain[low:high])
    known = not sentences.has_letters(words) or is_identifier(words.strip())
    if known or glued(plain, low) or glued(plain, high):
        return
    ways = [(False, plain[want.start : want.end])]
    if (
        heard.step != "cut"
        and end - start <= MAX_QUOTING
        and not QUOTES.intersection(words + plain[max(0, low - 1) : low])
    ):
        ways.append((True, f'{plain[start:low]}"{plain[low:high]}"{plain[high:end]}'))
    if repeated(plain, (start, end), want):
        ways.reverse()
    for quotes, text in ways:
        said = standins.masked(text, heard.form or standins.FORMS[0])
        if said is not None:
            yield quotes, text, said
