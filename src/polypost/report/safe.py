"""Untrusted text made harmless: what a path, a title, a finding or a model says is shown, never obeyed.

Markdown on GitHub has two layers. The parser knows emphasis, links, HTML; a backslash before the mark
takes that away. The filters that run on the finished HTML know mentions, references, commit ids and
bare URLs, and see no backslash; but they skip code. So: what people may want to copy (paths, language
tags) goes into code spans, and sentences go through `prose`, which makes code of every word that a filter
could take up (names, ARNs and addresses are such words, and stay what they are when they are copied),
gives one line, and expects to stand in a paragraph or a list item.
"""

from __future__ import annotations

import html
import re
import unicodedata

MESSAGE = 400
"""Characters of one message at most; what is longer ends in an ellipsis."""

_BIDI = frozenset("\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")
_MARKUP = re.compile(r"([\\`*_~\[\]<>&#|$])")
_BLOCK_START = re.compile(r"^(\d*)([-+.)])")
"""Of what opens a block at the start of a line, that which isn't markup inside of one."""
_TRIGGERS = re.compile(
    r"[@#]"  # mentions, e-mail addresses, references
    r"|:[\w/+-]"  # schemes, ARNs, emoji
    r"|GH-\d|www\."
    r"|[0-9a-f]{7}"  # commit ids
    r"|\bpolypost-",  # names in AWS: no filter's, but copied
    re.IGNORECASE,
)
_WORD = re.compile(r"(?P<before>[(\[{\"']*)(?P<word>\S+?)(?P<after>[)\]}\"'.,;:!?…]*)(?=\s|$)")
"""A word without the punctuation around it."""


def one_line(text: str, limit: int = MESSAGE) -> str:
    """`text` without line ends, controls, direction overrides and lone surrogates, cut at `limit`."""
    if len(text) > limit:
        text = text[: limit - 1] + "…"
    return "".join(map(_visible, text))


def _visible(char: str) -> str:
    category = unicodedata.category(char)
    if category in {"Cc", "Zl", "Zp"}:
        return " "
    if category == "Cs":
        return "\N{REPLACEMENT CHARACTER}"
    return "" if char in _BIDI else char


def prose(text: str, limit: int = MESSAGE) -> str:
    """A sentence as Markdown that shows it and does nothing else; `code` in backticks stays code."""
    pieces = re.split(r"`([^`]+)`", one_line(text, limit).strip())
    line = ""
    for at, piece in enumerate(pieces):
        made = code(piece) if at % 2 else _WORD.sub(_shown, piece)
        # Two code spans side by side would become one.
        line += f" {made}" if line.endswith("`") and made.startswith("`") else made
    return _BLOCK_START.sub(r"\1\\\2", line)


def _shown(found: re.Match[str]) -> str:
    """A word that shows itself: as code when a filter could take it up."""
    word = code(found["word"]) if _TRIGGERS.search(found[0]) else _escaped(found["word"])
    return _escaped(found["before"]) + word + _escaped(found["after"])


def _escaped(text: str) -> str:
    return _MARKUP.sub(r"\\\1", text)


def code(text: str) -> str:
    """`text` as a code span, good inside a table as well.

    A bar becomes U+2502: how a table's cell reads a backslash before a bar differs between versions.
    """
    text = one_line(text).replace("|", "│") or " "
    ticks = "`" * (1 + max(map(len, re.findall("`+", text)), default=0))
    pad = " " if text[0] in "` " or text[-1] in "` " else ""
    return f"{ticks}{pad}{text}{pad}{ticks}"


def html_code(text: str) -> str:
    """`text` as code where Markdown isn't read: in a `<summary>`."""
    return f"<code>{html.escape(one_line(text))}</code>"


def unpaired(text: str) -> str:
    """`text`, untouched but for what no UTF-8 can hold: lone surrogates of names that are no UTF-8."""
    return text.encode("utf-8", "replace").decode()
