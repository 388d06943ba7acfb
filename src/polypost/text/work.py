"""One post on its way into one language: what has to be asked, and what the answers make of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from polypost.markdown import anchors, recount, titles
from polypost.markdown.document import Document, compose, raw
from polypost.markdown.prose import ATOM, Hole, Prose
from polypost.markdown.settle import settle
from polypost.markdown.standins import FORMS, checked, masked
from polypost.terms import NONE, Terms
from polypost.text import cuts, readings
from polypost.text.cuts import Piece
from polypost.text.readings import Ask, Kept, Told
from polypost.text.terming import Termed
from polypost.values import Answer, Finding, Localized, frozen

NOTHING: Mapping[int, bytes] = MappingProxyType({})
UNKNOWN: Mapping[str, Piece] = MappingProxyType({})
KEPT = "Kept in the source language: "
"""How a finding begins that tells why a text was."""
_NO_TEXT = Kept("kept-source", "the model's answer holds no sentence, only a name or a sign")


@frozen
class Needs:
    """Strings to translate next, each once, in the order of the post."""

    sentences: tuple[str, ...] = ()
    probes: tuple[str, ...] = ()
    """Sent only to find where words went; what they come back as never stands in a post."""

    def __bool__(self) -> bool:
        """Whether anything is needed."""
        return bool(self.sentences or self.probes)


class Work:
    """One post on its way into one language.

    What is once told of a sentence stays told: answers only ever come in addition. So each sentence is looked
    at as often as something is asked for it, and not again to render it.
    """

    def __init__(  # noqa: PLR0913  all but the document are keywords
        self,
        document: Document,
        *,
        target: str,
        standins: Sequence[str] = FORMS,
        reuse: Mapping[int, bytes] = NOTHING,
        known: Mapping[str, Piece] = UNKNOWN,
        linked: Collection[str] = (),
        terms: Terms = NONE,
    ) -> None:
        """Nothing is asked yet. Raises UsageError for an unknown form.

        `standins`: the forms to try, of FORMS, best first. `reuse`: segment index -> bytes to put there as
        they are. `known`: sentences that are translated already, see `cuts.known_by`. `linked`: the
        post's anchors that other posts link to. `terms`: those of the glossary for `target`.
        """
        self.document = document
        self.target = target
        self.forms = checked(standins)
        self.reuse, self._linked = reuse, linked
        if terms:
            terms = terms.among(each.plain for s in document.segments for each in cuts.proses(s.prose))
        self._terms = terms
        self.texts = [
            None if at in reuse else _Text.of(s.prose, terms, target)
            for at, s in enumerate(document.segments)
        ]
        self.open = [text for each in self.texts if each is not None for text in each.all()]
        if known:
            for text in self.open:
                text.recall(known, self.forms[0])

    def needed(self, answers: Mapping[str, Answer]) -> Needs:
        """What must be asked next, given what is known; empty when `render` needs nothing more.

        Bounded, whatever comes back: the sentences, two more forms of stand-ins, the pieces between them,
        then two probes for each mark that is left to place.
        """
        whole: dict[str, None] = {}
        probes: dict[str, None] = {}
        still: list[_Text] = []
        for text in self.open:
            asks = text.tell(answers, self.forms)
            for ask in asks:
                whole.update(dict.fromkeys(ask.sentences))
                probes.update(dict.fromkeys(ask.probes))
            if asks:
                still.append(text)
        self.open = still
        return Needs(tuple(whole), tuple(p for p in probes if p not in whole))

    def asked(self, at: int, answers: Mapping[str, Answer]) -> list[str]:
        """All that was asked for a segment, when these were the answers."""
        found: dict[str, None] = {}
        text = _Text.of(self.document.segments[at].prose, self._terms, self.target)
        heard: dict[str, Answer] = {}
        while asks := [ask for each in text.all() for ask in each.tell(heard, self.forms)]:
            fresh = [t for ask in asks for t in (*ask.sentences, *ask.probes) if t not in found]
            found.update(dict.fromkeys(fresh))
            if not (new := {t: answers[t] for t in fresh if t in answers}):
                break
            heard |= new
        return list(found)

    def recalled(self, at: int) -> dict[str, str]:
        """The sentences of a segment that were known before: as they would be sent, and their answers.

        Without those whose answer can't be told any more: titles, and where code has changed its place.
        """
        found: dict[str, str] = {}
        text, form = self.texts[at], self.forms[0]
        for each in () if text is None else text.all():
            for told, (start, end) in zip(each.told, each.prose.sentences, strict=True):
                before = each.prose.asked[start:end]
                if not isinstance(told, Told) or told.steps or not told.changed or each.prose.recased:
                    continue
                if ATOM.findall(before) == ATOM.findall(told.text):
                    said, answer = masked(before, form), masked(told.text, form)
                    found |= {said: answer} if said and answer else {}
        return found

    def became(self, at: int) -> list[tuple[Prose, list[Told]]]:
        """Each prose of a segment that is rendered, see `cuts.proses`, and what became of its sentences."""
        text, draft = self.texts[at], _Draft(self.target)
        found: list[tuple[Prose, list[Told]]] = []
        for each in () if text is None else text.all():
            told = _told(each, draft)
            found.append((each.prose, _source(each.prose) if isinstance(told, Kept) else told))
        return found

    def render(self, answers: Mapping[str, Answer]) -> Localized:
        """The localization. Raises KeyError when `needed` was not asked to its end.

        A segment that can't be translated, or whose translation would change how the post is built, keeps its
        source text, with a finding.
        """
        if needs := self.needed(answers):
            raise KeyError((*needs.sentences, *needs.probes)[0])
        document, reuse = self.document, self.reuse
        draft = _Draft(self.target)

        def strictly(at: int) -> bytes | None:
            if (text := self.texts[at]) is None:
                return None
            told, inside = _parts(document, at, text, _Draft(self.target))
            return compose(document, at, told, inside, strict=True)

        for index, text in enumerate(self.texts):
            if text is not None:
                _translate(document, index, text, draft)
        settled = settle(document, draft.edits, strictly, reuse)
        while lost := recount.lost(document, settled, draft.doubtful):
            for index in lost:
                draft.drop(document, index)
            settled = settle(document, draft.edits, strictly, reuse)
        for index in settled.kept:
            draft.keep(
                document, index, Kept("kept-source", "its translation would have broken the post's structure")
            )
        told = (
            f
            for i, found in draft.findings.items()
            for f in found
            if i not in settled.kept or f.code == "kept-source"
        )
        findings = sorted((*document.notes, *told), key=lambda f: f.line)
        kept, declared = anchors.keep(document, settled, self._linked)
        return Localized(
            kept, tuple(findings), frozenset(draft.kept), steps=dict(draft.steps), declared=declared
        )


@frozen
class _Text:
    """A prose, what is told of each of its sentences so far, and the same of the text inside its markup."""

    prose: Prose
    told: list[Told | Kept | Ask | None]
    """An Ask only where what is heard already is in it."""
    inside: tuple[tuple[Hole, _Text], ...]
    termed: Termed | None
    """Its sentences that hold terms."""

    @classmethod
    def of(cls, prose: Prose, terms: Terms, target: str) -> _Text:
        inside = tuple((hole, cls.of(hole.prose, terms, target)) for hole in prose.holes())
        termed = Termed.of(prose, terms, target) if terms else None
        return cls(prose, [None] * len(prose.sentences), inside, termed)

    def all(self) -> Iterator[_Text]:
        """It, and all that is inside of it."""
        yield self
        for _, text in self.inside:
            yield from text.all()

    def recall(self, known: Mapping[str, Piece], form: str) -> None:
        """Tell of each sentence what is known of it already."""
        for number in range(len(self.told)):
            told = self.told[number] = cuts.told(self.prose, number, known, form)
            if told is not None and self.termed is not None:
                self.termed.leave(number)

    def tell(self, answers: Mapping[str, Answer], forms: Sequence[str]) -> list[Ask]:
        """Tell what can be told by now; what has to be asked for the rest."""
        asks: list[Ask] = []
        for number, told in enumerate(self.told):
            if told is None or told.__class__ is Ask:
                if self.termed is not None and self.termed.holds(number):
                    one = self.termed.tell(number, answers, forms)
                else:
                    heard = told.heard if isinstance(told, Ask) else None
                    one = readings.tell(self.prose, number, answers, forms, heard)
                if not isinstance(one, Ask):
                    self.told[number] = one
                    continue
                asks.append(one)
                if one.heard is not None:
                    self.told[number] = one
        return asks


@dataclass(slots=True)
class _Draft:
    """What a rendering knows, and what it gathers segment by segment."""

    target: str
    edits: dict[int, bytes] = field(default_factory=dict)
    kept: set[int] = field(default_factory=set)
    findings: dict[int, list[Finding]] = field(default_factory=dict)
    steps: Counter[str] = field(default_factory=Counter)
    doubtful: set[int] = field(default_factory=set)
    """Segments whose translation may be no segment when it is read again."""

    def drop(self, document: Document, index: int) -> None:
        """Take a translation back."""
        self.doubtful.discard(index)
        if self.edits.pop(index, None) is not None:
            self.findings[index] = []
            self.steps["kept"] += 1
            self.keep(document, index, _NO_TEXT)

    def note(
        self, document: Document, index: int, code: str, message: str, pair: tuple[str, str] | None = None
    ) -> None:
        finding = Finding(code, message, document.path, document.segments[index].line, pair)
        found = self.findings.setdefault(index, [])
        if finding not in found:
            found.append(finding)

    def keep(self, document: Document, index: int, reason: Kept) -> None:
        self.kept.add(index)
        pair = (reason.source, reason.said) if reason.source else None
        self.note(document, index, reason.code, f"{KEPT}{reason.message}", pair)

    def doubt(self, document: Document, index: int, prose: Prose, told: Told) -> None:
        """Tell what speaks against a sentence's translation."""
        reasons = " ".join(complaint.reason for complaint in told.doubts)
        pair = (told.source, readings.shown(prose, told.text))
        self.note(document, index, told.doubts[0].code, f"{reasons} Read it.", pair)


