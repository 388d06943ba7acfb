"""The text of one block as a model could read it, with its markup beside it instead of inside it."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from polypost import sentences
from polypost.values import frozen

ATOM_BASE = 0xF0000
"""The n-th atom of a prose stands in its plain text as the private-use character ATOM_BASE + n."""
FIRST_ATOM = chr(ATOM_BASE)
MAX_ATOMS = 0xFFF0
"""More than a plane has characters for: such a block stays as it is."""
ATOM = re.compile("[\U000f0000-\U000fffff]")
GLUED = frozenset({"tag", "note", "image", "mask", "break"})
"""Kinds of atoms that are no part of the sentence beside them; at its ends the model doesn't see them."""
LONGEST_WORD = 100
"""Longer ASCII without a space is data."""
_AROUND = f"[!-/:-@\\[-`{{-~“”‘’«»…。，、：；！？（）「」{ATOM.pattern[1:-1]}]*"
_WORDS = (
    r"(?i:(?:and|either)/or|s?he/s?he|his/hers?|him/her|yes/no|on/off|true/false"
    r"|(?:[a-z]\.)+[a-z]?|\d+(?:st|nd|rd|th|s)|\d+(?:-[a-z]{3,})+)|[a-z][A-Z][a-z]+s?"
)
"""What looks like an identifier and is none: `and/or`, `e.g.`, `iPhone`, `2nd`, `5-minute`."""
_IDENTIFIER = re.compile(
    rf"{_AROUND}(?!(?:{_WORDS})(?!\(){_AROUND}\Z)"
    r"(?:[\w$@~+*-]*\w[._/\\:#=@]+[\w$][\w$./\\:#=()\[\]@~+*-]*|[\w$.]+(?:\(\)|\[\])"
    r"|v?\d[\w.+-]*|--?[\w-]+|\.{0,2}/[\w./-]+|\.\w[\w.-]*"
    rf"|[a-z]+[A-Z]\w*|[@$]\w[\w-]*|[a-z0-9]+(?:-[a-z0-9]+){{4,}}){_AROUND}",
    re.ASCII,
)
MACHINE_VALUE = re.compile(r"[!-~]*[/\\_:][!-~]*|[a-z0-9]+(?:-[a-z0-9]+)+|[\d\s.,:+-]*")
"""Paths, keys, slugs, numbers: what a value is when it is no text at all."""


@dataclass(frozen=True, slots=True, eq=False)
class Hole:
    """Human text inside markup: an image's alt text, a link's title, a tag's `title=`."""

    start: int
    end: int
    """Its range in the markup's bytes."""
    prose: Prose
    context: str
    """How it is written, a key of escape.CONTEXTS."""


@frozen
class Markup:
    """Bytes that come back untouched, but for the holes in them."""

    raw: bytes
    holes: tuple[Hole, ...] = ()
    """In order, not overlapping."""


@frozen
class Atom:
    """An inline thing that comes back untouched, in one place of the sentence."""

    markup: Markup
    kind: str
    """`code`, `name`, `url`, `math`, `image`, `tag`, `note`, `mask`, `break` or `private`."""


@frozen
class Mark:
    """A paired inline markup around plain[start:end]."""

    start: int
    end: int
    opening: Markup
    closing: Markup
    kind: str
    """`emphasis`, `strong`, `strikethrough`, `link` or `tag`."""
    closing_moved: bytes = b""
    """What closes it once its text differs, where that isn't `closing`: `][label]` of a shortcut."""


