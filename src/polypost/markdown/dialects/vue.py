"""What Vue adds to HTML."""

from __future__ import annotations

import re
from collections.abc import Iterator

from polypost.markdown.dialects.mask import Mask, Text, alone, in_html
from polypost.markdown.rules import Rules
from polypost.markdown.tags import attributes, component

_TAG = re.compile(r"</?(?P<name>[A-Za-z][\w.-]*+)(?:\s+[^\s<>\"'=]++(?:=(?:\"[^\"]*\"|'[^']*'))?)*+\s*/?>")
_NAME = re.compile(r"</?[\w.:-]+", re.ASCII)
_PLAIN = str.maketrans(".:", "--")
_VUE = re.compile(r"\s[@#:v]")
_ODD = re.compile(r"\"[^\"]*\"|'[^']*'|(?<=\s)[.-]|[^\w\s<>/=.:-]|[^\x00-\x7f]")


def vue_tags(text: str, _: Rules) -> Iterator[Mask]:
    """Tags with `@click`, `:prop`, `#slot` or `v-if`, of which CommonMark takes some for text.

    A component's may go over several lines, which CommonMark knows of HTML's own blocks only.
    """
    for match in _TAG.finditer(text):
        start, end = match.span()
        lines = "\n" in match[0] and alone(text, start, end)
        if lines and component(match["name"]) and not in_html(text, start):
            texts = tuple(Text(*each) for each in attributes(text, start, end))
            yield Mask(start, end, block=True, texts=texts)
        elif lines or _VUE.search(match[0]):
            yield Mask(start, end, block=False, tag=True)


def namespaced(match: re.Match[str], _text: str, _: Rules) -> Iterator[Mask]:
    """`<carbon:edit />`, which CommonMark takes for an address."""
    yield Mask(match.start(), match.end(), block=False, tag=True)


def plain_tag(tag: str) -> str:
    """The tag as CommonMark takes it for one, as many bytes long."""
    name = _NAME.match(tag)
    end = name.end() if name else 0
    rest = _ODD.sub(lambda m: m[0] if m[0][0] in "\"'" else "a" * len(m[0].encode()), tag[end:])
    return f"{tag[:end].translate(_PLAIN)}{rest}"
