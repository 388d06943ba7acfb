"""What Vue adds to HTML."""

from __future__ import annotations

import re
from collections.abc import Iterator

from polypost.markdown.dialects.mask import Mask, alone
from polypost.markdown.rules import Rules

_VUE_TAG = re.compile(
    r"</?[A-Za-z][\w.-]*+(?=[^<>]{0,9999}\s[@#:v])(?:\s+[^\s<>\"'=]+(?:=(?:\"[^\"]*\"|'[^']*'))?)*\s*/?>"
)


def vue_tags(text: str, _: Rules) -> Iterator[Mask]:
    """Tags with `@click`, `:prop`, `#slot` or `v-if`, which CommonMark takes for text."""
    for match in _VUE_TAG.finditer(text):
        yield Mask(match.start(), match.end(), alone(text, match.start(), match.end()))
