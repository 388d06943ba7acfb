"""Markup out of a block: parser events -> pieces -> Prose."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate, islice

from polypost import sentences
from polypost.markdown.prose import (
    ATOM,
    ATOM_BASE,
    FIRST_ATOM,
    MAX_ATOMS,
    Atom,
    Hole,
    Mark,
    Markup,
    Prose,
    find_sentences,
    is_identifier,
    touching,
    unmarked,
)
from polypost.markdown.tags import OPAQUE, untranslated

DEEPEST = 100
"""How far up an opening tag is looked for; unbounded, deep nesting takes forever, or is a crash."""
_ENDING = r"\s<“”‘’\u2e80-\u9fff\uff00-\uffef"
MACHINE = re.compile(
    r"(?i:(?:https?|ftp|file|ssh|git)://|mailto:|www\.(?=\w))"
    rf"(?:\([^{_ENDING}()]*\)|[^{_ENDING})])+(?<![?!.,:;*_~'\"`\\])"
    r"|(?<![\w.+-])[\w.+-]++@[\w-]+(?:\.[\w-]+)+"
    r"|[\U000f0000-\U000fffff]"
)
"""Text for machines: bare URLs and addresses (GFM makes links of them), private-use characters."""
_APART = re.compile(
    r"(?P<code>\{[^{}|\n]{1,80}\|[^{}\s]{1,200}\})"
    r"|(?P<name><?\b[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+\b>?)"
    rf"|{MACHINE.pattern}"
)
"""The same, `{Name|https://...}`, and names of constants: `<BOOK_NAME>`."""
_LIST = re.compile(rb"\{\s*(?:[:.#]|[\w@-]+(?:=(?![=>])|\s*\}|\s+[\w@:.#-]))")
"""How an attribute list begins, and no other expression: `{' '}` stands among the words."""
_TAG = re.compile(rb"<(/?)([A-Za-z][\w.:-]*)")
_EDGES = frozenset(
    [
        *("address", "article", "aside", "blockquote", "br", "caption", "dd", "details", "dialog"),
        *("div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2"),
        *("h3", "h4", "h5", "h6", "header", "hr", "legend", "li", "main", "nav"),
        *("ol", "optgroup", "option", "p", "section", "select", "summary"),
        *("table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul"),
    ]
)
"""Elements that no sentence runs across."""
_VOID = frozenset(
    {"area", "base", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
)

PLAIN = frozenset({"text", "soft"})
"""All that most blocks hold: nothing to pair, to place, to hold."""
TAGS = frozenset({"tag", "mask"})
"""What may open or close something by its name."""
_NOTHING = Markup(b"")


@dataclass(slots=True)
class Piece:
    """A stretch of a block's bytes: `text`, `soft`, `open`, `close`, or an atom of that kind."""

    kind: str
    start: int
    end: int
    text: str = ""
    name: str = ""
    """Of a mark: its kind. Of a mask: see Mask.pair."""
    moved: bytes = b""
    """Of a mark's end: see Mark.closing_moved."""
    inner: Sequence[Inner] = ()
    """The human text inside of it, in order."""


@dataclass(slots=True)
class Inner:
    """Human text inside a piece of markup."""

    context: str
    """How it is written, a key of escape.CONTEXTS."""
    pieces: list[Piece]


def split_machine_text(pieces: list[Piece], content: bytes) -> list[Piece]:
    """Bare URLs become atoms. One may run over several text events (`_`, `&amp;`): runs are joined first."""
    text = pieces[0].text if len(pieces) == 1 else "".join([p.text for p in pieces if p.kind == "text"])
    if not _may_be_machine_text(text):
        return pieces
    out: list[Piece] = []
    run: list[Piece] = []
    for piece in pieces:
        if piece.kind == "text":
            run.append(piece)
            continue
        if run:
            out.extend(_split_run(run, content))
            run = []
        out.append(piece)
    if run:
        out.extend(_split_run(run, content))
    return out


def _split_run(run: list[Piece], content: bytes) -> list[Piece]:
    text = run[0].text if len(run) == 1 else "".join([p.text for p in run])
    found = list(_APART.finditer(text))
    if not found:
        return run
    ends = list(accumulate(len(p.text) for p in run))

    def cut(kind: str, start: int, end: int) -> Piece:
        return Piece(
            kind, _byte(run, ends, content, start), _byte_after(run, ends, content, end), text[start:end]
        )

    out: list[Piece] = []
    position = 0
    for match in found:
        if match.start() > position:
            out.append(cut("text", position, match.start()))
        # Behind a letter GFM makes no link of it; a space must not be put between them.
        before = text[match.start() - 1 : match.start()]
        glued = before.isascii() and before.isalpha()
        kind = (match["name"] and "name") or ("code" if glued else "url")
        out.append(cut(kind, match.start(), match.end()))
        position = match.end()
    if position < len(text):
        out.append(cut("text", position, len(text)))
    return out


