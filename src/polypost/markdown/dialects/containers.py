"""Lines that open or close a container: `::: tip`, `!!! note`, `> [!TIP]`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from polypost.markdown.dialects.mask import Mask
from polypost.markdown.rules import Rules

_LINES = re.compile(
    r"^[ \t]*"
    r"(?:import[ \t]+(?:[\w{}*,$ \t]+[ \t]from[ \t]+)?(?:\"[^\"\n]+\"|'[^'\n]+');?"
    r"|\{(?:[.#][\w-]|[\w-]+=)[^{}\n]*\}"
    r"|:{2,}[^\n]*|\[toc\]|\[\[toc\]\]|\^\^\^[^\n]*|(?:!!!|\?\?\?)[^\n]*"
    r"|#[a-z][\w-]*(?:\{[^\n]*\})?)[ \t]*\r?$",
    re.MULTILINE | re.IGNORECASE,
)
_CALLOUT = re.compile(r"^[ \t>]*>[ \t]*(\[![^\]\n]+\][^\r\n]*)", re.MULTILINE)


def container_lines(text: str, _: Rules) -> Iterator[Mask]:
    """`::: tip`, `::component`, `#slot`, `[toc]`, `!!! note`, `[!tip]`: lines that are no prose."""
    for match in _LINES.finditer(text):
        yield Mask(match.start(), match.end(), block=True)
    for match in _CALLOUT.finditer(text):
        yield Mask(match.start(1), match.end(1), block=True)
