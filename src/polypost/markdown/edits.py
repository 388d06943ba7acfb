"""Edits made on purpose into a post, as far as its structure takes them."""

from __future__ import annotations

from collections.abc import Sequence

from polypost.errors import PostError
from polypost.markdown.document import Document, Skeleton, skeleton
from polypost.markdown.splice import splice
from polypost.markdown.verify import differences
from polypost.values import Declared

LOOKS = 16
"""How often at most the post is parsed to find the one edit that its structure doesn't take."""

Edit = tuple[int, int, bytes]
"""A range of the post, and what to put there."""


def accepted(
    document: Document, before: Skeleton, edits: Sequence[Edit], declared: Sequence[Declared]
) -> bytes:
    """`before`'s post with those edits that leave it built alike but for what is `declared`."""
    good: list[Edit] = []
    waiting = [list(edits)] if edits else []
    for _ in range(LOOKS):
        if not waiting:
            break
        some = waiting.pop()
        tried = sorted([*good, *some])
        try:
            after = skeleton(document, _spliced(before.content, tried))
            fine = not differences(before, after, declared)
        except PostError:
            fine = False
        if fine:
            good = tried
        elif len(some) > 1:
            waiting += [some[len(some) // 2 :], some[: len(some) // 2]]
    return _spliced(before.content, good)


def _spliced(content: bytes, edits: Sequence[Edit]) -> bytes:
    return splice(content, [edit[:2] for edit in edits], {n: edit[2] for n, edit in enumerate(edits)})
