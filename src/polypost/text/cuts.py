"""A sentence's translation, found again in the localized file.

When a segment is written, what the record says of it (`cut`) tells where the translation of each of its
sentences stands in the text that a reader sees; read again, that gives back what the model had answered
(`pieces`), and where the marks stood in it. So a sentence that stands unchanged in a changed segment isn't
sent again (`told`). What the cut wouldn't give back exactly is left out of it.

The cut of a segment, one part for each prose (its own, then those of the text inside its markup), joined by
`/`: `-` where nothing of it was sent; else one item for each sentence, joined by `,`: the length, empty up to
where a sentence ends by the look of it (`_ENDS`), and of the last, up to the end; before it `N+` where it
doesn't begin at once, or behind a space, after the one before; behind it `x` where the translation can't be
told; `*` and the order of the atoms where that is another than the source's; `#` and the order of the marks,
or `x` where they aren't where they were put. Empty as a whole, it has as many empty items as the segment has
sentences.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from polypost.markdown.compose import NOWHERE, parts
from polypost.markdown.locate import Place
from polypost.markdown.prose import ATOM, ATOM_BASE, Prose, atom_index, touching
from polypost.markdown.standins import FORMS, tries
from polypost.records.record import SENTENCE, SHAPE, digest
from polypost.text.readings import Ask, Heard, Told, source_reading
from polypost.values import frozen

_ENDS = re.compile(r"[.!?:…।؟۔]+[\"'”’»)]*(?=\s)|[。！？：]+[」』”）]*")
"""Where sentences end, mostly. It belongs to the format: changed, it would read old records wrongly."""
_ORDER = r"\d{1,6}(?:\.\d{1,6})*"
_ITEM = re.compile(rf"(?:(\d{{1,7}})\+)?(\d{{0,7}})(x?)(?:\*({_ORDER}))?(?:#({_ORDER}|x))?", re.ASCII)
_KNOWN = "known"
"""What told where a mark goes: it stood there."""


@frozen
class Key:
    """What a sentence is known by."""

    text: str
    """Hash of it as a reader sees it, links and emphasis left out, code and the like masked."""
    shape: str
    """Hash of where its links and emphasis stand; empty where it has none."""


@frozen
class Piece:
    """The translation of one sentence, found again."""

    text: str
    """The n-th atom of the sentence stands in it as the private-use character ATOM_BASE + n."""
    shape: str
    """Where the marks of its sentence stood, see Key."""
    places: tuple[tuple[int, int], ...] | None
    """Where each stands in `text`, in the sentence's order; None: that isn't known."""
    made_with: str = ""
    """What made it."""


def proses(prose: Prose) -> Iterator[Prose]:
    """A segment's own prose, and that of the text inside its markup."""
    yield prose
    for hole in prose.holes():
        yield from proses(hole.prose)


def key(prose: Prose, number: int) -> Key:
    """What the sentence is known by."""
    start, end = prose.sentences[number]
    text = prose.asked[start:end]
    said = next((said for _, said in tries(text, FORMS)), text)
    if prose.recased:  # its translation stands there in the case of the title
        said = f"{said}\0{prose.plain[start:end]}"
    marks = [prose.marks[at] for at in prose.held[number]]
    places = [(mark.kind, max(mark.start, start) - start, min(mark.end, end) - start) for mark in marks]
    return Key(digest(said)[:SENTENCE], digest(repr(places))[:SHAPE] if places else "")


def keys(prose: Prose) -> tuple[Key, ...]:
    """What each sentence of a segment is known by, the text inside its markup included."""
    return tuple(key(each, number) for each in proses(prose) for number in range(len(each.sentences)))


def known_by(pieces: Iterator[tuple[Key, Piece]]) -> dict[str, Piece]:
    """Pieces to look up: the same sentence with the same marks if there is one, else with others."""
    found: dict[str, Piece] = {}
    for one, piece in pieces:
        found.setdefault(one.text + one.shape, piece)
        found.setdefault(one.text, piece)
    return found


