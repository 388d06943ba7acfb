"""What a dialect hides from CommonMark: ranges that no parser and no model may see.

The parser gets the post with those ranges filled up: a block with blanks (it ends a paragraph, as the
construct does in its own dialect), an inline one with commas (emphasis beside it opens and
closes as it does beside the sign that it begins or ends with).
Filling keeps every byte's place, so all offsets of the parser hold in the original; only indentation that the
dialect doesn't count is taken away (see indents.py).

A new dialect is one row of DIALECTS and one small function, `text, rules -> masks`.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from polypost.errors import UsageError
from polypost.markdown.dialects import liquid, shortcodes
from polypost.markdown.dialects.abbreviations import abbreviations
from polypost.markdown.dialects.admonitions import admonitions, slash_blocks
from polypost.markdown.dialects.attributes import (
    ENDING,
    EXTENSIONS,
    KRAMDOWN,
    SPANS,
    attribute_lines,
    contents,
    markdown_tags,
)
from polypost.markdown.dialects.callouts import callouts
from polypost.markdown.dialects.comments import comments
from polypost.markdown.dialects.containers import container_lines, containers
from polypost.markdown.dialects.critic import CRITIC
from polypost.markdown.dialects.formulas import formulas, prices
from polypost.markdown.dialects.heads import inner_heads
from polypost.markdown.dialects.jsx import elements
from polypost.markdown.dialects.mask import Mask, Text, in_html, split
from polypost.markdown.dialects.mdc import ANYWHERE, BARE, EMPTY, LEAF, NAMED, PROPS, SPAN, components
from polypost.markdown.dialects.scan import finder
from polypost.markdown.dialects.signs import (
    EMOJI,
    HIGHLIGHT,
    INSERTED,
    KEYS,
    LOWERED,
    MENTION,
    PASSTHROUGH,
    TICKED_MATH,
)
from polypost.markdown.dialects.slides import slides
from polypost.markdown.dialects.snippets import snippet_lines
from polypost.markdown.dialects.templates import NAMESPACED, templates
from polypost.markdown.dialects.vitepress import INTERPOLATION, vitepress_lines
from polypost.markdown.dialects.vue import plain_tag, vue_tags
from polypost.markdown.dialects.wiki import OBSIDIAN
from polypost.markdown.rules import Rules
from polypost.values import frozen


@frozen
class Dialect:
    """What a kind of site adds to CommonMark."""

    hides: tuple[Callable[[str, Rules], Iterator[Mask]], ...] = ()
    mdx: bool = False
    """Whether `{` and `<` begin code anywhere."""
    closes: bool = False
    """Whether HTML ends with its last tag, whatever follows, and `markdown="1"` makes Markdown of it."""
    plain: str = ""
    """The dialect of the site's `.md` posts, where that is another one."""
    anchors: str = ""
    """How headings keep their anchors, a key of ways.WAYS; empty: they have none."""
    markdown: frozenset[str] = frozenset()
    """Keys of the post's head whose values are Markdown."""


