"""Lines of MkDocs sites that are no prose: snippets, the table of contents."""

from __future__ import annotations

import re
from collections.abc import Iterator

from polypost.markdown.dialects.mask import Mask
from polypost.markdown.rules import Rules

_LINES = re.compile(
    r"^[ \t]*(-{1,2}8<-{1,2}(?:[ \t]+[^\n]*?|[ \t]*\r?\n(?:[^\n]*\n){1,99}?[ \t]*-{1,2}8<-{1,2})|\[TOC\])"
    r"[ \t]*\r?$",
    re.MULTILINE,
)


def snippet_lines(text: str, _: Rules) -> Iterator[Mask]:
    """`--8<-- "file"`, a list of files between two such signs, `[TOC]`."""
    if "8<-" in text or "[TOC]" in text:
        for match in _LINES.finditer(text):
            yield Mask(match.start(1), match.end(1), block=True)
