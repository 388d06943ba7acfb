"""Pieces of text that stands outside of Markdown: front-matter values, arguments, attributes of tags."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable

from polypost.markdown.dialects.mask import Mask
from polypost.markdown.escape import PLAIN
from polypost.markdown.expressions import string_value
from polypost.markdown.inline import MACHINE, Inner, Piece
from polypost.markdown.tags import STRINGS, attributes
from polypost.sentences import one_line

_VALUE = (
    r"(?P<code>(?P<ticks>`+)(?!`).{1,2000}?(?<!`)(?P=ticks)(?!`))"
    r"|(?P<tag></?[A-Za-z][^<>]*>|<!--.{0,2000}?-->|\{\{.{0,500}?\}\}|\{%.{0,500}?%\}|\{[^{}\s]*\}"
    r"|(?<![\w:]):[a-z][a-z0-9_+-]*:(?![\w:]))"
    r"|(?P<open>!?\[)(?P<words>[^\[\]]+)(?P<close>\]\([^()\s]+\))"
    r"|(?P<wrap>\*\*?)(?P<strong>[^\s*](?:[^*]*[^\s*])?)(?P=wrap)"
    rf"|(?P<url>{MACHINE.pattern})"
)
_INLINE = re.compile(rf"{_VALUE}|(?P<break>\n\s*)", re.DOTALL)
_SIGNS = r"(?:(?:#{1,6}|[-*+>]|\d{1,9}[.)])[ \t]+)++"
_LINES = re.compile(rf"(?P<break>(?:\A|\n\s*){_SIGNS}|\n\s*)|{_VALUE}", re.DOTALL)
"""The same of a value that is Markdown as a post is: with headings, lists and quotes."""

_VALUE_SIGN = re.compile(r"[`<{:\[*\n@\U000f0000-\U000fffff]|[wW]{3}\.")
"""One of these is in all that the patterns above look for, but for the lines."""
_STRINGS = frozenset(STRINGS.values())
_QUOTE = re.compile(r"\\([\"'])")


def inner(text: str, offset: int, context: str) -> Inner:
    """`text`, `offset` bytes into the post, as it is read in `context` (a key of escape.CONTEXTS)."""
    if context == "argument":
        return Inner(context, [_read(piece) for piece in pieces(text, "", offset)])
    if context in PLAIN and context != "comment":
        read = string_value if context in _STRINGS else html.unescape
        shown = one_line(read(text))
        return Inner(context, [Piece("text", offset, offset + len(text.encode()), shown)])
    return Inner(context, pieces(text, "", offset))


def _read(piece: Piece) -> Piece:
    """The text of an argument as a reader sees it."""
    if piece.kind == "text":
        piece.text = html.unescape(_QUOTE.sub(r"\1", piece.text))
    return piece


def tag(content: bytes, start: int, end: int) -> Piece:
    """The tag at [start, end), with the human text in its attributes apart."""
    raw = content[start:end].decode(errors="replace")
    if "=" not in raw or not (found := [*attributes(raw, 0, len(raw))]):
        return Piece("tag", start, end, raw)
    texts = [(start + _bytes(raw, a), start + _bytes(raw, b)) for a, b, _ in found]
    inners = [
        inner(content[a:b].decode(), a, context) for (a, b), (*_, context) in zip(texts, found, strict=True)
    ]
    return Piece("tag", start, end, without(content, start, end, texts), inner=inners)


def _bytes(text: str, index: int) -> int:
    return index if text.isascii() else len(text[:index].encode())


def masked(content: bytes, mask: Mask) -> Piece:
    """An inline mask (in bytes), with the human text in it apart."""
    shown = without_texts(content, mask)
    if mask.shown:
        return Piece("text", mask.start, mask.end, shown)
    return Piece("mask", mask.start, mask.end, shown, mask.pair, inner=inners(content, mask))


def inners(content: bytes, mask: Mask) -> list[Inner]:
    """The human text in a mask (in bytes)."""
    return [inner(content[t.start : t.end].decode(), t.start, t.context) for t in mask.texts]


def without_texts(content: bytes, mask: Mask) -> str:
    """What no translation may change of a mask (in bytes): all but the human text in it."""
    return without(content, mask.start, mask.end, [(t.start, t.end) for t in mask.texts])


def without(content: bytes, start: int, end: int, texts: Iterable[tuple[int, int]]) -> str:
    """content[start:end] with a NUL in the place of each of `texts`."""
    parts: list[bytes] = []
    for first, last in texts:
        parts.append(content[start:first])
        start = last
    parts.append(content[start:end])
    return b"\0".join(parts).decode(errors="replace")


def pieces(text: str, style: str, offset: int = 0, *, lines: bool = False) -> list[Piece]:
    """The pieces of a value. Its Markdown is what blogs use there: code, links, strong, tags.

    `style`: of the front matter's scalar; in a folded block each newline parts paragraphs. `offset`: bytes
    before `text`. `lines`: whether signs at the beginning of a line make blocks.
    """
    if not lines and _VALUE_SIGN.search(text) is None:
        return [Piece("text", offset, offset + len(text.encode()), text)] if text else []
    found: list[Piece] = []
    position = 0

    def at(index: int) -> int:
        return offset + len(text[:index].encode())

    def add(kind: str, start: int, end: int, name: str = "") -> None:
        if start < end:
            found.append(
                Piece(kind, at(start), at(end), text[start:end] if kind in ("text", "open") else "", name)
            )

    for match in (_LINES if lines else _INLINE).finditer(text):
        add("text", position, match.start())
        if match["break"]:
            heading = lines and text.startswith("#", text.rfind("\n", 0, match.start()) + 1)
            parted = style == ">" or match[0].count("\n") > 1 or match[0].strip() or heading
            kind = "break" if parted else "soft"
            add(kind, match.start(), match.end())
            found[-1].text = match[0].strip()
        elif match["open"] or match["wrap"]:
            held = "words" if match["open"] else "strong"
            name = "link" if match["open"] else "strong"
            add("open", match.start(), match.start(held), name)
            found.extend(pieces(match[held], style, at(match.start(held))))
            add("close", match.end(held), match.end(), name)
        else:
            kind = next(k for k in ("code", "tag", "url") if match[k])
            add(kind, match.start(), match.end())
        position = match.end()
    add("text", position, len(text))
    return found
