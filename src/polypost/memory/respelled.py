"""A post that only is written in another way under a person's text: lines broken elsewhere, `_` for `*`.

Formatters do that to whole blogs. It changes every hash of what it touches, and no word: people's texts stay.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from polypost.markdown.document import Document, Segment
from polypost.markdown.prose import ATOM, Markup, Prose
from polypost.memory.recalled import Recalled
from polypost.text import cuts
from polypost.text.cuts import Key

_KINDS = frozenset({"paragraph", "heading", "item", "cell", "label"})
"""Of segments whose writing stands in them: not of a value, which its quotes belong to."""
_WORDLESS = frozenset({"emphasis", "strong", "strikethrough"})
"""Marks that lead nowhere: the shape of a sentence tells where they stand."""


def respelled(
    own: Sequence[Recalled], file: Document | None, document: Document, keys: Sequence[str]
) -> Sequence[Recalled]:
    """`own` with the source as it is written now, where a person's text translates the same still.

    `own`: the recorded texts of the localization `file`; `keys`: hashes of the segments of its post.
    """
    there = set(keys)
    left = [number for number, item in enumerate(own) if item.human and item.entry.source not in there]
    if file is None or not left:
        return own
    known = {item.entry.source for item in own}
    free: dict[tuple[Key, ...], list[int]] = {}
    for at, key in enumerate(keys):
        if key not in known:
            free.setdefault(cuts.keys(document.segments[at].prose), []).append(at)
    found = list(own)
    for number in left:
        item = own[number]
        said = tuple(map(Key, item.entry.sentences, item.entry.shapes))
        places = free.get(said, []) if said else []
        now = next((at for at in places if _same(document, at, file, item.at or 0)), None)
        if now is not None:
            places.remove(now)
            found[number] = replace(item, entry=replace(item.entry, source=keys[now]))
    return found


def _same(document: Document, at: int, file: Document, to: int) -> bool:
    """Whether all but the sentences of a post's segment is the same in a text of the file.

    Of what the source was before, the record tells the sentences; what else it had a person has left there.
    """
    ours, theirs = document.segments[at], file.segments[to]
    alike = ours.kind == theirs.kind and _quoted(document, ours) == _quoted(file, theirs)
    plain = "\n".join(each.plain for each in cuts.proses(theirs.prose))
    alike = alike and ours.kind in _KINDS and all(word in plain for word in _unsent(ours.prose))
    return alike and _rest(ours.prose) == _rest(theirs.prose)


def _unsent(prose: Prose) -> Iterator[str]:
    """The words of a text that stand in none of its sentences: numbers, names."""
    for each in cuts.proses(prose):
        ends = [0, *(end for _, end in each.sentences)]
        starts = [*(start for start, _ in each.sentences), len(each.plain)]
        for end, start in zip(ends, starts, strict=True):
            yield from ATOM.sub(" ", each.plain[end:start]).split()


def _rest(prose: Prose) -> list[bytes]:
    """All of a text that comes back as it is, in any order."""
    found: list[bytes] = []
    for each in cuts.proses(prose):
        found += [_raw(atom.markup) for atom in each.atoms if atom.kind != "break"]
        for mark in each.marks:
            found += [] if mark.kind in _WORDLESS else [_raw(mark.opening), _raw(mark.closing)]
    return sorted(found)


def _raw(markup: Markup) -> bytes:
    """Its bytes without the text inside it."""
    ends = [0, *(hole.end for hole in markup.holes)]
    starts = [*(hole.start for hole in markup.holes), len(markup.raw)]
    return b"\0".join(markup.raw[end:start] for end, start in zip(ends, starts, strict=True))


def _quoted(document: Document, segment: Segment) -> bool:
    """Whether it stands in a quote, whose sign the lines of a text have in front of them."""
    return b">" in document.content[document.content.rfind(b"\n", 0, segment.start) + 1 : segment.start]
