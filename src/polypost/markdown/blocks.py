"""Where human text stands in a post's body, and the skeleton it stands in.

pyromark gives events with byte ranges. Three of its ranges need care: the gap between two events may hold a
backslash that belongs to the text after it; a reference link's range omits a following `[]`; a hard or soft
break ends before the quote marks and indentation of the next line.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from typing import Any

from polypost.markdown.definitions import definitions, title
from polypost.markdown.dialects.mask import Mask
from polypost.markdown.events import events
from polypost.markdown.headings import Heading, take
from polypost.markdown.html import Block
from polypost.markdown.indents import placed
from polypost.markdown.inline import Inner, Piece, split_machine_text
from polypost.markdown.leaves import Leaf, Tokens, signature, texts
from polypost.markdown.plain import masked, tag, without, without_texts
from polypost.markdown.tags import HEADING_TAG

_MARKS = {"Emphasis": "emphasis", "Strong": "strong", "Strikethrough": "strikethrough", "Link": "link"}
_ATOMS = {
    "Code": "code",
    "FootnoteReference": "note",
    "InlineMath": "math",
    "DisplayMath": "math",
}
DEEPEST = 50
"""Levels of images within images."""
_INLINE = frozenset((*_MARKS, "Image"))
_WIDTHS = {"Emphasis": 1, "Strong": 2, "Link": 1, "Image": 2}
"""Bytes of the sign that opens it; of strikethrough they differ."""
_MACHINE = frozenset({"CodeBlock", "HtmlBlock"})
_KINDS = {"TableCell": "cell", "Item": "item"} | dict.fromkeys(
    ("Paragraph", "FootnoteDefinition", "BlockQuote", "DefinitionListTitle"), "paragraph"
)
"""What a block makes of the text in it, where it says."""
_ENDS = frozenset({"Item", "TableCell", "Heading"})
"""Behind these the text is a paragraph's."""
_BREAKS = frozenset({"soft", "break"})
_PIPE = re.compile(rb"(?<!\\)\|")
_PUNCTUATION = frozenset(b"!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~")


@dataclass(slots=True)
class Scan:
    """A parsed body."""

    leaves: list[Leaf]
    headings: list[Heading]


