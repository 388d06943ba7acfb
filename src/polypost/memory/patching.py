"""Changes of a post, put into a localization that a person has built in their own way.

Such a file is not made anew from its post: it was there before polypost, or somebody has added, removed or
moved something in it. What has changed in the post since is put into it in its place, text by text, and where
blocks came or went, block by block; all else stays as it is. Texts whose place can't be told without doubt
wait until a person has been there. The whole file stays as it is where nothing else has changed, and where
texts are gone whose place can't be told.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from functools import cached_property

from polypost.errors import PostError
from polypost.markdown.document import Document, again
from polypost.markdown.splice import splice
from polypost.memory.alignment import runs
from polypost.memory.frames import framed
from polypost.memory.inserting import Place, between, put
from polypost.memory.memory import Memory
from polypost.memory.pairing import aligned
from polypost.memory.recalled import Recalled, Superseded
from polypost.records.record import ABSENT, Entry, Localization, source_key, written_key


@dataclass(frozen=True, slots=True)
class Patch:
    """What becomes of one localization."""

    file: Document
    """The localization as it stands."""
    places: tuple[Place, ...] = ()
    entries: Mapping[int, Entry] = field(default_factory=dict)
    """Of the segments that stay as they are, for the next record."""
    stands: Mapping[int, int] = field(default_factory=dict)
    """Which text of the file is whose of the post's segments."""
    superseded: tuple[Superseded, ...] = ()
    told: bool = True
    """Whether all that changed in the post is in it; else its code, images or the like changed, too."""

    @property
    def wanted(self) -> AbstractSet[int]:
        """The post's segments whose translations go into the file."""
        return {at for place in self.places for at in place.segments}

    @property
    def stays(self) -> AbstractSet[int]:
        """Those that are in it already, or that a person has taken out of it."""
        return self.entries.keys()


def patch(known: Memory, document: Document, language: str, origin: str = "") -> Patch | None:
    """Find the places; None where one can't be told. `origin`: see `Memory.recall`."""
    source = origin or document.path
    file, item = known.file(source, language), known.entry(source, language)
    if file is None or item is None:
        return None
    own = known.own(document, language, origin)
    before = [one.entry.source for one in own]
    after = known.keys(document, own)
    making = _Making(document, file, own, item, keep=known.terms.keep)
    left: list[tuple[range, range]] = []
    for equal, old, new in runs(before, after):
        if equal or len(old) == len(new):
            for was, at in zip(old, new, strict=True):
                making.one(was, at, equal=equal)
        elif not making.several(old, new):
            left.append((old, new))
    if not making.stands or not making.rest(left) or making.homeless(before, after):
        return None
    blocks = any(place.whole for place in making.places)
    told = blocks or framed(item.source_frame, document)
    return Patch(
        file, tuple(making.places), making.entries, making.stands, tuple(making.superseded), told=told
    )


