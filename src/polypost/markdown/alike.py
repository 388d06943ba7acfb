"""Words of one answer found in another: exactly, with other endings, or by what stands around them.

A model inflects: the words sent alone come back with other endings than in their sentence. And it quotes
as its language does: “so”, „so“, «so», 「so」, or CSV-style ""so"".
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from functools import lru_cache

from polypost.markdown.prose import ATOM
from polypost.sentences import DENSE, dense_script
from polypost.values import frozen

FUZZY_WORDS = 300
"""Sentences with more words aren't searched fuzzily: the cost grows with their square."""
FUZZY_COST = 3_000_000
"""Words searched by the square of the characters sought: beyond it, a tenth of a second and more."""
BESIDE_WORDS = 400
"""Longer answers aren't laid side by side, for the same reason."""
ALIKE = 0.72
"""Measured on inflected forms of one stem: they score above, unrelated words of one language below."""
SAME_WIDTH = 0.1
"""In favour of as many words as were asked for: one more or less seldom comes of inflection."""
CLEARLY = 0.1
"""By so much the best has to be ahead of any other."""
STRANGE = 0.5
"""Words that are less alike have no stem in common."""
_OPENERS = {")": "(", "]": "[", "）": "（"}
"""A closing bracket whose opening one stands further in belongs to the words."""
_STEM = 4
"""Characters in which forms of one word agree, roughly."""
_TOKEN = re.compile(rf"{ATOM.pattern}|{DENSE}|(?:(?!{ATOM.pattern}|{DENSE})\S)+")
QUOTES = frozenset('"“”„‟«»「」『』‘‹›')
"""Any quotation mark but the apostrophe."""
_QUOTED = re.compile(
    r"\"{1,2}([^\"]+?)\"{1,2}|[“„‟]([^“”„‟]+)[”“]|«([^«»]+)»|»([^«»]+)«|「([^「」]+)」|『([^『』]+)』"
    r"|‘([^‘’]+)’|‹([^‹›]+)›|''([^']+)''"
)


_COUNTERPARTS = ("?？؟", "!！", ".。．।۔", ",，、،", ";；؛", ":：", "(（", ")）", "[［【", "]］】")
"""Signs that mean the same in different scripts."""
_SPACED = frozenset("?!:;»")
"""Signs that French puts a space before."""
_TURNED = {"?": "¿", "!": "¡"}


@frozen
class Token:
    """A word without punctuation around it, a character of a script without spaces, or an atom."""

    start: int
    end: int
    stem: str


def tokens(text: str) -> list[Token]:
    """The words of `text` in order."""
    found: list[Token] = []
    for match in _TOKEN.finditer(text):
        start, end = trim(text, match.start(), match.end())
        if start < end:
            found.append(Token(start, end, text[start:end].casefold()[:_STEM]))
    return found


def trim(text: str, start: int, end: int) -> tuple[int, int]:
    """[start, end) without punctuation, symbols and space of any script at its ends; `@name` is one word."""
    while start < end and _edge(text[start]):
        start += 1
    while end > start and _edge(text[end - 1]) and not _closes(text, start, end):
        end -= 1
    return start, end


def _closes(text: str, start: int, end: int) -> bool:
    opener = _OPENERS.get(text[end - 1])
    return opener is not None and opener in text[start:end]


def trimmed(text: str) -> str:
    """`text` without them."""
    return text[slice(*trim(text, 0, len(text)))]


def edged(words: str, text: str, start: int, end: int) -> tuple[int, int]:
    """text[start:end), grown over the signs right beside it that stand at the ends of `words`."""
    low, high = trim(words, 0, len(words))
    if low >= high or high - low == len(words):
        return start, end
    first, last = trim(text, start, end)
    spaced = False
    for sign in words[high:]:
        if sign.isspace():
            spaced = True
            continue
        at = last + (text[last : last + 1].isspace() and (spaced or sign in _SPACED))
        if not _same_sign(sign, text[at : at + 1]):
            break
        last = at + 1
        if first and text[first - 1] == _TURNED.get(sign):
            first -= 1
    spaced = False
    for sign in reversed(words[:low]):
        if sign.isspace():
            spaced = True
            continue
        at = first - (spaced and text[max(0, first - 1) : first].isspace())
        if at < 1 or not _same_sign(sign, text[at - 1]):
            break
        first = at - 1
    return min(start, first), max(end, last)


def _same_sign(ours: str, theirs: str) -> bool:
    if ours == theirs or (ours in QUOTES and theirs in QUOTES):
        return True
    return bool(theirs) and any(ours in row and theirs in row for row in _COUNTERPARTS)


@lru_cache(maxsize=4096)
def _edge(char: str) -> bool:
    return unicodedata.category(char)[0] in "PSZ" and char != "@"


def glued(text: str, position: int) -> bool:
    """Whether `position` is inside a word."""
    if not 0 < position < len(text):
        return False
    before, after = text[position - 1], text[position]
    return before.isalnum() and after.isalnum() and not dense_script(before) and not dense_script(after)


