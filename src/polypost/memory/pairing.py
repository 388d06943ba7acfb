"""Which text of a file that a person wrote translates which text of its post, told without a model; pure.

Both are rows of blocks. All ways of laying one row beside the other, in order, are weighed against each
other: a block may have its counterpart, be missing, be one more, or two may have become one. How well two
blocks suit each other is told by their kinds and lengths, and by what is the same in every language. What
counts isn't the best way, but on what nearly all the weight of all ways agrees.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from statistics import median
from typing import NamedTuple

from polypost.markdown.document import Document
from polypost.memory.traits import Block, blocks

SURE = 0.995
"""The share of the weight from which on something is beyond doubt."""
_CELLS, _MOST_CELLS = 200_000, 4_000_000
"""So many pairs of blocks are looked at, of longer posts those about as far from the beginning; of posts with
more than the second number none."""
_MATCH, _OPEN, _MORE, _TURN, _JOINED = 0.9, 0.02, 0.5, 0.05, 0.004
"""How often a block has its counterpart, blocks that are missing or more begin, go on, and are followed by
such of the other kind; and two blocks have become one."""
_RATIO = 1.1
"""Lengths of a translation and its source, until the two rows tell it themselves."""
_SPREAD, _GRAIN, _APART = 0.25, 2.0, 1.2
"""How far the logarithm of that is off: of long texts, and more of short ones; and of any two blocks."""
_BELIEF, _HELPS = 0.7, 8.0
"""How much of what a sign in common says is believed; and of all together at most."""
_LACK, _LOST, _HARMS = -1.2, -0.6, -5.0
"""What a sign says that only one of them has, if the other's row has it, or hasn't; all together at most."""
_FAR = 3.0
"""How much longer than a text its translation hardly is."""
_NOTHING = 1e-3
"""What weighs less than that isn't looked at, where two blocks would have become one."""
_ENOUGH = 5
"""So many pairs tell how much longer a language is."""

Table = list[dict[int, float]]
"""For each block of the post: block of the file -> weight."""


class Pairing(NamedTuple):
    """What is beyond doubt."""

    pairs: Mapping[int, int]
    """Which of the file's is which of the post's, by their numbers."""
    missing: frozenset[int]
    """Those of the post that the file hasn't."""


def aligned(document: Document, file: Document, known: Mapping[int, int] | None = None) -> Pairing:
    """Tell which segments of `file` are sure to be which of a post. `known`: those that are, in order."""
    ours, theirs = blocks(document), blocks(file)
    places = {block.segment: place for place, block in enumerate(ours) if block.segment is not None}
    there = {block.segment: place for place, block in enumerate(theirs) if block.segment is not None}
    fixed = {places[at]: there[to] for at, to in (known or {}).items()}
    found = pair(ours, theirs, fixed)
    text = [block.segment for block in ours]
    pairs = {
        at: to
        for place, other in found.pairs.items()
        if (at := text[place]) is not None and (to := theirs[other].segment) is not None
    }
    return Pairing(pairs, frozenset(at for place in found.missing if (at := text[place]) is not None))


def pair(ours: Sequence[Block], theirs: Sequence[Block], fixed: Mapping[int, int] | None = None) -> Pairing:
    """Tell what is sure of a post's row and a file's. `fixed`: pairs that are known already, in order."""
    if not ours or not theirs or len(ours) * len(theirs) > _MOST_CELLS:
        return Pairing({}, frozenset())
    ratio = math.log(_RATIO)
    pairing = _sure(_Weights(ours, theirs, ratio, fixed or {}))
    off = [
        math.log(theirs[to].size / ours[at].size)
        for at, to in pairing.pairs.items()
        if ours[at].segment is not None
    ]
    if len(off) >= _ENOUGH and abs(median(off) - ratio) > _SPREAD / 2:
        pairing = _sure(_Weights(ours, theirs, median(off), fixed or {}))
    return pairing


def _might_be(block: Block, other: Block) -> bool:
    """Whether a block that is missing in its place may be one that stands elsewhere."""
    return block.kind == other.kind and 1 / _FAR < other.size / block.size < _FAR