def _may_be_machine_text(text: str) -> bool:
    """Whether any of the signs is in it without which `_APART` finds nothing: the pattern is slow."""
    if "://" in text or "@" in text or "_" in text or "|" in text:
        return True
    low = text.lower()
    return "www." in low or "mailto:" in low or not (text.isascii() or ATOM.search(text) is None)


def _byte(run: list[Piece], ends: list[int], content: bytes, position: int) -> int:
    """Where character `position` of a run begins in the content."""
    number = bisect_right(ends, position)
    return within(run[number], content, position - (ends[number] - len(run[number].text)))


def _byte_after(run: list[Piece], ends: list[int], content: bytes, position: int) -> int:
    """Where the character before `position` of a run ends in the content."""
    number = bisect_left(ends, position)
    piece = run[number]
    return (
        piece.end
        if position == ends[number]
        else within(piece, content, position - (ends[number] - len(piece.text)))
    )


def within(piece: Piece, content: bytes, count: int) -> int:
    """Where `count` characters of a piece end. An entity, not written as it reads, isn't divided."""
    head = piece.text[:count].encode()
    start = piece.start + (
        1 if content.startswith(b"\\" + piece.text[:1].encode(), piece.start) and count else 0
    )
    return start + len(head) if content.startswith(head, start) else piece.end


def pair_tags(pieces: list[Piece], content: bytes, *, lists: bool = True) -> list[Piece]:
    """`<b>`...`</b>` becomes a mark, `<kbd>`...`</kbd>` one atom, `<br>` or `<td>` a hard break.

    `lists`: whether there are attribute lists; in MDX what stands in braces is an expression.
    """
    out: list[Piece] = []
    stack: list[tuple[str, int]] = []
    for piece in pieces:
        if lists and out and piece.kind == "mask" and _attributes(out[-1], piece, content):
            _extend(out[-1], piece, content)
            continue
        out.append(piece)
        if piece.kind == "open":
            stack.append(("", 0))
        elif piece.kind == "close":
            while stack and stack.pop()[0]:
                pass
        elif piece.kind in ("tag", "mask") and (tag := _TAG.match(content, piece.start, piece.end)):
            name = tag[2].decode()
            raw = content[piece.start : piece.end]
            if name.lower() in _EDGES:
                piece.kind = "break"
            elif raw.endswith(b"/>") or name.lower() in _VOID:
                continue
            else:
                _pair(out, stack, name, content, closing=bool(tag[1]))
        elif piece.kind == "mask" and piece.name:
            _pair(out, stack, piece.name.removeprefix("/"), content, closing=piece.name.startswith("/"))
    return out


def _attributes(owner: Piece, piece: Piece, content: bytes) -> bool:
    """Whether a mask is an attribute list right behind its owner, so that it belongs to its markup.

    Of emphasis by underscores it doesn't: those may have to become stars, and a list may hold some too.
    """
    if owner.end != piece.start or _LIST.match(content, piece.start, piece.end) is None:
        return False
    if owner.kind == "close":
        return content[owner.start] != 0x5F
    return owner.kind in ("code", "image", "mask", "tag")


def _extend(owner: Piece, piece: Piece, content: bytes) -> None:
    owner.end = piece.end
    owner.inner = (*owner.inner, *piece.inner)
    if owner.moved:
        owner.moved += content[piece.start : piece.end]


def _pair(
    out: list[Piece], stack: list[tuple[str, int]], name: str, content: bytes, *, closing: bool
) -> None:
    """The last piece of `out` opens or closes a mark called `name`."""
    if not closing:
        stack.append((name, len(out) - 1))
    elif any(n == name for n, _ in _until_mark(stack)):
        while stack[-1][0] != name:
            stack.pop()
        _close_tag(out, stack.pop()[1], name, content)


def _until_mark(stack: list[tuple[str, int]]) -> Iterable[tuple[str, int]]:
    for entry in islice(reversed(stack), DEEPEST):
        if not entry[0]:
            return
        yield entry


def _close_tag(out: list[Piece], opened: int, name: str, content: bytes) -> None:
    closing = out[-1]
    first = out[opened]
    if name.lower() in OPAQUE or untranslated(content[first.start : first.end].decode(errors="replace")):
        whole = content[first.start : closing.end].decode(errors="replace")
        out[opened:] = [Piece("code", first.start, closing.end, whole)]
        return
    out[opened].kind = "open"
    out[opened].name = closing.name = "tag"
    closing.kind = "close"