def _translate(document: Document, index: int, text: _Text, draft: _Draft) -> None:
    """Put a segment's translation into `draft`, or the reason why there is none."""
    told, inside = _parts(document, index, text, draft)
    if not inside and not any(t.changed for t in told):
        return
    texts = [one.text for group in (told, *inside.values()) for one in group]
    if recount.doubtful(texts, raw(document, index), text.prose.plain):
        draft.doubtful.add(index)
    for prose, group in ((text.prose, told), *((hole.prose, group) for hole, group in inside.items())):
        for number, one in enumerate(group):
            if one.doubts:
                draft.doubt(document, index, prose, one)
            for code, message in readings.notes(prose, number, one):
                draft.note(document, index, code, message)
    try:
        draft.edits[index] = compose(document, index, told, inside, strict=False)
    except ValueError as error:
        draft.keep(document, index, Kept("kept-source", str(error)))


def _parts(
    document: Document, index: int, text: _Text, draft: _Draft
) -> tuple[list[Told], Mapping[Hole, list[Told]]]:
    """What a segment's sentences become, and the text inside of its markup, where that changes."""
    inside = _inside(document, index, text, draft)
    told = _told(text, draft)
    if isinstance(told, Kept):
        draft.keep(document, index, told)
        told = _source(text.prose)
    return told, inside


