"""Differences between two posts in a reader's words: what is gone, what has come instead."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Mapping
from typing import Any

_LONGEST = 80
"""Characters of a post that a message quotes."""

_BLOCKS: Mapping[str, str] = {
    "BlockQuote": "a quote",
    "CodeBlock": "a code block",
    "DefinitionList": "a definition list",
    "DefinitionListDefinition": "a definition",
    "DefinitionListTitle": "a term",
    "FootnoteDefinition": "a footnote's text",
    "Heading": "a heading",
    "HtmlBlock": "a block of HTML",
    "Item": "a list item",
    "Label": "a title",
    "List": "a list",
    "Paragraph": "a paragraph",
    "Rule": "a line across",
    "Table": "a table",
    "TableCell": "a table cell",
    "TableHead": "a table's head",
    "TableRow": "a table row",
    "TaskListMarker": "a task's box",
    "front matter": "front matter",
    "leaf": "text",
}
"""What has no text of its own to tell it by."""
_QUOTED: Mapping[str, str] = {
    "block mask": "the markup",
    "code": "the code",
    "definition": "the reference",
    "html": "the HTML",
    "mask": "the markup",
    "note": "the footnote",
    "open": "the link",
}
_UNQUOTED: Mapping[str, str] = {
    "emphasis": "emphasis",
    "strikethrough": "strikethrough",
    "strong": "strong emphasis",
}
"""What stands inline and takes no article."""


def told(ours: Any, theirs: Any) -> str:
    """A difference in words; `ours` and `theirs` are tokens of a skeleton, None for what is not there."""
    if ours is None or theirs is None:
        return f"{_block(ours or theirs)} {'is new' if ours is None else 'is gone'}"
    if ours[0] == theirs[0] == "front matter":
        return "a key or a value of the front matter that isn't text is another"
    if ours[0] == theirs[0] == "leaf":
        return _inside(ours, theirs)
    return _renamed(ours, theirs) or f"{_block(theirs)} stands where {_block(ours)} was"


def _renamed(ours: Any, theirs: Any) -> str:
    """A block that stayed what it is, in another form; nothing for any other."""
    said = ""
    if ours[0] == theirs[0] and ours[0] in _QUOTED:
        word = _QUOTED[ours[0]]
        said = _changed(word, _text(ours), _text(theirs)) or f"{word} {_quote(_text(ours))} is another"
    elif ours[:2] == theirs[:2] == ("start", "CodeBlock"):
        said = _changed("the code block's", _fence(ours), _fence(theirs))
    if not said and _block(ours) == _block(theirs):
        said = f"{_block(ours)} is of another kind, number or name"
    return said


def _inside(ours: Any, theirs: Any) -> str:
    """What two texts that should hold the same hold otherwise."""
    before, after = (Counter((*_openings(what), *what[2])) for what in (ours, theirs))
    gone, new = (", ".join(map(_inline, diff)) for diff in (before - after, after - before))
    said = [f"{gone} is gone" if gone else "", f"{new} is new" if new else ""]
    if not any(said) and ours[3] == theirs[3]:
        return "a mark stands inside of another one, or out of it, or around no words"
    return "; ".join(filter(None, said)) or "text is where none was, or none where text was"


def _openings(what: Any) -> list[tuple[str, str]]:
    """What a leaf holds, without the link openings that stand among its marks too."""
    marked = {target for kind, target in what[2]}
    return [(kind, text) for kind, text in what[1] if kind != "open" or text not in marked]


def _inline(item: tuple[str, str]) -> str:
    kind, text = item
    word = _UNQUOTED.get(kind) or _QUOTED.get(kind, f"the {kind}")
    return f"{word} {_quote(text)}" if text.strip() else word


def _changed(word: str, before: str, after: str) -> str:
    """The first line of each that the other has not."""
    gone, new = (
        next((line for line in one.splitlines() if line.strip() and line not in other.splitlines()), "")
        for one, other in ((before, after), (after, before))
    )
    said = [f"{word} {_quote(gone)} is gone" if gone else "", f"{word} {_quote(new)} is new" if new else ""]
    return "; ".join(filter(None, said))


def _fence(what: Any) -> str:
    """What stands behind the opening fence of a code block."""
    return str(ast.literal_eval(what[2])["Fenced"]) if what[2].startswith("{") else ""


def _block(what: Any) -> str:
    name = what[1] if what[0] in {"start", "end"} else what[0]
    if what[0] in _QUOTED:
        return f"{_QUOTED[what[0]]} {_quote(_text(what))}"
    word = _BLOCKS.get(name, "a block")
    return f"the end of {word}" if what[0] == "end" else word


def _text(what: Any) -> str:
    """A token's text; without what stands there for the human text in it."""
    text = what[1].decode(errors="replace") if isinstance(what[1], bytes) else str(what[1])
    return text.replace("\0", "…")


def _quote(text: str) -> str:
    flat = " ".join(text.split())
    return f"`{flat if len(flat) <= _LONGEST else flat[: _LONGEST - 1] + '…'}`"
