"""Edits into a post, and the check that it is still built as its source is.

The common case is one look: nothing differs. Otherwise each segment has a window of the skeleton, from the
end of the segment before it to its own end, and the windows that differ say whose translation is at fault.
A translation may break only its own window (it opened a heading), or all windows after it (it opened a
fence). So of each run of windows that differ those are the culprits whose text is built differently even
when it is read alone, which costs next to nothing; where there is none, the first of the run is. Where a
long run stays all the same, its first two are taken, then four: twenty rounds are enough for any post. A
culprit is written again with everything escaped; if that isn't enough either, it is dropped. Whoever was
taken along without being the first of a run is brought back in the end, if that passes.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from polypost.errors import PostError
from polypost.markdown.document import Document, Skeleton, skeleton
from polypost.markdown.splice import moved, splice
from polypost.markdown.verify import differences
from polypost.values import frozen

LOOKS = 40
"""How often one post is parsed at most until it passes; then what is in doubt keeps its source text."""
BYTES = 40_000_000
"""A large post is parsed less often than that: this many bytes in all, but at least LEAST times."""
LEAST = 8
ALONE = 1_000
"""A longer run is weakened as a whole: reading its segments one by one would take too long."""


@frozen
class Settled:
    """A post that passed the check."""

    content: bytes
    kept: frozenset[int]
    """Segments whose edit had to be dropped."""
    skeleton: Skeleton
    document: Document
    edits: Mapping[int, bytes]

    def ranges(self) -> list[tuple[int, int]]:
        """The segments' byte ranges in `content`; few ask, and they are as many as the segments."""
        return moved(self.document.ranges, self.edits)