def _source(prose: Prose) -> list[Told]:
    """The sentences as they are."""
    return [readings.source_reading(prose, number) for number in range(len(prose.sentences))]


def _inside(document: Document, index: int, text: _Text, draft: _Draft) -> Mapping[Hole, list[Told]]:
    """What the text inside of markup becomes, where it changes."""
    found: dict[Hole, list[Told]] = {}
    for hole, within in text.inside:
        deeper = _inside(document, index, within, draft)
        told = _told(within, draft)
        if isinstance(told, Kept):
            draft.keep(document, index, told)
            told = _source(hole.prose)
        if deeper or any(t.changed for t in told):
            found |= {hole: told, **deeper}
    return found


def _told(text: _Text, draft: _Draft) -> list[Told] | Kept:
    """What becomes of each sentence; why the segment has to stay as it is."""
    out: list[Told] = []
    for one in text.told:
        if isinstance(one, Kept):
            draft.steps["kept"] += 1
            return one
        if isinstance(one, Told):
            out.append(one)
    for one in out:
        for step in one.steps:
            draft.steps[step] += 1
    return [_recased(text.prose, one, draft.target) for one in out] if text.prose.recased else out


def _recased(prose: Prose, told: Told, target: str) -> Told:
    """A title's capitals given back."""
    if not told.changed or told.cased:
        return told
    return replace(told, text=titles.restored(told.text, prose.plain, target))