def find(known: Mapping[str, Piece], wanted: Key) -> Piece | None:
    """Give a sentence's translation of those that are `known_by` their keys."""
    return known.get(wanted.text + wanted.shape) or known.get(wanted.text)


def told(prose: Prose, number: int, known: Mapping[str, Piece], form: str) -> Told | Ask | None:
    """What becomes of a sentence that is known, an Ask where its marks are still to be placed.

    `form`: the stand-ins to ask for them with.
    """
    one = key(prose, number)
    piece = find(known, one)
    if piece is None:
        return None
    start, end = prose.sentences[number]
    atoms = ATOM.findall(prose.plain[start:end])
    if sorted(ATOM.findall(piece.text)) != [chr(ATOM_BASE + at) for at in range(len(atoms))]:
        return None
    text = ATOM.sub(lambda match: atoms[atom_index(match[0])], piece.text) if atoms else piece.text
    if text == prose.asked[start:end]:
        return source_reading(prose, number)
    held = prose.held[number]
    if not held:
        return Told(text, NOWHERE)
    if piece.places is None or piece.shape != one.shape or len(piece.places) != len(held):
        return Ask(heard=Heard(text, form if atoms else "", "whole"))
    return Told(text, {at: Place(*place, _KNOWN) for at, place in zip(held, piece.places, strict=True)})


def cut(source: Sequence[tuple[Prose, Sequence[Told]]], written: Prose) -> str | None:
    """Where the translations of the sentences of `source` stand in `written`; None when that can't be told.

    `source`: each prose of a segment, and what became of its sentences; `written`: what is read again of it.
    """
    there = list(proses(written))
    if len(there) != len(source):
        return None
    items: list[str] = []
    for (prose, readings), found in zip(source, there, strict=True):
        item = _cut(prose, readings, found)
        if item is None:
            return None
        items.append(item)
    whole = "/".join(items).rstrip("/")
    return whole if len(source) > 1 else whole.strip(",") and whole


def pieces(cuts: str, written: Prose, shapes: Sequence[str], made_with: str = "") -> list[Piece | None]:
    """The translation of each sentence, as far as it is known; empty when `cuts` aren't of `written`.

    `shapes`: of the sentences, see Key.
    """
    there = list(proses(written))
    parted = cuts.split("/")
    if not cuts and len(there) == 1:
        parted = ["," * (len(shapes) - 1)]
    if len(parted) > len(there):
        return []
    left = iter(shapes)
    found: list[Piece | None] = []
    for part, prose in zip([*parted, *[""] * (len(there) - len(parted))], there, strict=True):
        wanted = part.split(",") if part != "-" else []
        items = [item for item in map(_ITEM.fullmatch, wanted) if item]
        if len(items) != len(wanted):
            return []
        found += _pieces(items, prose, left, made_with)
    return found if len(found) == len(shapes) else []


def _cut(prose: Prose, readings: Sequence[Told], written: Prose) -> str | None:
    if not prose.sentences:
        return "-"
    found = parts(prose, readings)
    whole = "".join(found)
    text = whole.strip()
    # What keeps an anchor may have been put before it.
    before = len(written.plain) - len(text)
    if (
        before < 0
        or ATOM.sub("", written.plain[:before])
        or written.plain[before:] != _in_order(text, before)
    ):
        return None
    at = before - (len(whole) - len(whole.lstrip())) + len(found[0])
    items: list[str] = []
    position = 0
    for number, reading in enumerate(readings):
        end = at + len(reading.text)
        if at < _begin(written.plain, position) or end > len(written.plain):
            return None
        items.append(_item(prose, number, reading, written, position, at))
        position, at = end, end + len(found[2 * number + 2])
    return ",".join(items)