def settle(
    document: Document,
    edits: Mapping[int, bytes],
    strict: Callable[[int], bytes | None],
    fixed: Mapping[int, bytes],
) -> Settled:
    """Apply `edits` (and `fixed`, which are not questioned), dropping what would change the post's structure.

    `strict`: another way of writing the edit of a segment, tried before it is dropped; None, or a ValueError,
    where there is none.
    """
    gate = _gate(document, fixed)
    work = _Work(dict(edits), strict)
    while (differing := gate.differing(work.current)) and gate.looks:
        width = 2 ** ((gate.looked - 1) // 2)
        for run in _runs(differing):
            work.weaken(_culprits(run, width, work, gate))
    if differing:
        # The looks are used up, on a post that no real translator makes: a last one with nothing in doubt.
        work.current = {at: edit for at, edit in work.current.items() if at < min(differing)}
        if gate.differing(work.current):
            work.current = {}
    else:
        _bring_back(gate, work)
    return gate.passed(work.current, frozenset(edits))


@dataclass(slots=True)
class _Work:
    """The edits, as weak as they had to become."""

    current: dict[int, bytes]
    strict: Callable[[int], bytes | None]
    second: set[int] = field(default_factory=set)
    """Which of them are written the second way."""
    dropped: dict[int, bytes] = field(default_factory=dict)
    """As they were last."""
    doubtful: set[int] = field(default_factory=set)
    """Who was weakened in vain, or along with the first of a run: may not have been at fault."""

    def weaken(self, culprits: Sequence[int]) -> None:
        """The next weaker form of these edits: all escaped, then none."""
        for index in culprits:
            try:
                written = None if index in self.second else self.strict(index)
            except ValueError:
                written = None
            self.second.add(index)
            if written is None or written == self.current[index]:
                self.dropped[index] = self.current.pop(index)
            else:
                self.current[index] = written


@dataclass(slots=True)
class _Gate:
    """The check, with the number of looks that are left."""

    document: Document
    fixed: Mapping[int, bytes]
    looks: int
    baseline: Skeleton
    looked: int = 0
    good: Skeleton | None = None
    """What passed last."""

    def differing(self, edits: Mapping[int, bytes]) -> list[int]:
        """The segments in whose windows the post with `edits` is built differently, in order."""
        self.looked += 1
        self.looks -= 1
        every = {**edits, **self.fixed} if self.fixed else edits
        content = splice(self.document.content, self.document.ranges, every)
        if content == self.baseline.content:
            self.good = self.baseline
            return []
        try:
            after = skeleton(self.document, content)
        except PostError as error:
            ends = self.ends(every)
            at = sum(len(line) for line in content.splitlines(keepends=True)[: max(error.line - 1, 0)])
            return list(range(min(bisect_left(ends, at), len(ends) - 1), len(ends)))
        if not differences(self.baseline, after):
            self.good = after
            return []
        before, ends = self.ends(self.fixed), self.ends(every)
        pairs = zip(_windows(self.baseline, before), _windows(after, ends), strict=True)
        found = {at for at, (ours, theirs) in enumerate(pairs) if ours != theirs}
        if _heads(self.baseline) != _heads(after):
            found.update(at for at, segment in enumerate(self.document.segments) if segment.kind == "value")
        return sorted(found) or list(range(len(ends)))

    def ends(self, edits: Mapping[int, bytes]) -> list[int]:
        """Where each segment ends in the post with `edits`."""
        return [end for _, end in moved(self.document.ranges, edits)]

    def broken(self, at: int, edit: bytes) -> bool:
        """Whether a segment's text is built differently even alone, as far as one can tell."""
        segment = self.document.segments[at]
        if segment.context not in ("paragraph", "heading"):
            return False
        sign = b"# " if segment.context == "heading" else b""
        ours = self.document.content[segment.start : segment.end]
        try:
            before, after = (skeleton(self.document, sign + text) for text in (ours, edit))
        except PostError:
            return True
        return bool(differences(before, after))

    def passed(self, edits: Mapping[int, bytes], asked: frozenset[int]) -> Settled:
        """The post with `edits`, which are known to pass."""
        every = {**edits, **self.fixed} if self.fixed else edits
        content = splice(self.document.content, self.document.ranges, every)
        if self.good is None or self.good.content != content:
            self.good = skeleton(self.document, content)
        return Settled(content, asked - frozenset(edits), self.good, self.document, every)


def _gate(document: Document, fixed: Mapping[int, bytes]) -> _Gate:
    looks = min(LOOKS, max(LEAST, BYTES // max(1, len(document.content))))
    baseline = document.skeleton
    if fixed:
        baseline = skeleton(document, splice(document.content, document.ranges, fixed))
    return _Gate(document, fixed, looks, baseline)


def _windows(found: Skeleton, ends: Sequence[int]) -> list[int]:
    """Per segment (of which `ends` says where it ends) the tokens from the segment before it to its end.

    That is a hash of them. An end token has its block's start; it belongs where it stands in the order.
    """
    windows = [0] * len(ends)
    reached = 0
    for what, start in zip(found.tokens.what, found.tokens.start, strict=True):
        at = start
        if what[0] == "front matter":
            continue
        if what[0] not in ("block mask", "definition"):
            at = reached = max(reached, at)
        number = min(bisect_left(ends, at), len(ends) - 1)
        windows[number] = hash((windows[number], what))
    return windows


def _heads(found: Skeleton) -> list[object]:
    return [what for what in found.tokens.what if what[0] == "front matter"]


def _runs(indices: Sequence[int]) -> Iterator[list[int]]:
    """Neighbours together."""
    run: list[int] = []
    for index in indices:
        if run and index != run[-1] + 1:
            yield run
            run = []
        run.append(index)
    yield run


def _culprits(run: Sequence[int], width: int, work: _Work, gate: _Gate) -> list[int]:
    """The edits to weaken for a run; where it has none left, the one before it."""
    work.doubtful.update(at for at in run if at in work.dropped)
    here = [at for at in run if at in work.current]
    if len(here) <= ALONE and (broken := [at for at in here if gate.broken(at, work.current[at])]):
        return broken
    if not here and work.current:
        here = [max((at for at in work.current if at < run[0]), default=min(work.current))]
    taken = here if len(here) > ALONE else here[:width]
    work.doubtful.update(taken[1:])
    return taken


def _bring_back(gate: _Gate, work: _Work) -> None:
    """Take back as many of the doubtful as pass, by halves, as long as looks are left."""
    doubtful = sorted(at for at in work.doubtful if at in work.dropped)
    waiting = [doubtful] if doubtful else []
    while waiting and gate.looks > 0:
        some = waiting.pop()
        tried = {**work.current, **{at: work.dropped[at] for at in some}}
        if not gate.differing(tried):
            work.current = tried
        elif len(some) > 1:
            waiting += [some[len(some) // 2 :], some[: len(some) // 2]]
