"""Inline constructs of a dialect, found in one pass: the leftmost wins, and none begins in a code span."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache

from polypost.markdown.dialects import jsx
from polypost.markdown.dialects.mask import Mask, alone, pair
from polypost.markdown.rules import Rules
from polypost.values import frozen

MAX_OPEN = 2_000
"""Openers without an end in one post: for each, the search for its end has been in vain."""
SELDOM = 500
"""A large post may have more: one in so many characters."""


@frozen
class Construct:
    """One kind of markup that CommonMark doesn't know."""

    signs: str
    """What it may begin with: one character each."""
    pattern: str
    """Its regular expression, bounded; its groups have names that no other construct uses."""
    masks: Callable[[re.Match[str], str, Rules], Iterator[Mask]]
    """What a match hides. The first mask's end is where the search goes on."""
    name: str = ""
    """For what opens something opaque: the group with its name."""
    end: str = ""
    """The regular expression of that thing's end, NAME in it; without one, `masks` has its say."""
    glimpse: re.Pattern[str] | None = None
    """What is in all that it matches, and is found much sooner since it begins with a sign."""

    def may_be(self, text: str) -> bool:
        """Whether a search for it isn't in vain from the start."""
        if self.glimpse is not None:
            return self.glimpse.search(text) is not None
        return any(sign in text for sign in self.signs)


def whole(match: re.Match[str], text: str, _: Rules) -> Iterator[Mask]:
    """All of it; a block when it is alone on its lines."""
    yield Mask(match.start(), match.end(), alone(text, match.start(), match.end()))


def inline(match: re.Match[str], _text: str, _: Rules) -> Iterator[Mask]:
    """All of it, part of its sentence even where it is alone."""
    yield Mask(match.start(), match.end(), block=False)


def around(sign: str, left: str, right: str) -> Construct:
    """A mark between `left` and `right` (regular expressions) on one line, beginning with `sign`."""
    name = f"p{left.encode().hex()}"
    words = rf"(?P<{name}>(?:\\.|`++[^`\n]*`++|(?!{right})[^\n\\`]){{1,300}}?)(?<!\s)"

    def masks(match: re.Match[str], _text: str, _: Rules) -> Iterator[Mask]:
        return pair(left, match.start(), match.start(name), match.end(name), match.end())

    return Construct(sign, rf"(?<![\\{re.escape(sign)}]){left}(?=\S){words}{right}", masks)


def finder(*constructs: Construct) -> Callable[[str, Rules], Iterator[Mask]]:
    """The rule of a dialect with these constructs; of two that begin at one place the first wins."""

    def find(text: str, rules: Rules) -> Iterator[Mask]:
        there = tuple(construct for construct in constructs if construct.may_be(text))
        if there:
            yield from _Search(text, rules, there).run(_pattern(there))

    return find


@lru_cache(maxsize=256)
def _pattern(constructs: tuple[Construct, ...]) -> re.Pattern[str]:
    signs = "".join(dict.fromkeys("".join(c.signs for c in constructs)))
    named = "|".join(f"(?P<c{number}>{construct.pattern})" for number, construct in enumerate(constructs))
    return re.compile(
        rf"(?=[{re.escape(signs)}`<])(?:{jsx.CODE}|(?P<comment><!--.{{0,99999}}?-->)|{named}"
        r"|(?P<open>\{(?=[{%])|<(?=!--)|(?<![`\\])`++))",
        re.DOTALL | re.MULTILINE,
    )


class _Search:
    """One pass over a text."""

    def __init__(self, text: str, rules: Rules, constructs: Sequence[Construct]) -> None:
        self.text = text
        self.rules = rules
        self.constructs = {f"c{number}": construct for number, construct in enumerate(constructs)}
        self.endless: set[tuple[str, str]] = set()
        """Openings that have no end from here on, and so none further on either."""

    def run(self, pattern: re.Pattern[str]) -> Iterator[Mask]:
        position = opened = 0
        most = max(MAX_OPEN, len(self.text) // SELDOM)
        closings: set[int] = set()
        while match := pattern.search(self.text, position):
            position = match.end()
            kind = match.lastgroup or ""
            if kind == "open":
                opened += 1
                jsx.bounded(self.text, match.start(), opened, most)
            elif kind in self.constructs and match.start() not in closings:
                found = self.found(kind, match)
                yield from found
                position = found[0].end if found else position
                closings.update(mask.start for mask in found[1:])

    def found(self, kind: str, match: re.Match[str]) -> list[Mask]:
        construct = self.constructs[kind]
        if construct.end and (kind, name := match[construct.name]) not in self.endless:
            ending = re.compile(construct.end.replace("NAME", name)).search(self.text, match.end())
            if ending:
                start, end = match.start(), ending.end()
                return [Mask(start, end, alone(self.text, start, end))]
            self.endless.add((kind, name))
        return list(construct.masks(match, self.text, self.rules))