def _item(prose: Prose, number: int, reading: Told, written: Prose, position: int, at: int) -> str:  # noqa: PLR0913, PLR0917
    end = at + len(reading.text)
    gap = at - _begin(written.plain, position)
    skip = f"{gap}+" if gap else ""
    last = number == len(prose.sentences) - 1
    length = "" if end == _end(written.plain, at, last=last) else str(len(reading.text))
    start, stop = prose.sentences[number]
    sent = {atom: order for order, atom in enumerate(ATOM.findall(prose.plain[start:stop]))}
    back = [sent.get(atom, -1) for atom in ATOM.findall(reading.text)]
    if sorted(back) != list(range(len(sent))) or reading.doubts:
        return f"{skip}{length}x"
    return f"{skip}{length}{_order('*', back)}{_marks(prose, number, reading, written, at)}"


def _marks(prose: Prose, number: int, reading: Told, written: Prose, at: int) -> str:
    """The order of the marks, where it isn't the source's."""
    there = _places(written, at, at + len(reading.text))
    order: list[int] = []
    for held in prose.held[number]:
        place = reading.places[held]
        wanted = (prose.marks[held].kind, place.start, place.end)
        here = next((n for n, one in enumerate(there) if one == wanted and n not in order), None)
        if here is None:
            return "#x"
        order.append(here)
    return _order("#", order) if len(order) == len(there) else "#x"


def _places(prose: Prose, start: int, end: int) -> list[tuple[str, int, int]]:
    """Kind and place of each mark that touches a range, cut to it."""
    held = touching(prose.marks, [(start, end)])
    marks = [prose.marks[number] for number in held[0]] if prose.marks else []
    return [(mark.kind, max(mark.start, start) - start, min(mark.end, end) - start) for mark in marks]


def _order(sign: str, order: Sequence[int]) -> str:
    return "" if list(order) == list(range(len(order))) else f"{sign}{'.'.join(map(str, order))}"


def _in_order(text: str, first: int) -> str:
    """`text` with its atoms numbered as they come, as they are when it is read."""
    count = iter(range(first, first + len(text)))
    return ATOM.sub(lambda _: chr(ATOM_BASE + next(count)), text)


def _begin(text: str, position: int) -> int:
    """Where a sentence begins after one that ends at `position`, as most do."""
    return position + 1 if position and text[position : position + 1].isspace() else position


def _end(text: str, start: int, *, last: bool) -> int:
    """Where a sentence that begins at `start` ends by the look of it."""
    found = None if last else _ENDS.search(text, start)
    return found.end() if found else len(text)


def _pieces(
    items: Sequence[re.Match[str]], prose: Prose, shapes: Iterator[str], made_with: str
) -> Iterator[Piece | None]:
    position = 0
    for number, item in enumerate(items):
        skip, length, unknown, atoms, marks = item.groups()
        at = _begin(prose.plain, position) + int(skip or 0)
        last = number == len(items) - 1
        position = at + int(length) if length else _end(prose.plain, at, last=last)
        found = Piece("", next(shapes, ""), None, made_with)
        yield None if unknown else _piece(found, prose, (at, position), atoms, marks)


def _piece(
    piece: Piece, prose: Prose, place: tuple[int, int], atoms: str | None, marks: str | None
) -> Piece | None:
    """`piece` with what stands at a place."""
    start, end = place
    text = prose.plain[start:end]
    count = len(ATOM.findall(text))
    order = list(map(int, atoms.split("."))) if atoms else list(range(count))
    if len(order) != count:
        return None
    numbers = iter(order)
    text = ATOM.sub(lambda _: chr(ATOM_BASE + next(numbers)), text)
    places = [(first, last) for _, first, last in _places(prose, start, end)]
    if marks == "x":
        return replace(piece, text=text)
    listed = list(map(int, marks.split("."))) if marks else range(len(places))
    if sorted(listed) != list(range(len(places))):
        return None
    return replace(piece, text=text, places=tuple(places[at] for at in listed))