class _Making:
    """A patch in the making."""

    def __init__(
        self, document: Document, file: Document, own: Sequence[Recalled], item: Localization, *, keep: bool
    ) -> None:
        self._document, self._file, self._own, self._keep = document, file, own, keep
        self._written = {key for _, key in item.rows}
        self._touched: list[int] = []
        """Segments that waited for a person, who has written something in their place by now."""
        self.places: list[Place] = []
        self.entries: dict[int, Entry] = {}
        self.stands: dict[int, int] = {}
        self.superseded: list[Superseded] = []
        self._lost: dict[str, None] = {}
        """The sources of what people wrote that gives way."""

    def one(self, was: int, at: int, *, equal: bool) -> None:
        """A segment that stands where it stood; `equal`: as it was."""
        item, key = self._own[was], source_key(self._document, at)
        if item.at is not None:
            self.stands[at] = item.at
        if item.at is None:
            self.entries[at] = self._absent(was, at, key, equal=equal)
        elif equal and item.valid and not (item.behind and not self._keep):
            self.entries[at] = replace(item.kept, source=key)
        elif item.human and self._keep:
            behind = replace(item.entry, source=key, target=item.key, behind=True)
            self.entries[at] = replace(item, entry=behind).kept
        else:
            segment = self._file.segments[item.at]
            self.places.append(Place(segment.start, segment.end, range(at, at + 1), whole=False))
            self._lose(item, at)

    def _absent(self, was: int, at: int, key: str, *, equal: bool) -> Entry:
        """A segment that isn't in the file, or not so that it could be told.

        What a person has taken out stays out. But where they have texts of their own in its place, one of
        these may be it: such a file is behind the post's change until somebody has touched them.
        """
        entry, own = replace(self._own[was].kept, source=key), self._own
        first = next((item.at for item in reversed(own[:was]) if item.at is not None), -1)
        last = next((item.at for item in own[was:] if item.at is not None), len(self._file.segments))
        theirs = [written_key(self._file, to) for to in range(first + 1, last)]
        if equal and entry.behind:
            touched = not self._written.issuperset(theirs)
            self._touched += [at] * touched
            return replace(entry, behind=not touched)
        return entry if equal or not theirs else _waiting(key)

    def several(self, old: range, new: range) -> bool:
        """Segments that came or went; False when their place can't be told."""
        file = self._file
        first = self._own[old.start - 1].at if old.start else None
        last = self._own[old.stop].at if old.stop < len(self._own) else len(file.segments)
        if first is None or last is None or last <= first:
            return False  # the one before stands behind the one after: a person has moved them
        if [self._own[n].at for n in old] != list(range(first + 1, last)):
            return False
        place = between(self._document, file, new, (first, last))
        if place is None:
            return False
        self.places.append(place)
        for number in old:
            self._lose(self._own[number], None)
        return True

    def rest(self, left: Sequence[tuple[range, range]]) -> bool:
        """Segments whose place can't be told; False when nothing shall be done at all.

        `left`: what they were, and are. Either a person has brought them up to date, or they wait for that.
        """
        for old, new in left:
            gone = all(self._own[number].at is None for number in old)
            if gone and self._sure.keys() >= set(new):
                self._theirs(new)
            elif new and self.places:
                self.entries |= {at: _waiting(source_key(self._document, at)) for at in new}
            else:
                return False
        there = {at: self._sure[at] for at in self._touched if at in self._sure}
        self._theirs(at for at, to in there.items() if written_key(self._file, to) not in self._written)
        return True

    def _theirs(self, segments: Iterable[int]) -> None:
        """What a person has brought up to date."""
        for at in segments:
            self.stands[at] = to = self._sure[at]
            key = source_key(self._document, at)
            self.entries[at] = Entry((), key, written_key(self._file, to), person=True)

    @cached_property
    def _sure(self) -> Mapping[int, int]:
        """Which texts of the file are beyond doubt whose, when all is told that its record tells."""
        return aligned(self._document, self._file, self.stands).pairs

    def homeless(self, before: Sequence[str], after: Sequence[str]) -> bool:
        """Whether a person's text would give way although its source stands: where that is now is in doubt.

        `before`, `after`: the sources of all segments, as they were and as they are.
        """
        comes = {after[at] for place in self.places for at in place.segments}
        return any(before.count(source) <= after.count(source) for source in self._lost.keys() - comes)

    def _lose(self, item: Recalled, at: int | None) -> None:
        if item.human:
            self._lost[item.entry.source] = None
            near = min(at or 0, len(self._document.segments) - 1)
            line = self._document.segments[near].line if at is not None else 0
            self.superseded.append(Superseded(item.text.decode(), at, line))


def _waiting(key: str) -> Entry:
    """A segment that isn't in the file, as far as can be told, and waits for a person; `key`: its source."""
    return Entry((), key, ABSENT, person=True, behind=True)


def patched(patch: Patch, translated: Document) -> Document:
    """The file with the changes in it; `translated`: the post as it would be if it were made anew.

    Raises PostError when that can't be read, or holds another number of texts than it should.
    """
    places = sorted(patch.places, key=lambda place: place.start)
    edits = {number: put(translated, place) for number, place in enumerate(places)}
    content = splice(patch.file.content, [(place.start, place.end) for place in places], edits)
    made = again(patch.file, content)
    gone = sum(place.start <= s.start < place.end for place in places for s in patch.file.segments)
    if len(made.segments) != len(patch.file.segments) - gone + len(patch.wanted):
        raise PostError("the changes of the post don't fit into it", code="structure")
    return made


def more(patch: Patch, made: Document) -> Iterator[tuple[int, str]]:
    """What the changed file has beside the post's texts, see `Localization.more`."""
    whose = {to: at for at, to in patch.stands.items()}
    rows: list[tuple[int, Sequence[int | None]]] = [(place.start, place.segments) for place in patch.places]
    rows += [
        (s.start, (whose.get(to),))
        for to, s in enumerate(patch.file.segments)
        if not any(place.start <= s.start < place.end for place in patch.places)
    ]
    order = [at for _, held in sorted(rows, key=lambda row: row[0]) for at in held]
    before = max([*patch.entries, *patch.wanted], default=-1) + 1
    found: list[tuple[int, str]] = []
    for to in reversed(range(len(order))):
        if (at := order[to]) is None:
            found.append((before, written_key(made, to)))
        else:
            before = at
    return reversed(found)


def undone(known: Memory, document: Document, language: str) -> Iterator[int]:
    """The lines of a post that its localization doesn't follow."""
    own = known.own(document, language)
    for equal, _, new in runs([one.entry.source for one in own], known.keys(document, own)):
        if not equal:
            yield from (document.segments[at].line for at in new)
