"""What a person wrote into a localized file, and the tally of what became of such edits."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace

FATES = ("survived", "superseded, and reported", "lost", "overwritten", "crossed")
"""`overwritten`: gone although their source stands; `lost`: gone with it, and nothing is said of that;
`crossed`: either, where another person changed the same file in the base while this was on the branch."""


@dataclass(frozen=True, slots=True)
class Edit:
    """What a person wrote into a localized file."""

    word: str
    post: str
    target: str
    block: bytes
    """The source's bytes of the block; empty for a paragraph that the source doesn't have."""
    beside: bytes
    """Of the block in whose lines it stands; empty for a paragraph that has lines of its own."""
    copies: int
    """How many blocks of the post say the same."""
    before: str
    """What stood there."""
    text: str
    """Theirs, of the whole block."""
    on_branch: bool


@dataclass(slots=True)
class Tally:
    """What became of the edits."""

    edits: int = 0
    on_branch: int = 0
    sent: int = 0
    """Characters, without those that only serve to place marks."""
    fates: Counter[str] = field(default_factory=Counter)
    """By FATES."""
    told: list[str] = field(default_factory=list)
    """What went wrong."""


def over(earlier: Edit, edit: Edit) -> Edit | None:
    """What an earlier edit is once another is made; None when people themselves have replaced it."""
    if earlier.target != edit.target or earlier.word not in edit.before:
        return earlier
    return replace(earlier, text=edit.text) if earlier.word in edit.text else None