_MDX = (finder(EMOJI), callouts, containers, elements)
DIALECTS: dict[str, Dialect] = {
    "markdown": Dialect(
        (templates, admonitions, callouts, containers, container_lines, inner_heads, vue_tags),
        anchors="unknown",
    ),
    "gfm": Dialect((callouts, finder(EMOJI, TICKED_MATH, MENTION)), anchors="github"),
    "jekyll": Dialect(
        (
            finder(liquid.OPAQUE, liquid.TAGS, EXTENSIONS, KRAMDOWN, EMOJI),
            *(contents, abbreviations, markdown_tags, callouts),
        ),
        closes=True,
        anchors="kramdown",
    ),
    "hugo": Dialect(
        (
            finder(shortcodes.OPAQUE, shortcodes.SHORTCODES, liquid.TAGS, SPANS, PASSTHROUGH, EMOJI),
            *(attribute_lines, callouts),
        ),
        anchors="hugo",
    ),
    "hexo": Dialect((finder(liquid.RAW, liquid.TAGS, EMOJI),), anchors="hexo"),
    "zola": Dialect((finder(liquid.OPAQUE, liquid.TAGS, EMOJI),), anchors="zola"),
    "mkdocs": Dialect(
        (
            finder(*CRITIC, liquid.OPAQUE, liquid.TAGS, SPANS, KEYS, HIGHLIGHT, INSERTED, LOWERED, EMOJI),
            *(admonitions, slash_blocks, snippet_lines, attribute_lines, abbreviations, markdown_tags),
        ),
        closes=True,
        anchors="python-markdown",
    ),
    "obsidian": Dialect((finder(*OBSIDIAN, HIGHLIGHT, EMOJI), callouts), anchors="obsidian"),
    "vitepress": Dialect(
        (
            finder(INTERPOLATION, SPANS, ENDING, NAMESPACED, EMOJI),
            *(callouts, containers, vitepress_lines, attribute_lines, vue_tags),
        ),
        anchors="vitepress",
    ),
    "nuxt": Dialect(
        (
            finder(INTERPOLATION, EMOJI, NAMED, SPAN, EMPTY, LEAF, BARE, PROPS, NAMESPACED),
            *(callouts, components, vue_tags),
        ),
        anchors="nuxt",
    ),
    "slidev": Dialect(
        (
            *(slides, callouts, containers, vue_tags),
            finder(INTERPOLATION, EMOJI, NAMED, SPAN, EMPTY, LEAF, PROPS, ENDING, ANYWHERE, NAMESPACED),
        ),
        markdown=frozenset({"info"}),
    ),
    "mdx": Dialect(_MDX, mdx=True, anchors="unknown"),
    "docusaurus": Dialect(_MDX, mdx=True, anchors="docusaurus"),
    "docusaurus-md": Dialect((finder(EMOJI), callouts, containers), anchors="docusaurus"),
    "docusaurus-detect": Dialect(_MDX, mdx=True, plain="docusaurus-md", anchors="docusaurus"),
    "astro-md": Dialect((callouts, containers, finder(EMOJI, TICKED_MATH, MENTION)), anchors="astro"),
    "astro": Dialect(_MDX, mdx=True, plain="astro-md", anchors="astro"),
    "next": Dialect(_MDX, mdx=True, plain="gfm", anchors="github"),
}
"""`markdown` is for posts of which nothing is known: it hides what no plain post has by accident."""

_STRETCH = 100_000
"""Characters that are counted at once: a copy of more takes much of the memory that a post may have."""
_FILLED = re.compile(rb"[^\r\n]")
_FENCE = re.compile(r"[ \t>*+-]*(?:\d+[.)][ \t]+)?(`{3,}(?=[^`\n]*$)|~{3,})[^\n]*$", re.MULTILINE)
_CLOSING = re.compile(r"</[A-Za-z][\w-]*>\Z")
_ELEMENT = re.compile(r"^[ \t>*+-]*(?:\d+[.)][ \t]+)?<(pre|script|style|textarea)(?=[\s>])", re.MULTILINE)
"""HTML in which nothing is Markdown, not even behind a blank line."""
_CODE_TAGS = ("<pre", "<script", "<style", "<textarea")


def masks(text: str, rules: Rules) -> list[Mask]:
    """The ranges of `text` that the dialect of `rules` hides, in order, never overlapping."""
    fences = _fences(text, html=not DIALECTS[rules.dialect].mdx)
    found: list[Mask] = []
    for rule in (formulas, prices, *DIALECTS[rules.dialect].hides):
        for mask in rule(text, rules):
            if mask.gone or not _inside(mask, fences):
                found.extend(split(mask) if mask.texts else (mask,))
    closes = DIALECTS[rules.dialect].closes
    if closes:
        found.extend(_behind_html(text, fences))
    if "code-comments" in rules.extras:
        found.extend(comments(text, fences))
    found.sort(key=lambda m: (m.start, -m.end))
    flat: list[Mask] = []
    for mask in found:
        if not flat or mask.start >= flat[-1].end:
            flat.append(mask)
    if "<" not in text or DIALECTS[rules.dialect].mdx:
        return flat
    return [_placed(mask, text, closes=closes) for mask in flat]


def fenced(text: str, rules: Rules) -> list[tuple[int, int]]:
    """The ranges of `text` that are fenced code, in order."""
    return [(mask.start, mask.end) for mask in _fences(text, html=not DIALECTS[rules.dialect].mdx)]


def _placed(mask: Mask, text: str, *, closes: bool) -> Mask:
    """What fills its lines in an HTML block ends nothing there: it stands in the text around it."""
    signs = "<`~" if closes else "<"
    bounded = mask.block and not (mask.label or mask.head) and text[mask.start] not in signs
    return replace(mask, block=False) if bounded and in_html(text, mask.start, read=closes) else mask


