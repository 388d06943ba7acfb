"""Whether every segment is still one when its translation is read again; the next run pairs them by number.

A heading that is translated as `foo.bar` keeps its structure, and is lost all the same: such text is never
sent. Reading every result again would cost as much as all else, so only what could be lost is looked for.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence

from polypost.errors import PostError
from polypost.markdown.document import Document, starts
from polypost.markdown.prose import is_identifier
from polypost.markdown.settle import Settled

_PLAIN_WORD = re.compile(
    r"(?<!\S)[(\"'“‘„‚«‹「『《（⟦]{0,3}([A-Za-z]{1,50}(?:-[A-Za-z]{1,50}){0,2})[)\"'”’“‘»›」』》）⟧.,;:!?…]{0,5}(?!\S)"
)
_FOREIGN = re.compile(r"[^\x00-\x7f]")
_SIGN = re.compile(r"[{}<>\[\]`$|\\&#*_~=%@/:]")
"""What may make something else than text of a text, in one dialect or another."""


_ESCAPED = frozenset("`*[]~")
"""Of these, those that are always written with a backslash, before which no dialect begins anything."""


def doubtful(texts: Sequence[str], source: bytes, plain: str) -> bool:
    """Whether a segment may be lost that has `texts` for its sentences.

    `source`: what it was; `plain`: the text of it, where a reference stands for what it reads as.
    """
    if not any(map(_is_text, texts)):
        return True
    signs = set(_SIGN.findall("".join(texts)))
    return any(s.encode() not in source and not (s in _ESCAPED and s in plain) for s in signs)


def lost(document: Document, settled: Settled, among: Iterable[int]) -> set[int]:
    """Which of the segments `among` are none, or several, in the settled post."""
    sought = set(among) - settled.kept
    if not sought:
        return set()
    near = {at: span for at, span in enumerate(settled.ranges()) if at in sought}
    try:
        found = starts(document, settled.content, tuple(near.values()))
    except PostError:
        return sought
    return {at for at, (a, b) in near.items() if bisect_left(found, b) - bisect_left(found, a) != 1}


def _is_text(text: str) -> bool:
    """Whether it is human text for certain, however it is cut into sentences."""
    if not text.isascii() and any(map(str.isalpha, _FOREIGN.findall(text))):
        return True
    return any(not is_identifier(word[0]) for word in _PLAIN_WORD.finditer(text))
