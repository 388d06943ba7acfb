"""Records that can't be read as they are: where a merge left its conflict in one, or something damaged it.

Of a conflict both sides are read. Whose word counts is told by the localized file, text by text: a file that
git has merged holds what either side wrote. What neither side tells of counts as nobody's record does: the
file is adopted as a person's (adoption.py).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Container, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from polypost.errors import PostError
from polypost.markdown.anchors import expected
from polypost.markdown.document import CONFLICT, Document
from polypost.markdown.verify import compare
from polypost.memory import standing
from polypost.memory.frames import frame, framed
from polypost.records import old
from polypost.records.file import DAMAGED, load
from polypost.records.record import (
    ABSENT,
    Entry,
    Localization,
    Pending,
    Record,
    brief,
    content_id,
    notice_key,
    source_key,
    written_key,
)
from polypost.sites import notice_in, record_for
from polypost.values import Finding

_NOBODYS = brief("0" * 40)
"""Stands for the id of a file that is none of those that were written."""


def told(data: bytes, path: str) -> Finding:
    """What becomes of a record that is `salvaged`."""
    if any(line.startswith(CONFLICT) for line in data.splitlines()):
        message = (
            f"A merge conflict stands in {path}. Both sides were read, and each text counts as what the side "
            "says whose it is; the record is written anew. Leave conflicts in records to polypost: one side "
            "alone doesn't know what the other has written."
        )
        return Finding("record-conflict", message, path)
    message = (
        f"{path} is damaged: what can't be read of it counts for nothing. The localizations that it told of "
        "stay as they are and count as a person's, text by text; the record is written anew. Restored from "
        "git it counts again."
    )
    return Finding(DAMAGED, message, path)


def salvaged(data: bytes, path: str) -> tuple[Record, ...]:
    """What can be read of the record at `path`: of a merge conflict, what each side says.

    A language that can't be read costs itself alone. Raises PostError for one that is newer than this version
    knows.
    """
    return tuple(_side(each, path) for each in dict.fromkeys(_sides(data)))


def _sides(data: bytes) -> tuple[bytes, bytes]:
    ours, theirs = list[bytes](), list[bytes]()
    into: tuple[list[bytes], ...] = (ours, theirs)
    for line in data.splitlines(keepends=True):
        sign = line.rstrip().partition(b" ")[0]
        if sign in _SIGNS:
            into = tuple(found for found, here in zip((ours, theirs), _SIGNS[sign], strict=True) if here)
        else:
            for each in into:
                each.append(line)
    return b"".join(ours), b"".join(theirs)


_SIGNS: Mapping[bytes, tuple[bool, bool]] = {
    b"<" * 7: (True, False),
    b"|" * 7: (False, False),
    b"=" * 7: (False, True),
    b">" * 7: (True, True),
}
"""A line of a conflict -> whose the next ones are: ours, theirs; between the second and the third stands what
both have changed."""


def _side(data: bytes, path: str) -> Record:
    """One side. Its `pending` and each of its languages are read by themselves."""
    try:
        value: dict[str, Any] = {**old.migrated(json.loads(data))}
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        value = {}
    languages = value.get("in")
    parts = [{tag: words} for tag, words in languages.items()] if isinstance(languages, dict) else []
    read = [
        *_read({**value, "in": {}}, path),
        *(each for part in parts for each in _read({**value, "in": part, "pending": {}}, path)),
    ]
    return Record(
        record_for(path)[0],
        {tag: item for each in read for tag, item in each.localizations.items()},
        {tag: item for each in read for tag, item in each.pending.items()},
    )


def _read(value: Mapping[str, Any], path: str) -> Iterator[Record]:
    """Give the record, if it is one."""
    try:
        yield load(json.dumps(value).encode(), path)
    except PostError as error:
        if error.code != DAMAGED:
            raise


def mended(
    sides: Sequence[Record],
    post: Document | None,
    read: Callable[[str], Document | None],
    there: Container[str],
) -> Record:
    """One record of what was `salvaged`.

    `post`: None where it can't be read. `read`: path of a localization -> that, parsed; None where it can't
    be. Of such a one that is `there` nothing is told where the sides differ: once a person has resolved its
    conflict, one side's word would stand for what is both's.
    """
    found: dict[str, Localization] = {}
    pending: dict[str, Pending] = {}
    for side in reversed(sides):
        pending |= side.pending
    for tag in dict.fromkeys(tag for side in sides for tag in side.localizations):
        first, *more = (side.localizations[tag] for side in sides if tag in side.localizations)
        others = [item for item in more if item != first and item.target == first.target]
        file = read(first.target) if others else None
        if not others or first.target not in there:
            found[tag] = first
        elif file:
            found[tag] = _one([first, *others], file, post)
    return Record(sides[0].source, found, pending)


def _one(sides: Sequence[Localization], file: Document, post: Document | None) -> Localization:
    """The localization as `file` has it."""
    now = brief(content_id(file.whole))
    if whole := next((side for side in sides if side.target_id == now), None):
        return whole
    first = sides[0]
    keys = [source_key(post, at) for at in range(len(post.segments))] if post else []
    rows = _rows(sides, file, keys)
    entries = [entry for _, entry in rows]
    known = next((side.frame for side in sides if framed(side.frame, file)), first.frame)
    # Where both have changed the post's blocks, neither has seen the frame of what was merged.
    like_post = [entry.source for entry in entries] == keys and len(keys) == len(file.segments)
    notice = notice_key(notice_in(file.whole))
    return replace(
        first,
        source_id=_NOBODYS,
        target_id=_NOBODYS,
        frame=frame(file)
        if post and like_post and not compare(post, file.content, expected(post, file.content))
        else known,
        entries=entries,
        theirs=any(side.theirs for side in sides),
        source_frame=next(
            (side.source_frame for side in sides if post and framed(side.source_frame, post)), ""
        ),
        links={link: state for side in reversed(sides) for link, state in side.links.items()},
        more=_more([at for at, _ in rows], file),
        notice=next((side.notice for side in sides if side.notice == notice), first.notice),
    )


def _rows(
    sides: Sequence[Localization], file: Document, keys: Collection[str]
) -> list[tuple[int | None, Entry]]:
    """Which text of the file each entry tells of, in order; `keys`: of the post's texts.

    One whose text isn't there is kept where a person has taken it out, not where a side has none any more.
    """
    of_place: dict[int, list[Entry]] = {}
    absent: dict[int, dict[str, Entry]] = {}
    """Behind which place of the file."""
    every = [{entry.source for entry in side.entries} for side in sides]
    for side in sides:
        last = -1
        for entry, at in zip(side.entries, standing.places(side, file), strict=True):
            own = replace(entry, made_with=entry.made_with or side.made_with)
            if at is not None:
                of_place.setdefault(at, []).append(own)
                last = at
            elif entry.target == ABSENT or all(entry.source in each for each in every):
                absent.setdefault(last, {}).setdefault(entry.source, own)

    def fits(entry: Entry, at: int) -> tuple[bool, bool]:
        """Whether the text is as it was written, and its source in the post: the best comes first."""
        there = (
            written_key(file, at) == entry.target if entry.target else source_key(file, at) == entry.source
        )
        return not there, entry.source not in keys

    rows: list[tuple[int | None, Entry]] = []
    told: set[str] = set()
    for at in range(-1, len(file.segments)):
        if at in of_place:
            best = min(of_place[at], key=lambda entry: fits(entry, at))
            rows.append((at, best))
            told.add(best.source)
        rows += [(None, entry) for source, entry in absent.get(at, {}).items()]
    return [row for row in rows if row[0] is not None or row[1].source not in told]


def _more(places: Sequence[int | None], file: Document) -> tuple[tuple[int, str], ...]:
    """The texts of the file that no entry tells of, see `Localization.more`."""
    numbers = {at: number for number, at in enumerate(places) if at is not None}
    found, before = list[tuple[int, str]](), len(places)
    for at in reversed(range(len(file.segments))):
        if at in numbers:
            before = numbers[at]
        else:
            found.append((before, written_key(file, at)))
    return tuple(reversed(found))
