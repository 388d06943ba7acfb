"""Headings keep their anchors when a translation changes what the site makes of them.

Where the dialect has explicit ids, each heading whose anchor would change gets the one that it had: links
from other pages hold too. Where it has none but the rule is known, the post's own links follow to the new
anchor. Where neither is safe (a site of which nothing is known), an empty `<a id="...">` stands before the
headings that the post itself links to, and only before those: one at every heading would be noise.

All of it is decided anew at each rendering, from the source's headings and the translated ones, so that a
second run changes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from polypost.errors import PostError
from polypost.markdown.called import called, written
from polypost.markdown.declared import in_url
from polypost.markdown.dialects import DIALECTS, choose
from polypost.markdown.document import Document, Skeleton, raw, skeleton
from polypost.markdown.edits import Edit, accepted
from polypost.markdown.headings import Heading, beside
from polypost.markdown.rules import Rules
from polypost.markdown.settle import Settled
from polypost.markdown.slugs import Slugs, names
from polypost.markdown.ways import WAYS, Way
from polypost.values import Declared, Moved, Pin

_ESCAPED = re.compile(r"(?:%[0-9A-Fa-f]{2})+")
_MAY_LEAD = re.compile(rb"[(<\"' \t\[]#[^\s#]")
"""What is in all that leads to a heading, and found sooner."""


def keep(
    document: Document, settled: Settled, linked: Collection[str] = ()
) -> tuple[bytes, tuple[Declared, ...]]:
    """The localized post with its anchors kept, and what was changed for that.

    `linked`: anchors that other posts link to. A change that the post's structure doesn't take is left out.
    """
    found = _Anchors.of(document, settled.skeleton, linked)
    if found is None or document.content == settled.content:
        return settled.content, ()
    declared = tuple(found.declared())
    links, moves = found.links(settled) if found.way.how == "link" else ([], {})
    edits = sorted([*found.pins(), *links])
    allowed: list[Declared] = [
        *(d for d in declared if isinstance(d, Pin)),
        *(Moved(a, b) for a, b in moves.items()),
    ]
    return accepted(document, settled.skeleton, edits, allowed), declared


def expected(document: Document, localized: bytes) -> tuple[Declared, ...]:
    """What `keep` may have changed in `localized`, a localization of `document`."""
    try:
        found = _Anchors.of(document, skeleton(document, localized), _every(document))
    except PostError:
        return ()
    return () if found is None else tuple(found.declared())


def _every(document: Document) -> frozenset[str]:
    """All anchors that the post's headings may have: others may link to any of them."""
    way, post = WAYS.get(DIALECTS[document.rules.dialect].anchors), document.skeleton
    if way is None or way.how == "id":
        return frozenset()
    body = post.content[post.offset :]
    return frozenset(name for rule in way.rules for name in names(post.headings, body, rule) if name)


def follows(rules: Rules, path: str) -> bool:
    """Whether links have to follow a post's headings to what they are called in a localization."""
    way = WAYS.get(DIALECTS[choose(path, rules.dialect)].anchors)
    return way is not None and way.how == "link"


def followed(document: Document, localized: Document) -> Mapping[str, str]:
    """Where a post's headings went whose anchors its localization doesn't keep: anchor -> its own there.

    Empty where it keeps them, and where nothing is known of the site's anchors.
    """
    way = WAYS.get(DIALECTS[document.rules.dialect].anchors)
    ours, theirs = document.skeleton, localized.skeleton
    if way is None or way.how != "link" or len(ours.headings) != len(theirs.headings):
        return {}
    both = (names(each.headings, each.content[each.offset :], way.rules[0]) for each in (ours, theirs))
    return {a: b for a, b in zip(*both, strict=True) if a and b}


def without_fragments(document: Document, text: bytes) -> bytes:
    """A segment's bytes without the part of its in-page links that `keep` may change from run to run."""
    way = WAYS.get(DIALECTS[document.rules.dialect].anchors)
    if way is None or way.how != "link" or b"#" not in text:
        return text
    return way.links.sub(lambda m: m[0][: m.start("to") - m.start()], text)


