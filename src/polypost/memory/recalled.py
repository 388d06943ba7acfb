"""What the memory gives: segments and sentences that are known, and what of a person's is not used."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal, NamedTuple

from polypost.records.record import Entry
from polypost.text.cuts import Piece


@dataclass(frozen=True, slots=True)
class Recalled:
    """A segment whose translation is known."""

    text: bytes
    entry: Entry
    """With what made it."""
    human: bool
    """A person wrote or changed it."""
    valid: bool
    """Whether it may be used again: a person's text, or text that a translator like this run's made."""
    origin: str
    """The source post whose localization it was found in."""
    key: str
    """Hash of the text (`written_key`)."""
    at: int | None
    """Which segment of the localized file it is; None when it isn't there."""
    pieces: tuple[Piece | None, ...] = ()
    """The translations of its sentences; none of a person's text."""

    @property
    def failed(self) -> bool:
        """Whether it is source text that stayed, or suspicious, and nobody changed that."""
        return (not self.entry.target or self.entry.suspicious) and not self.human

    @property
    def good(self) -> bool:
        """Whether it may be used elsewhere."""
        return self.valid and not self.failed

    @property
    def kept(self) -> Entry:
        """The entry for the next record, when the text is used again."""
        if not self.human:
            return self.entry
        behind = self.behind
        return replace(
            self.entry,
            target=self.key,
            person=True,
            cuts=None,
            suspicious=False,
            behind=behind,
            tried="",
        )

    @property
    def behind(self) -> bool:
        """Whether it is a person's text for what its source was before, and nobody has touched it since."""
        return self.at is not None and self.entry.behind and self.entry.target == self.key


Standing = Literal["ours", "theirs", "lost"]
"""Of a localized file: it is made from its post, and can be made anew; a person has built it in their own
way; or a person's text in it can't be told from the rest (it can't be parsed, or is gone)."""


class Superseded(NamedTuple):
    """A person's text whose source is gone or changed."""

    text: str
    at: int | None
    """Which segment its source has become, where that can be told."""
    line: int
    """About where that is in the post."""


@dataclass(frozen=True, slots=True)
class Recall:
    """What the memory knows for one post in one language."""

    known: Mapping[int, Recalled] = field(default_factory=dict)
    superseded: tuple[Superseded, ...] = ()
    standing: Standing = "ours"

    def origins(self) -> Counter[str]:
        """How many segments were found in each post's localization."""
        return Counter(item.origin for item in self.known.values())


class Sentences(NamedTuple):
    """Sentences that are translated already, see `cuts.known_by`."""

    known: Mapping[str, Piece]
    borrowed: Mapping[str, Piece]
    """Those of them that were found in other posts."""
