"""Where the terms of a glossary stand in a text: whole words, the longest first."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache

from polypost.sentences import DENSE
from polypost.values import frozen

_CHARACTERS = f"{DENSE[1:-1]}\\u1100-\\u11ff\\uac00-\\ud7af"
"""Scripts whose words don't stand apart, and Korean, whose particles don't; as a pattern's set has them."""
_KATAKANA = "\\u30a1-\\u30fa\\u30fc-\\u30ff"
"""The one of them whose words can be told from what stands around them."""
_HEAD = re.compile(rf"[^\W{_CHARACTERS}]+|[{_CHARACTERS}]")
"""A word; of such scripts a character."""
LETTER = rf"[^\W{_CHARACTERS}]"
"""Pattern of a letter, digit or underscore of a word that stands apart."""
_APART = bytes(c if re.match(r"\w", chr(c), re.ASCII) else 32 for c in range(256))
"""A space for each byte but those of ASCII's letters, digits and `_`: quicker than a pattern."""
_SIGNS = {"'": "['’]", "’": "['’]", "-": "[-\u2010\u2011]", " ": r"\s+"}
_STEM = 3
"""Letters that inflection leaves of a short word, and may take off the end of a long one."""


@frozen
class Term:
    """A word or phrase, and how it is called in one language."""

    source: str
    form: str
    fixed: bool
    """Whether it is that form that has to stand there; else any form of that word."""

    @property
    def any_case(self) -> bool:
        """Whether it is meant in any case: it is written without a capital."""
        return self.source == self.source.lower()


@frozen
class Found:
    """A term in a text."""

    start: int
    end: int
    term: Term


class Terms:
    """Those for one language."""

    def __init__(self, terms: Sequence[Term]) -> None:
        """In any order."""
        self._all = tuple(terms)
        self._exact = [(_head(term.source), term) for term in terms if not term.any_case]
        self._low = [(_head(term.source), term) for term in terms if term.any_case]

    def __bool__(self) -> bool:
        """Whether there is any."""
        return bool(self._all)

    def __iter__(self) -> Iterator[Term]:
        """In the order in which they were given."""
        return iter(self._all)

    @cached_property
    def asks(self) -> tuple[tuple[str, bool], ...]:
        """What decides which texts are sent first: languages for which it is the same ask the same."""
        return tuple(sorted((term.source, term.fixed) for term in self._all))

    def among(self, texts: Iterable[str]) -> Terms:
        """Those that may stand in `texts`: of a large glossary, a post names a few."""
        text = "\n".join(texts).lower()
        words = set(text.encode(errors="replace").translate(_APART).split())
        near = [term for word in words & self._plain.keys() for term in self._plain[word]]
        if not text.isascii():
            near += [term for head, term in self._strange if head in text]
        return Terms(near) if near else NONE

    @cached_property
    def _plain(self) -> Mapping[bytes, Sequence[Term]]:
        """By their first words, where those are of ASCII's letters."""
        found: dict[bytes, list[Term]] = {}
        for head, term in (*self._exact, *self._low):
            if head.isascii():
                found.setdefault(head.lower().encode(), []).append(term)
        return found

    @cached_property
    def _strange(self) -> Sequence[tuple[str, Term]]:
        """The others, with their first words."""
        return [(head.lower(), term) for head, term in (*self._exact, *self._low) if not head.isascii()]

    def find(self, text: str) -> list[Found]:
        """Where they stand in `text`, in order; none inside another that is longer."""
        near = [term for head, term in self._exact if head in text]
        if self._low:
            low = text.lower()
            near += [term for head, term in self._low if head in low]
        found: list[Found] = []
        for term in sorted(near, key=_length) if len(near) > 1 else near:
            for match in _pattern(term.source).finditer(text):
                start, end = match.span()
                if not found or all(end <= other.start or start >= other.end for other in found):
                    found.append(Found(start, end, term))
        return sorted(found, key=_start) if len(found) > 1 else found


def _length(term: Term) -> tuple[int, str]:
    return -len(term.source), term.source


def _start(found: Found) -> int:
    return found.start


NONE = Terms(())


def _head(source: str) -> str:
    match = _HEAD.search(source)
    return match[0] if match else ""


def places(words: str, text: str) -> Iterator[tuple[int, int]]:
    """Where `words` stand in `text` as whole words; in any case where they have no capital."""
    return (match.span() for match in _pattern(words).finditer(text))


@lru_cache(maxsize=4096)
def _pattern(words: str) -> re.Pattern[str]:
    body = "".join(_SIGNS.get(character, re.escape(character)) for character in words)
    before, after = _edge(words[0]), _edge(words[-1])
    # `Node` is none in Node.js, .NET or @node; `C` is none in C++ or C#.
    guard = rf"(?<!{LETTER}\.)(?<![@#$\\])" if before == LETTER else ""
    behind = rf"(?!\.{LETTER})(?!\+\+|#)" if after == LETTER else ""
    low = re.IGNORECASE if words == words.lower() else re.NOFLAG
    return re.compile(
        f"{f'(?<!{before})' if before else ''}{guard}{body}{f'(?!{after})' if after else ''}{behind}", low
    )


def _edge(character: str) -> str:
    """Pattern of what may not stand beside a word that begins or ends with a character."""
    if re.match(f"[{_KATAKANA}]", character):
        return f"[{_KATAKANA}]"
    return "" if re.match(f"[{_CHARACTERS}]", character) else LETTER


def said(term: Term, text: str) -> bool:
    """Whether the form of a term stands in `text`: itself, or, where it may inflect, words of its stems."""
    exact = term.fixed and not term.any_case
    if any(True for _ in places(term.form if exact else term.form.lower(), text)):
        return True
    if exact:
        # It may get an ending all the same: GitHubissa.
        return len(term.form) > _STEM and re.search(rf"(?<!\w){re.escape(term.form)}", text) is not None
    have = _stems(text)
    return all(_inflected(stem, have) for stem in _stems(term.form))


@lru_cache(maxsize=64)  # each term of a sentence asks
def _stems(text: str) -> Sequence[str]:
    """Its words without accents: an umlaut may come and go."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    if not plain.isascii():
        plain = "".join([c for c in plain if c.isascii() or not unicodedata.combining(c)])
    return tuple(_HEAD.findall(plain))


def _inflected(word: str, words: Iterable[str]) -> bool:
    stem = word[: max(_STEM, len(word) - _STEM)]
    return any(stem in other for other in words)  # in: German and others put words together
