"""Attribute lists, `{: .class}` and `{.class}`; the rest of what kramdown writes in braces."""

from __future__ import annotations

import re
from collections.abc import Iterator

from polypost.markdown.dialects.arguments import attributes
from polypost.markdown.dialects.mask import Mask, alone
from polypost.markdown.dialects.outdent import flush_left
from polypost.markdown.dialects.scan import Construct, whole
from polypost.markdown.rules import Rules

_LINE = re.compile(
    r"^[ \t]*(\{:?[ ]*(?:[.#][\w-]|[\w:-]+=)[^{}\n]{0,999}\})[ \t]*\r?$",
    re.MULTILINE,
)
_CONTENTS = re.compile(
    r"^[ \t]*(?:[*+-]|\d{1,9}\.)[ \t]+([^\n]{0,99}\n[ \t]*\{:toc[^}\n]{0,99}\})", re.MULTILINE
)
_MARKDOWN = re.compile(
    r"^[ \t]*(<[a-z][\w-]*(?=[\s])[^<>\n]{0,999}?\smarkdown(?:=[\"']?(?:1|block|span)[\"']?)?"
    r"(?:\s[^<>\n]{0,999})?>)[ \t]*\r?$",
    re.MULTILINE,
)
_HELD = re.compile(r"<(p|h[1-6]|dt|td|th|summary)\b")
"""Elements that hold one paragraph, and no blocks: no code is made in them by indentation."""


_HEADING = re.compile(r"[ \t>]*+#{1,6}[ \t]")
_NAMES = re.compile(r"\{:?[ ]*[.#][^{}\"'=\n]{1,999}\}[ \t]*\r?$", re.MULTILINE)


def _listed(match: re.Match[str], text: str, _: Rules) -> Iterator[Mask]:
    start, end = match.span()
    yield Mask(start, end, alone(text, start, end), attributes(text, start, end))


def _behind(match: re.Match[str], text: str, rules: Rules) -> Iterator[Mask]:
    """Not the names at the end of a heading, whatever stands before them: the parser knows those."""
    start = match.start()
    ending = text[start - 1] in " \t" and _NAMES.match(text, start)
    if not (ending and _HEADING.match(text, text.rfind("\n", 0, start) + 1)):
        yield from _listed(match, text, rules)


EXTENSIONS = Construct(
    "{",
    r"\{::(?P<extension>comment|nomarkdown)(?=[\s}])[^}\n]{0,99}(?<!/)\}",
    whole,
    name="extension",
    end=r"\{:/(?:NAME)?\}",
)
"""kramdown's `{::comment}` and `{::nomarkdown}`: no Markdown, no reader."""
KRAMDOWN = Construct("{", r"\{:[^}\n]{0,999}\}", _listed)
"""On a line, behind a span, in an item; `{:/}` and `{::options /}` too."""
SPANS = Construct(
    "{",
    r"(?:(?<=[\])*`])|(?<=\)\s))\{:?[ ]*[#.\w][^{}\n]{0,999}\}"
    r"|(?<=[_:}>^=+~])\{:?[ ]*(?:[#.][\w-]|[\w:-]{1,99}=)[^{}\n]{0,999}\}",
    _behind,
)
"""Right behind a link, an image, emphasis or code; with more care behind other signs that end something."""


def _ending(match: re.Match[str], text: str, _: Rules) -> Iterator[Mask]:
    start, end = match.span()
    line = text.rfind("\n", 0, start) + 1
    if text[line:start].strip(" \t>") and not _HEADING.match(text, line):
        yield Mask(start, end, block=True, texts=attributes(text, start, end))


ENDING = Construct(
    "{",
    r"(?<![\\{$])\{(?:[.#][\w-]|[\w@:-]{1,99}=)[^{}\n]{0,999}\}[ \t]*(?=\r?(?:\Z|\n[ \t>]*+"
    r"(?:\r?\n|\Z|(?:[*+-]|\d{1,9}[.)])[ \t])))",
    _ending,
)
"""At the end of a paragraph or an item, for all of it."""


def attribute_lines(text: str, _: Rules) -> Iterator[Mask]:
    """Lists on a line of their own, for the block above."""
    if "{" not in text:
        return
    for match in _LINE.finditer(text):
        yield Mask(match.start(1), match.end(1), block=True, texts=attributes(text, *match.span(1)))


def contents(text: str, _: Rules) -> Iterator[Mask]:
    """Kramdown's table of contents: an item whose words no reader sees, and `{:toc}`."""
    if "{:toc" not in text:
        return
    for match in _CONTENTS.finditer(text):
        yield Mask(match.start(1), match.end(1), block=True)


def markdown_tags(text: str, _: Rules) -> Iterator[Mask]:
    """Tags with `markdown="1"`, alone on a line: what follows is Markdown, and no HTML as in CommonMark."""
    if "markdown" not in text:
        return
    for match in _MARKDOWN.finditer(text):
        yield Mask(match.start(1), match.end(1), block=True)
        if held := _HELD.match(match[1]):
            yield from flush_left(text, match.end(), f"</{held[1]}")