class Walk:
    """One pass over the events of a body; `scan` is its only user."""

    def __init__(
        self, content: bytes, masks: Sequence[Mask], tokens: Tokens, within: Sequence[tuple[int, int]] | None
    ) -> None:
        self.content = content
        self.tokens = tokens
        self.within = within
        self.all_masks = masks
        self.masks = [mask for mask in masks if not (mask.block or mask.gone or mask.tag)]
        self.labels = {mask.start for mask in masks if mask.label}
        self.next_mask = 0
        self.leaves: list[Leaf] = []
        self.defines = b"]:" in content
        self.taken: list[tuple[int, int]] = []
        """Where leaves stand; only gathered where something may be a definition."""
        self.headings: list[Heading] = []
        self.leaf: Leaf | None = None
        self.kind = "paragraph"
        self.open: list[tuple[Any, int, list[Piece], Inner | None]] = []
        self.target: list[Piece] = []
        self.last = 0
        self.skipping = ""
        self.lines: list[tuple[int, bytes]] = []
        """Of the HTML block that is open, as the parser sees them."""
        self.machine: list[tuple[int, int]] = []
        """Where code and HTML blocks stand."""

    def run(self, text: str) -> Scan:
        """All events of `text` (the filled body)."""
        for event, span in placed(events(text), self.all_masks):
            start, end = span["start"], span["end"]
            if event.__class__ is str:
                self.plain_event(event, start, end)
                continue
            name, value = event.popitem()
            if name == "Text":
                self.text(value, start, end)
            elif name == "Start":
                self.begin(value, start, end)
            elif name == "End":
                self.finish(value, start, end)
            elif name == "TaskListMarker":
                self.tokens.add((name, value), start)
            elif name == "Html":
                self.lines.append((start, value.encode()))
            elif name == "InlineHtml":
                self.piece(tag(self.content, start, end))
            elif not self.skipping:
                self.piece(Piece(_ATOMS[name], start, end, str(value)))
        self.close_leaf()
        self.definitions()
        return Scan(self.leaves, self.headings)

    def plain_event(self, event: str, start: int, end: int) -> None:
        if event == "Rule":
            self.close_leaf()
            self.tokens.add(("Rule",), start)
        elif event == "HardBreak":
            self.piece(Piece("break", start, end))
        else:
            self.piece(Piece("soft", start, end))

    def text(self, text: str, start: int, end: int) -> None:
        if self.skipping:
            if self.skipping == "CodeBlock":
                # The post's own bytes: in the parser's text signs of the dialect are filled up.
                self.tokens.add(("code", self.content[start:end] or text), start)
            return
        if start == end:
            return
        if self.content[start - 1] == 0x5C and start > self.last and self.content[start] in _PUNCTUATION:
            start -= 1
        if self.next_mask == len(self.masks) or end <= self.masks[self.next_mask].start:
            self.piece(Piece("text", start, end, text))  # as for most texts: no mask is near
            return
        for piece in self.unmasked(text, start, end):
            self.piece(piece)

    def unmasked(self, text: str, start: int, end: int) -> Iterator[Piece]:
        """The text without the filling of masks in it, which become atoms."""
        while self.next_mask < len(self.masks) and self.masks[self.next_mask].end <= start:
            self.next_mask += 1
        while self.next_mask < len(self.masks) and self.masks[self.next_mask].start < end:
            mask = self.masks[self.next_mask]
            first, last = mask.start, mask.end
            head = self.content[start:first] if first > start else b""
            if head:
                shown = text[: len(head.decode(errors="replace"))]
                yield Piece("text", start, first, shown)
                text = text[len(shown) :]
            if first >= start:
                yield masked(self.content, mask)
            covered = min(last, end) - max(first, start)
            text = text[covered:]
            start = min(last, end)
            if last > end:
                return
            self.next_mask += 1
        if start < end and text:
            yield Piece("text", start, end, text)

    def piece(self, piece: Piece) -> None:
        target = self.target
        if self.leaf is None:
            self.leaf = Leaf(self.kind)
            target = self.target = self.leaf.pieces
        elif target and target[-1].kind in _BREAKS:
            target[-1].end = piece.start
        target.append(piece)
        self.last = piece.end

    def begin(self, tag: Any, start: int, end: int) -> None:
        name, value = (tag, "") if tag.__class__ is str else tag.popitem()
        if name in _INLINE:
            self.begin_inline(name, value, start, end)
            return
        self.close_leaf()
        if name == "Heading":
            self.heading(value, start)
            return
        if name in ("TableHead", "TableRow"):
            # Cells beyond the header's width are dropped by every renderer, and by this parser.
            value = len(_PIPE.findall(self.content, start, end))
        self.tokens.add(_token("start", name, str(value)), start)
        if name in _MACHINE:
            self.skipping = name
            self.machine.append((start, end))
        self.kind = _KINDS.get(name, self.kind)
        self.last = start

    def heading(self, value: Any, start: int) -> None:
        """A label is shown to the parser as a heading, and is none."""
        self.last = start
        if start in self.labels:
            self.kind = "label"
            self.tokens.add(("start", "Label"), start)
            return
        self.kind = "heading"
        rest = (value["level"], value["classes"], value["attrs"])
        self.tokens.add(("start", "Heading", str(rest), value["id"]), start)
        named = value["id"] or next((given for key, given in value["attrs"] if key == "id"), None)
        self.headings.append(Heading(start, named or "", bool(rest[1] or rest[2])))

    def begin_inline(self, name: str, link: Any, start: int, end: int) -> None:
        """`link`: what the parser says of a link or an image, nothing for emphasis."""
        if self.skipping:
            return
        hidden = self.hidden(start, end) if link and ",," in link["dest_url"] else ""
        if name == "Link" and link["link_type"] in ("Autolink", "Email"):
            self.piece(Piece("url", start, end, f"{link['dest_url']}{hidden}"))
            self.skipping = "Link"
            return
        titled: Inner | None = None
        if link and link["title"] and link["link_type"] == "Inline":
            titled = title(self.content, start, end, link["title"])
        width = _WIDTHS.get(name) or (2 if self.content.startswith(b"~~", start) else 1)
        if name == "Image":
            image = Piece("image", start, end, hidden)
            self.piece(image)
            self.open.append((link, width, self.target, titled))
            alt = Inner("alt", [])
            image.inner = [alt]
            self.target = alt.pieces
        else:
            what = f"{_identity(link, titled)}{hidden}"
            self.piece(Piece("open", start, start + width, what, _MARKS[name]))
            self.open.append((link, width, self.target, titled))
        self.last = start + width

    def hidden(self, start: int, end: int) -> str:
        """What the filling stands for in a destination: the signs of the dialect in a link or image."""
        first = bisect_left(self.masks, start, key=lambda mask: mask.start)
        last = bisect_left(self.masks, end, first, key=lambda mask: mask.start)
        return " ".join(sorted(without_texts(self.content, mask) for mask in self.masks[first:last]))

    def finish(self, tag: Any, start: int, end: int) -> None:
        name = tag if tag.__class__ is str else next(iter(tag))
        if name in _INLINE and name != self.skipping:
            self.finish_inline(name, end)
            return
        if name == self.skipping:
            self.skipping = ""
            if name == "Link":
                return
            if name == "HtmlBlock":
                self.html()
        self.close_leaf()
        self.tokens.add(_token("end", name), start)
        if name in _ENDS:
            self.kind = "paragraph"

    def finish_inline(self, name: str, end: int) -> None:
        link, width, outer, titled = self.open.pop()
        collapsed = bool(link and link["link_type"] == "Collapsed" and self.content.startswith(b"[]", end))
        end += 2 if collapsed else 0
        if name == "Image":
            self.target = outer
            image = outer[-1]
            image.end = end
            bare = "" if any(p.text.strip() for p in image.inner[0].pieces) else " without words"
            image.text = f"{_identity(link, titled)}{image.text}{bare}"
            if link["link_type"] in ("Shortcut", "Collapsed") or len(self.open) > DEEPEST:
                image.inner = []  # its text is its label, or no reader ever sees it
            else:
                image.inner[0].pieces = split_machine_text(image.inner[0].pieces, self.content)
            if titled is not None:
                image.inner = [*image.inner, titled]
        else:
            start = self.last if link else end - width
            moved = (
                f"][{link['id']}]".encode()
                if link and link["link_type"] in ("Shortcut", "Collapsed")
                else b""
            )
            inner = () if titled is None else (titled,)
            self.target.append(Piece("close", start, end, name=_MARKS[name], moved=moved, inner=inner))
        self.last = end

    def definitions(self) -> None:
        """Definitions of references: what looks like one and stands in no text, no code, no HTML, no mask."""
        if not self.defines:
            return
        taken = sorted(
            [
                *self.taken,
                *self.machine,
                *((mask.start, mask.end) for mask in self.all_masks if not mask.gone),
            ]
        )
        reach = list(accumulate((end for _, end in taken), max))
        for found in definitions(self.content):
            number = bisect_left(taken, (found.label + 1,))
            if number and reach[number - 1] > found.label:
                continue
            ends = [] if found.title is None else [(p.start, p.end) for p in found.title.pieces]
            self.tokens.add(("definition", without(self.content, found.label, found.end, ends)), found.label)
            if found.title is not None:
                self.keep(Leaf("text", found.title.pieces, found.title.context))

    def html(self) -> None:
        """The HTML block that ends here: its runs of text, and what stands between them."""
        kind = "text"
        for part in Block(self.content, self.lines, self.masks).parts():
            if isinstance(part, Piece):
                kind = "heading" if HEADING_TAG.match(part.text) else "text"
                self.tokens.add(("html", part.text), part.start)
                for text in texts((part,)):
                    self.keep(text)
                continue
            run = Leaf(kind, split_machine_text(part, self.content), "html")
            what = signature(run.pieces)
            if any(what[1:]):
                self.tokens.add(what, run.pieces[0].start)
            self.keep(run)
        self.lines = []

    def close_leaf(self) -> None:
        """The leaf, if one is open, is complete: keep it, and put what it must hold among the tokens."""
        if self.leaf is None:
            return
        self.leaf.pieces = split_machine_text(self.leaf.pieces, self.content)
        self.tokens.add(signature(self.leaf.pieces), self.leaf.pieces[0].start)
        if self.leaf.kind == "heading":
            self.leaf.pieces = take(self.headings[-1], self.leaf.pieces, self.content)
        self.keep(self.leaf)
        self.leaf = None
        self.target = []
        self.open = []

    def keep(self, leaf: Leaf) -> None:
        if self.defines:
            self.taken.append((leaf.pieces[0].start, leaf.pieces[-1].end))
        if self.within is None:
            self.leaves.append(leaf)
        elif self.within:
            first, last = leaf.pieces[0].start, leaf.pieces[-1].end
            if any(first < end and start < last for start, end in self.within):
                self.leaves.append(leaf)


@lru_cache(maxsize=512)
def _token(*what: str) -> tuple[str, ...]:
    """One value for the many that are alike."""
    return what


def _identity(link: Any, titled: Inner | None) -> str:
    """What no translation may change of a link or image; of emphasis nothing.

    Of a title its being there: one that a reference brings along stands in the definition's own token.
    """
    if not link:
        return ""
    machine = titled is None and link["link_type"] == "Inline"
    return f"{link['dest_url']} {link['title'] if machine else bool(link['title'])}"


def scan(
    body: bytes,
    filled: str,
    masks: Sequence[Mask],
    tokens: Tokens,
    within: Sequence[tuple[int, int]] | None = None,
) -> Scan:
    """`body`, its filled text and its masks (in bytes) -> its leaves and headings; `tokens` are added to.

    `within`: where the leaves are wanted; None: all of them.
    """
    return Walk(body, masks, tokens, within).run(filled)
