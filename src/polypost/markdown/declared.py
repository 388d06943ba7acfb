"""Changes of a post's structure that are made on purpose, taken out of a comparison.

Each is allowed in its place only: a pin at its heading, a moved link where the source has the link that it
was, once for once.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from polypost.values import Declared, Led, Moved, Pin

_INSIDE = re.compile(
    r"""\[\[\#(?P<wiki>[^\[\]|\n\\]+)"""
    r"""|(?P<before>href\s{0,9}=\s{0,9}\{?["']|\]:[ \t]{0,9}<?|\A)\#(?P<url>[^"'\s<>]+)"""
)
"""A destination in markup, in a definition of a reference, in a wiki link, or by itself."""
_UNSAFE = re.compile(r"[ ()\"'<>]")

_FILLED = re.compile(",{4,}")
"""What stands for a tag in a destination, as long as that is."""
_LEADING = frozenset({"open", "link", "tag", "mask"})
"""What of a block's text may lead somewhere."""

Tokens = Sequence[Any]
"""The `what` of a skeleton's tokens."""


def undone(ours: Tokens, theirs: Tokens, declared: Collection[Declared]) -> list[Any]:
    """`theirs` with every token that differs from `ours` in declared ways only put back to what it was."""
    there = _Alike([each for each in declared if isinstance(each, Led)])
    pins = {(each.heading, each.id) for each in declared if isinstance(each, Pin)}
    moved = {each.before: each.after for each in declared if isinstance(each, Moved)}
    out: list[Any] = []
    number, inside = -1, False
    for a, b in zip(ours, theirs, strict=False):
        if a[:2] == ("start", "Heading"):
            number, inside = number + 1, True
        here = {id_ for heading, id_ in pins if heading == number} if inside and a != b else set()
        same = a != b and a[0] == b[0] and _same(there(a), there(b), here, moved)
        out.append(a if same else b)
        if a == ("end", "Heading"):
            inside = False
    return [*out, *theirs[len(out) :]]


class _Alike:
    """A token in which a destination, and what it became, are one; code stays as it is."""

    def __init__(self, declared: Sequence[Led]) -> None:
        self._led = led = dict[str, str]()
        for each in declared:
            one, other = (led.setdefault(end, end) for end in (each.before, each.after))
            led.update((end, one) for end, first in list(led.items()) if first == other)
        ways = "|".join(map(re.escape, sorted(led, key=len, reverse=True)))
        ways = rf"(?<![^\s\"'`(<=\[{{}},:])(?:{ways})(?=-->|[\s\"')>}}{{`#]|\Z)"
        self._pattern = re.compile(ways) if led else None

    def __call__(self, token: Any) -> Any:
        if self._pattern is None or token[0] in ("code", "math"):
            return token
        if token[0] == "leaf":
            return ("leaf", *(self._in(part) for part in token[1:]))
        return self._in(token)

    def _in(self, part: Any) -> Any:
        if isinstance(part, str) and self._pattern is not None:
            return _FILLED.sub(",,,,", self._pattern.sub(lambda m: self._led[m[0]], part))
        if not isinstance(part, tuple) or part[:1] == ("code",):
            return part
        return tuple(map(self._in, part))


def _same(ours: Any, theirs: Any, pins: Collection[str], moved: Mapping[str, str]) -> bool:
    kind = ours[0]
    if ours == theirs:
        return True
    if kind == "start":
        return ours[:3] == theirs[:3] and len(ours) == len(theirs) and not ours[3] and theirs[3] in pins
    if kind == "leaf":
        held = _matched(ours[1], theirs[1], moved)
        written = [item for id_ in pins for item in _written(id_, held)]
        held.subtract(written)
        pinned = {text for _, text in written}
        return (
            ours[3] == theirs[3]
            and _unmoved(ours[4], set()) == _unmoved(theirs[4], pinned)
            and not any(held.values())
            and not any(_matched(ours[2], theirs[2], moved).values())
        )
    return kind in ("html", "block mask", "definition") and bool(_follow(ours[1], moved) == theirs[1])


def _matched(ours: Sequence[Any], theirs: Sequence[Any], moved: Mapping[str, str]) -> Counter[Any]:
    """What is left when each thing of ours stands for one of theirs, moved or not: theirs +1, ours -1."""
    left = Counter(theirs)
    left.subtract(ours)
    for (kind, text), count in list(left.items()):
        after = (kind, _follow(text, moved) if kind in _LEADING else text)
        if count < 0 and after[1] != text:
            paired = min(-count, max(left[after], 0))
            left[kind, text] += paired
            left[after] -= paired
    return left


def _unmoved(nodes: Sequence[Any], pinned: Collection[str]) -> list[Any]:
    """What stands inside of what, wherever in-page links lead, without what is pinned."""
    kept = (node for node in nodes if node[1] not in pinned)
    return sorted((kind, _INSIDE.sub("#", text), _unmoved(held, pinned)) for kind, text, held in kept)


def _written(id_: str, left: Counter[Any]) -> list[Any]:
    """The ways in which a pin is written: those of them that are there."""
    if left["mask", f"{{#{id_}}}"] == 1:
        return [("mask", f"{{#{id_}}}")]
    for kind in ("tag", "mask"):
        both = [(kind, f'<a id="{id_}">'), (kind, "</a>")]
        if all(left[each] == 1 for each in both):
            return both
    return []


def in_url(anchor: str) -> str:
    """An anchor as it stands in a URL, where a wiki link has it as it is."""
    return _UNSAFE.sub(lambda m: f"%{ord(m[0]):02X}", anchor)


def _follow(text: str, moved: Mapping[str, str]) -> str:
    """A destination, or markup with destinations in it, after the move."""
    return _INSIDE.sub(lambda m: _led(m, moved), text)


def _led(match: re.Match[str], moved: Mapping[str, str]) -> str:
    there = match["wiki"] or match["url"]
    if there not in moved:
        return match[0]
    return f"[[#{moved[there]}" if match["wiki"] else f"{match['before']}#{in_url(moved[there])}"