def to_prose(pieces: list[Piece], content: bytes, language: str) -> Prose | None:
    """The pieces of one block as plain text with atoms and marks; None when it has more atoms than fit."""
    if {p.kind for p in pieces} <= PLAIN:
        return _plain_prose(pieces, language)
    parts: list[str] = []
    atoms: list[Atom] = []
    marks: list[Mark] = []
    opened: list[tuple[int, int, int, Piece]] = []
    length = 0
    for index, piece in enumerate(pieces):
        if piece.kind == "text" and not (opened and _is_named(pieces, index)):
            parts.append(piece.text)
        elif piece.kind == "soft":
            parts.append(_soft(parts, pieces, index))
        elif piece.kind == "open":
            opened.append((length, len(parts), len(marks), piece))
            marks.append(Mark(0, 0, _markup(piece, content, language), _NOTHING, piece.name))
            continue
        elif piece.kind == "close" and opened:
            start, part, slot, first = opened.pop()
            closing = _markup(piece, content, language)
            if any(map(_wordy, parts[part:])):
                first_mark = marks[slot]
                marks[slot] = Mark(start, length, first_mark.opening, closing, first_mark.kind, piece.moved)
                continue
            # Markup around no words (an anchor, an icon, a full stop) is one thing that must not come apart.
            opening = marks[slot].opening
            del parts[part:]
            length = start
            del marks[slot:]
            moved = piece.start - first.start
            behind = (Hole(h.start + moved, h.end + moved, h.prose, h.context) for h in closing.holes)
            holes = (*opening.holes, *behind)
            atoms.append(Atom(Markup(content[first.start : piece.end], holes), "tag"))
            parts.append(chr(ATOM_BASE + len(atoms) - 1))
        else:
            kind = "name" if piece.kind == "text" else piece.kind
            atoms.append(Atom(_markup(piece, content, language), kind))
            parts.append(chr(ATOM_BASE + len(atoms) - 1))
        length += len(parts[-1])
    if len(atoms) > MAX_ATOMS:
        return None
    plain = "".join(parts)
    frozen = tuple(atoms)
    kept = tuple(m for m in marks if m.end > m.start)
    found = find_sentences(plain, frozen, language)
    return Prose(plain, frozen, kept, found, touching(kept, found))


def _plain_prose(pieces: list[Piece], language: str) -> Prose:
    """The same of pieces that are text and soft wraps: most blocks are, so this way is kept short."""
    if len(pieces) == 1:
        plain = pieces[0].text
    else:
        parts: list[str] = []
        for index, piece in enumerate(pieces):
            parts.append(piece.text if piece.kind == "text" else _soft(parts, pieces, index))
        plain = "".join(parts)
    found = find_sentences(plain, (), language)
    return Prose(plain, sentences=found, held=unmarked(len(found)))


def _wordy(text: str) -> bool:
    return any(c.isalnum() or c >= FIRST_ATOM for c in text)


def _is_named(pieces: list[Piece], index: int) -> bool:
    """Whether a text is all that a link holds, and a name that no language has another word for.

    Such a link is found again by its stand-in, where translated it would be lost: `[publint.dev](...)`.
    """
    if not index or pieces[index - 1].kind != "open":
        return False
    around = pieces[index - 1 : index + 2]
    inside = [piece.kind for piece in around] == ["open", "text", "close"] and around[0].name == "link"
    return inside and is_identifier(pieces[index].text)


def _soft(parts: list[str], pieces: list[Piece], index: int) -> str:
    """A soft wrap is a space, but nothing between two characters of a script without spaces, marks or not."""
    before = parts[-1][-1:] if parts else ""
    if not before or not sentences.dense_script(before):
        return " "
    following = next((p for p in islice(pieces, index + 1, None) if p.kind not in ("open", "close")), None)
    after = following.text[:1] if following and following.kind == "text" else ""
    return "" if after and sentences.dense_script(after) else " "


def _markup(piece: Piece, content: bytes, language: str) -> Markup:
    raw = content[piece.start : piece.end]
    if not piece.inner:
        return Markup(raw)
    holes: list[Hole] = []
    for inner in piece.inner:
        prose = to_prose(inner.pieces, content, language) if inner.pieces else None
        if prose is not None and prose.translatable():
            start, end = inner.pieces[0].start, inner.pieces[-1].end
            holes.append(Hole(start - piece.start, end - piece.start, prose, inner.context))
    return Markup(raw, tuple(holes))
