"""Obsidian: wiki links, embeds, comments, tags, block ids, inline footnotes."""

from __future__ import annotations

import re
from collections.abc import Iterator

from polypost.markdown.dialects.mask import Mask, Text, pair
from polypost.markdown.dialects.scan import Construct, inline, whole
from polypost.markdown.rules import Rules


def _link(match: re.Match[str], _text: str, _: Rules) -> Iterator[Mask]:
    """A link with words of its own is a mark around them, as any link is."""
    if match["shown"]:
        yield from pair("[[", match.start(), match.start("shown"), match.end("shown"), match.end())
    else:
        yield Mask(match.start(), match.end(), block=False)


def _embed(match: re.Match[str], _text: str, _: Rules) -> Iterator[Mask]:
    texts = (Text(*match.span("alt"), "wiki"),) if match["alt"] else ()
    yield Mask(match.start(), match.end(), block=False, texts=texts)


def _footnote(match: re.Match[str], _text: str, _: Rules) -> Iterator[Mask]:
    yield Mask(match.start(), match.end(), block=False, texts=(Text(*match.span("note"), "alt"),))


_SIZE = r"\d+(?:x\d+)?\]\]"
_WORDS = r"(?:[^\[\]\n\\]|\\.){1,999}"
_NOTE = r"(?:[^\[\]\n\\]|\\.|\[[^\[\]\n]{0,999}\](?:\([^()\s]{0,999}\))?){1,999}"
LINK = Construct(
    "[",
    rf"(?<!\\)\[\[[^\[\]|\n\\]{{1,999}}(?:\\?\|(?P<shown>{_WORDS}))?\]\]",
    _link,
    glimpse=re.compile(r"\[\["),
)
"""`[[Page]]`, `[[Page#Part|words of its own]]`"""
OBSIDIAN = (
    Construct("%", r"(?<!\\)%%.{1,9999}?%%", whole),
    Construct(
        "!",
        rf"!\[\[[^\[\]|\n]{{1,999}}(?:\\?\|(?!{_SIZE})(?P<alt>[^\[\]|\n]{{1,999}})|[^\[\]\n]{{0,99}})?\]\]",
        _embed,
    ),
    LINK,
    Construct("^", rf"(?<!\\)\^\[(?P<note>{_NOTE})\]", _footnote),
    Construct("^", r"(?<=\s)\^[A-Za-z0-9-]{1,99}(?=[ \t]*\r?$)", inline),
    Construct("#", r"(?<![\w&#/\\(])#(?=[\w/-]{0,99}[^\W\d])[\w/-]{1,99}", inline),
)
"""Comments; embeds, whose alt text is no size; links; inline footnotes; block ids; tags."""
