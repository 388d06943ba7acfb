"""Files that were there before polypost are adopted as a person's, text by text, as far as that is sure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet

from polypost.markdown.document import Document, raw
from polypost.memory.inserting import Place, between
from polypost.memory.pairing import aligned
from polypost.memory.patching import Patch
from polypost.records.record import ABSENT, Entry, source_key, written_key
from polypost.values import Finding

_COPIED = 0.8
"""The share of a post's letters from which on a file that has the same in their place is no translation."""
_SHOWN = 10
"""So many lines are named in a message."""


def adopted(document: Document, file: Document | None) -> Patch | None:
    """Take `file` as a person's localization of a post.

    What of it is the translation of which segment is told where that is beyond doubt; what it lacks is put
    between two such texts, where nothing else stands there. None where that is too little to say that it is
    one at all, and for a copy of the post.
    """
    if file is None:
        return None
    pairs, missing = aligned(document, file)
    if 2 * len(pairs) < min(len(document.segments), len(file.segments)) or _copied(document, file, pairs):
        return None
    places = tuple(_places(document, file, pairs, missing))
    coming = {at for place in places for at in place.segments}

    def entry(at: int) -> Entry:
        target = written_key(file, pairs[at]) if at in pairs else ABSENT
        return Entry((), source_key(document, at), target, person=True)

    entries = {at: entry(at) for at in range(len(document.segments)) if at not in coming}
    return Patch(file, places, entries, pairs)


def _copied(document: Document, file: Document, pairs: Mapping[int, int]) -> bool:
    """Whether nearly all says the same as the post, in its language: a copy, maybe of what it once was."""
    sizes = {at: len(document.segments[at].prose.plain) for at in pairs}
    same = sum(sizes[at] for at, to in pairs.items() if raw(document, at) == raw(file, to))
    return same >= _COPIED * sum(sizes.values())


def told(patch: Patch, document: Document, target: str) -> Iterator[Finding]:
    """What was adopted, what is put in, and what is left alone."""
    whole, found = len(document.segments), len(patch.stands)
    some = "" if found == whole else f", with {found} of the post's {whole} texts"
    message = (
        f"{target} was there before{some}: it counts as a person's work from now on. It stays, and when the "
        "post changes, what has changed is translated into it."
    )
    yield Finding("adopted", message, document.path)
    coming = [document.segments[at].line for at in sorted(patch.wanted)]
    if coming:
        message = f"{target} lacks some of the post ({_lines(coming)}): its translation is put in."
        yield Finding("filled-in", message, document.path, coming[0])
    open_ones = [document.segments[at].line for at, e in patch.entries.items() if e.target == ABSENT]
    if open_ones:
        message = (
            f"Whether {target} has these texts of the post, and where, can't be told for sure: "
            f"{_lines(open_ones)}. Nothing is put in for them: see whether it lacks any."
        )
        yield Finding("not-told", message, document.path, open_ones[0])
    whose = set(patch.stands.values())
    theirs = [text.line for to, text in enumerate(patch.file.segments) if to not in whose]
    if theirs:
        message = f"{target} has texts that can't be told to be the post's: {_lines(theirs)}. They stay."
        yield Finding("more", message, document.path)


def _lines(lines: Sequence[int]) -> str:
    """Some line numbers, in words."""
    some = list(dict.fromkeys(lines))
    more = f" and {len(some) - _SHOWN} more" if some[_SHOWN:] else ""
    return f"line {', '.join(map(str, some[:_SHOWN]))}{more}"


def _places(
    document: Document, file: Document, pairs: Mapping[int, int], missing: AbstractSet[int]
) -> Iterator[Place]:
    """Where what is missing goes: between neighbours that are neighbours in the file, too."""
    count = len(document.segments)
    for first in sorted(pairs):
        last = next((at for at in range(first + 1, count) if at in pairs), None)
        if last is None or last == first + 1 or pairs[last] != pairs[first] + 1:
            continue
        new = range(first + 1, last)
        if missing >= set(new) and (place := between(document, file, new, (pairs[first], pairs[last]))):
            yield place
