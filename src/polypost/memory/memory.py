"""What is already translated and still valid, read from the repository itself.

The records say which segments are known and where; their texts are read from the localized files when
they are needed. A segment whose hash is not the recorded one was edited by a person, and is theirs: as a
whole, while the sentences of a segment that a translator wrote are known one by one (cuts.py).

Of a large blog's records only a glance at each localization is held, and which posts have a sentence; the
rest is read again when its turn comes.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Collection, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from itertools import islice

from polypost.markdown.document import Document
from polypost.memory import standing
from polypost.memory.alignment import paired, stayed
from polypost.memory.hashed import Hashed
from polypost.memory.index import Index
from polypost.memory.recalled import Recall, Recalled, Sentences, Standing, Superseded
from polypost.memory.respelled import respelled
from polypost.records.record import (
    FORGOTTEN,
    PSEUDO,
    Glance,
    Localization,
    Record,
    Sketch,
    brief,
    digest,
    source_key,
    vain_key,
)
from polypost.terms import NONE
from polypost.terms import Terms as Words
from polypost.text import cuts
from polypost.text.cuts import Key, Piece
from polypost.text.text import sentences

_HELD = 64
"""How many localizations' segments are held at once: those of one post, and of a few that share its text."""
_KINDS = frozenset({"paragraph", "heading", "item", "cell", "label", "text"})
"""Of segments that are written in much the same way; values of front matter aren't."""
_CANDIDATES = 8
"""In so many other posts that hold a sentence its translation is looked for."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What decides whether something known is still valid."""

    made_with: Callable[[str], str]
    """Language -> what decides about this run's translations, see `Job.made_with`."""
    tried_with: Callable[[str], str]
    """See `Job.tried_with`."""
    sources: Container[str]
    """The posts that are there."""
    keep: bool = False
    """Whether a person's text stays although its source has changed."""
    refresh: bool = False
    """Whether what another translator made isn't valid any more."""


