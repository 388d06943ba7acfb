"""Text in HTML blocks: between block-level tags it stands in runs, and in those as in any paragraph.

CommonMark gives an HTML block line by line, without the quote marks and indentation before each line. In it
nothing is Markdown, and only a blank line ends it. The lines are joined and cut into tags and text; all that
stands between two tags of blocks is one run: text, soft wraps, inline tags, code, masks of the dialect.
"""

from __future__ import annotations

import html
import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence

from polypost.markdown import plain
from polypost.markdown.dialects.mask import Mask
from polypost.markdown.inline import Piece
from polypost.markdown.tags import INLINE, OPAQUE, component, untranslated

_TOKEN = re.compile(
    rb"(?P<comment><!--.*?(?:-->|\Z))|(?P<data><!\[CDATA\[.*?(?:\]\]>|\Z)|<[!?][^>]{0,999}>)"
    rb"|<(?P<slash>/?)(?P<name>[A-Za-z][\w.:-]*)(?:\"[^\"]*\"|'[^']*'|[^'\"<>])*+>",
    re.DOTALL,
)
_REFERENCE = re.compile(rb"&(?:#[0-9]{1,8}|#[xX][0-9A-Fa-f]{1,8}|[A-Za-z][A-Za-z0-9]{1,31});?")
_READ = re.compile(rb"\smarkdown(?:=[\"']?(?:1|span|block)\b|[\s>])")
"""What makes kramdown and its like read an element's content as Markdown."""
_CODE = re.compile(rb"(?<!`)(`{1,9})(?!`)[^`]{1,500}(?<!`)\1(?!`)")
_WRAP = re.compile(rb"[ \t]*\r?\n\s*")
_VOID = frozenset({"img", "wbr"})
"""Inline elements without an end."""
_LOOSE = frozenset({"soft", "tag", "mask", "break"})
"""Kinds that need not stand in a run at its ends."""


class Block:
    """One HTML block: its lines as the parser sees them, and where in the content each begins."""

    def __init__(self, content: bytes, lines: Sequence[tuple[int, bytes]], masks: Sequence[Mask]) -> None:
        self.content = content
        self.text = b"".join(line for _, line in lines)
        self.masks = masks
        self.starts: list[int] = []
        """Of each line, in `text`."""
        self.places = [start for start, _ in lines]
        length = 0
        for _, line in lines:
            self.starts.append(length)
            length += len(line)
        first = self.places[0] if lines else 0
        self.whole = all(
            place == first + start for place, start in zip(self.places, self.starts, strict=True)
        )
        """Whether nothing stands between the lines in the content."""
        self.reads = 0
        """Up to where in `text` the text between tags is read as Markdown."""

    def at(self, index: int) -> int:
        """Where a byte of `text` stands in the content."""
        if self.whole:
            return self.places[0] + index
        line = bisect_right(self.starts, index) - 1
        return self.places[line] + index - self.starts[line]

    def piece(self, kind: str, start: int, end: int, text: str = "") -> Piece:
        return Piece(kind, self.at(start), self.at(end - 1) + 1, text)

    def parts(self) -> Iterator[Piece | list[Piece]]:
        """What stands outside of any sentence, each a piece, and the runs between, each a list of them."""
        run: list[Piece] = []
        position = 0
        while match := _TOKEN.search(self.text, position):
            if match.start() > position:
                run.extend(self.words(position, match.start()))
            position = match.end()
            if match["name"] is None:
                piece = self.piece("tag", match.start(), position, match[0].decode(errors="replace"))
                inline = match["comment"] is not None
            else:
                position, piece, inline = self.tag(match)
            if inline:
                run.append(piece)
                continue
            if run:
                yield run
                run = []
            yield piece
        run.extend(self.words(position, len(self.text)))
        if run:
            yield run

    def tag(self, match: re.Match[bytes]) -> tuple[int, Piece, bool]:
        """A tag, or an opaque element -> where it ends, its piece, whether it stands in a run."""
        name = match["name"].decode()
        raw = match[0].decode(errors="replace")
        inline = name in INLINE or component(name)
        closed = bool(match["slash"]) or raw.endswith("/>") or name in _VOID
        start, end = self.at(match.start()), self.at(match.end() - 1) + 1
        opening = plain.tag(self.content, start, end)
        if not closed and match.end() > self.reads and b"markdown" in match[0] and _READ.search(match[0]):
            self.reads = self.element_end(match["name"], match.end())
        if not closed and (name.lower() in OPAQUE or untranslated(raw)):
            last = self.element_end(match["name"], match.end())
            shown = Piece("tag", start, end, raw) if untranslated(raw) else opening
            piece = self.piece("code", match.start(), last, shown.text)
            piece.text += self.content[end : piece.end].decode(errors="replace")
            piece.inner = shown.inner
            return last, piece, inline
        return match.end(), opening, inline

    def element_end(self, name: bytes, position: int) -> int:
        """Where the element called `name` with its content at `position` ends, or the block does."""
        depth = 1
        for match in re.compile(rb"<(/?)" + re.escape(name) + rb"\b[^<>]{0,999}>", re.IGNORECASE).finditer(
            self.text, position
        ):
            if not match[0].endswith(b"/>"):
                depth += -1 if match[1] else 1
            if not depth:
                return match.end()
        return len(self.text)

    def words(self, start: int, end: int) -> Iterator[Piece]:
        """Text, with its wraps and masks apart, and code where it is read as Markdown."""
        if start < self.reads:
            for code in _CODE.finditer(self.text, start, end):
                yield from self.wrapped(start, code.start())
                piece = self.piece("code", code.start(), code.end())
                piece.text = self.content[piece.start : piece.end].decode(errors="replace")
                yield piece
                start = code.end()
        yield from self.wrapped(start, end)

    def wrapped(self, start: int, end: int) -> Iterator[Piece]:
        """The same, between code."""
        while start < end:
            wrap = _WRAP.search(self.text, start, end) if self.text.find(b"\n", start, end) >= 0 else None
            until = wrap.start() if wrap else end
            if until > start:
                yield from self.line(start, until)
            if wrap is None:
                return
            yield self.piece("soft", until, wrap.end())
            start = wrap.end()

    def line(self, start: int, end: int) -> Iterator[Piece]:
        place = self.at(start)
        last = place + end - start
        shown = self.markdown if start < self.reads else self.shown
        number = bisect_right(self.masks, place, key=lambda m: m.end)
        while number < len(self.masks) and (mask := self.masks[number]).start < last:
            if mask.start > place:
                yield from shown(place, mask.start)
            if mask.start >= place:
                yield plain.masked(self.content, mask)
            place = max(place, min(mask.end, last))
            number += 1
        if place < last:
            yield from shown(place, last)

    def markdown(self, start: int, end: int) -> Iterator[Piece]:
        """Text with its code, links and emphasis apart."""
        for piece in plain.pieces(self.content[start:end].decode(errors="replace"), "", start):
            if piece.kind == "text":
                yield from self.shown(piece.start, piece.end)
            else:
                yield piece

    def shown(self, start: int, end: int) -> Iterator[Piece]:
        """Text, each reference in it apart: nothing divides what isn't written as it reads."""
        position = start
        if self.content.find(b"&", start, end) >= 0:
            for match in _REFERENCE.finditer(self.content, start, end):
                if position < match.start():
                    yield self.plain(position, match.start())
                yield self.plain(*match.span())
                position = match.end()
        if position < end:
            yield self.plain(position, end)

    def plain(self, start: int, end: int) -> Piece:
        return Piece("text", start, end, html.unescape(self.content[start:end].decode(errors="replace")))


