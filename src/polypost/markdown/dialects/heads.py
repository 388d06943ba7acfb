"""Heads inside of a post: of slides, of components."""

from __future__ import annotations

import re
from collections.abc import Iterator

from polypost.markdown.dialects.mask import Mask
from polypost.markdown.rules import Rules

_INNER_HEAD = re.compile(
    r"^---[ \t]*+\r?\n(?:[\w$@-]++:(?:[ \t][^\n]*+|\r)?\n(?:(?:[ \t]|-[ \t])[^\n]*+\n)*+)++---[ \t]*+\r?$",
    re.MULTILINE,
)


def inner_heads(text: str, _: Rules) -> Iterator[Mask]:
    """Heads of slides and components: `key: value` lines between two `---` lines."""
    for match in _INNER_HEAD.finditer(text):
        yield Mask(match.start(), match.end(), block=True, head=True)