class Memory:
    """The records of the whole blog, with the localized files behind them; both are read when needed."""

    def __init__(
        self,
        records: Iterable[Sketch],
        record: Callable[[str], Record],
        localized: Callable[[str, str], Document | None],
        terms: Terms,
    ) -> None:
        """`records`: all of them, one after the other. `record(source)`: one of them, as a whole.

        `localized(target, source)`: that file, parsed; None if gone.
        """
        self.terms = terms
        self.record, self.read = record, localized
        self.glances: dict[str, Mapping[str, Glance]] = {}
        self.waiting: dict[str, frozenset[str]] = {}
        """Source -> the languages in which answers wait for the rest of theirs."""
        self._index = Index()
        self._vain: dict[tuple[str, str], str] = {}
        """Source and language -> `Pending.vain`."""
        self._stray: dict[str, str] = {}
        """Hash of a sentence -> a post that is gone, and for which its answer waits."""
        self.segments = lru_cache(maxsize=_HELD)(self._match)
        self._pieces = lru_cache(maxsize=_HELD)(self._known)
        self._moved: dict[tuple[str, str], tuple[str, str]] = {}
        self._last: Hashed | None = None
        """One post comes in many languages."""
        self._shared: Sequence[tuple[int, Key]] | None = None
        """Its sentences that stand in another post, too."""
        for each in records:
            self._add(each)

    def _add(self, record: Sketch) -> None:
        source = record.source
        if record.localizations:
            self.glances[source] = record.localizations
        if record.pending:
            self.waiting[source] = frozenset(record.pending)
            for language, waits in record.pending.items():
                if waits.vain:
                    self._vain[source, language] = waits.vain
                if source not in self.terms.sources:
                    self._stray.update(dict.fromkeys(waits.hashes, source))
        self._index.add(source, record.sentences)

    def of(self, source: str, language: str) -> Glance | None:
        """Give what was written for this post in this language."""
        return self.glances.get(source, {}).get(language)

    @cached_property
    def gone(self) -> Sequence[str]:
        """The posts that are not there any more."""
        return [source for source in self.glances if source not in self.terms.sources]

    @cached_property
    def gone_as(self) -> Mapping[tuple[str, str], str]:
        """Content id and language of each of their localizations' source -> the post that is gone."""
        each = ((source, tag, item) for source in self.gone for tag, item in self.glances[source].items())
        return {(item.source_id, tag): source for source, tag, item in each}

    def alike(self, document: Document, language: str) -> str:
        """Give the post that is gone, and of which at least half is in this one; empty where there is none.

        Of several the one that says the most of what this one says, or that has its name.
        """
        hashed = self._hashed(document)
        said = hashed.every() if self.gone else ()
        found = Counter(source for _, key in said for source in self._index.find(key.text))
        gone = [each for each in found if each not in self.terms.sources and self.of(each, language)]
        name = document.path.rpartition("/")[2]
        best = max(gone, key=lambda each: (found[each], each.rpartition("/")[2] == name), default="")
        item = self.entry(best, language)
        if item is None:
            return ""
        here = {*hashed.segments, *hashed.former.values()}
        return best if 2 * sum(entry.source in here for entry in item.entries) >= len(item.entries) else ""

    @cached_property
    def written(self) -> Mapping[str, str]:
        """Path of each recorded localization -> its post, if that is there."""
        there = ((source, items) for source, items in self.glances.items() if source in self.terms.sources)
        return {item.target: source for source, items in there for item in items.values()}

    def holds(self, made_with: str, language: str) -> bool:
        """Whether what that translator made still counts; nothing, for what no translator did."""
        if made_with in {PSEUDO, FORGOTTEN}:
            return made_with == self.terms.made_with(language)
        return not self.terms.refresh or not self.outdated(made_with, language)

    def again(self, item: Glance, source_id: str, language: str) -> bool:
        """Whether what failed in a localization may go better now; `source_id`: its post as it is."""
        same = item.tried == {self.terms.tried_with(language)} and item.source_id == source_id
        return item.failed and (self.terms.refresh or not same)

    def in_vain(self, source: str, source_id: str, language: str) -> bool:
        """Whether no part of a post, as it is, could be translated, and this run would do no better."""
        before = self._vain.get((source, language), "")
        same = before and before == vain_key(source_id, self.terms.tried_with(language))
        return bool(same) and not self.terms.refresh

    def outdated(self, made_with: str, language: str) -> bool:
        """Whether another translator than this run's made it; the pseudo translator takes nobody's place."""
        ours = self.terms.made_with(language)
        return made_with not in {"", PSEUDO, FORGOTTEN, ours} and ours not in {"", PSEUDO}

    def behind(self, sources: Mapping[str, str]) -> frozenset[str]:
        """Give the posts that are not what their localizations were made from, or wait for some.

        `sources`: path -> content id.
        """
        changed = {
            source
            for source, items in self.glances.items()
            if {item.source_id for item in items.values()} != {brief(sources.get(source, ""))}
        }
        waiting = {
            source
            for source, languages in self.waiting.items()
            if not all(self.in_vain(source, brief(sources.get(source, "")), tag) for tag in languages)
        }
        return frozenset(changed | waiting)

    def leading(self, posts: Collection[str]) -> frozenset[str]:
        """Give the posts whose localizations lead to one of `posts`."""
        return frozenset(
            source
            for source, items in self.glances.items()
            if any(link.partition("#")[0] in posts for item in items.values() for link in item.links)
        )

    def pending(self, document: Document, language: str, words: Words = NONE) -> Mapping[str, str]:
        """Give what came back in a run that ended early: hash of a sentence -> answer.

        `words`: the terms of the glossary, which decide about what is sent.

        Also for a post that is gone, since this one may be it under a new name.
        """
        found: dict[str, str] = {}
        if self._stray:
            every = range(len(document.segments))
            keys = [digest(text) for at in every for text in sentences(document, at, words)]
            for former in sorted({self._stray[key] for key in keys if key in self._stray}):
                found.update(self._pending(former, language))
        return {**found, **self._pending(document.path, language)}

    def _pending(self, source: str, language: str) -> Mapping[str, str]:
        if language not in self.waiting.get(source, ()):
            return {}
        found = self.record(source).pending[language]
        return found.answers if self.holds(found.made_with, language) else {}

    def recall(
        self,
        document: Document,
        language: str,
        origin: str = "",
        borrowed: Mapping[int, Recalled] | None = None,
    ) -> Recall:
        """Find the known translation of each of the post's segments: its own first, then the blog's.

        `origin`: the path under which the post was known before, when it was renamed. `borrowed`: what was
        found in the blog before, in place of looking again.
        """
        own = self.own(document, language, origin)
        known, left = self._found(document, language, own, borrowed)
        superseded: list[Superseded] = []
        for was, at in left.items():
            item, hashes = own[was], self.keys(document, own)
            if self.terms.keep and at is not None and not (at in known and known[at].origin == item.origin):
                entry = replace(item.entry, source=hashes[at], target=item.key, behind=True)
                known[at] = replace(item, entry=entry)
            else:
                now = self._joined_in(document, item) if at is None else at
                near = min(was if now is None else now, len(hashes) - 1)
                line = document.segments[near].line if hashes else 0
                superseded.append(Superseded(item.text.decode(), now, line))
        return Recall(known, tuple(superseded), self.standing(origin or document.path, language))

    def own(self, document: Document, language: str, origin: str = "") -> Sequence[Recalled]:
        """Give what became of each text of a post's recorded localization. `origin`: as for `recall`."""
        source = origin or document.path
        own = self.segments(source, language)
        return respelled(own, self.file(source, language), document, self.keys(document, own))

    def _found(
        self,
        document: Document,
        language: str,
        own: Sequence[Recalled],
        borrowed: Mapping[int, Recalled] | None,
    ) -> tuple[dict[int, Recalled], dict[int, int | None]]:
        """What is known of each segment; which of a person's texts isn't used, and what its source became."""
        keys, sources = self.keys(document, own), [item.entry.source for item in own]
        stays = stayed(sources, keys, lambda at: document.segments[at].kind == "heading")
        waiting, again = _elsewhere_in(own, frozenset(stays.values())), _good(own)
        known: dict[int, Recalled] = {}
        left: dict[int, int | None] = {}
        for at, key in enumerate(keys):
            found = again.get(key)
            if at in stays or waiting.get(key):
                number = stays[at] if at in stays else waiting[key].popleft()
                found = own[number] if own[number].valid else None
                if own[number].behind and not self.terms.keep:
                    found, left[number] = None, at
            elif not found and borrowed is None:
                found = self._elsewhere(document, at, language)
            elif not found and borrowed:
                found = borrowed.get(at)
            if found:
                known[at] = found
        gone = [number for numbers in waiting.values() for number in numbers if own[number].human]
        for number, at in _in_other_kinds(document, own, gone, known).items():
            gone.remove(number)
            known[at] = own[number]
        became = self._became(document, own) if gone else {}
        return known, left | {number: became.get(number) for number in sorted(gone)}

    def _became(self, document: Document, own: Sequence[Recalled]) -> dict[int, int]:
        """Which segment of a post each of the recorded ones has become, where that can be told."""
        hashed = self._hashed(document)

        def alike(was: int, now: int) -> bool:
            return not {key.text for key in hashed.sentences(now)}.isdisjoint(own[was].entry.sentences)

        return paired([item.entry.source for item in own], self.keys(document, own), alike)

    def _joined_in(self, document: Document, item: Recalled) -> int | None:
        """Which segment says all that the source of a known one said, and more."""
        said = set(item.entry.sentences)
        every, hashed = range(len(document.segments)) if said else (), self._hashed(document)
        return next((at for at in every if said <= {key.text for key in hashed.sentences(at)}), None)

    def sentences(
        self,
        document: Document,
        language: str,
        reuse: Container[int],
        origin: str = "",
        borrowed: Mapping[str, Piece] | None = None,
    ) -> Sentences:
        """Find the known translations of the sentences in all segments but `reuse`.

        `origin`, `borrowed`: as for `recall`.
        """
        own = self._pieces(origin or document.path, language)
        known: dict[str, Piece] = {}
        lent: dict[str, Piece] = {}
        for at, key in self._sought(document, everything=bool(own)):
            exact = key.text + key.shape
            if at in reuse or exact in known:
                continue
            if found := cuts.find(own, key):
                known[exact] = found
            elif borrowed is not None:
                if exact in borrowed:
                    known[exact] = borrowed[exact]
            elif found := self._lent(document.path, key, language):
                known[exact] = lent[exact] = found
        return Sentences(known, lent if borrowed is None else borrowed)

    def _hashed(self, document: Document) -> Hashed:
        if self._last is None or self._last.document is not document:
            self._shared = None
            self._last = Hashed(document)  # last, since a signal may come in between
        return self._last

    def _sought(self, document: Document, *, everything: bool) -> Iterable[tuple[int, Key]]:
        """Which segment, and what by: the sentences of a post, or those that stand in another, too."""
        hashed, own = self._hashed(document), {document.path}
        if everything:
            return hashed.every()
        if self._shared is None:
            every = hashed.every() if len(self._index) else ()
            self._shared = [(at, key) for at, key in every if set(self._index.find(key.text)) - own]
        return self._shared

    def _lent(self, source: str, key: Key, language: str) -> Piece | None:
        for other in self._others(source, key, language):
            if found := cuts.find(self._pieces(other, language), key):
                return found
        return None

    def _others(self, source: str, key: Key, language: str) -> Iterator[str]:
        """Some of the other posts that hold a sentence and are localized."""
        posts = (post for post in self._index.find(key.text) if post != source and self.of(post, language))
        return islice(posts, _CANDIDATES)

    def _known(self, source: str, language: str) -> Mapping[str, Piece]:
        return cuts.known_by(
            (Key(text, shape), piece)
            for item in self.segments(source, language)
            for text, shape, piece in zip(item.entry.sentences, item.entry.shapes, item.pieces, strict=False)
            if piece
        )

    def keys(self, document: Document, own: Sequence[Recalled]) -> Sequence[str]:
        """The hashes of a post's segments, as those of `own` are known by: the post's, in one language."""
        return self._hashed(document).known_as({item.entry.source for item in own})

    def _elsewhere(self, document: Document, at: int, language: str) -> Recalled | None:
        hashed = self._hashed(document)
        keys = hashed.sentences(at)
        wanted = (hashed.segments[at], tuple(key.text for key in keys))
        for other in self._others(document.path, keys[0], language) if keys else ():
            for found in self.segments(other, language):
                if found.good and (found.entry.source, found.entry.sentences) == wanted:
                    return found
        return None

    def entry(self, source: str, language: str) -> Localization | None:
        """Give all that is recorded of a localization."""
        return self.record(source).localizations[language] if self.of(source, language) else None

    def moved(self, origin: str, language: str, target: str, source: str) -> None:
        """Take note that somebody has moved a recorded localization along with its post.

        `origin`: the post as the record has it. `target`, `source`: where both are now.
        """
        self._moved[origin, language] = target, source
        self.segments.cache_clear()
        self._pieces.cache_clear()

    def _file(self, target: str, source: str, language: str) -> Document | None:
        return self.read(*self._moved.get((source, language), (target, source)))

    def file(self, source: str, language: str) -> Document | None:
        """Give a recorded localization as it stands now; None when it is gone, or can't be parsed."""
        item = self.of(source, language)
        return self._file(item.target, source, language) if item else None

    def _match(self, source: str, language: str) -> list[Recalled]:
        item = self.entry(source, language)
        document = self._file(item.target, source, language) if item else None
        if item is None or document is None:
            return []
        return list(standing.segments(item, document, source, lambda made: self.holds(made, language)))

    def standing(self, source: str, language: str) -> Standing:
        """Tell how a recorded localization stands."""
        item = self.entry(source, language)
        return standing.of(item, self._file(item.target, source, language)) if item else "ours"


