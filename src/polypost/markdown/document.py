"""A parsed post: its bytes, and the segments in which human text stands."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import field, replace
from functools import lru_cache
from operator import itemgetter

from polypost.errors import PostError
from polypost.markdown import blocks, dialects, frontmatter, leaves
from polypost.markdown.compose import Reading, Style, write
from polypost.markdown.dialects.mask import Mask
from polypost.markdown.fronts import Front, front, inside
from polypost.markdown.headings import Heading
from polypost.markdown.inline import to_prose
from polypost.markdown.leaves import Leaf, Tokens
from polypost.markdown.plain import without_texts
from polypost.markdown.prose import Hole, Prose
from polypost.markdown.rules import Rules
from polypost.markdown.scalars import encode
from polypost.markdown.strings import Value
from polypost.markdown.titles import Titles
from polypost.values import Finding, frozen

MAX_SIZE = 8 * 1024 * 1024
"""Bytes of one post; the worst that fits takes two to three minutes."""
_TITLE_KEY = re.compile(r"(?:title|label|headline)\Z", re.IGNORECASE)
"""Front-matter keys whose values are written as headings are."""

_CONTEXTS = frozenset({"heading", "cell", "label"})
"""Kinds of blocks whose text is written by rules of its own."""
CONFLICT = b"<<<<<<< "
"""What a file with a merge conflict has, as git writes it."""
_CONFLICT = re.compile(rb"^(<<<<<<< .*)$(?s:.*?)^=======\r?$(?s:.*?)^>>>>>>> ", re.MULTILINE)
_LONE_CR = re.compile(rb"\r(?!\n)")

_UNCLOSED = (
    "unclosed",
    "`{` or `<` opens something that never ends: the rest of its block stays as it is; close or escape it",
)

EVERYTHING = Rules()
"""The rules of a post of which nothing is known but its path."""


@frozen
class Segment:
    """The human text of one block."""

    start: int
    end: int
    """Its range in the post's bytes."""
    kind: str
    """`paragraph`, `heading`, `item`, `cell`, `label`, `text` (inside markup) or `value` (of a head)."""
    line: int
    """1-based."""
    prose: Prose = field(repr=False)
    context: str = "paragraph"
    """How its text is escaped, see escape.py; `value` for front matter."""
    value: Value | None = field(default=None, repr=False)
    """For front matter: the value it is."""


@frozen
class Skeleton:
    """What no translation may change, and the headings."""

    content: bytes
    tokens: Tokens = field(default_factory=Tokens)
    """In the order of the post, but for the heads and what dialects hide, which come first."""
    headings: tuple[Heading, ...] = ()
    offset: int = 0
    """Bytes before the body: a heading's own offsets count from there, the tokens' from the start."""


@frozen
class Document:
    """A parsed post."""

    path: str
    content: bytes = field(repr=False)
    segments: tuple[Segment, ...]
    """In order, never overlapping; only those that hold something to translate."""
    rules: Rules = field(default_factory=Rules)
    """With its dialect decided."""
    source: str = "en"
    """The language it is written in."""
    notes: tuple[Finding, ...] = ()
    """What could not be read, and so is left alone; part of every localization's findings."""
    skeleton: Skeleton = field(default_factory=lambda: Skeleton(b""), repr=False, compare=False)
    file: bytes | None = field(default=None, repr=False, compare=False)
    """The file that it was read from, where `content` is not that: without what a site needs of it."""

    @property
    def whole(self) -> bytes:
        """The file that it was read from."""
        return self.content if self.file is None else self.file

    @property
    def ranges(self) -> list[tuple[int, int]]:
        """The segments' byte ranges."""
        return [(s.start, s.end) for s in self.segments]


def parse(content: bytes, *, path: str, rules: Rules = EVERYTHING, source: str = "en") -> Document:
    """Find the human text of a post.

    `path` tells the dialect unless `rules` do. `source`: BCP 47, for the sentence boundaries. Raises
    PostError for what is no post: not UTF-8, NUL bytes, too large, front matter that is half-open, invalid
    or a bomb; UsageError for an unknown dialect.
    """
    rules = replace(rules, dialect=dialects.choose(path, rules.dialect))
    try:
        read = _read(content, rules)
    except PostError as error:
        # Front matter in which a conflict stands is broken because of that.
        _refuse_conflict(content, None)
        raise error from None
    segments = _in_sentence_case(_segments(read, _texts(read, rules), source), source)
    _refuse_conflict(content, segments)
    notes = tuple(
        Finding(code, message, path, content.count(b"\n", 0, start) + 1)
        for start, code, message in sorted(read.notes)
    )
    return Document(path, content, tuple(segments), rules, source, notes, read.skeleton)


