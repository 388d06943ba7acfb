"""What VitePress adds to Markdown, beside containers and Vue's tags."""

from __future__ import annotations

import re
from collections.abc import Iterator

from polypost.markdown.dialects.mask import Mask
from polypost.markdown.dialects.scan import Construct, whole
from polypost.markdown.rules import Rules

INTERPOLATION = Construct("{", r"\{\{(?:(?!\n[ \t]*\n).){0,2000}?\}\}", whole)
"""Vue's `{{ value }}`."""
_LINES = re.compile(r"^(?:<<<[ \t]*[^\r\n]+|[ \t]*\[\[toc\]\][ \t]*(?=\r?$))", re.MULTILINE | re.IGNORECASE)


def vitepress_lines(text: str, _: Rules) -> Iterator[Mask]:
    """`<<< @/snippet.js{1,3}` and `[[toc]]`: lines that something else is put in place of."""
    if "<<<" in text or "[[" in text:
        for match in _LINES.finditer(text):
            yield Mask(match.start(), match.end(), block=True)