def core(pieces: list[Piece], content: bytes) -> list[Piece]:
    """What of a run (tags paired) moves with its words: not white space, nor tags around all of it."""
    partners = _partners(pieces)
    first, last = 0, len(pieces)
    while first < last:
        if _loose(pieces[first]):
            first += 1
        elif _loose(pieces[last - 1]):
            last -= 1
        elif pieces[first].kind == "open" and partners.get(first) == last - 1:
            first, last = first + 1, last - 1
        else:
            break
    kept = pieces[first:last]
    for piece in kept[:1]:
        if piece.kind == "text":
            raw = content[piece.start : piece.end]
            piece.start += len(raw) - len(raw.lstrip(b" \t"))
            piece.text = piece.text.lstrip(" \t")
    for piece in kept[-1:]:
        if piece.kind == "text":
            raw = content[piece.start : piece.end]
            piece.end -= len(raw) - len(raw.rstrip(b" \t"))
            piece.text = piece.text.rstrip(" \t")
    return kept


def whole_lines(pieces: list[Piece]) -> list[Piece]:
    """What of a paragraph (tags paired) is left without the lines of nothing but markup at its ends."""
    if pieces[0].kind not in _LOOSE and pieces[-1].kind not in _LOOSE:
        return pieces
    first, last = 0, len(pieces)
    while last and _loose(pieces[last - 1]):
        last -= 1
    while first < last and _loose(pieces[first]):
        first += 1
    opening = max((n for n in range(first) if pieces[n].kind == "soft"), default=-1) + 1
    closing = next((n for n in range(last, len(pieces)) if pieces[n].kind == "soft"), len(pieces))
    return pieces[opening:closing]


def _loose(piece: Piece) -> bool:
    return piece.kind in _LOOSE or (piece.kind == "text" and not piece.text.strip())


def _partners(pieces: Sequence[Piece]) -> dict[int, int]:
    """Where the mark that opens at an index closes."""
    found: dict[int, int] = {}
    opened: list[int] = []
    for index, piece in enumerate(pieces):
        if piece.kind == "open":
            opened.append(index)
        elif piece.kind == "close" and opened:
            found[opened.pop()] = index
    return found
