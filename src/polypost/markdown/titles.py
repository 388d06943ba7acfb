"""Titles in capitals, as a model reads them best, and their capitals given back.

Models spell out, shout back or leave alone what is in ALL CAPS or Title Case: the words are seldom so in
what they learned from. So a title goes out in sentence case, character for character as long as it was, and
its translation gets the case of its source. Names and acronyms have to keep theirs: the words that are
capitalized inside the post's sentences, and those with a capital or a digit further in.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cached_property

from polypost.languages import cased

_LOUD = (4, 7)
"""In capitals and no acronym: two words of as many letters, or one of as many."""
_SAID = (4, 2)
"""Nor are so many words, with as many of _SMALL among them: HOW TO USE THE API."""
_SMALL = frozenset(
    [
        *("a", "an", "and", "as", "at", "but", "by", "for", "from", "if", "in", "into", "is", "it", "nor"),
        *("not", "of", "off", "on", "onto", "or", "out", "over", "per", "so", "than", "that", "the", "then"),
        *("to", "up", "via", "vs", "when", "with", "within", "without", "yet", "you", "your"),
    ]
)
"""English words that Title Case may leave small."""
_ORDINARY = re.compile(r"[a-z]{2,}(?:ing|tion|sion|ed|ly|ment|ness|ity|ies|able|ful|ous|ance|ence|ers)s?")
"""English words that are no names, by their endings."""
_MANY = 3
"""With as many capitalized words a title is in Title Case, and no sentence with names in it."""
_TOKEN = re.compile(r"\S+")
_SIMPLE = re.compile(r"[^\w\s]*([^\W\d_]+(?:['’-][^\W\d_]+)*)[^\w\s]*")
_INSIDE = re.compile(r" (?:(?<=[^\W_A-Z] )([^\W\d_a-z]\w*(?:['’-]\w+)*)|(?<=, )([^\W\d_a-z]\w*))")
_LOWER = re.compile(r"\b[a-z]{3,}\b")
_LETTERS = re.compile(r"[^\W\d_]+")
_TITLED = 4
"""In a translated title, words of as many letters begin with a capital; most of the shorter are small."""
_TURKIC = frozenset({"tr", "az", "azj", "kk", "tt", "crh"})
"""Languages with a dotted capital for `i`."""
_LONG_S = {"ß": "ẞ"}
"""Capitals that `upper` writes with two letters."""


class Titles:
    """What of a post's text in capitals is sent, and in which case."""

    def __init__(self, texts: Sequence[str], language: str) -> None:
        """`texts`: what else the post says; it tells names from words. `language`: BCP 47, the post's."""
        self._texts = texts
        self._english = language.partition("-")[0].lower() == "en"

    def lowered(self, text: str, sentences: Sequence[tuple[int, int]]) -> str:
        """A title's text in sentence case; empty where it is so already.

        As long as `text`. `sentences`: the ranges that are sent.
        """
        if not any(map(str.isupper, text)):
            return ""
        parts: list[str] = []
        position = 0
        for start, end in sentences:
            parts += [text[position:start], self._sentence(text[start:end])]
            position = end
        parts.append(text[position:])
        found = "".join(parts)
        return found if found != text and len(found) == len(text) else ""

    def _sentence(self, text: str) -> str:
        loud = _is_loud(text)
        if not loud and not (self._english and self._is_titled(text)):
            return text
        first = True
        parts: list[str] = []
        position = 0
        for match in _TOKEN.finditer(text):
            simple = _SIMPLE.fullmatch(match[0])
            if simple is None:
                first = False
                continue
            start = match.start() + simple.start(1)
            parts += [text[position:start], self._word(simple[1], loud=loud, first=first)]
            position = start + len(simple[1])
            first = simple[0].endswith((":", "?", "!"))
        return "".join((*parts, text[position:]))

    def _word(self, word: str, *, loud: bool, first: bool) -> str:
        low = word.lower()
        if name := self._names.get(low):
            return name if loud else word
        if low == "i" or low.startswith(("i'", "i’")):
            return word
        if not loud and (first or not _is_capitalized(word)):
            return word
        return word[0] + low[1:] if first else low

    def _is_titled(self, text: str) -> bool:
        """Whether it is in Title Case: all but small words capitalized, and one of them is no name."""
        words = [m[1] for token in text.split() if (m := _SIMPLE.fullmatch(token))]
        inner = words[1:]
        if not all(w[0].isupper() or w in _SMALL for w in inner):
            return False
        capitalized = [w for w in inner if _is_capitalized(w) and w.lower() not in self._names]
        return len(capitalized) >= _MANY or any(self._is_ordinary(w.lower()) for w in capitalized)

    def _is_ordinary(self, word: str) -> bool:
        return word in _SMALL or _ORDINARY.fullmatch(word) is not None or word in self._words

    @cached_property
    def _names(self) -> dict[str, str]:
        """Lower case -> as it stands inside the post's sentences, where it begins with a capital there."""
        found = [match[1] or match[2] for text in self._texts for match in _INSIDE.finditer(text)]
        return {word.lower(): word for word in found if word[0].isupper()}

    @cached_property
    def _words(self) -> frozenset[str]:
        """What stands there in lower case."""
        return frozenset(word for text in self._texts for word in _LOWER.findall(text))


def restored(text: str, title: str, language: str) -> str:
    """`text`, the translation of `title` in sentence case, in the case of `title`; as long as it was.

    `language`: BCP 47, of `text`; where its script has no case, nothing changes.
    """
    if not cased(language):
        return text
    if _is_loud(title):
        return "".join(_upper(c, language) for c in text)
    least = _least(title)
    words = list(_LETTERS.finditer(text))
    parts: list[str] = []
    position = 0
    for match in words:
        word = match[0]
        apart = match.start() == 0 or text[match.start() - 1] not in "'’"
        if apart and word.islower() and (len(word) >= least or match in (words[0], words[-1])):
            parts += [text[position : match.start()], _upper(word[0], language)]
            position = match.start() + 1
    return "".join((*parts, text[position:]))


def _least(title: str) -> int:
    """Letters from which on a word has a capital: as the title's own words inside show, with care."""
    inner = [m[1] for token in title.split()[1:-1] if (m := _SIMPLE.fullmatch(token))]
    particles = [word for word in inner if word.lower() in _SMALL]
    if particles and all(word[0].isupper() for word in particles):
        return 1
    small = max((len(word) for word in particles if word.islower()), default=0)
    capital = min((len(word) for word in inner if word[0].isupper()), default=_TITLED)
    return min(_TITLED, max(small + 1, capital))


def _upper(character: str, language: str) -> str:
    if character == "i" and language.partition("-")[0].lower() in _TURKIC:
        return "İ"
    upper = _LONG_S.get(character) or character.upper()
    return upper if len(upper) == 1 else character


def _is_loud(text: str) -> bool:
    """Whether all its letters are capitals, and they are more than acronyms."""
    if any(map(str.islower, text)):
        return False
    letters = "".join(filter(str.isalpha, text))
    if not letters.isupper() or letters.lower() == letters:
        return False
    words = _LETTERS.findall(text)
    sizes = [len(word) for word in words]
    if sum(size >= _LOUD[0] for size in sizes) > 1 or max(sizes) >= _LOUD[1]:
        return True
    return len(words) >= _SAID[0] and sum(word.lower() in _SMALL for word in words) >= _SAID[1]


def _is_capitalized(word: str) -> bool:
    """A capital at its beginning (of each part, in `Built-In`) and nowhere else."""
    return all(part[:1].isupper() and part[1:] == part[1:].lower() for part in word.split("-"))
