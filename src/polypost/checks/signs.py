"""Signs that no translation has: of unknown words, of broken bytes, of markup, of stand-ins gone astray."""

from __future__ import annotations

import re
from collections import Counter

from polypost import sentences
from polypost.checks.seen import Seen

_CRUMB = 6
"""Characters beside stand-ins and numbers that a language may do without."""
_UNKNOWN = re.compile(r"<\s*unk\s*>|⁇|\ufffd|</?s>|<pad>", re.IGNORECASE)
_MARKUP = re.compile(
    r"</?[a-z][\w-]*(?:\s[^<>]*)?/?>"  # a tag
    r"|```|~~~|\*\*(?=\S)|\]\(|\A\s*#{1,6}\s+(?=\D)",  # code, stress, a link, a heading
    re.IGNORECASE,
)


def nothing_said(seen: Seen) -> str:
    """No letter, where the source has words; a lone word may be a number in another language."""
    source, target = seen.source, seen.target
    if sentences.has_letters(target) or not sentences.has_letters(source):
        return ""
    lone = source.count(" ", 1, -1) < 1 or len(source) < _CRUMB
    if lone and any(map(str.isalnum, seen.pair.target)):
        return ""
    return "The translation holds no words."


def unknown_sign(seen: Seen) -> str:
    """`<unk>`, `⁇`, U+FFFD, or a mark that a model sets for itself."""
    text = seen.pair.target
    found = _UNKNOWN.search(text)
    if found is None or _UNKNOWN.search(seen.pair.source):
        return ""
    return f"The model wrote {found[0]} for something that it couldn't write."


def added_markup(seen: Seen) -> str:
    """What HTML or Markdown is written with, where the source has nothing of the kind.

    It is escaped, so it breaks nothing; but readers would see it.
    """
    found = _MARKUP.search(_UNKNOWN.sub("", seen.target))
    if found is None or _MARKUP.search(seen.source):
        return ""
    return f"“{found[0].strip()}” is markup, and the source has none."


def stray_standin(seen: Seen) -> str:
    """A stand-in that the source doesn't hold, twice what it holds once, or one that came apart."""
    left = next(iter(Counter(seen.came) - Counter(seen.sent)), "")
    return f"“{left}” stands for code or a link, and is left over in the text." if left else ""
