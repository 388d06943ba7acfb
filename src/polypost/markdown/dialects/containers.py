"""Containers and components: lines of colons, with a title that a reader sees.

`::: tip Title {open}` (VitePress, VuePress), `:::note[Title]{.class}` and `:::note Title` (Docusaurus,
Starlight, remark-directive), `::card{title="Title"}` (Nuxt), `::right::` (Slidev). What stands between such
lines is Markdown.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from polypost.markdown.dialects.arguments import attributes
from polypost.markdown.dialects.mask import Mask, Text
from polypost.markdown.rules import Rules

_COLONS = re.compile(r"^[ \t>]*+(?P<line>:{2,}[^\r\n]*)", re.MULTILINE)
_NAMED = re.compile(r":{2,}[ \t]*[A-Za-z$][\w$.-]*+(?!::)")
_LABEL = re.compile(r"\[(?P<words>(?:[^\[\]\\\r\n]|\\.|\[[^\[\]\r\n]{0,500}\])*+)\]")
_TITLE = re.compile(r"[ \t]+(?P<words>[^\s{\[][^\r\n]*)")
_ATTRIBUTES = re.compile(r"[ \t]*(?<!\\)\{[^{}]{0,1000}\}[ \t]*\Z|[ \t]+\Z")


def containers(text: str, _: Rules) -> Iterator[Mask]:
    """The lines that open or close a container; its title is a label, a `title="..."` an argument."""
    if "::" in text:
        for match in _COLONS.finditer(text):
            yield container_line(text, match.start("line"), match.end("line"))


def container_line(text: str, start: int, end: int) -> Mask:
    """The line of colons at [start, end)."""
    texts = list(props(text, start, end))
    if (name := _NAMED.match(text, start, end)) is not None:
        label = _LABEL.match(text, name.end(), end)
        words = label or _TITLE.match(text, name.end(), end)
        if words is not None:
            first, last = words.span("words")
            if label is None and (tail := _ATTRIBUTES.search(text, first, last)) is not None:
                last = tail.start()
            texts = [t for t in texts if t.end < first or t.start > last]
            if first < last:
                texts.append(Text(first, last, "label"))
    return Mask(start, end, block=True, texts=tuple(sorted(texts, key=lambda t: t.start)))


def props(text: str, start: int, end: int) -> tuple[Text, ...]:
    """The human text in the props of [start, end), behind whatever stands before them."""
    brace = text.find("{", start, end)
    return () if brace < 0 else attributes(text, brace + 1, end)


_LINES = re.compile(
    r"^[ \t]*"
    r"(?:import[ \t]+(?:[\w{}*,$ \t]+[ \t]from[ \t]+)?(?:\"[^\"\n]+\"|'[^'\n]+');?"
    r"|\{(?:[.#][\w-]|[\w-]+=)[^{}\n]*\}"
    r"|\[toc\]|\[\[toc\]\]|\^\^\^[^\n]*"
    r"|#[a-z][\w-]*(?:\{[^\n]*\})?)[ \t]*\r?$",
    re.MULTILINE | re.IGNORECASE,
)


def container_lines(text: str, _: Rules) -> Iterator[Mask]:
    """`::: tip`, `::component`, `#slot`, `[toc]`: lines that are no prose."""
    for match in _LINES.finditer(text):
        yield Mask(match.start(), match.end(), block=True)
