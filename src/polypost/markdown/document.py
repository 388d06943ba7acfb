"""A parsed post: its bytes, and the segments in which human text stands."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from polypost.errors import PostError
from polypost.markdown import blocks, dialects, frontmatter
from polypost.markdown.blocks import Leaf, Token
from polypost.markdown.compose import Reading, Style, write
from polypost.markdown.inline import to_prose
from polypost.markdown.plain import pieces
from polypost.markdown.prose import Hole, Prose
from polypost.markdown.rules import Rules
from polypost.markdown.scalars import encode

MAX_SIZE = 8 * 1024 * 1024
"""Bytes of one post; the worst that fits takes two to three minutes."""

_MACHINE_VALUE = re.compile(r"[!-~]*[/\\_:][!-~]*|[a-z0-9]+(?:-[a-z0-9]+)+|[\d\s.,:+-]*")


EVERYTHING = Rules()
"""The rules of a post of which nothing is known but its path."""


@dataclass(frozen=True, slots=True)
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
    value: frontmatter.Value | None = field(default=None, repr=False)
    """For front matter: the value it is."""


@dataclass(frozen=True, slots=True)
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
    skeleton: tuple[Token, ...] = field(default=(), repr=False, compare=False)
    """What no translation may change, in order; offsets are bytes of `content`."""

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
    text, base = _decode(content)
    rules = replace(rules, dialect=dialects.choose(path, rules.dialect))
    heads: list[_Head] = []
    body_at = 0
    if (head := frontmatter.find(text)) is not None:
        heads.append(_head(text[: head.body], head, base, rules))
        body_at = head.body
    body = text[body_at:]
    offset = base + len(text[:body_at].encode())
    hidden = dialects.masks(body, rules)
    raw = body.encode()
    masks = dialects.in_bytes(body, hidden)
    scan = blocks.scan(raw, dialects.fill(body, hidden), masks)
    leaves = scan.leaves
    skeleton: list[Token] = []
    for mask in masks:
        if not mask.block:
            continue
        if mask.head and (inner := _inner_head(raw[mask.start : mask.end], mask.start + offset, rules)):
            heads.append(inner)
            continue
        skeleton.append(Token(("block mask", blocks.without_texts(raw, mask)), mask.start + offset))
        leaves.extend(blocks.held(raw, mask))
    skeleton[:0] = [head.token for head in heads]
    skeleton.extend(Token(t.what, t.start + offset) for t in scan.tokens)
    segments = [s for head in heads for s in head.segments(source)]
    segments.extend(filter(None, (_segment(leaf, raw, offset, source) for leaf in leaves)))
    segments.sort(key=lambda s: s.start)
    return Document(path, content, tuple(_with_lines(segments, content)), rules, source, tuple(skeleton))


def again(document: Document, content: bytes) -> Document:
    """Other bytes, read as `document` was. Raises PostError."""
    return parse(content, path=document.path, rules=document.rules, source=document.source)


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
    mdx = dialects.DIALECTS[document.rules.dialect].mdx
    style = Style(segment.context, mdx=mdx, strict=strict)

    def holes(prose: Prose) -> dict[Hole, bytes]:
        return {
            hole: write(hole.prose, inside[hole], holes(hole.prose), _within(style, hole))
            for hole in prose.holes()
            if hole in inside
        }

    written = write(segment.prose, readings, holes(segment.prose), style)
    if segment.value is None:
        return written
    newline = "\r\n" if b"\r\n" in raw(document, index) else "\n"
    return encode(segment.value, written.decode()).replace("\n", newline).encode()


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


def _segment(leaf: Leaf, body: bytes, offset: int, source: str) -> Segment | None:
    prose = to_prose(leaf.pieces, body, source)
    if prose is None or not prose.translatable():
        return None
    start, end = leaf.pieces[0].start, leaf.pieces[-1].end
    context = leaf.context or {"heading": "heading", "cell": "cell", "label": "label"}.get(
        leaf.kind, "paragraph"
    )
    if context == "heading" and b"#" not in body[body.rfind(b"\n", 0, start) + 1 : start]:
        context = "paragraph"  # underlined: its text begins a line
    return Segment(start + offset, end + offset, leaf.kind, 0, prose, context)


def _with_lines(segments: Sequence[Segment], content: bytes) -> Iterator[Segment]:
    line, counted = 1, 0
    for segment in segments:
        line += content.count(b"\n", counted, segment.start)
        counted = segment.start
        yield replace(segment, line=line)


@dataclass(frozen=True, slots=True)
class _Head:
    """Front matter, of the post or of a slide in it."""

    text: str
    base: int
    """Where `text` begins in the post's bytes."""
    chosen: tuple[frontmatter.Value, ...]
    token: Token

    def segments(self, source: str) -> Iterator[Segment]:
        for value in self.chosen:
            prose = value_prose(value, source)
            if prose is None or not prose.translatable():
                continue
            start = self.base + len(self.text[: value.start].encode())
            end = start + len(self.text[value.start : value.end].encode())
            yield Segment(start, end, "value", 0, prose, "value", value)


def _head(text: str, head: frontmatter.Head, base: int, rules: Rules) -> _Head:
    """`text`: the post up to where the head ends. Chosen are the values that a reader reads."""
    found = frontmatter.values(text, head)
    chosen = tuple(v for v in found if v.key in rules.keys and not _MACHINE_VALUE.fullmatch(v.text.strip()))
    return _Head(text, base, chosen, Token(("front matter", _outline(text, head, chosen, rules.keys)), base))


def _inner_head(content: bytes, base: int, rules: Rules) -> _Head | None:
    """The head in a mask; None for what is no valid YAML, which then stays as it is."""
    text = content.decode()
    try:
        head = frontmatter.find(text)
    except PostError:
        return None
    return None if head is None else _head(text, head, base, rules)


def value_prose(value: frontmatter.Value, source: str) -> Prose | None:
    """The prose of a front-matter value."""
    return to_prose(pieces(value.text, value.style), value.text.encode(), source)


def _outline(
    text: str, head: frontmatter.Head, chosen: Sequence[frontmatter.Value], keys: Sequence[str]
) -> tuple[object, ...]:
    """The front matter but for the words that are translated: bytes, keys, values, types, markup."""
    parts: list[str] = []
    position = 0
    for value in chosen:
        parts.append(text[position : value.start])
        position = value.end
    parts.append(text[position : head.body])
    held = tuple(
        tuple(sorted((p.kind, p.text) for p in pieces(v.text, v.style) if p.kind not in ("text", "soft")))
        for v in chosen
    )
    return ("".join(parts), repr(_types(head.data, "", frozenset(keys))), held)


def _types(node: object, key: str, keys: frozenset[str]) -> object:
    """`node` with every translated string replaced by its type."""
    if isinstance(node, dict):
        return {k: _types(v, f"{key}.{k}" if key else str(k), keys) for k, v in node.items()}
    if isinstance(node, list):
        return [_types(item, key, keys) for item in node]
    return str if isinstance(node, str) and key in keys else node