@frozen
class Prose:
    """What stands in one segment."""

    plain: str
    atoms: tuple[Atom, ...] = ()
    marks: tuple[Mark, ...] = ()
    """Outer before inner, in the order in which they open."""
    sentences: tuple[tuple[int, int], ...] = ()
    """Ranges of `plain` that are sent, in order; what lies between them stays."""
    held: tuple[tuple[int, ...], ...] = ()
    """Per sentence: indices of the marks that touch it."""
    recased: str = ""
    """`plain` in sentence case, for a title in capitals; see titles.py."""

    @property
    def asked(self) -> str:
        """`plain` as a model is to read it, character for character."""
        return self.recased or self.plain

    @property
    def marked(self) -> bool:
        """Whether there is any markup in it at all; in most there is none."""
        return bool(self.atoms or self.marks)

    def holes(self) -> Iterator[Hole]:
        """The human text inside its atoms and marks, always in the same order."""
        for atom in self.atoms:
            yield from atom.markup.holes
        for mark in self.marks:
            yield from mark.opening.holes
            yield from mark.closing.holes

    def translatable(self) -> bool:
        """Whether anything in it is sent at all."""
        return bool(self.sentences) or any(hole.prose.translatable() for hole in self.holes())


def atom_index(character: str) -> int:
    """Which atom a private-use character stands for; negative for any other character."""
    return ord(character) - ATOM_BASE


def find_sentences(plain: str, atoms: tuple[Atom, ...], language: str) -> tuple[tuple[int, int], ...]:
    """The ranges of `plain` worth sending: sentences with letters, without the markup at their ends."""
    if not atoms:
        return tuple([r for r in sentences.split(plain, language) if worth_sending(plain[slice(*r)])])
    found: list[tuple[int, int]] = []
    for first, last in _lines(plain, atoms):
        line = plain[first:last]
        for start, end in sentences.split(line, language):
            a, b = _peel(plain, atoms, first + start, first + end)
            if worth_sending(plain[a:b]):
                found.append((a, b))
    return tuple(found)


def worth_sending(text: str) -> bool:
    """Whether a sentence is human text: not without letters, no name for machines, no blob of data."""
    if not sentences.has_letters(text):
        return False
    if " " in text:
        return True
    blob = len(text) > LONGEST_WORD and text.isascii()
    return not blob and not is_identifier(text)


def is_identifier(text: str) -> bool:
    """Whether it is a file name, path, dotted or camel-case name, call, version, flag or slug.

    That is a word that no language has another word for.
    """
    if text.isalpha() and (text.islower() or text.istitle() or text.isupper()):
        return False
    return len(text) <= LONGEST_WORD and _IDENTIFIER.fullmatch(text) is not None


@lru_cache(maxsize=64)
def unmarked(count: int) -> tuple[tuple[int, ...], ...]:
    """What `touching` gives for so many sentences without marks: one value for all that are alike."""
    return ((),) * count


def touching(marks: Sequence[Mark], ranges: Sequence[tuple[int, int]]) -> tuple[tuple[int, ...], ...]:
    """For each of `ranges` (in order, not overlapping) the indices of the marks that touch it."""
    if not marks:
        return unmarked(len(ranges))
    held: list[list[int]] = [[] for _ in ranges]
    for index, mark in enumerate(marks):
        number = bisect_right(ranges, mark.start, key=lambda r: r[1])
        while number < len(ranges) and ranges[number][0] < mark.end:
            held[number].append(index)
            number += 1
    return tuple(map(tuple, held))


def _lines(plain: str, atoms: tuple[Atom, ...]) -> list[tuple[int, int]]:
    """The ranges between hard breaks."""
    if not any(atom.kind == "break" for atom in atoms):
        return [(0, len(plain))]
    breaks = [m.start() for m in ATOM.finditer(plain) if atoms[atom_index(m[0])].kind == "break"]
    starts = [0, *(b + 1 for b in breaks)]
    return list(zip(starts, [*breaks, len(plain)], strict=True))


def _peel(plain: str, atoms: tuple[Atom, ...], start: int, end: int) -> tuple[int, int]:
    def loose(character: str) -> bool:
        if character < FIRST_ATOM:
            return character.isspace()
        index = atom_index(character)
        return index < len(atoms) and atoms[index].kind in GLUED

    while start < end and loose(plain[start]):
        start += 1
    while end > start and loose(plain[end - 1]):
        end -= 1
    return start, end
