"""Markup without a space beside it, as a model reads it right.

Without its tags `50<sup>2</sup>` says 502, and two marks that touch make one word of two. So what stands
higher or lower becomes an atom, with its word where that is a formula's or a number; and between two marks
the model gets a space.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from polypost.markdown.inline import Piece, within

_SCRIPT = re.compile(rb"<su[bp][\s>]")
_BASE = re.compile(r"(?<![^\W_])(?:\d[\d.,]*\d|[0-9A-Za-zΑ-Ωα-ω]+)\Z")
_REST = re.compile(r"[0-9A-Za-z]{1,3}(?![^\W_])|[0-9A-Z][0-9A-Za-z]{0,9}(?![^\W_])")
_LONGEST = 40
"""Characters of a formula's part."""


def parted(pieces: list[Piece], content: bytes) -> list[Piece]:
    """Pieces of a block, tags paired, with what touches parted."""
    before = ""
    for piece in pieces:
        if piece.kind == "open" and (before == "close" or piece.name == "tag"):
            break
        before = piece.kind
    else:
        return pieces
    out: list[Piece] = []
    index = 0
    while index < len(pieces):
        piece = pieces[index]
        if piece.kind == "open":
            if end := _script_end(pieces, index, content):
                following = pieces[end + 1] if end + 1 < len(pieces) else None
                if _script(out, pieces[index], pieces[end], following, content):
                    index = end + 1
                    continue
            if _touches(out, pieces, index, content):
                out.append(Piece("soft", piece.start, piece.start))
        if piece.text or piece.kind != "text":
            out.append(piece)
        index += 1
    return out


def _script_end(pieces: Sequence[Piece], index: int, content: bytes) -> int:
    """Where a `<sub>` or `<sup>` closes that holds one word; 0 for anything else."""
    piece = pieces[index]
    if piece.inner or piece.name != "tag" or not _SCRIPT.match(content, piece.start):
        return 0
    end = index + 1
    while end < len(pieces) and pieces[end].kind == "text":
        end += 1
    closed = index + 1 < end < len(pieces) and pieces[end].kind == "close"
    return end if closed and len("".join(p.text for p in pieces[index + 1 : end]).split()) == 1 else 0


def _script(
    out: list[Piece], opening: Piece, closing: Piece, following: Piece | None, content: bytes
) -> bool:
    """Put it behind `out` as an atom where it touches something; whether it does."""
    last = out[-1] if out else None
    behind = following if following and following.kind == "text" else None
    rest = _REST.match(behind.text[:_LONGEST]) if behind else None
    start = opening.start
    if last and last.kind == "name" and last.end == start:
        out.pop()
        start = last.start
    elif last and last.kind == "text" and (base := _base(last, content, glued=rest is not None)):
        start -= base
        last.end = start
        last.text = last.text[: -len(content[start : opening.start].decode())]
        if not last.text:
            out.pop()
    elif last and last.kind not in ("open", "soft", "break") and not last.text[-1:].isspace():
        out.append(Piece("note", start, closing.end))
        return True
    elif rest is None:
        return False
    end = closing.end
    if behind and rest and (until := within(behind, content, rest.end())) - behind.start == rest.end():
        end = behind.start = until
        behind.text = behind.text[rest.end() :]
    out.append(Piece("name", start, end))
    return True


def _base(piece: Piece, content: bytes, *, glued: bool) -> int:
    """How many bytes at the end of a text are a number, or a word of a formula.

    `glued`: whether the formula goes on, so that a short word such as `Fe` is one of its parts.
    """
    match = _BASE.search(piece.text[-_LONGEST:])
    if match is None:
        return 0
    word = match[0]
    formula = len(word) == 1 or any(map(str.isdigit, word)) or not word[1:].islower()
    if not formula and not (glued and word[0].isupper() and len(word) == len("Fe")):
        return 0
    size = len(word.encode())
    return size if content[piece.end - size : piece.end] == word.encode() else 0


def _touches(out: Sequence[Piece], pieces: Sequence[Piece], index: int, content: bytes) -> bool:
    """Whether a mark's words begin right behind those of another, or behind the word that they explain."""
    before = len(out) - 1
    while before >= 0 and out[before].kind == "close":
        before -= 1
    script = _SCRIPT.match(content, pieces[index].start) is not None
    apart = script or before < len(out) - 1
    if before < 0 or not apart or out[before].kind != "text" or not out[before].text[-1:].isalnum():
        return False
    while index < len(pieces) and pieces[index].kind == "open":
        index += 1
    following = pieces[index].text[:1] if index < len(pieces) and pieces[index].kind == "text" else ""
    return following.isalpha() if script else following.isalnum()
