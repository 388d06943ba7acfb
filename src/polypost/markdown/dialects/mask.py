"""A range of a post that its dialect hides, and the human text that may stand in it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from polypost.markdown.tags import INLINE
from polypost.values import frozen

_BLOCK_TAG = re.compile(r"[ \t>]*(?:[*+-][ \t]+|\d{1,9}[.)][ \t]+)?</?(?P<name>[A-Za-z][\w-]*)[\s/>]")
_READ = re.compile(r"[^<>\n]{0,999}?\smarkdown(?:=[\"']?(?:1|block|span)[\"']?)?[\s>]")
"""The rest of a tag whose content is Markdown."""
_LONGEST_BLOCK = 4_000
"""Characters above a line that are looked through for the beginning of its block."""


@frozen
class Text:
    """Human text inside of what is hidden."""

    start: int
    end: int
    """Its range in the body, in characters."""
    context: str
    """How it is written, a key of escape.CONTEXTS. `label`: the parser sees it, as a heading of its own, and
    other masks may stand in it."""


@frozen
class Mask:
    """A range of characters that stays as it is, but for the texts in it."""

    start: int
    end: int
    block: bool
    """Whether it fills its lines and ends a paragraph; an inline one becomes an atom."""
    texts: tuple[Text, ...] = ()
    """In order, not overlapping. A `label` leaves two characters before it, for the parser's `# `."""
    head: bool = False
    """Whether it is a head of its own (of a slide, a component): YAML between its first and last line."""
    gone: bool = False
    """Whether it is indentation that its dialect doesn't count: not even the parser sees it."""
    label: bool = False
    """Whether it is what stands before a label: the parser sees the sign of a heading."""
    pair: str = ""
    """Of an inline one that opens a mark around the words up to `/NAME`: its NAME."""
    names: frozenset[str] = frozenset()
    """Of a head: names of values that a reader sees, at any depth, beside `rules.keys`."""
    unclosed: bool = False
    """Whether it opens something that never ends, so that nobody knows what the rest of its block is."""
    shown: bool = False
    """Whether it is text, and only to the parser a sign of something else."""
    tag: bool = False
    """Whether it is a tag that only its dialect knows as one: the parser sees it with plain names in it."""


def pair(name: str, start: int, end: int, closing: int, last: int) -> Iterator[Mask]:
    """A mark that CommonMark doesn't know, from [start, end) to [closing, last): `==words==`."""
    yield Mask(start, end, block=False, pair=name)
    yield Mask(closing, last, block=False, pair=f"/{name}")


def split(mask: Mask) -> tuple[Mask, ...]:
    """What stands before and behind a label, each a mask of its own; a mask without one as it is."""
    label = next((text for text in mask.texts if text.context == "label"), None)
    if label is None:
        return (mask,)
    before = tuple(text for text in mask.texts if text.end < label.start)
    behind = tuple(text for text in mask.texts if text.start > label.end)
    head = Mask(mask.start, label.start, block=True, texts=before, label=True)
    return (head, Mask(label.end, mask.end, block=True, texts=behind)) if label.end < mask.end else (head,)


def alone(text: str, start: int, end: int) -> bool:
    """Whether [start, end) is all that stands on its lines."""
    before = text.rfind("\n", 0, start) + 1
    after = text.find("\n", end)
    return not text[before:start].strip() and not text[end : len(text) if after < 0 else after].strip()


def in_html(text: str, start: int, *, read: bool = False) -> bool:
    """Whether `start` stands in an HTML block that begins on a line above; a blank line would end it.

    `read`: whether what a tag with `markdown="1"` holds is no HTML.
    """
    line = text.rfind("\n", 0, start) + 1
    floor = max(0, line - _LONGEST_BLOCK)
    blank = max(text.rfind("\n\n", floor, line), text.rfind("\n\r\n", floor, line))
    first = blank + (3 if text.startswith("\n\r", blank) else 2) if blank >= 0 else 0
    if first >= line or (blank < 0 and floor):
        return False
    tag = _BLOCK_TAG.match(text, first, line)
    if tag is None or tag["name"] in INLINE:
        return False
    return not read or _READ.match(text, tag.end() - 1, line) is None
