"""What a dialect hides from CommonMark: ranges that no parser and no model may see.

The parser gets the post with those ranges filled up: a block with blanks (it ends a paragraph, as the
construct does in its own dialect), an inline one with commas (emphasis beside it opens and
closes as it does beside the sign that it begins or ends with).
Filling keeps every byte's place, so all offsets of the parser hold in the original.

A new dialect is one row of DIALECTS and one small function, `text -> masks`.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from polypost.markdown import jsx


@dataclass(frozen=True, slots=True)
class Mask:
    """A range of characters that stays as it is."""

    start: int
    end: int
    block: bool
    """Whether it fills its lines and ends a paragraph; an inline one becomes an atom."""


MAX_OPEN = 2_000
"""Openers without an end in one post: for each, the search for its end has been in vain."""
_FENCE = re.compile(r"^[ \t>*+-]*(?:\d+[.)][ \t]+)?(`{3,}(?=[^`\n]*$)|~{3,})[^\n]*$", re.MULTILINE)
_HIDDEN = re.compile(
    rf"(?=[`<{{:\[])(?:{jsx.CODE}"  # first what begins any of them, for speed
    r"|(?P<comment><!--.{0,99999}?-->)"
    r"|(?P<liquid>\{%-?[ ]*(?P<raw>raw|highlight|comment)\b[^%\n]*+%\}"
    r".{0,99999}?\{%-?[ ]*end(?P=raw)[ ]*-?%\})"
    r"|(?P<shortcode>\{\{[<%][ ]*(?P<name>highlight|code[\w-]*|mermaid|math|katex|chart)\b"
    r"[^}]{0,999}(?<!/)[>%]\}\}"
    r".{0,99999}?\{\{[<%][ ]*/[ ]*(?P=name)[ ]*[>%]\}\})"
    r"|(?P<mask>\{/\*.{0,9999}?\*/\}|</?[A-Za-z][\w-]*:[\w.:-]++(?:\s[^<>]{0,999})?/>"
    r"|(?<=\)\s)\{[#.:\w][^{}\n]{0,999}\}|\{\{[<%].{0,9999}?[%>]\}\}"
    r"|\{\{(?:(?!\n[ \t]*\n).){0,2000}?\}\}|\{%(?:(?!\n[ \t]*\n).){0,2000}?%\}"
    r"|\{:[^}\n]{0,999}\}|(?<!\w)\[\[[^\]\n]{1,999}\]\]|(?<![\w:]):[a-z][a-z0-9_+-]{0,99}:(?![\w:])"
    r"|(?<=[\])*`])\{[^{}\n]{0,999}\}|(?<![\w:]):[a-z][\w-]{0,99}(?:\{[^{}\n]{0,999}\}|(?=\[)))"
    r"|(?P<open>\{(?=[{%])|<(?=!--)|(?<![`\\])`++))",
    re.DOTALL,
)
_LINES = re.compile(
    r"^[ \t]*"
    r"(?:import[ \t]+(?:[\w{}*,$ \t]+[ \t]from[ \t]+)?(?:\"[^\"\n]+\"|'[^'\n]+');?"
    r"|\{(?:[.#][\w-]|[\w-]+=)[^{}\n]*\}"
    r"|:{2,}[^\n]*|\[toc\]|\[\[toc\]\]|\^\^\^[^\n]*|(?:!!!|\?\?\?)[^\n]*"
    r"|#[a-z][\w-]*(?:\{[^\n]*\})?)[ \t]*\r?$",
    re.MULTILINE | re.IGNORECASE,
)
_CALLOUT = re.compile(r"^[ \t>]*>[ \t]*(\[![^\]\n]+\][^\r\n]*)", re.MULTILINE)
_INNER_HEAD = re.compile(
    r"^---[ \t]*\r?\n(?:[\w$@-]+:(?:[ \t][^\n]*)?\r?\n(?:[ \t]+[^\n]*\n|-[ \t][^\n]*\n)*)+---[ \t]*\r?$",
    re.MULTILINE,
)
_VUE_TAG = re.compile(
    r"</?[A-Za-z][\w.-]*+(?=[^<>]{0,9999}\s[@#:v])(?:\s+[^\s<>\"'=]+(?:=(?:\"[^\"]*\"|'[^']*'))?)*\s*/?>"
)


def masks(text: str, dialect: str) -> list[Mask]:
    """The ranges of `text` that `dialect` hides, in order, never overlapping."""
    fences = _fences(text)
    found: list[Mask] = []
    for rule in DIALECTS[dialect]:
        found.extend(mask for mask in rule(text) if not _inside(mask, fences))
    found.sort(key=lambda m: (m.start, -m.end))
    flat: list[Mask] = []
    for mask in found:
        if not flat or mask.start >= flat[-1].end:
            flat.append(mask)
    return flat


def choose(path: str, dialect: str | None) -> str:
    """`dialect` when given, else what the path's suffix says. Raises KeyError for an unknown one."""
    if dialect is not None:
        DIALECTS[dialect]
        return dialect
    return "mdx" if path.lower().endswith(".mdx") else "markdown"


