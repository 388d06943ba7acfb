"""Slidev decks: slides between `---` lines, each with a head of its own, and a speaker's notes at its end."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence

from polypost.markdown.dialects.mask import Mask
from polypost.markdown.rules import Rules

_SIGNS = re.compile(
    r"^(?:(?P<fence>[ \t]*`{3,})[^\n]*|---(?P<more>[^\r\n]*)(?=\r?$)|<<<[ \t][^\r\n]*)", re.MULTILINE
)
_HEAD_END = re.compile(r"^---[ \t]*(?=\r?$)", re.MULTILINE)
_FILLED = re.compile(r"\r?\n[ \t]*\S")
_BLOCK_HEAD = re.compile(
    r"\s*^(?P<head>```ya?ml[ \t]*\r?\n(?:(?!```)[^\n]*\n)*+```)[ \t]*(?=\r?$)", re.MULTILINE
)
_OPENING = re.compile(r"<!--[ \t]*")
_CLICK = re.compile(r"\[click(?::\d{1,9})?\]")


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
    """The ends of the comment that ends the slide in [begin, end): between them stands Markdown."""
    if "speaker-notes" not in rules.extras:
        return
    close = text.rfind("-->", begin, end)
    if close < 0 or text[close + 3 : end].strip():
        return
    opening = _OPENING.search(text, max(begin, text.rfind("-->", begin, close)), close)
    if opening is None or not _opens_a_block(text, opening):
        return
    # With blanks in its place what follows it would be indented code.
    yield Mask(*opening.span(), block=True, gone=True)
    for click in _CLICK.finditer(text, opening.end(), close):
        yield Mask(*click.span(), block=False)
    yield Mask(close, close + 3, block=True)


def _opens_a_block(text: str, opening: re.Match[str]) -> bool:
    """Whether neither its line nor a paragraph right above it would run on into the note."""
    line = text.rfind("\n", 0, opening.start()) + 1
    above = text[text.rfind("\n", 0, max(line - 1, 0)) + 1 : line]
    return not text[line : opening.start()] and (not above.strip() or text[opening.end()] in "\r\n")
