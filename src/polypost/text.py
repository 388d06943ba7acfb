"""`localize`, the public text function, and its parts: what to ask, and what comes of the answers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from polypost import readings
from polypost.errors import TranslatorError
from polypost.markdown import anchors, recount, titles
from polypost.markdown.document import Document, compose, parse, raw
from polypost.markdown.prose import Hole, Prose
from polypost.markdown.rules import DEFAULT_KEYS, Rules
from polypost.markdown.settle import settle
from polypost.markdown.standins import FORMS, checked
from polypost.readings import Kept
from polypost.values import Answer, Finding, Localized

_NOTHING: Mapping[int, bytes] = MappingProxyType({})
_NO_TEXT = Kept("kept-source", "the model's answer holds no sentence, only a name or a sign")


@dataclass(frozen=True, slots=True)
class Needs:
    """Strings to translate next, each once, in the order of the post."""

    sentences: tuple[str, ...] = ()
    probes: tuple[str, ...] = ()
    """Sent only to find where words went; what they come back as never stands in a post."""

    def __bool__(self) -> bool:
        """Whether anything is needed."""
        return bool(self.sentences or self.probes)


def needed(
    document: Document,
    answers: Mapping[str, Answer],
    *,
    target: str,
    standins: Sequence[str] = FORMS,
    reuse: Mapping[int, bytes] = _NOTHING,
) -> Needs:
    """What must be asked next, given what is known; empty when `render` needs nothing more.

    Bounded, whatever comes back: the sentences, two more forms of stand-ins, the pieces between them, then
    two probes for each mark that is left to place. `standins`: the forms to try, of FORMS, best first.
    `reuse`: segments that need nothing. Raises UsageError for an unknown form.
    """
    del target  # the same for every language, so far
    forms = checked(standins)
    whole: dict[str, None] = {}
    probes: dict[str, None] = {}
    for index, segment in enumerate(document.segments):
        if index in reuse:
            continue
        for prose in _proses(segment.prose):
            for number in range(len(prose.sentences)):
                ask = readings.missing(prose, number, answers, forms)
                if ask is not None:
                    whole.update(dict.fromkeys(ask.sentences))
                    probes.update(dict.fromkeys(ask.probes))
    return Needs(tuple(whole), tuple(p for p in probes if p not in whole))


def sentences(document: Document, index: int) -> tuple[str, ...]:
    """The sentences of one segment as they are first sent."""
    out: list[str] = []
    for prose in _proses(document.segments[index].prose):
        for number in range(len(prose.sentences)):
            out.extend(readings.first(prose, number))
    return tuple(out)


def render(
    document: Document,
    answers: Mapping[str, Answer],
    *,
    target: str,
    standins: Sequence[str] = FORMS,
    reuse: Mapping[int, bytes] = _NOTHING,
) -> Localized:
    """The localization. Raises KeyError when `needed`, with the same `standins`, was not asked to its end.

    `reuse`: segment index -> bytes to put there as they are. A segment that can't be translated, or whose
    translation would change how the post is built, keeps its source text, with a finding.
    """
    draft = _Draft(answers, checked(standins), target)
    for index, segment in enumerate(document.segments):
        if index not in reuse:
            _translate(document, index, segment.prose, draft)
    settled = settle(document, draft.edits, draft.strict, reuse)
    while lost := recount.lost(document, settled, draft.doubtful):
        for index in lost:
            draft.drop(document, index)
        settled = settle(document, draft.edits, draft.strict, reuse)
    for index in settled.kept:
        draft.keep(
            document, index, Kept("kept-source", "its translation would have broken the post's structure")
        )
    findings = sorted(
        (
            f
            for i, found in draft.findings.items()
            for f in found
            if i not in settled.kept or f.code == "kept-source"
        ),
        key=lambda f: f.line,
    )
    kept, declared = anchors.keep(document, settled)
    return Localized(kept, tuple(findings), frozenset(draft.kept), steps=dict(draft.steps), declared=declared)


def localize(  # noqa: PLR0913  the public signature is a promise; all but two are keywords
    content: bytes,
    translate: Callable[[Sequence[str]], Sequence[str]],
    *,
    path: str,
    source: str = "en",
    target: str = "es",
    dialect: str = "",
    keys: Sequence[str] = DEFAULT_KEYS,
    arguments: Sequence[str] = (),
    extras: Collection[str] = (),
    standins: Sequence[str] = FORMS,
) -> Localized:
    """Translate a post: bytes in, bytes out.

    `translate` gets plain sentences and returns as many strings. `path` tells the dialect unless `dialect`
    does. `source`, `target`: BCP 47. `keys`, `arguments`, `extras`: see Rules. `standins`: what the model
    sees in place of code and links, names of FORMS, the one that it keeps best first. Raises PostError for
    what is no post, UsageError for an unknown name, TranslatorError for a translator that raises or returns
    something else than as many strings; bad strings never yield a broken file.
    """
    rules = Rules(dialect, tuple(keys), tuple(arguments), frozenset(extras))
    document = parse(content, path=path, rules=rules, source=source)
    answers: dict[str, Answer] = {}
    while needs := needed(document, answers, target=target, standins=standins):
        asked = (*needs.sentences, *needs.probes)
        answers.update(zip(asked, _answers(translate, asked), strict=True))
    return render(document, answers, target=target, standins=standins)


@dataclass(slots=True)
class _Draft:
    """What a rendering knows, and what it gathers segment by segment."""

    answers: Mapping[str, Answer]
    forms: tuple[str, ...]
    target: str
    edits: dict[int, bytes] = field(default_factory=dict)
    strict: dict[int, Callable[[], bytes]] = field(default_factory=dict)
    """The same written with everything escaped, for when the first way wasn't enough."""
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

    def note(self, document: Document, index: int, code: str, message: str) -> None:
        finding = Finding(code, message, document.path, document.segments[index].line)
        found = self.findings.setdefault(index, [])
        if finding not in found:
            found.append(finding)

    def keep(self, document: Document, index: int, reason: Kept) -> None:
        self.kept.add(index)
        self.note(document, index, reason.code, f"kept in the source language: {reason.message}")