def fill(text: str, hidden: Sequence[Mask]) -> str:
    """`text` with every hidden range filled up, as many UTF-8 bytes long as before."""
    if not hidden:
        return text
    parts: list[str] = []
    position = 0
    for mask in hidden:
        parts.append(text[position : mask.start])
        raw = text[mask.start : mask.end]
        if mask.block:
            parts.append("".join(c if c in "\r\n" else " " * len(c.encode()) for c in raw))
        else:
            parts.append("," * len(raw.encode()))
        position = mask.end
    parts.append(text[position:])
    return "".join(parts)


def _fences(text: str) -> list[Mask]:
    """Fenced code blocks, found by their lines: nothing inside them is any dialect's business."""
    found: list[Mask] = []
    opened: re.Match[str] | None = None
    for match in _FENCE.finditer(text):
        if opened is None:
            opened = match
        elif (
            match[1][0] == opened[1][0]
            and len(match[1]) >= len(opened[1])
            and match[0].rstrip().endswith(match[1])
        ):
            found.append(Mask(opened.start(), match.end(), block=True))
            opened = None
    if opened is not None:
        found.append(Mask(opened.start(), len(text), block=True))
    return found


def _inside(mask: Mask, ranges: Sequence[Mask]) -> bool:
    index = bisect_left(ranges, mask.start, key=lambda m: m.end)
    return index < len(ranges) and ranges[index].start <= mask.start < ranges[index].end


def _alone(text: str, start: int, end: int) -> bool:
    """Whether [start, end) is all that stands on its lines."""
    before = text.rfind("\n", 0, start) + 1
    after = text.find("\n", end)
    return not text[before:start].strip() and not text[end : len(text) if after < 0 else after].strip()


def _templates(text: str) -> Iterator[Mask]:
    """Liquid, shortcodes, interpolation, attribute lists, wiki links, emoji codes; not in code spans."""
    if not any(sign in text for sign in ("{", "[[", ":")):
        return
    opened = 0
    for match in _HIDDEN.finditer(text):
        if match["open"]:
            opened += 1
            jsx.bounded(text, match.start(), opened, MAX_OPEN)
        elif match["liquid"] or match["shortcode"]:
            yield Mask(match.start(), match.end(), _alone(text, match.start(), match.end()))
        elif match["mask"]:
            alone = match[0][-1] in "}>" and _alone(text, match.start(), match.end())
            yield Mask(match.start(), match.end(), alone)


def _container_lines(text: str) -> Iterator[Mask]:
    """`::: tip`, `::component`, `#slot`, `[toc]`, `!!! note`, `[!tip]`: lines that are no prose."""
    for match in _LINES.finditer(text):
        yield Mask(match.start(), match.end(), block=True)
    for match in _CALLOUT.finditer(text):
        yield Mask(match.start(1), match.end(1), block=True)


def _inner_heads(text: str) -> Iterator[Mask]:
    """Heads of slides and components: `key: value` lines between two `---` lines."""
    for match in _INNER_HEAD.finditer(text):
        yield Mask(match.start(), match.end(), block=True)


def _vue_tags(text: str) -> Iterator[Mask]:
    """Tags with `@click`, `:prop`, `#slot` or `v-if`, which CommonMark takes for text."""
    for match in _VUE_TAG.finditer(text):
        yield Mask(match.start(), match.end(), _alone(text, match.start(), match.end()))


def _jsx(text: str) -> Iterator[Mask]:
    """MDX: import and export, tags, expressions."""
    for start, end in jsx.ranges(text):
        yield Mask(start, end, _alone(text, start, end))


DIALECTS: dict[str, tuple[Callable[[str], Iterator[Mask]], ...]] = {
    "markdown": (_templates, _container_lines, _inner_heads, _vue_tags),
    "gfm": (),
    "mdx": (_templates, _container_lines, _inner_heads, _jsx),
}
"""name -> what it hides. `markdown` hides what no plain post has by accident; `gfm` is GFM and no more."""