def _refuse_conflict(content: bytes, segments: Sequence[Segment] | None) -> None:
    """Raise PostError for a merge conflict that nobody has resolved; None: for one in a broken post.

    A post may show one as code: only where text stands it is one.
    """
    found = _CONFLICT.search(content) if CONFLICT in content else None
    if found and (
        segments is None or any(s.start < found.end(1) and found.start() < s.end for s in segments)
    ):
        raise PostError(
            "a merge conflict stands in it (`<<<<<<<`, `=======`, `>>>>>>>`); resolve it",
            code="conflict",
            line=content.count(b"\n", 0, found.start()) + 1,
        )


def again(document: Document, content: bytes) -> Document:
    """Other bytes, read as `document` was. Raises PostError."""
    return parse(content, path=document.path, rules=document.rules, source=document.source)


def starts(document: Document, content: bytes, ranges: Sequence[tuple[int, int]]) -> list[int]:
    """Where segments of `content`, read as `document` was, begin in one of `ranges`; in order.

    Raises PostError.
    """
    read = _read(content, document.rules, document.skeleton, ranges)
    return [segment.start for segment in _segments(read, _texts(read, document.rules), document.source)]


def skeleton(document: Document, content: bytes) -> Skeleton:
    """The skeleton of other bytes, read as `document` was: without sentences, in half the time.

    Raises PostError.
    """
    return _read(content, document.rules, document.skeleton, ()).skeleton


def raw(document: Document, index: int) -> bytes:
    """A segment's own bytes, markup included."""
    segment = document.segments[index]
    return document.content[segment.start : segment.end]


def compose(
    document: Document,
    index: int,
    readings: Sequence[Reading],
    inside: Mapping[Hole, Sequence[Reading]],
    *,
    strict: bool,
) -> bytes:
    """A segment's new bytes; `inside`: the readings of the text inside its markup, where that changes.

    Raises ValueError when the text can't be written there.
    """
    segment = document.segments[index]
    style = _style(segment.context, dialects.DIALECTS[document.rules.dialect].mdx, strict)
    written = write(segment.prose, readings, _holes(segment.prose, inside, style) if inside else {}, style)
    if segment.value is None:
        return written
    newline = "\r\n" if b"\r\n" in raw(document, index) else "\n"
    return encode(segment.value, written.decode()).replace("\n", newline).encode()


@lru_cache(maxsize=64)
def _style(context: str, mdx: bool, strict: bool) -> Style:
    return Style(context, mdx=mdx, strict=strict)


def _holes(prose: Prose, inside: Mapping[Hole, Sequence[Reading]], style: Style) -> dict[Hole, bytes]:
    """What is written into the markup of `prose`."""
    return {
        hole: write(hole.prose, inside[hole], _holes(hole.prose, inside, style), _within(style, hole))
        for hole in prose.holes()
        if hole in inside
    }


@frozen
class _Reading:
    """A post taken apart."""

    heads: Sequence[Front]
    body: bytes
    scan: blocks.Scan
    hidden: Sequence[Mask]
    """The block masks that are no heads."""
    skeleton: Skeleton
    notes: Sequence[tuple[int, str, str]]
    """What is left alone: byte offset in the post, code, message."""


def _read(
    content: bytes,
    rules: Rules,
    like: Skeleton | None = None,
    within: Sequence[tuple[int, int]] | None = None,
) -> _Reading:
    """`rules`: with the dialect decided. `like`: of a post that may be built alike.

    `within`: where the leaves are wanted; None: all of them.
    """
    text, base = _decode(content)
    heads: list[Front] = []
    body_at = 0
    if (head := frontmatter.find(text)) is not None:
        heads.append(front(text[: head.body], head, base, rules))
        body_at = head.body
    body = text[body_at:]
    offset = base + len(text[:body_at].encode())
    found = dialects.masks(body, rules)
    raw = content[offset:]
    masks = dialects.in_bytes(body, found)
    del text, body, found  # four bytes for each character, where one of them is an emoji
    hidden: list[Mask] = []
    notes = [(mask.start + offset, *_UNCLOSED) for mask in masks if mask.unclosed][:1]
    for mask in masks:
        if not mask.block:
            continue
        inner = None
        if mask.head:
            try:
                inner = inside(raw[mask.start : mask.end], mask.start + offset, rules, mask.names)
            except PostError as error:
                notes.append((mask.start + offset, error.code, f"left in the source language: {error}"))
        if inner is None:
            hidden.append(mask)
        else:
            heads.append(inner)
    tokens = Tokens(offset, like.tokens.what if like else ())
    for one in heads:
        tokens.add(one.outline, one.base - offset)
    for mask in hidden:
        tokens.add(("block mask", without_texts(raw, mask)), mask.start)
    # The parser takes no lone CR for the end of a heading, CommonMark does.
    filled = _LONE_CR.sub(b"\n", dialects.fill(raw, masks)).decode()
    near = None if within is None else [(start - offset, end - offset) for start, end in within]
    scan = blocks.scan(raw, filled, masks, tokens, near)
    built = Skeleton(content, tokens, tuple(scan.headings), offset)
    return _Reading(heads, raw, scan, hidden, built, notes)