def with_fragments(document: Document, at: int, text: bytes) -> bytes:
    """A known translation of segment `at` with its in-page links leading where the source's lead."""
    ours = raw(document, at)
    if without_fragments(document, ours) == ours:
        return text
    links = WAYS[DIALECTS[document.rules.dialect].anchors].links
    there = [match["to"] for match in links.finditer(ours)]
    if len(there) != sum(1 for _ in links.finditer(text)):
        return text
    source = iter(there)
    return links.sub(lambda m: m[0][: m.start("to") - m.start()] + next(source), text)


@dataclass(frozen=True)
class _Anchors:
    """The headings of a post and of its localization, in pairs."""

    document: Document
    source: Skeleton
    target: Skeleton
    way: Way
    more: Collection[str] = ()
    """Anchors that are linked to from elsewhere."""

    @classmethod
    def of(cls, document: Document, target: Skeleton, linked: Collection[str]) -> _Anchors | None:
        """None where there is nothing to keep."""
        way = WAYS.get(DIALECTS[document.rules.dialect].anchors)
        ours = document.skeleton.headings
        if way is None or not ours or len(ours) != len(target.headings):
            return None
        more = linked if way.how != "id" else ()
        if (
            way.how != "id"
            and not more
            and not (_MAY_LEAD.search(document.content) and way.links.search(document.content))
        ):
            return None
        return cls(document, _named(document.skeleton, way), _named(target, way), way, more)

    def declared(self) -> Iterator[Declared]:
        """Every pin and every move."""
        yield from (Pin(number, name) for number, found in self._pinned.items() for name in found)
        for fragment in dict.fromkeys(self._fragments(self.document.content)):
            after = self._now(_plain(fragment))
            if after != _plain(fragment):
                yield Moved(fragment, after)

    def pins(self) -> Iterator[Edit]:
        """What is written for the headings that keep their ids."""
        for number, found in self._pinned.items():
            heading = self.target.headings[number]
            for name in found:
                if name not in heading.anchors and name != heading.id:
                    yield self._pin(heading, name)

    def links(self, settled: Settled) -> tuple[list[Edit], dict[str, str]]:
        """The in-page links that have to lead somewhere else, and where."""
        edits: list[Edit] = []
        moves: dict[str, str] = {}
        old = self.document
        places = [*zip(old.ranges, settled.ranges(), strict=True), *_between(old, settled)]
        for (start, end), (first, last) in places:
            ours = [_plain(f) for f in self._fragments(old.content[start:end])]
            matches = [*self.way.links.finditer(settled.content, first, last)]
            theirs = [m["to"].decode() for m in matches]
            for match, there, wanted in zip(matches, theirs, self._wanted(ours, theirs), strict=True):
                if _plain(there) != wanted:
                    to = wanted if match[0].startswith(b"[[") else in_url(wanted)
                    edits.append((*match.span("to"), to.encode()))
                    moves[there] = wanted
        return edits, moves

    def _fragments(self, content: bytes) -> list[str]:
        if _MAY_LEAD.search(content) is None:
            return []
        return [match["to"].decode() for match in self.way.links.finditer(content)]

    def _now(self, fragment: str) -> str:
        """Where a link of the source leads in the localization; one in Obsidian names headings on its way."""
        return "#".join(self._moved.get(self.way.alike(part), part) for part in fragment.split("#"))

    def _wanted(self, ours: Sequence[str], theirs: Sequence[str]) -> list[str]:
        """Where the links of a translated text have to lead, in its order.

        `ours`: the source's. Freshly translated, the same stand in any order; in a text of an earlier run
        each leads to where its heading was then. What fits neither is taken in order.
        """
        left = list(ours)
        out: list[str | None] = [None] * len(theirs)
        for fits in (lambda a, b: a == b, lambda a, b: self._now(a) == b, lambda _a, _b: True):
            for number, there in enumerate(theirs):
                found = next((a for a in left if out[number] is None and fits(a, _plain(there))), None)
                if found is not None:
                    left.remove(found)
                    out[number] = self._now(found)
        return [_plain(there) if to is None else to for there, to in zip(theirs, out, strict=True)]

    def _names(self, rule: Slugs) -> list[tuple[str | None, str | None]]:
        both = (self.source, self.target)
        ours, theirs = (names(each.headings, each.content[each.offset :], rule) for each in both)
        if None in ours:
            ours = called(self.source, ours, self._linked)
            texts = ([written(each, heading) for heading in each.headings] for each in both)
            kept = [a == b for a, b in zip(*texts, strict=True)]
            theirs = [a if b is None and same else b for a, b, same in zip(ours, theirs, kept, strict=True)]
        return list(zip(ours, theirs, strict=True))

    @cached_property
    def _linked(self) -> list[str]:
        """Where links to the post's headings lead: its own, and others that are known."""
        own = (_plain(f) for f in self._fragments(self.document.content))
        return list(dict.fromkeys((*own, *self.more)))

    @cached_property
    def _pinned(self) -> dict[int, list[str]]:
        """Heading -> the ids that it has to keep."""
        ours = self.source.headings
        if self.way.how == "id":
            pairs = enumerate(self._names(self.way.rules[0]))
            theirs = self.target.headings
            return {
                n: [a]
                for n, (a, b) in pairs
                if a and not ours[n].id and (a != b or theirs[n].id or a in theirs[n].anchors)
            }
        linked = set(self._linked)
        out: dict[int, list[str]] = {}
        for rule in self.way.rules:
            for number, (before, after) in enumerate(self._names(rule)):
                lost = before in linked and before != after and not ours[number].id
                if lost and before and (self.way.how == "anchor" or not after):
                    found = out.setdefault(number, [])
                    found += [before] if before not in found else []
        return out

    @cached_property
    def _moved(self) -> dict[str, str]:
        """Anchors of the source -> those of the localization, where links follow."""
        if self.way.how != "link":
            return {}
        out: dict[str, str] = {}
        for before, after in self._names(self.way.rules[0]):
            if before and after:
                out.setdefault(self.way.alike(before), after)
        return {before: after for before, after in out.items() if before != self.way.alike(after)}

    def _pin(self, heading: Heading, name: str) -> Edit:
        content, offset = self.target.content, self.target.offset
        start, end = (offset + at for at in (heading.pieces[0].start, heading.pieces[-1].end))
        line = content[end:].partition(b"\n")[0].rstrip()
        explicit = self.way.how == "id" and self.way.ids.fullmatch(name)
        if self.way.at_margin and not content.startswith(b"#", content.rfind(b"\n", 0, start) + 1):
            explicit = None
        if explicit and heading.attributes and (brace := line.rfind(b"{")) >= 0:
            at = end + brace + 1 + line.startswith(b":", brace + 1)
            return (at, at, f"#{name} ".encode())
        if explicit and not (line and self.way.open_ended):
            return (end + len(line), end + len(line), f" {{#{name}}}".encode())
        return (start, start, f'<a id="{name}"></a>'.encode())


def _named(post: Skeleton, way: Way) -> Skeleton:
    """The post's skeleton, with the ids that stand beside its headings."""
    if not way.beside:
        return post
    body = post.content[post.offset :]
    return replace(post, headings=tuple(replace(h, id=h.id or beside(h, body)) for h in post.headings))


def _between(document: Document, settled: Settled) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
    """The ranges outside of the segments, in both."""
    at = first = 0
    ends = ((len(document.content),) * 2, (len(settled.content),) * 2)
    for (start, end), (begin, last) in [*zip(document.ranges, settled.ranges(), strict=True), ends]:
        yield (at, start), (first, begin)
        at, first = end, last


def _plain(fragment: str) -> str:
    """Without percent signs: as a browser looks for it."""
    return _ESCAPED.sub(lambda m: bytes.fromhex(m[0].replace("%", "")).decode(errors="replace"), fragment)
