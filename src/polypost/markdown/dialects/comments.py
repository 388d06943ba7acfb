"""Comments in fenced code, text only when asked for (`code-comments`); the lexers are Pygments' own."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

from polypost.markdown.dialects.mask import Mask, Text

LONGEST = 20_000
"""Characters of code that are looked at: no lexer promises linear time."""
_INFO = re.compile(r"[^`~>\n]*(?:`{3,}|~{3,})[ \t]*(?:\{\.?)?(?P<language>[\w+#.-]+)[^\n]*\n")
_LAST = re.compile(r"[ \t]*(?:`{3,}|~{3,})[ \t]*")
_LINE = re.compile(
    r"[ \t]*(?:/{2,}!?|/\*+!?|\*+(?!/)|#+!?|--+(?!>)|;+|%+|<!--+|\{-|\(\*|'|(?i:rem)\b)?[ \t]*"
    r"(?P<words>[^\r\n]*?)[ \t]*(?:\*+/|--+>|-\}|\*\)|#+)?[ \t]*(?=\r?\n|\Z)"
)
_MACHINE = re.compile(
    r"[={}<>\[\]|;]|\w\(|@\w|\[!code|(?:es|ts|style|md)lint|prettier|pragma|noqa|\btype:|[,(]\Z|://"
)
_UNREAD = frozenset({"Preproc", "PreprocFile", "Hashbang", "Special"})


def comments(text: str, fences: Sequence[Mask]) -> Iterator[Mask]:
    """The code in each of `fences` whose language is known, with the words of its comments, line by line.

    What looks like code or like an order to a tool is none. Fences in quotes are left out.
    """
    for fence in fences:
        info = _INFO.match(text, fence.start, fence.end)
        lexer = None if info is None else _lexer(info["language"].lower())
        if info is None or lexer is None:
            continue
        start, last = info.end(), text.rfind("\n", fence.start, fence.end) + 1
        end = last if _LAST.fullmatch(text, last, fence.end) else fence.end
        if start < end <= start + LONGEST:
            found = tuple(_texts(text, start, end, lexer))
            if found:
                yield Mask(start, end, block=True, texts=found, gone=True)


def _texts(text: str, start: int, end: int, lexer: Any) -> Iterator[Text]:
    for offset, kind, value in lexer.get_tokens_unprocessed(text[start:end]):
        if (
            kind[:1] != ("Comment",)
            or _UNREAD.intersection(kind)
            or not text.startswith(value, start + offset)
        ):
            continue
        for line in _LINE.finditer(value):
            if line["words"] and not _MACHINE.search(line["words"]):
                first, last = line.span("words")
                yield Text(start + offset + first, start + offset + last, "comment")


@cache
def _lexer(language: str) -> Any:
    """None for a language that isn't known. Imported here: few runs ask for it, and it takes its time."""
    from pygments.lexers import get_lexer_by_name
    from pygments.util import ClassNotFound

    try:
        return get_lexer_by_name(language)
    except ClassNotFound:
        return None
