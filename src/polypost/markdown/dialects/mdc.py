"""Markdown components (MDC) of Nuxt Content, Docus and Slidev's Comark.

A block component stands between `::name` and `::`, one inside of it between more colons, most often indented:
the indentation of a component's content is none for CommonMark, whatever its depth. A head of YAML may follow
the opening line, and `#name` on a line of its own begins a slot. Inline stand `:name[words]{props}` and
`[words]{props}`, and props behind links, images, code and emphasis.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from polypost.markdown.dialects.containers import container_line, props
from polypost.markdown.dialects.mask import Mask, alone
from polypost.markdown.dialects.scan import Construct
from polypost.markdown.rules import Rules
from polypost.markdown.tags import TEXT_ATTRIBUTES

DEEPEST = 100
"""Components within one another; what is opened within more of them is taken for one that has no end."""
_SIGNS = re.compile(
    r"^(?:[ \t>*+-]*(?:\d{1,9}[.)][ \t]+)?(?P<fence>`{3,}(?=[^`\n]*$)|~{3,})(?P<info>[^\n]*)"
    r"|(?P<indent>[ \t]*+)(?:(?P<colons>:{2,})(?P<rest>[^\r\n]*)"
    r"|(?P<slot>#[A-Za-z][\w-]*(?:[ \t]*\{[^\r\n]*\})?)[ \t]*(?=\r?$)))",
    re.MULTILINE,
)
_INDENT = re.compile(r"^[ \t]+", re.MULTILINE)
_HEAD = re.compile(
    r"[^\n]*\n(?P<space>[ \t]*)(?P<head>---[ \t]*\r?\n(?:(?![ \t]*---)[^\n]*\n){0,500}?[ \t]*---)[ \t]*\r?$",
    re.MULTILINE,
)
_PROPS = r"\{(?:[^{}\"'\n]|\"[^\"\n]{0,500}\"|'[^'\n]{0,500}'){0,500}+\}"
_NAME = r"(?<![^\s*_(\[]):[A-Za-z$][\w$-]*+"


@dataclass(slots=True)
class _Open:
    """A component that is open."""

    colons: int
    indent: int
    """Columns before its opening line."""
    base: int
    """Columns before the opening line of the outermost one around it."""


def components(text: str, _: Rules) -> Iterator[Mask]:
    """Block components: their lines, heads, slots, and the indentation of what stands in them."""
    return _Walk(text).run() if "::" in text else iter(())


class _Walk:
    """One pass over the lines that mean something; `components` is its only user."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.stack: list[_Open] = []
        self.fence = ""
        self.done = 0
        """Up to where indentation is dealt with."""

    def run(self) -> Iterator[Mask]:
        for match in _SIGNS.finditer(self.text):
            if match["fence"]:
                self.fenced(match)
            elif not self.fence and match.start() >= self.done:
                if match["colons"]:
                    yield from self.line(match)
                elif self.stack:
                    yield from self.dedented(match.end())
                    yield Mask(*match.span("slot"), block=True)
        yield from self.dedented(len(self.text))

    def fenced(self, match: re.Match[str]) -> None:
        if not self.fence:
            self.fence = match["fence"]
        elif match["fence"].startswith(self.fence) and not match["info"].strip():
            self.fence = ""

    def line(self, match: re.Match[str]) -> Iterator[Mask]:
        """A component is opened or closed."""
        yield from self.dedented(match.start())
        colons = len(match["colons"])
        if match["rest"].strip() and len(self.stack) < DEEPEST:
            indent = len(match["indent"])
            self.stack.append(_Open(colons, indent, self.stack[0].base if self.stack else indent))
        yield from self.dedented(match.end())
        yield container_line(self.text, match.start("colons"), match.end("rest"))
        if match["rest"].strip():
            yield from self.head(match.start())
        elif (number := max((n for n, o in enumerate(self.stack) if o.colons == colons), default=-1)) >= 0:
            del self.stack[number:]

    def head(self, start: int) -> Iterator[Mask]:
        """The YAML behind the opening line at `start`."""
        if (head := _HEAD.match(self.text, start)) is not None:
            yield from self.dedented(head.start("head"))
            yield Mask(*head.span("head"), block=True, head=True, names=TEXT_ATTRIBUTES)
            self.done = head.end()

    def dedented(self, end: int) -> Iterator[Mask]:
        """The indentation of lines up to `end`, as far as it is that of the component they stand in."""
        inside = self.stack[-1] if self.stack else None
        if inside is not None and inside.indent > inside.base:
            for match in _INDENT.finditer(self.text, self.done, end):
                first, last = match.start() + inside.base, min(match.end(), match.start() + inside.indent)
                if first < last:
                    yield Mask(first, last, block=False, gone=True)
        self.done = end


def _around(match: re.Match[str], text: str, _: Rules) -> Iterator[Mask]:
    """A mark around the words in brackets; the props before and behind them are part of it."""
    opened = text.index("[", match.start()) + 1
    closed = text.index("]", opened)
    opening, closing = (match.start(), opened), (closed, match.end())
    yield Mask(*opening, block=False, texts=props(text, *opening), pair="span")
    yield Mask(*closing, block=False, texts=props(text, *closing), pair="/span")


def _leaf(match: re.Match[str], text: str, _: Rules) -> Iterator[Mask]:
    start, end = match.span()
    yield Mask(start, end, alone(text, start, end), props(text, start, end))


NAMED = Construct(":", rf"{_NAME}(?:{_PROPS})?\[[^\[\]\n]{{1,1000}}\](?:{_PROPS})?", _around)
"""`:name[words]{props}`"""
SPAN = Construct("[", rf"(?<![\]!\\])\[[^\[\]\n]{{1,1000}}\]{_PROPS}", _around)
"""`[words]{props}`"""
EMPTY = Construct("[", rf"(?<![\]!\\])\[\]{_PROPS}", _leaf)
"""`[]{props}`, an icon most often."""
LEAF = Construct(":", rf"{_NAME}{_PROPS}", _leaf)
"""`:name{props}`"""
BARE = Construct(":", rf"{_NAME}(?![:\w])", _leaf)
"""`:name`, which is no component where its dialect is optional."""
PROPS = Construct("{", rf"(?<=[\])*`_]){_PROPS}", _leaf)
"""Right behind a link, an image, code or emphasis."""
ANYWHERE = Construct("{", rf"(?<![{{\\$])(?=\{{[.#][\w-]){_PROPS}|(?<=>){_PROPS}", _leaf)
"""Behind words, as Slidev reads them, and anything in braces behind a tag."""
