"""Tags: which of their attributes a reader reads, and what kind of elements they begin."""

from __future__ import annotations

import re
from collections.abc import Iterator

from polypost.markdown.expressions import expression_end
from polypost.markdown.prose import MACHINE_VALUE

TEXT_ATTRIBUTES = frozenset({"title", "alt", "label", "placeholder", "aria-label"})
"""Attributes whose value is human text, whatever the element; of a component they are its props."""
OPAQUE = frozenset({"code", "pre", "script", "style", "svg", "kbd", "samp", "var", "math", "textarea"})
"""Elements whose content no reader reads as prose."""
INLINE = frozenset(
    [
        *("a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em"),
        *("font", "i", "img", "ins", "kbd", "label", "mark", "q", "s", "samp", "small", "span", "strike"),
        *("strong", "sub", "sup", "time", "tt", "u", "var", "wbr"),
    ]
)
"""Elements of HTML that stand within a sentence."""
HEADING_TAG = re.compile(r"<[hH][1-6]\b")
"""What opens a heading of HTML."""

_SIGN = re.compile(r"(?:title|alt|label|placeholder)\s*=\s*[\"']")
_NAME = re.compile(r"</?[\w.:$-]*")
_SPACE = re.compile(r"[\s/]*")
_ATTRIBUTE = re.compile(r"""([^\s"'<>/={}]+)(?:\s*=\s*(["'{]|[^\s"'=<>`{}]+))?""")
_TEMPLATE = re.compile(r"\{[{%]|<%|\$\{")
_UNTRANSLATED = re.compile(
    r"""\s(?:translate\s*=\s*["']?no\b|class(?:Name)?\s*=\s*["'](?:[^"']*\s)?notranslate[\s"'])"""
)


def attributes(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Where in `text` the human text in the attributes of the tag at [start, end) stands.

    Expressions (`{...}`), bound values (`:title`), templates and machine words are no human text.
    """
    if _SIGN.search(text, start, end) is None or (name := _NAME.match(text, start, end)) is None:
        return
    position = name.end()
    while position < end:
        position = _end(_SPACE.match(text, position, end), position)
        if text.startswith("{", position):
            closed = expression_end(text, position)
        elif (found := _ATTRIBUTE.match(text, position, end)) is None:
            return
        elif found[2] == "{":
            closed = expression_end(text, found.end() - 1)
        elif found[2] in {'"', "'"}:
            closed = text.find(found[2], found.end(), end) + 1 or None
            if closed and found[1] in TEXT_ATTRIBUTES and human(text[found.end() : closed - 1]):
                yield found.end(), closed - 1
        else:
            closed = found.end()
        if closed is None or closed > end:
            return
        position = closed


def _end(match: re.Match[str] | None, position: int) -> int:
    return position if match is None else match.end()


def within_quotes(before: str) -> str:
    """How the text of an attribute is written, a key of escape.CONTEXTS; `before`: the quote before it."""
    return "attribute in single quotes" if before == "'" else "attribute"


def human(value: str) -> bool:
    """Whether a value is more than a machine word, a URL or a template."""
    return not (MACHINE_VALUE.fullmatch(value.strip()) or _TEMPLATE.search(value))


def untranslated(tag: str) -> bool:
    """Whether the web's own signs say that no text of the element is to be translated."""
    return ("translate" in tag) and _UNTRANSLATED.search(tag) is not None


def component(name: str) -> bool:
    """Whether a tag's name is no name of HTML, but of a component."""
    return "-" in name or "." in name or ":" in name or not name.islower()