class _Weights:
    """How well blocks suit each other, beside how well any two would."""

    def __init__(
        self, ours: Sequence[Block], theirs: Sequence[Block], ratio: float, fixed: Mapping[int, int]
    ) -> None:
        """`ratio`: logarithm of a translation's length beside its source's."""
        self.ours, self.theirs = ours, theirs
        self._ratio, self._fixed, self._taken = ratio, fixed, set(fixed.values())
        self._held, self._found = (Counter(s for block in row for s in block.signs) for row in (ours, theirs))
        self._kinds = Counter(block.kind for block in theirs)
        wide = _CELLS // (2 * len(ours)) + 1
        slope = len(theirs) / len(ours)
        self.bands = [
            (max(0, int(at * slope) - wide), min(len(theirs), int(at * slope) + wide))
            for at in range(len(ours) + 1)
        ]
        self.one: Table = [{} for _ in ours]
        self.two: Table = [{} for _ in ours]
        """Of a block and the next, with one of the file."""
        self.apart: Table = [{} for _ in ours]
        """Of a block, with one of the file and the next."""
        for at, block in enumerate(ours):
            self._fill(at, block)

    def _fill(self, at: int, block: Block) -> None:
        first, last = self.bands[at]
        for to in range(first, min(last + 1, len(self.theirs))):
            other = self.theirs[to]
            if other.kind != block.kind or (at in self._fixed or to in self._taken):
                if self._fixed.get(at) == to:
                    self.one[at][to] = 1e9
                continue
            rare = len(self.theirs) / self._kinds[block.kind]
            self.one[at][to] = _MATCH * rare * math.exp(self._suit(block, other))
            if block.segment is None:
                continue
            if at + 1 < len(self.ours) and (more := self.ours[at + 1]).kind == block.kind:
                self._joined(self.two[at], to, rare * math.exp(self._suit(_both(block, more), other)))
            if to + 1 < len(self.theirs) and (more := self.theirs[to + 1]).kind == block.kind:
                self._joined(self.apart[at], to, rare * math.exp(self._suit(block, _both(other, more))))

    @staticmethod
    def _joined(row: dict[int, float], to: int, weight: float) -> None:
        if weight > _NOTHING:
            row[to] = _JOINED * weight

    def _suit(self, ours: Block, theirs: Block) -> float:
        off = math.log(theirs.size / ours.size) - self._ratio
        spread = math.hypot(_SPREAD, _GRAIN / math.sqrt(min(ours.size, theirs.size)))
        lengths = math.log(_APART / spread) + off * off * (1 / _APART**2 - 1 / spread**2) / 2
        rows = len(self.ours) + len(self.theirs)
        same = sum(
            _BELIEF * math.log(max(rows / (self._held[sign] + self._found[sign]), 1.0))
            for sign in ours.signs & theirs.signs
        )
        odd = sum(
            _LACK if self._held[sign] and self._found[sign] else _LOST
            for sign in ours.signs ^ theirs.signs
            if sign[0] != "w"
        )
        return max(lengths, _HARMS) + min(same, _HELPS) + max(odd, _HARMS)


def _both(one: Block, other: Block) -> Block:
    return Block(one.kind, one.size + other.size, one.signs | other.signs, one.segment)


