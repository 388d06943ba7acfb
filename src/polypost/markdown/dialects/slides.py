"""Slidev decks: slides between `---` lines, each with a head of its own, and a speaker's notes at its end."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence

from polypost.markdown.dialects.mask import Mask, Text
from polypost.markdown.rules import Rules

_SIGNS = re.compile(
    r"^(?:(?P<fence>[ \t]*`{3,})[^\n]*|---(?P<more>[^\r\n]*)(?=\r?$)|<<<[ \t][^\r\n]*)", re.MULTILINE
)
_HEAD_END = re.compile(r"^---[ \t]*(?=\r?$)", re.MULTILINE)
_FILLED = re.compile(r"\r?\n[ \t]*\S")
_BLOCK_HEAD = re.compile(
    r"\s*^(?P<head>```ya?ml[ \t]*\r?\n(?:(?!```)[^\n]*\n)*+```)[ \t]*(?=\r?$)", re.MULTILINE
)
_NOTE_LINE = re.compile(
    r"(?P<sign>[ \t]*(?:(?:[-*+>]|\d{1,9}[.)]|#{1,6})[ \t]+)*(?:\[click(?::\d{1,9})?\][ \t]*)?)"
    r"(?P<words>[^\r\n]*)(?:\r?\n|\Z)"
)


def slides(text: str, rules: Rules) -> Iterator[Mask]:
    """Lines between slides with the heads behind them, and included snippets; when asked for, notes."""
    ends = [match.end() for match in _HEAD_END.finditer(text)]
    begin = position = 0
    while (match := _SIGNS.search(text, position)) is not None:
        position = match.end()
        if match["fence"]:
            closing = text.find(f"\n{match['fence']}", position)
            position = position if closing < 0 else closing + 1 + len(match["fence"])
        elif match["more"] is None:
            yield Mask(match.start(), match.end(), block=True)
        else:
            yield from _notes(text, begin, match.start(), rules)
            for mask in _separator(text, match, ends):
                yield mask
                position = begin = mask.end
    yield from _notes(text, begin, len(text), rules)


def _separator(text: str, match: re.Match[str], ends: Sequence[int]) -> Iterator[Mask]:
    """A line between slides: alone, as the first line of a head, or with a head in a code block behind it."""
    start, end = match.span()
    if not match["more"].startswith("-") and _FILLED.match(text, end):
        number = bisect_left(ends, end + 1)
        if number < len(ends):
            yield Mask(start, ends[number], block=True, head=True)
            return
    yield Mask(start, end, block=True)
    if (head := _BLOCK_HEAD.match(text, end)) is not None:
        yield Mask(*head.span("head"), block=True, head=True)


def _notes(text: str, begin: int, end: int, rules: Rules) -> Iterator[Mask]:
    """The speaker's notes of the slide in [begin, end): the comment that ends it."""
    if "speaker-notes" not in rules.extras:
        return
    close = text.rfind("-->", begin, end)
    if close < 0 or text[close + 3 : end].strip():
        return
    start = text.find("<!--", max(begin, text.rfind("-->", begin, close)), close)
    if start >= 0 and not text[text.rfind("\n", 0, start) + 1 : start].strip():
        yield Mask(start, close + 3, block=True, texts=tuple(_paragraphs(text, start + 4, close)))


def _paragraphs(text: str, start: int, end: int) -> Iterator[Text]:
    """The paragraphs, items and headings of a note, without the clicks that they wait for."""
    first = last = start
    fenced = False
    for match in _NOTE_LINE.finditer(text, start, end):
        words = match["words"].strip()
        fence = words.startswith("```")
        if first < last and (not words or match["sign"].strip() or fence or fenced):
            yield Text(first, last, "paragraph")
            first = last
        fenced ^= fence
        if words and not fenced and not fence:
            begins = match.end("sign") + len(match["words"]) - len(match["words"].lstrip())
            first = begins if first == last else first
            last = begins + len(words)
    if first < last:
        yield Text(first, last, "paragraph")