def _within(style: Style, hole: Hole) -> Style:
    """A cell's rule about `|` holds for the Markdown in it too."""
    return replace(
        style, context="cell" if style.context == "cell" and hole.context == "alt" else hole.context
    )


def _decode(content: bytes) -> tuple[str, int]:
    """The text without its BOM, and the BOM's length."""
    if len(content) > MAX_SIZE:
        raise PostError(
            f"the post is larger than {MAX_SIZE} bytes; split it, or exclude it", code="too-large"
        )
    if (at := content.find(b"\0")) >= 0:
        line = content.count(b"\n", 0, at) + 1
        raise PostError("the post holds NUL bytes and is no text; exclude it", code="not-text", line=line)
    base = 3 if content.startswith(b"\xef\xbb\xbf") else 0
    try:
        return content[base:].decode(), base
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, base + error.start) + 1
        raise PostError(
            "the post is not UTF-8; save it as UTF-8, or exclude it", code="not-utf-8", line=line
        ) from error


def _texts(read: _Reading, rules: Rules) -> list[Leaf]:
    """The runs of text that may hold sentences."""
    lists = not dialects.DIALECTS[rules.dialect].mdx
    texts = [one for leaf in read.scan.leaves for one in leaves.shown(leaf, read.body, lists=lists)]
    texts.extend(leaf for mask in read.hidden for leaf in leaves.held(read.body, mask))
    return texts


def _segments(read: _Reading, texts: Sequence[Leaf], source: str) -> list[Segment]:
    """What of `texts` and the heads is to be translated, in order."""
    found: list[_Found] = [
        (start, end, "value", prose, "value", value)
        for head in read.heads
        for start, end, prose, value in head.texts(source)
    ]
    offset = read.skeleton.offset
    found.extend(filter(None, (_found(leaf, read.body, offset, source) for leaf in texts)))
    found.sort(key=itemgetter(0))
    segments: list[Segment] = []
    line, counted = 1, 0
    for start, end, kind, prose, context, value in found:
        line += read.skeleton.content.count(b"\n", counted, start)
        counted = start
        segments.append(Segment(start, end, kind, line, prose, context, value))
    return segments


_Found = tuple[int, int, str, Prose, str, Value | None]
"""A segment of which the line isn't known yet: start, end, kind, prose, context, value."""


def _found(leaf: Leaf, body: bytes, offset: int, source: str) -> _Found | None:
    prose = to_prose(leaf.pieces, body, source)
    if prose is None or not prose.translatable():
        return None
    start, end = leaf.pieces[0].start, leaf.pieces[-1].end
    context = leaf.context or (leaf.kind if leaf.kind in _CONTEXTS else "paragraph")
    if context == "heading" and b"#" not in body[body.rfind(b"\n", 0, start) + 1 : start]:
        context = "paragraph"  # underlined: its text begins a line
    return start + offset, end + offset, leaf.kind, prose, context, None


def _in_sentence_case(segments: list[Segment], source: str) -> list[Segment]:
    """The same, with the titles that are in capitals ready to be asked for in sentence case."""
    others = [s.prose.plain for s in segments if not _is_title(s)]
    titles = Titles(others, source)

    def recased(segment: Segment) -> Segment:
        low = titles.lowered(segment.prose.plain, segment.prose.sentences) if _is_title(segment) else ""
        return replace(segment, prose=replace(segment.prose, recased=low)) if low else segment

    return [recased(segment) for segment in segments]


def _is_title(segment: Segment) -> bool:
    if segment.value is not None:
        return bool(_TITLE_KEY.search(segment.value.key))
    return segment.kind in {"heading", "label"}
