"""A parsed post: its bytes, and the segments in which human text stands."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from polypost.errors import PostError
from polypost.markdown import blocks, dialects, frontmatter
from polypost.markdown.blocks import Leaf, Token
from polypost.markdown.compose import Reading, Style, write
from polypost.markdown.inline import MACHINE, Piece, to_prose
from polypost.markdown.prose import Prose
from polypost.markdown.scalars import encode

MAX_SIZE = 8 * 1024 * 1024
"""Bytes of one post; the worst that fits takes two to three minutes."""

_NESTED = ("image", "cover", "hero", "banner", "thumbnail", "og", "seo", "head", "params", "meta", "header")
_TEXTS = ("title", "description", "alt", "caption", "summary", "subtitle", "tagline", "text", "name")
DEFAULT_KEYS: tuple[str, ...] = (
    *(
        "title",
        "description",
        "summary",
        "excerpt",
        "subtitle",
        "tagline",
        "abstract",
        "lead",
        "headline",
        "subject",
    ),
    *(
        "linkTitle",
        "link_title",
        "sidebar_label",
        "sidebarTitle",
        "pagination_label",
        "seo_title",
        "seo_description",
    ),
    *("metaTitle", "metaDescription", "meta_description", "og_title", "og_description", "spoiler", "caption"),
    *("alt", "image_alt", "imageAlt", "cover_alt", "coverAlt", "hero_alt", "heroAlt", "image_caption"),
    *(f"{outer}.{inner}" for outer in _NESTED for inner in _TEXTS if (outer, inner) != ("head", "text")),
    *("hero.actions.text", "features.title", "features.details", "features.linkText"),
    *("sidebar.label", "i18n.title", "cover.image.alt", "image.caption"),
)
"""Front-matter keys whose values a reader sees; nested keys are dotted, a list's items share its key."""

_VALUE_INLINE = re.compile(
    r"(?P<code>(?P<ticks>`+)(?!`).{1,2000}?(?<!`)(?P=ticks)(?!`))"
    r"|(?P<tag></?[A-Za-z][^<>]*>|<!--.{0,2000}?-->|\{\{.{0,500}?\}\}|\{%.{0,500}?%\}|\{[^{}\s]*\}"
    r"|(?<![\w:]):[a-z][a-z0-9_+-]*:(?![\w:]))"
    r"|(?P<open>!?\[)(?P<words>[^\[\]]+)(?P<close>\]\([^()\s]+\))"
    r"|(?P<wrap>\*\*)(?P<strong>[^\s*](?:[^*]*[^\s*])?)\*\*"
    rf"|(?P<url>{MACHINE.pattern})"
    r"|(?P<break>\n\s*)",
    re.DOTALL,
)
_MACHINE_VALUE = re.compile(r"[!-~]*[/\\_:][!-~]*|[a-z0-9]+(?:-[a-z0-9]+)+|[\d\s.,:+-]*")


@dataclass(frozen=True, slots=True)
class Segment:
    """The human text of one block."""

    start: int
    end: int
    """Its range in the post's bytes."""
    kind: str
    """`paragraph`, `heading`, `item`, `cell` or `value` (of the front matter)."""
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
    dialect: str = "markdown"
    keys: tuple[str, ...] = DEFAULT_KEYS
    source: str = "en"
    """The language it is written in."""
    skeleton: tuple[Token, ...] = field(default=(), repr=False, compare=False)
    """What no translation may change, in order; offsets are bytes of `content`."""

    @property
    def ranges(self) -> list[tuple[int, int]]:
        """The segments' byte ranges."""
        return [(s.start, s.end) for s in self.segments]


def parse(
    content: bytes,
    *,
    path: str,
    dialect: str | None = None,
    keys: Sequence[str] = DEFAULT_KEYS,
    source: str = "en",
) -> Document:
    """Find the human text of a post.

    `dialect`: a key of dialects.DIALECTS; by default the path's suffix decides. `source`: BCP 47, for the
    sentence boundaries. Raises PostError for what is no post: not UTF-8, NUL bytes, too large, front matter
    that is half-open, invalid or a bomb.
    """
    text, base = _decode(content)
    name = dialects.choose(path, dialect)
    head = frontmatter.find(text)
    segments: list[Segment] = []
    skeleton: list[Token] = []
    body_at = 0
    if head is not None:
        chosen = _chosen(text, head, keys)
        segments.extend(filter(None, (_value_segment(text, value, base, source) for value in chosen)))
        skeleton.append(Token(("front matter", _outline(text, head, chosen, keys)), base))
        body_at = head.body
    body = text[body_at:]
    offset = base + len(text[:body_at].encode())
    masks = dialects.masks(body, name)
    raw = body.encode()
    scan = blocks.scan(raw, dialects.fill(body, masks), _inline_bytes(body, masks))
    skeleton.extend(Token(("block mask", body[m.start : m.end]), offset) for m in masks if m.block)
    skeleton.extend(Token(t.what, t.start + offset) for t in scan.tokens)
    line, counted = 1, 0
    for leaf in scan.leaves:
        segment = _segment(leaf, raw, offset, source)
        if segment is None:
            continue
        line += content.count(b"\n", counted, segment.start)
        counted = segment.start
        segments.append(_at_line(segment, line))
    return Document(path, content, tuple(segments), name, tuple(keys), source, tuple(skeleton))