def _elsewhere_in(own: Sequence[Recalled], stay: Container[int]) -> dict[str, deque[int]]:
    """Those that did not stay in their places, by source."""
    found: dict[str, deque[int]] = {}
    for number, item in enumerate(own):
        if number not in stay:
            found.setdefault(item.entry.source, deque()).append(number)
    return found


def _good(own: Sequence[Recalled]) -> dict[str, Recalled]:
    """What may stand once more, by source: what a person wrote is of its place, so that comes last."""
    found: dict[str, Recalled] = {}
    for item in sorted(own, key=lambda each: each.human):
        if item.good:
            found.setdefault(item.entry.source, item)
    return found


def _in_other_kinds(
    document: Document, own: Sequence[Recalled], gone: Sequence[int], known: Mapping[int, Recalled]
) -> dict[int, int]:
    """Which of the texts that are `gone` only stand in another kind of block now, and where.

    A heading that was a paragraph, say: a person's text stays theirs.
    """
    found: dict[int, int] = {}
    for at, segment in enumerate(document.segments) if gone else ():
        if segment.kind in _KINDS and not (at in known and known[at].human):
            as_others = {source_key(document, at, kind) for kind in _KINDS - {segment.kind}}
            fits = (one for one in gone if one not in found and own[one].entry.source in as_others)
            found |= dict.fromkeys(islice(fits, 1), at)
    return found
