"""What the checks look at: a sentence, and what came back for it."""

from __future__ import annotations

from polypost.values import frozen


@frozen
class Pair:
    """A sentence (or heading, or lone word) as plain text, and its translation."""

    source: str
    """As it was sent; stand-ins may stand in it."""
    target: str
    """As it came back."""
    language: str
    """The translation's, as a BCP 47 tag."""
    origin: str = "en"
    """The source's, as a BCP 47 tag."""