def _translate(document: Document, index: int, prose: Prose, draft: _Draft) -> None:
    """Put a segment's translation into `draft`, or the reason why there is none."""
    inside = _inside(document, index, prose, draft)
    told = _told(prose, draft)
    if isinstance(told, Kept):
        draft.keep(document, index, told)
        if not inside:
            return
        told = [readings.source_reading(prose, n) for n in range(len(prose.sentences))]
    if not inside and not any(t.changed for t in told):
        return
    texts = [one.reading.text for group in (told, *inside.values()) for one in group]
    if recount.doubtful(texts, raw(document, index).decode()):
        draft.doubtful.add(index)
    for one in told:
        for code, message in one.notes:
            draft.note(document, index, code, message)
    spoken = [t.reading for t in told]
    heard = {hole: [t.reading for t in heard] for hole, heard in inside.items()}
    try:
        draft.edits[index] = compose(document, index, spoken, heard, strict=False)
    except ValueError as error:
        draft.keep(document, index, Kept("kept-source", str(error)))
        return
    draft.strict[index] = lambda: compose(document, index, spoken, heard, strict=True)


def _inside(document: Document, index: int, prose: Prose, draft: _Draft) -> dict[Hole, list[readings.Told]]:
    """What the text inside of markup becomes, where it changes."""
    found: dict[Hole, list[readings.Told]] = {}
    for hole in prose.holes():
        deeper = _inside(document, index, hole.prose, draft)
        told = _told(hole.prose, draft)
        if isinstance(told, Kept):
            draft.keep(document, index, told)
            told = [readings.source_reading(hole.prose, n) for n in range(len(hole.prose.sentences))]
        if deeper or any(t.changed for t in told):
            found |= {hole: told, **deeper}
    return found


def _told(prose: Prose, draft: _Draft) -> list[readings.Told] | Kept:
    """What becomes of each sentence; why the segment has to stay as it is."""
    out: list[readings.Told] = []
    for number in range(len(prose.sentences)):
        one = readings.tell(prose, number, draft.answers, draft.forms)
        if isinstance(one, readings.Ask):
            raise KeyError((*one.sentences, *one.probes)[0])
        if isinstance(one, Kept):
            draft.steps["kept"] += 1
            return one
        out.append(one)
    for one in out:
        draft.steps.update(one.steps)
    return [_recased(prose, one, draft.target) for one in out] if prose.recased else out


def _recased(prose: Prose, told: readings.Told, target: str) -> readings.Told:
    """A title's capitals given back."""
    if not told.changed:
        return told
    text = titles.restored(told.reading.text, prose.plain, target)
    return replace(told, reading=replace(told.reading, text=text))


def _proses(prose: Prose) -> Iterator[Prose]:
    """A segment's own prose, and that of the text inside its markup."""
    yield prose
    for hole in prose.holes():
        yield from _proses(hole.prose)


def _answers(translate: Callable[[Sequence[str]], Sequence[str]], asked: Sequence[str]) -> Sequence[str]:
    try:
        got = list(translate(asked))
    except Exception as error:
        raise TranslatorError(f"the translator raised {type(error).__name__}: {error}") from error
    if len(got) != len(asked):
        raise TranslatorError(f"the translator returned {len(got)} strings for {len(asked)} sentences")
    for one in got:
        if not isinstance(one, str):
            raise TranslatorError(f"the translator returned {type(one).__name__} where a string belongs")
    return got
