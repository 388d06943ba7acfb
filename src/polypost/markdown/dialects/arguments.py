"""Human text in the arguments of tags and shortcodes, and in attribute lists."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator

from polypost.markdown.dialects.mask import Mask, Text, alone
from polypost.markdown.rules import Rules
from polypost.markdown.tags import TEXT_ATTRIBUTES

_ARGUMENT = re.compile(
    r"""(?:(?P<name>[\w.:-]{1,99})[ \t\n]*=[ \t\n]*)?"""
    r"""(?:"(?P<double>(?:[^"\\]|\\.)*+)"|'(?P<single>(?:[^'\\]|\\.)*+)'|`(?P<raw>[^`]*+)`|[^\s,()"'`=]++)""",
    re.DOTALL,
)
_ATTRIBUTES = TEXT_ATTRIBUTES | {"data-toc-label"}
"""The last is MkDocs' own: a heading's shorter name in the table of contents."""


def arguments(text: str, start: int, end: int, tag: str, wanted: Collection[str]) -> tuple[Text, ...]:
    """The quoted arguments in [start, end) that `wanted` names, `TAG.NAME` or `TAG.0` by position."""
    names = {name.removeprefix(f"{tag}.") for name in wanted if name.startswith(f"{tag}.")}
    return tuple(_quoted(text, start, end, names)) if names else ()


def tags(opening: str, known: Collection[str]) -> Callable[[re.Match[str], str, Rules], Iterator[Mask]]:
    """A maker of masks for tags that begin with `opening`, a pattern whose first group is the tag's name.

    `known`: the text arguments of the generator's own tags; `rules.arguments` come to them.
    """
    named = re.compile(opening)

    def masks(match: re.Match[str], text: str, rules: Rules) -> Iterator[Mask]:
        start, end = match.span()
        name = named.match(text, start, end)
        texts = arguments(text, name.end(), end, name[1], (*known, *rules.arguments)) if name else ()
        yield Mask(start, end, alone(text, start, end), texts)

    return masks


def attributes(text: str, start: int, end: int) -> tuple[Text, ...]:
    """The text attributes of the list in [start, end)."""
    return tuple(_quoted(text, start, end, _ATTRIBUTES)) if text.find("=", start, end) >= 0 else ()


def _quoted(text: str, start: int, end: int, names: Collection[str]) -> Iterator[Text]:
    number = 0
    for match in _ARGUMENT.finditer(text, start, end):
        name = match["name"]
        if name is None:
            name = str(number)
            number += 1
        group = next((g for g in ("double", "single", "raw") if match[g]), None)
        if group and name in names:
            yield Text(*match.span(group), "argument")
