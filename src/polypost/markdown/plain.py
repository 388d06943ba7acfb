"""Pieces of text that stands outside of Markdown blocks: front-matter values, arguments, attributes."""

from __future__ import annotations

import html
import re

from polypost.markdown.escape import PLAIN
from polypost.markdown.inline import MACHINE, Inner, Piece

_INLINE = re.compile(
    r"(?P<code>(?P<ticks>`+)(?!`).{1,2000}?(?<!`)(?P=ticks)(?!`))"
    r"|(?P<tag></?[A-Za-z][^<>]*>|<!--.{0,2000}?-->|\{\{.{0,500}?\}\}|\{%.{0,500}?%\}|\{[^{}\s]*\}"
    r"|(?<![\w:]):[a-z][a-z0-9_+-]*:(?![\w:]))"
    r"|(?P<open>!?\[)(?P<words>[^\[\]]+)(?P<close>\]\([^()\s]+\))"
    r"|(?P<wrap>\*\*)(?P<strong>[^\s*](?:[^*]*[^\s*])?)\*\*"
    rf"|(?P<url>{MACHINE.pattern})"
    r"|(?P<break>\n\s*)",
    re.DOTALL,
)


def inner(text: str, offset: int, context: str) -> Inner:
    """`text`, `offset` bytes into the post, as it is read in `context` (a key of escape.CONTEXTS)."""
    if context in PLAIN:
        return Inner(context, [Piece("text", offset, offset + len(text.encode()), html.unescape(text))])
    return Inner(context, pieces(text, "", offset))


def pieces(text: str, style: str, offset: int = 0) -> list[Piece]:
    """The pieces of a value. Its Markdown is what blogs use there: code, links, strong, tags.

    `style`: of the front matter's scalar; in a folded block each newline parts paragraphs. `offset`: bytes
    before `text`.
    """
    found: list[Piece] = []
    position = 0

    def at(index: int) -> int:
        return offset + len(text[:index].encode())

    def add(kind: str, start: int, end: int, name: str = "") -> None:
        if start < end:
            found.append(
                Piece(kind, at(start), at(end), text[start:end] if kind in ("text", "open") else "", name)
            )

    for match in _INLINE.finditer(text):
        add("text", position, match.start())
        if match["break"]:
            kind = "break" if style == ">" or match[0].count("\n") > 1 else "soft"
            add(kind, match.start(), match.end())
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
