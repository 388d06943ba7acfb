"""What of a post's blocks is the same in every language, as far as it can be told without knowing any."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from polypost.markdown.document import Document, Segment, raw
from polypost.markdown.prose import ATOM, Prose

WORDS = re.compile(rb"[A-Za-z0-9\x80-\xff]")
"""What a gap between two texts holds where more than signs of Markdown stands in it."""
_FENCE = re.compile(rb"[ \t>]*(`{3,}|~{3,})[ \t]*([\w+#-]*)")
_LINK = re.compile(r"\]\(\s{0,9}<?([^\s<>()]+)|\]:[ \t]{0,9}<?([^\s<>]+)|\b(?:href|src|to)=[\"']([^\"']+)")
_URL = re.compile(r"[a-z][a-z0-9+.-]{0,9}://[^\s<>()\"'\]]+")
_ANCHOR = re.compile(rb"\{#([\w-]+)\}")
_NUMBER = re.compile(r"\d+(?:[.,:]\d+)*")
_WORD = re.compile(r"[^\W\d_](?:[\w’'-]*\w)?")
_WIDE = re.compile("[\u1100-\u11ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_MORE = 1.6
"""How many letters more a wide character stands for: of Chinese, Japanese and Korean."""
_SHORT = 4
"""Letters of a word that two languages hardly have in common by chance."""


@dataclass(frozen=True, slots=True)
class Block:
    """A text of a post, or code and the like between two."""

    kind: str
    """What its counterpart has, too: kind, level of a heading, column of a cell, key of a value."""
    size: float
    """Letters, as many as they would be in an alphabet."""
    signs: frozenset[str]
    """What stands in it that other languages have, too. The first letter says what it is: `w`, a word, is
    the only one that a translation may well lack."""
    segment: int | None
    """Which of the document's segments it is."""


@dataclass(frozen=True, slots=True)
class Solid:
    """What stands between two texts and isn't only signs of Markdown."""

    start: int
    end: int
    code: str | None = None
    """The language that a block of code names, if any; None for all else."""


def blocks(document: Document) -> tuple[Block, ...]:
    """All of them, in order."""
    return tuple(_blocks(document))


def _blocks(document: Document) -> Iterator[Block]:
    done, head = 0, False
    for at, segment in enumerate(document.segments):
        if segment.value is None and not head:
            # Keys of front matter say little, and a site may want others in each language.
            yield from _between(document.content, done, segment.start)
        yield Block(_kind(document, segment), *_text(segment.prose, raw(document, at)), at)
        done, head = segment.end, segment.value is not None
    yield from _between(document.content, done, len(document.content))


def solids(content: bytes, start: int, end: int) -> Iterator[Solid]:
    """What stands in a gap between two texts beside signs of Markdown.

    Each block of code by itself, and all that is before, behind or between.
    """
    done = at = start
    opened: tuple[int, re.Match[bytes]] | None = None
    for line in content[start:end].splitlines(keepends=True):
        fence = _FENCE.match(line)
        if opened is None and fence:
            if WORDS.search(content, done, at):
                yield Solid(done, at)
            opened = at, fence
        elif opened and fence and fence[1].startswith(opened[1][1]) and not line[fence.end(1) :].strip():
            done = at + len(line.rstrip())
            yield Solid(opened[0], done, opened[1][2].decode())
            opened = None
        at += len(line)
    if opened or WORDS.search(content, done, end):
        yield Solid(done, end)


def _between(content: bytes, start: int, end: int) -> Iterator[Block]:
    for solid in solids(content, start, end):
        kind = "other" if solid.code is None else "code"
        lines = (line.strip() for line in content[solid.start : solid.end].decode().splitlines())
        signs = frozenset(f"c{line}" for line in lines if len(line) >= _SHORT)
        yield Block(kind, solid.end - solid.start, signs, None)


def _kind(document: Document, segment: Segment) -> str:
    if segment.value is not None:
        return f"value {segment.value.key}"
    line = document.content[document.content.rfind(b"\n", 0, segment.start) + 1 : segment.start]
    if segment.kind == "heading":
        return f"heading {line.count(b'#')}"
    return f"cell {line.count(b'|')}" if segment.kind == "cell" else segment.kind


def _text(prose: Prose, written: bytes) -> tuple[float, frozenset[str]]:
    """Size and signs."""
    plain = unicodedata.normalize("NFKC", ATOM.sub(" ", prose.plain))
    signs = {_sign(atom.markup.raw.decode()) for atom in prose.atoms}
    leading = (mark for mark in prose.marks if mark.kind in {"link", "tag"})
    signs |= {_sign((mark.opening.raw + mark.closing.raw).decode()) for mark in leading}
    signs |= {f"l{_place(url)}" for url in _URL.findall(plain)}
    signs |= {f"a{anchor.decode()}" for anchor in _ANCHOR.findall(written)}
    plain = _URL.sub(" ", plain)
    signs |= {f"n{re.sub(r'[.,:]', '', number)}" for number in _NUMBER.findall(plain)}
    words = (word for word in _WORD.findall(plain) if len(word) >= _SHORT or not word.islower())
    signs |= {f"w{word.casefold()}" for word in words}
    size = len(" ".join(plain.split())) + _MORE * len(_WIDE.findall(plain))
    return max(1.0, size), frozenset(signs)


def _sign(markup: str) -> str:
    """What markup says."""
    there = _LINK.search(markup) or _URL.search(markup)
    return f"l{_place(there[there.lastindex or 0])}" if there else f"m{markup.strip()}"


def _place(there: str) -> str:
    """Where a link leads, whatever the language's folder or host."""
    return re.split("[?#]", there, maxsplit=1)[0].rstrip("/").rpartition("/")[2].casefold() or there
