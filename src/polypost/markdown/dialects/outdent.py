"""Indentation in MDX, where no code is made by it.

CommonMark takes a line with four spaces for code. MDX doesn't: text and lists stand as deep as the JSX around
them. What is left of a line's indentation is what its list or footnote asks for, and the parser sees no more.
A list begins somewhere else in the parser's view then, so both depths of each open one are kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from polypost.markdown.dialects.mask import Mask

_DEEP = re.compile(r"^(?: {4}| {0,3}\t)[ \t]*[^\s]", re.MULTILINE)
_WORDS = (
    r"(?P<indent>[ \t]*)(?=[^\s])"
    r"(?:(?P<marker>(?:[*+-]|\d{1,9}[.)])(?:[ \t]{1,4}(?=[^\s])|[ \t]|(?=\r?$)))"
    r"|(?P<note>\[\^[^\]\n]{1,99}\]:))?"
    r"(?P<fence>`{3,}(?=[^`\n]*$)|~{3,})?"
)
_LINE = re.compile(rf"^{_WORDS}", re.MULTILINE)
_OPENING = re.compile(rf"^(?=[ \t*+\-\d`~]|\[\^){_WORDS}", re.MULTILINE)
"""Of these, those that mean anything where nothing is open."""
_NOTE_DEPTH = 4


def outdented(
    text: str, taken: Sequence[tuple[int, int]], fences: Sequence[tuple[int, int]]
) -> Iterator[Mask]:
    """The indentation that means nothing.

    `taken`: the ranges of code, in order, whose lines are no text; `fences`: those of fenced code.
    """
    if not _is_deep(text, sorted([*taken, *fences])):
        return
    view = _View()
    number = position = 0
    while line := (_LINE if view.lists or view.fence else _OPENING).search(text, position):
        start = line.start()
        position = _eol(text, line.end()) + 1
        while number < len(taken) and taken[number][1] <= start:
            number += 1
        if number == len(taken) or taken[number][0] >= start:
            cut = min(view.cut(line, text), len(line["indent"]))
            if cut:
                yield Mask(start, start + cut, block=False, gone=True)


def _is_deep(text: str, code: Sequence[tuple[int, int]]) -> bool:
    """Whether CommonMark might take a line for code that is none; its own fences it knows."""
    number = 0
    for line in _DEEP.finditer(text):
        start = line.start()
        while number < len(code) and code[number][1] <= start:
            number += 1
        if number == len(code) or code[number][0] >= start:
            return True
    return False


@dataclass(slots=True)
class _View:
    """What is open where a line begins."""

    lists: list[tuple[int, int]] = field(default_factory=list)
    """Columns at which the content of lists and notes stands: in the post, in the parser's view."""
    fence: str = ""
    fence_cut: int = 0
    fence_depth: int = 0
    """Columns that a line of it keeps, or it would end its list."""

    def cut(self, line: re.Match[str], text: str) -> int:
        """How many characters of the line's indentation mean nothing."""
        fence = line["fence"] or ""
        if self.fence:
            if not fence.startswith(self.fence) or text[line.end() : _eol(text, line.end())].strip():
                return min(self.fence_cut, _cut(line["indent"], self.fence_depth))
            self.fence = ""
            return _cut(line["indent"], self.lists[-1][1] if self.lists else 0)
        width = _columns(line["indent"])
        while self.lists and width < self.lists[-1][0]:
            self.lists.pop()
        shown = self.lists[-1][1] if self.lists else 0
        if depth := len(line["marker"] or "") or (_NOTE_DEPTH if line["note"] else 0):
            self.lists.append((width + depth, shown + depth))
        self.fence = fence
        self.fence_cut = _cut(line["indent"], shown)
        self.fence_depth = shown
        return self.fence_cut


def _columns(indent: str) -> int:
    return len(indent.expandtabs(4))


def _cut(indent: str, shown: int) -> int:
    """How many characters of `indent` can go so that `shown` columns are left."""
    if "\t" not in indent:
        return max(0, len(indent) - shown)
    return next((n for n in range(len(indent), 0, -1) if _columns(indent[n:]) >= shown), 0)


def _eol(text: str, position: int) -> int:
    end = text.find("\n", position)
    return len(text) if end < 0 else end


def flush_left(text: str, start: int, ending: str) -> Iterator[Mask]:
    """All indentation of the lines behind `start`, up to a blank line or one that begins with `ending`."""
    position = text.find("\n", start) + 1
    while position:
        after = text.find("\n", position) + 1
        line = text[position:after] if after else text[position:]
        words = line.lstrip(" \t")
        if not words.strip():
            return
        if len(words) < len(line):
            yield Mask(position, position + len(line) - len(words), block=False, gone=True)
        if words.startswith(ending):
            return
        position = after