def occurrences(text: str, sought: str) -> list[tuple[int, int]]:
    """Where `sought` stands; in any case where it doesn't stand as it is."""
    if not sought:
        return []
    exact = list(_search(text, sought))
    low = text.lower()
    if exact or len(low) != len(text):
        return exact
    return list(_search(low, sought.lower()))


def _search(text: str, sought: str) -> Iterator[tuple[int, int]]:
    position = text.find(sought)
    while position >= 0:
        yield position, position + len(sought)
        position = text.find(sought, position + 1)


def best(text: str, sought: str, free: Callable[[int, int], bool]) -> tuple[int, int] | None:
    """The run of words most like `sought` among those that are `free`, if it is clearly the best."""
    words = tokens(text)
    size = len(tokens(sought))
    if not size or len(words) > FUZZY_WORDS or len(words) * len(sought) ** 2 > FUZZY_COST:
        return None
    matcher = SequenceMatcher(autojunk=False)
    matcher.set_seq2(trimmed(sought).lower())
    scored: list[tuple[float, tuple[int, int]]] = []
    for width in sorted({max(1, size - 1), size, size + 1}):
        for first in range(len(words) - width + 1):
            start, end = words[first].start, words[first + width - 1].end
            if not free(start, end):
                continue
            matcher.set_seq1(text[start:end].lower())
            if matcher.real_quick_ratio() >= ALIKE and matcher.quick_ratio() >= ALIKE:
                scored.append((matcher.ratio() + (SAME_WIDTH if width == size else 0), (start, end)))
    if not scored:
        return None
    score, spot = max(scored)
    rivals = [s for s, other in scored if other[1] <= spot[0] or other[0] >= spot[1]]
    if score < ALIKE or any(score - rival <= CLEARLY for rival in rivals):
        return None
    return _without_strangers(text, spot, sought)


def _without_strangers(text: str, spot: tuple[int, int], sought: str) -> tuple[int, int]:
    """Without words at the ends that are like none of `sought`: alone, a word often comes with an article."""
    matcher = SequenceMatcher(autojunk=False)
    asked = [sought[t.start : t.end].lower() for t in tokens(sought)]

    def strange(token: Token) -> bool:
        matcher.set_seq2(text[token.start : token.end].lower())
        return all(_ratio(matcher, word) < STRANGE for word in asked)

    held = [t for t in tokens(text) if t.start >= spot[0] and t.end <= spot[1]]
    while len(held) > 1 and strange(held[0]):
        del held[0]
    while len(held) > 1 and strange(held[-1]):
        del held[-1]
    return held[0].start, held[-1].end


def _ratio(matcher: SequenceMatcher[str], word: str) -> float:
    matcher.set_seq1(word)
    return matcher.ratio()


def beside(text: str, quoting: str) -> tuple[int, int] | None:
    """Where the words stand in `text` that stand in quotation marks in `quoting`, an answer much like it.

    The two are laid side by side. What is quoted in both was the source's own quotation.
    """
    ours, theirs = tokens(text), tokens(quoting)
    if max(len(ours), len(theirs)) > BESIDE_WORDS:
        return None
    same = _same(theirs, ours)
    spots: dict[tuple[int, int], None] = {}
    for match in _QUOTED.finditer(quoting):
        start, end = match.span(match.lastindex or 0)
        first = next((n for n, t in enumerate(theirs) if t.end > start), len(theirs))
        last = next((n for n, t in enumerate(theirs) if t.start >= end), len(theirs))
        spot = _across(theirs, ours, same, first, last)
        if spot is not None and not _is_quoted(text, *spot):
            spots[spot] = None
    return next(iter(spots)) if len(spots) == 1 else None


def _same(theirs: Sequence[Token], ours: Sequence[Token]) -> dict[int, int]:
    """Which words of `ours` are which of `theirs` when the two are laid side by side."""
    matcher = SequenceMatcher(None, [t.stem for t in theirs], [t.stem for t in ours], autojunk=False)
    return {b.a + n: b.b + n for b in matcher.get_matching_blocks() for n in range(b.size)}


def _across(
    theirs: Sequence[Token], ours: Sequence[Token], matched: Mapping[int, int], first: int, last: int
) -> tuple[int, int] | None:
    """theirs[first:last] in `ours`: the same words, or the only others between the same neighbours."""
    if first >= last:
        return None
    held = [matched[n] for n in range(first, last) if n in matched]
    if len(held) == last - first and held[-1] - held[0] == last - first - 1:
        return ours[held[0]].start, ours[held[-1]].end
    before = matched.get(first - 1, -1 if first == 0 else None)
    after = matched.get(last, len(ours) if last == len(theirs) else None)
    if before is None or after is None or not 0 < after - before - 1 <= last - first + 1:
        return None
    return ours[before + 1].start, ours[after - 1].end


def _is_quoted(text: str, start: int, end: int) -> bool:
    return any(m.start() < start and m.end() > end for m in _QUOTED.finditer(text))