def _sure(weights: _Weights) -> Pairing:
    ours, theirs = len(weights.ours), len(weights.theirs)
    to_here = _Ways(weights.one, weights.two, weights.apart, weights.bands, theirs)
    back = _Ways(*_turned(weights), theirs, turned=True)
    every = math.log(to_here.rows[ours][theirs]) + to_here.scales[ours]

    def share(at: int, to: int, weight: float, after: tuple[int, int]) -> float:
        before, behind = to_here.rows[at][to], back.rows[ours - after[0]][theirs - after[1]]
        scale = to_here.scales[at] + back.scales[ours - after[0]]
        return before * weight * behind * math.exp(min(scale - every, 700))

    pairs: dict[int, int] = {}
    ours_held, theirs_held = [0.0] * ours, [0.0] * theirs
    for at in range(ours):
        for to, weight in weights.one[at].items():
            chance = share(at, to, weight, (at + 1, to + 1))
            ours_held[at] += chance
            theirs_held[to] += chance
            if chance >= SURE:
                pairs[at] = to
        for to, weight in weights.two[at].items():
            chance = share(at, to, weight, (at + 2, to + 1))
            for one in (at, at + 1):
                ours_held[one] += chance
            theirs_held[to] += chance
        for to, weight in weights.apart[at].items():
            chance = share(at, to, weight, (at + 1, to + 2))
            ours_held[at] += chance
            for one in (to, to + 1):
                theirs_held[one] += chance
    more = [block for block, held in zip(weights.theirs, theirs_held, strict=True) if held < SURE]
    missing = [at for at, held in enumerate(ours_held) if held <= 1 - SURE]
    gone = (at for at in missing if not any(_might_be(weights.ours[at], block) for block in more))
    return Pairing(pairs, frozenset(gone))


def _turned(weights: _Weights) -> tuple[Table, Table, Table, list[tuple[int, int]]]:
    """The same from the end."""
    ours, theirs = len(weights.ours), len(weights.theirs)
    one = [{theirs - 1 - to: w for to, w in row.items()} for row in reversed(weights.one)]
    apart = [{theirs - 2 - to: w for to, w in row.items()} for row in reversed(weights.apart)]
    two: Table = [{} for _ in range(ours)]
    for at, row in enumerate(weights.two[:-1]):
        two[ours - 2 - at] = {theirs - 1 - to: w for to, w in row.items()}
    bands = [(theirs - last, theirs - first) for first, last in reversed(weights.bands)]
    return one, two, apart, bands


class _Ways:
    """The weight of all ways that lead to each place: so many blocks of the post, so many of the file."""

    def __init__(  # noqa: PLR0913  three tables, and how they are walked
        self,
        one: Table,
        two: Table,
        apart: Table,
        bands: Sequence[tuple[int, int]],
        width: int,
        *,
        turned: bool = False,
    ) -> None:
        """`turned`: from the end, where blocks that are more come before those that are missing."""
        self.rows: list[list[float]] = []
        self.scales: list[float] = []
        """Logarithm of what each row was divided by."""
        paired, missing = [0.0] * (width + 1), [0.0] * (width + 1)
        paired_up, missing_up, more_up, shrunk = paired, missing, paired, 1.0
        nothing: dict[int, float] = {}
        for at in range(len(bands)):
            paired, missing, more = ([0.0] * (width + 1) for _ in range(3))
            ones, aparts = (one[at - 1], apart[at - 1]) if at else (nothing, nothing)
            twos = two[at - 2] if at > 1 else nothing
            up = self.rows[at - 1] if at else paired
            above = self.rows[at - 2] if at > 1 else paired
            for to in range(bands[at][0], bands[at][1] + 1):
                if not at and not to:
                    paired[0] = 1.0
                    continue
                weight = 0.0
                if to:
                    if to - 1 in ones:
                        weight += up[to - 1] * ones[to - 1]
                    if to - 1 in twos:
                        weight += above[to - 1] * twos[to - 1] * shrunk
                    if to > 1 and to - 2 in aparts:
                        weight += up[to - 2] * aparts[to - 2]
                    more[to] = paired[to - 1] * _OPEN + more[to - 1] * _MORE
                    if not turned:
                        more[to] += missing[to - 1] * _TURN
                missing[to] = paired_up[to] * _OPEN + missing_up[to] * _MORE
                if turned:
                    missing[to] += more_up[to] * _TURN
                paired[to] = weight
            row = [a + b + c for a, b, c in zip(paired, missing, more, strict=True)]
            most = max(row) or 1.0
            shrunk = 1 / most
            paired_up, missing_up, more_up = ([x * shrunk for x in each] for each in (paired, missing, more))
            self.rows.append([x * shrunk for x in row])
            self.scales.append((self.scales[-1] if at else 0.0) + math.log(most))
