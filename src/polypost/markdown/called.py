"""What a post's own links call a heading of which only the site knows the anchor."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice

from polypost.markdown.document import Skeleton
from polypost.markdown.headings import Heading

_WORDS = re.compile(r"[^\W_]+")
_GIVEN = re.compile(rb"(?:id|name)=[\"']([^\"']+)[\"']")
_SAYS = frozenset({"text", "code", "url", "name"})
MOST = 20
"""How many links that hold a heading's first word are looked at for it."""


def called(post: Skeleton, names: Sequence[str | None], links: Sequence[str]) -> list[str | None]:
    """`names`, the headings' anchors, with those that are unknown told by `links`: where in-page links lead.

    A link that leads to nothing known leads to the first heading whose words it holds in their order.
    """
    if not set(links).difference(names):
        return list(names)
    taken = {*names, *(given.decode(errors="replace") for given in _GIVEN.findall(post.content))}
    loose: dict[str, list[str]] = {}
    for link in links:
        if link not in taken:
            for word in dict.fromkeys(_words(link)):
                loose.setdefault(word, []).append(link)
    out = list(names)
    for number, heading in enumerate(post.headings if loose else ()):
        if out[number] is not None or b"{/*" in written(post, heading):
            continue  # react.dev's headings are named in a comment
        words = _words("".join(piece.text for piece in heading.pieces if piece.kind in _SAYS))
        near = islice(loose.get(words[0], ()), MOST) if words else ()
        out[number] = next((link for link in near if link not in taken and _holds(link, words)), None)
        taken.add(out[number])
    return out


def written(post: Skeleton, heading: Heading) -> bytes:
    """A heading's text, markup and all."""
    if not heading.pieces:
        return b""
    start, end = (post.offset + at for at in (heading.pieces[0].start, heading.pieces[-1].end))
    return post.content[start:end]


def _holds(link: str, words: Sequence[str]) -> bool:
    held = iter(_words(link))
    return all(word in held for word in words)


def _words(text: str) -> list[str]:
    return [word.casefold() for word in _WORDS.findall(text)]
