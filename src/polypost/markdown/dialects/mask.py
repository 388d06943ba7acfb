"""A range of a post that its dialect hides, and the human text that may stand in it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Text:
    """Human text inside of what is hidden."""

    start: int
    end: int
    """Its range in the body, in characters."""
    context: str
    """How it is written, a key of escape.CONTEXTS. `label`: the parser sees it, as a heading of its own."""


@dataclass(frozen=True, slots=True)
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


def alone(text: str, start: int, end: int) -> bool:
    """Whether [start, end) is all that stands on its lines."""
    before = text.rfind("\n", 0, start) + 1
    after = text.find("\n", end)
    return not text[before:start].strip() and not text[end : len(text) if after < 0 else after].strip()
