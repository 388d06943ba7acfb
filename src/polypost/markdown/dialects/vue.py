"""What Vue adds to HTML."""

from __future__ import annotations

import re
from collections.abc import Iterator

from polypost.markdown.dialects.mask import Mask
from polypost.markdown.rules import Rules

_VUE_TAG = re.compile(
    r"</?[A-Za-z][\w.-]*+(?=[^<>]{0,9999}\s[@#:v])(?:\s+[^\s<>\"'=]+(?:=(?:\"[^\"]*\"|'[^']*'))?)*\s*/?>"
)
_ODD = re.compile(r"\"[^\"]*\"|'[^']*'|(?<=\s)[.-]|[^\w\s<>/=.:-]|[^\x00-\x7f]")


def vue_tags(text: str, _: Rules) -> Iterator[Mask]:
    """Tags with `@click`, `:prop`, `#slot` or `v-if`, of which CommonMark takes some for text."""
    for match in _VUE_TAG.finditer(text):
        yield Mask(match.start(), match.end(), block=False, tag=True)


def plain_tag(tag: str) -> str:
    """The tag as CommonMark takes it for one, as many bytes long."""
    return _ODD.sub(lambda m: m[0] if m[0][0] in "\"'" else "a" * len(m[0].encode()), tag)