def _behind_html(text: str, fences: Sequence[Mask]) -> Iterator[Mask]:
    """The fences right behind a closing tag, which to CommonMark are more of its HTML block."""
    for fence in fences:
        line = text[text.rfind("\n", 0, max(0, fence.start - 1)) + 1 : fence.start].strip()
        behind = text[fence.start] in "`~" and _CLOSING.search(line)
        if behind and (line.startswith("<") or in_html(text, fence.start)):
            yield fence


def choose(path: str, dialect: str) -> str:
    """`dialect` when given, else what the path's suffix says. Raises UsageError for an unknown one."""
    mdx = path.lower().endswith(".mdx")
    if not dialect:
        return "mdx" if mdx else "markdown"
    if dialect not in DIALECTS:
        raise UsageError(f"The dialect {dialect} is not known: use one of {', '.join(DIALECTS)}.")
    return dialect if mdx else DIALECTS[dialect].plain or dialect


def fill(content: bytes, hidden: Sequence[Mask]) -> bytes:
    """`content` with every hidden range (in bytes) filled up, as long as before but for what is gone."""
    if not hidden:
        return content
    parts: list[bytes] = []
    position = 0
    for mask in hidden:
        parts.append(content[position : mask.start])
        if mask.gone:
            pass
        elif mask.tag:
            parts.append(plain_tag(content[mask.start : mask.end].decode()).encode())
        elif not mask.block:
            parts.append(b"," * (mask.end - mask.start))
        elif mask.label:
            parts.append(b"#" + _FILLED.sub(b" ", content[mask.start + 1 : mask.end]))
        else:
            parts.append(_FILLED.sub(b" ", content[mask.start : mask.end]))
        position = mask.end
    parts.append(content[position:])
    return b"".join(parts)


def in_bytes(text: str, found: Sequence[Mask]) -> list[Mask]:
    """The same masks with their offsets in the UTF-8 bytes of `text`."""
    if text.isascii():
        return list(found)
    position = counted = 0
    out: list[Mask] = []

    def at(index: int) -> int:
        nonlocal position, counted
        while position < index:
            following = min(index, position + _STRETCH)
            counted += len(text[position:following].encode())
            position = following
        return counted

    for mask in found:
        start = at(mask.start)
        texts = tuple(Text(at(t.start), at(t.end), t.context) for t in mask.texts)
        out.append(replace(mask, start=start, end=at(mask.end), texts=texts))
    return out


def _fences(text: str, *, html: bool) -> list[Mask]:
    """Fenced code blocks, found by their lines: nothing inside them is any dialect's business.

    `html`: whether an element such as `<pre>` holds none, whatever stands in it.
    """
    found: list[Mask] = []
    opened: re.Match[str] | None = None
    done = 0
    html = html and any(tag in text for tag in _CODE_TAGS)
    for match in _fence_lines(text):
        if opened is None:
            if html and match.start() >= done:
                done = _element_end(text, done, match.start())
            if match.start() >= done:
                opened = match
        elif (
            match[1][0] == opened[1][0]
            and len(match[1]) >= len(opened[1])
            and match.start(1) - match.start() <= opened.start(1) - opened.start() + 3
            and match[0].rstrip().endswith(match[1])
        ):
            found.append(Mask(opened.start(), match.end(), block=True))
            opened = None
            done = match.end()
    if opened is not None:
        found.append(Mask(opened.start(), len(text), block=True))
    return found


def _element_end(text: str, start: int, end: int) -> int:
    """Where the element of code ends that opens between `start` and `end` and is open there; else 0."""
    while (match := _ELEMENT.search(text, start, end)) is not None:
        start = text.find(f"</{match[1]}>", match.end())
        if start < 0:
            return len(text)
        if start > end:
            return start
    return 0


def _fence_lines(text: str) -> Iterator[re.Match[str]]:
    """The lines that may open or close a fence."""
    position = 0
    ticks, tildes = text.find("```"), text.find("~~~")
    while position >= 0 and (ticks >= 0 or tildes >= 0):
        rail = min(at for at in (ticks, tildes) if at >= 0)
        if match := _FENCE.match(text, text.rfind("\n", 0, rail) + 1):
            yield match
        position = text.find("\n", rail)
        if 0 <= ticks < position:
            ticks = text.find("```", position)
        if 0 <= tildes < position:
            tildes = text.find("~~~", position)


def _inside(mask: Mask, ranges: Sequence[Mask]) -> bool:
    """Whether it begins within one of `ranges`; what begins with it may stand for it."""
    index = bisect_left(ranges, mask.start, key=lambda m: m.end)
    return index < len(ranges) and ranges[index].start < mask.start < ranges[index].end
