"""A recorded localization as it stands now: which of its texts are as they were written, and which theirs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from dataclasses import replace

from polypost.markdown.anchors import without_fragments
from polypost.markdown.document import Document, raw
from polypost.memory.alignment import paired
from polypost.memory.frames import framed
from polypost.memory.recalled import Recalled, Standing
from polypost.records.record import ABSENT, Entry, Localization, brief, content_id, source_key, written_key
from polypost.text import cuts
from polypost.text.cuts import Piece


def of(item: Localization, document: Document | None) -> Standing:
    """Tell how it stands. `document`: its file, parsed; None if that is gone."""
    if document is None:
        return "lost"
    if _read_otherwise(item, document):
        texts = _texts(document)
        lost = any(entry.person and entry.target not in texts for entry in item.entries)
        return "lost" if lost or item.theirs else "ours"
    if item.theirs or not framed(item.frame, document):
        return "theirs"
    there = [at for at in places(item, document) if at is not None]
    return "ours" if there == sorted(there) else "theirs"


def segments(
    item: Localization, document: Document, source: str, holds: Callable[[str], bool]
) -> Iterator[Recalled]:
    """What became of each of its entries.

    `document`: its file, parsed. `source`: its post. `holds`: whether what a translator made still counts.
    """
    # With another layout links are read in another way since: that is no person's edit.
    edited = not _untouched(item, document)
    for recorded, at in zip(item.entries, places(item, document), strict=False):
        entry = replace(recorded, made_with=recorded.made_with or item.made_with)
        if at is None:
            yield Recalled(b"", entry, human=False, valid=False, origin=source, key=entry.target, at=None)
        else:
            yield _recalled(entry, document, at, source, edited=edited, holds=holds(entry.made_with))


def _recalled(  # noqa: PLR0913  what an entry is, and how it stands
    entry: Entry, document: Document, at: int, source: str, *, edited: bool, holds: bool
) -> Recalled:
    """`at`: which segment of `document` the entry's is. `edited`: whether a person has changed the file."""
    key = _written(document, at, {entry.target})
    now = key if entry.target else source_key(document, at)
    human = entry.person or (edited and now != (entry.target or entry.source))
    valid = human or holds
    pieces: list[Piece | None] = []
    if valid and not human and entry.target and entry.cuts is not None:
        pieces = cuts.pieces(entry.cuts, document.segments[at].prose, entry.shapes, entry.made_with)
    return Recalled(raw(document, at), entry, human, valid, source, key, at, tuple(pieces))


def places(item: Localization, document: Document) -> Iterable[int | None]:
    """Which segment of the localized file is that of each entry; None where it isn't there."""
    if _read_otherwise(item, document):
        texts = _texts(document)
        return [texts.get(entry.target) for entry in item.entries]
    in_place = framed(item.frame, document) and len(document.segments) == len(item.entries)
    if in_place and not item.theirs and _untouched(item, document):
        return range(len(item.entries))
    recorded = {key for _, key in item.rows}
    written = [_written(document, at, recorded) for at in range(len(document.segments))]
    if in_place and not item.theirs:
        return _moved(item, list(range(len(written))), written)
    found = paired([key for _, key in item.rows], written)
    stands = {at: found.get(row) for row, (at, _) in enumerate(item.rows) if at is not None}
    return _moved(item, [stands.get(number) for number in range(len(item.entries))], written)


def _moved(item: Localization, places: list[int | None], written: Sequence[str]) -> list[int | None]:
    """`places`, but for texts that stand elsewhere as they were written: there a person has moved them.

    One that is in none of the places is in the one that is left, if there is one only.
    """
    targets = [entry.target for entry in item.entries]
    lost = {
        number: at
        for number, at in enumerate(places)
        if targets[number] not in {"", ABSENT} and (at is None or written[at] != targets[number])
    }
    if not lost:
        return places
    held = {at for number, at in enumerate(places) if number not in lost}
    free = [at for at in range(len(written)) if at not in held]
    many = Counter([written[at] for at in free]) + Counter(targets[number] for number in lost)
    where = {written[at]: at for at in free if many[written[at]] == 2}
    moved = {number: where[targets[number]] for number in lost if targets[number] in where}
    taken = set(moved.values())
    found = [
        moved.get(number, None if number in lost and at in taken else at) for number, at in enumerate(places)
    ]
    left = [number for number, at in lost.items() if number not in moved and at in taken]
    open_ones = [at for number in moved if (at := places[number]) is not None and at not in taken]
    if len(left) == len(open_ones) == 1:
        found[left[0]] = open_ones[0]
    return found


def _written(document: Document, at: int, recorded: Container[str]) -> str:
    """The hash of a text as those that are `recorded` are known by."""
    key = written_key(document, at)
    former = key if key in recorded else written_key(document, at, wrapped=True)
    return former if former in recorded else key


def _read_otherwise(item: Localization, document: Document) -> bool:
    """Whether a file is as it was written, but read in another way since.

    Its dialect, or the keys of its front matter, are others now. What is one segment still has its hash.
    """
    return not framed(item.frame, document) and _untouched(item, document)


def _texts(document: Document) -> dict[str, int]:
    """The segments by their hashes; those left out of which two that differ have the same."""
    texts = [without_fragments(document, raw(document, at)) for at in range(len(document.segments))]
    found: dict[str, int] = {}
    unclear: set[str] = set()
    for at, text in enumerate(texts):
        key = written_key(document, at)
        if texts[found.setdefault(key, at)] != text:
            unclear.add(key)
    return {key: at for key, at in found.items() if key not in unclear}


def _untouched(item: Localization, document: Document) -> bool:
    return brief(content_id(document.whole)) == item.target_id
