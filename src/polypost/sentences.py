"""Sentence boundaries of text whose markup is already taken out."""

from __future__ import annotations

import re
from collections.abc import Iterator

import sentencex

MAX_SENTENCE = 800
"""Characters; a longer sentence is cut again at `;`, `:` or `,` so that a model doesn't truncate it."""
MAX_TEXT = 20_000
"""Characters that are looked through for sentences at once."""

_MAY_END = re.compile(r"[.!?;:\n\r](?!\Z)")
"""Of ASCII's signs, those at which a sentence of any language may end; most headings and items have none."""
_CLAUSE_END = re.compile(r"[;:,](?=\s)|[；：，、。]")
DENSE = r"[\u0e00-\u0fff\u1000-\u109f\u1780-\u17ff\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]"
"""Pattern of a character of a script that puts no spaces between words."""
_SPACE_SCRIPTLESS = re.compile(DENSE)

_SPACES = re.compile(r"\s+")
_FIXED = frozenset("\xa0\u202f")
"""No-break spaces; the narrow one stands before French signs. What knows neither reads a space."""


def split(text: str, language: str) -> list[tuple[int, int]]:
    """`text` -> the [start, end) ranges of its sentences, without the white space between them.

    `language` is a BCP 47 tag; sentencex falls back to general rules for one it doesn't know.
    """
    if len(text) < MAX_SENTENCE and (text.isalnum() or (text.isascii() and not _MAY_END.search(text))):
        words = text.strip()
        start = len(text) - len(text.lstrip())
        return [(start, start + len(words))] if words else []
    ranges: list[tuple[int, int]] = []
    start = 0
    for piece in _whole(_pieces(text, language)):
        end = start + len(piece)
        words = piece.strip()
        if words:
            first = start if words[0] == piece[0] else start + len(piece) - len(piece.lstrip())
            if len(words) <= MAX_SENTENCE:
                ranges.append((first, first + len(words)))
            else:
                ranges.extend(_within_budget(text, first, first + len(words)))
        start = end
    return ranges


def _pieces(text: str, language: str) -> Iterator[str]:
    """The sentences, with the white space between them.

    A long text is looked at part by part, the last sentence of each again with what follows it: sentencex
    takes a time that grows with the square of the quotation marks in a text.
    """
    start = 0
    while len(text) - start > MAX_TEXT:
        *complete, last = sentencex.segment(language, text[start : start + MAX_TEXT])
        yield from complete or (last,)
        start += MAX_TEXT - (len(last) if complete else 0)
    yield from sentencex.segment(language, text[start:])


def _whole(pieces: Iterator[str]) -> Iterator[str]:
    """The pieces, those of one name as one: sentencex cuts `System.Collections` and `ASP.NET` at their dots.

    A script that puts no space between words puts none behind a sentence either.
    """
    held = next(pieces, "")
    for piece in pieces:
        before, after = held[-2:-1], piece[:1]
        if held[-1:] == "." and after.isalnum() and before.isalnum() and not _SPACE_SCRIPTLESS.match(before):
            held += piece
        else:
            yield held
            held = piece
    yield held


def has_letters(text: str) -> bool:
    """Whether there is anything to translate in `text` (stand-ins and private-use characters aren't)."""
    return any(map(str.isalpha, text))


def words(text: str) -> int:
    """How many words with letters `text` has; scripts without spaces count their characters."""
    dense = len(_SPACE_SCRIPTLESS.findall(text))
    return dense or sum(1 for word in text.split() if has_letters(word))


def one_line(text: str) -> str:
    """`text` with a space for all white space, but for a no-break space between two words or signs."""
    if text.isascii() or ("\xa0" not in text and "\u202f" not in text):
        flat = " ".join(text.split())
        return text if flat == text else flat  # the string that is there already
    return _SPACES.sub(lambda m: m[0] if m[0] in _FIXED else " ", text.strip())


def dense_script(character: str) -> bool:
    """Whether `character` belongs to a script that puts no spaces between words."""
    return _SPACE_SCRIPTLESS.match(character) is not None


def _within_budget(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """[start, end) cut to pieces within the budget: behind a clause's end, else at a space, else anywhere."""
    ranges: list[tuple[int, int]] = []
    while end - start > MAX_SENTENCE:
        limit = start + MAX_SENTENCE
        clauses = [m.end() for m in _CLAUSE_END.finditer(text, start, limit)]
        cut = clauses[-1] if clauses else text.rfind(" ", start, limit)
        cut = cut if cut > start else limit
        ranges.append((start, start + len(text[start:cut].rstrip())))
        start = cut
        while start < end and text[start].isspace():
            start += 1
    if start < end:
        ranges.append((start, end))
    return ranges
