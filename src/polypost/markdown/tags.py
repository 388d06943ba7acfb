"""Tags: which of their attributes a reader reads, and what kind of elements they begin."""

from __future__ import annotations

import re
from collections.abc import Iterator

from polypost.markdown.expressions import STRING, expression_end, string_value
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
QUOTED = {'"': "attribute", "'": "attribute in single quotes"}
"""The quote around an attribute's value -> how text is written in it, a key of escape.PLAIN."""
STRINGS = {quotes: f"{quotes} string" for quotes in ("double", "single", "template")}
"""The same of a string of JavaScript, by its group of STRING."""

_SIGN = re.compile(r"(?:title|alt|label|placeholder)\s*=\s*[\"'{]")
_NAME = re.compile(r"</?[\w.:$-]*")
_SPACE = re.compile(r"[\s/]*")
_ATTRIBUTE = re.compile(r"""([^\s"'<>/={}]+)(?:\s*=\s*(["'{]|[^\s"'=<>`{}]+))?""")
_TEMPLATE = re.compile(r"\{[{%]|<%|\$\{")
_UNTRANSLATED = re.compile(
    r"""\s(?:translate\s*=\s*["']?no\b|class(?:Name)?\s*=\s*["'](?:[^"']*\s)?notranslate[\s"'])"""
)


def attributes(text: str, start: int, end: int, *, mdx: bool = False) -> Iterator[tuple[int, int, str]]:
    """Where in `text` the human text in the attributes of the tag at [start, end) stands.

    With each how it is written, a key of escape.PLAIN. Expressions (`{...}`) are no human text, but for a
    string in braces in MDX; nor are bound values (`:title`), templates and machine words.
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
            if mdx and closed and found[1] in TEXT_ATTRIBUTES:
                yield from _literal(text, found.end() - 1, closed)
        elif found[2] in QUOTED:
            closed = text.find(found[2], found.end(), end) + 1 or None
            if closed and found[1] in TEXT_ATTRIBUTES and human(text[found.end() : closed - 1]):
                yield found.end(), closed - 1, QUOTED[found[2]]
        else:
            closed = found.end()
        if closed is None or closed > end:
            return
        position = closed


def _literal(text: str, start: int, end: int) -> Iterator[tuple[int, int, str]]:
    """The string that is all of the expression at [start, end), if one is."""
    found = STRING.fullmatch(text, start + 1, end - 1)
    if found is None or (group := found.lastgroup) is None or _TEMPLATE.search(found[group]):
        return
    if not MACHINE_VALUE.fullmatch(string_value(found[group]).strip()):
        yield *found.span(group), STRINGS[group]


def _end(match: re.Match[str] | None, position: int) -> int:
    return position if match is None else match.end()


def human(value: str) -> bool:
    """Whether a value is more than a machine word, a URL or a template."""
    return not (MACHINE_VALUE.fullmatch(value.strip()) or _TEMPLATE.search(value))


def untranslated(tag: str) -> bool:
    """Whether the web's own signs say that no text of the element is to be translated."""
    return ("translate" in tag) and _UNTRANSLATED.search(tag) is not None


def component(name: str) -> bool:
    """Whether a tag's name is no name of HTML, but of a component."""
    return "-" in name or "." in name or ":" in name or not name.islower()