def raw(document: Document, index: int) -> bytes:
    """A segment's own bytes, markup included."""
    segment = document.segments[index]
    return document.content[segment.start : segment.end]


def compose(
    document: Document,
    index: int,
    readings: Sequence[Reading],
    alts: Mapping[int, Sequence[Reading]],
    *,
    strict: bool,
) -> bytes:
    """A segment's new bytes; `alts`: index of an image -> the readings of its text.

    Raises ValueError when the text can't be written there.
    """
    segment = document.segments[index]
    mdx = document.dialect == "mdx"
    style = Style(segment.context, mdx=mdx, strict=strict)
    texts: dict[int, bytes] = {}
    for number, heard in alts.items():
        alt = segment.prose.atoms[number].alt
        if alt is not None:
            texts[number] = write(
                alt, heard, {}, Style("cell" if segment.context == "cell" else "alt", mdx, strict)
            )
    written = write(segment.prose, readings, texts, style)
    if segment.value is None:
        return written
    newline = "\r\n" if b"\r\n" in raw(document, index) else "\n"
    return encode(segment.value, written.decode()).replace("\n", newline).encode()


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


def _inline_bytes(body: str, masks: Sequence[dialects.Mask]) -> list[tuple[int, int]]:
    """The byte ranges of the inline masks."""
    if body.isascii():
        return [(m.start, m.end) for m in masks if not m.block]
    out: list[tuple[int, int]] = []
    position = counted = 0
    for mask in masks:
        if mask.block:
            continue
        start = counted + len(body[position : mask.start].encode())
        counted = start + len(body[mask.start : mask.end].encode())
        position = mask.end
        out.append((start, counted))
    return out


def _segment(leaf: Leaf, body: bytes, offset: int, source: str) -> Segment | None:
    prose = to_prose(leaf.pieces, body, source)
    if prose is None or not prose.translatable():
        return None
    start, end = leaf.pieces[0].start, leaf.pieces[-1].end
    context = {"heading": "heading", "cell": "cell"}.get(leaf.kind, "paragraph")
    if context == "heading" and b"#" not in body[body.rfind(b"\n", 0, start) + 1 : start]:
        context = "paragraph"  # underlined: its text begins a line
    return Segment(start + offset, end + offset, leaf.kind, 0, prose, context)


def _at_line(segment: Segment, line: int) -> Segment:
    return Segment(
        segment.start, segment.end, segment.kind, line, segment.prose, segment.context, segment.value
    )


def _chosen(text: str, head: frontmatter.Head, keys: Sequence[str]) -> list[frontmatter.Value]:
    """The values that a reader reads."""
    values = frontmatter.values(text, head)
    return [v for v in values if v.key in keys and not _MACHINE_VALUE.fullmatch(v.text.strip())]


def _value_segment(text: str, value: frontmatter.Value, base: int, source: str) -> Segment | None:
    prose = value_prose(value, source)
    if prose is None or not prose.translatable():
        return None
    start = base + len(text[: value.start].encode())
    end = start + len(text[value.start : value.end].encode())
    return Segment(start, end, "value", text.count("\n", 0, value.start) + 1, prose, "value", value)


def value_prose(value: frontmatter.Value, source: str) -> Prose | None:
    """The prose of a front-matter value. Its Markdown is what blogs use there: code, links, strong, tags."""
    return to_prose(_value_pieces(value.text, value.style), value.text.encode(), source)


def _value_pieces(text: str, style: str, offset: int = 0) -> list[Piece]:
    """`offset`: bytes before `text` in the value. In a folded block each newline parts paragraphs."""
    pieces: list[Piece] = []
    position = 0

    def at(index: int) -> int:
        return offset + len(text[:index].encode())

    def add(kind: str, start: int, end: int, name: str = "") -> None:
        if start < end:
            pieces.append(
                Piece(kind, at(start), at(end), text[start:end] if kind in ("text", "open") else "", name)
            )

    for match in _VALUE_INLINE.finditer(text):
        add("text", position, match.start())
        if match["break"]:
            kind = "break" if style == ">" or match[0].count("\n") > 1 else "soft"
            add(kind, match.start(), match.end())
        elif match["open"] or match["wrap"]:
            inner = "words" if match["open"] else "strong"
            name = "link" if match["open"] else "strong"
            add("open", match.start(), match.start(inner), name)
            pieces.extend(_value_pieces(match[inner], style, at(match.start(inner))))
            add("close", match.end(inner), match.end(), name)
        else:
            kind = next(k for k in ("code", "tag", "url") if match[k])
            add(kind, match.start(), match.end())
        position = match.end()
    add("text", position, len(text))
    return pieces


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
        tuple(
            sorted((p.kind, p.text) for p in _value_pieces(v.text, v.style) if p.kind not in ("text", "soft"))
        )
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
