"""What of localizations that people wrote is adopted: python bench/adoption.py FOLDER [--seed 1] [--each 1].

FOLDER has posts (`name.md`) with people's localizations beside them (`name.es.md`). Those that are built
like their posts tell which text is which; then some of their texts are taken out, put elsewhere, joined or
taken apart, and texts of others put in, and polypost has to tell again. Counted, by what was done to the
files: texts that were paired, those paired wrongly, and how many could have been; texts that are put in
because the file lacks them, and those of them that it doesn't lack.

Exits 1 when fewer than 99.5 % of the pairs are right, or fewer than 99 % of what is put in. Negative
control: `--by-number` takes each text for that which stands at its place in the post.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from polypost.errors import PostError
from polypost.markdown.document import Document, again, parse, raw
from polypost.memory.adoption import adopted

Row = list[tuple[bytes, int | None]]
"""What a file is made of: some whole lines with one text in them, or with others; which text it is."""
_PAIR = re.compile(r"(?P<name>.+)\.(?P<language>[\w-]+)(?P<ext>\.mdx?)\Z")
_RIGHT, _PUT = 0.995, 0.99


def rows(file: Document) -> Row:
    """The lines of a file, in pieces that begin where a text begins a line."""
    starts = [
        (file.content.rfind(b"\n", 0, segment.start) + 1, at)
        for at, segment in enumerate(file.segments)
        if segment.kind in {"paragraph", "heading", "item"}
    ]
    alone = [(s, at) for s, at in starts if sum(other == s for other, _ in starts) == 1]
    places = [(0, None), *alone]
    ends = [start for start, _ in places[1:]] + [len(file.content)]
    return [(file.content[start:end], at) for (start, at), end in zip(places, ends, strict=True)]


def _some(row: Row, chance: random.Random, share: float) -> set[int]:
    """The places of some pieces, one at least."""
    free = [place for place, (_, at) in enumerate(row) if at is not None]
    return set(chance.sample(free, max(1, int(len(free) * share)))) if free else set()


def less(row: Row, chance: random.Random, _others: Sequence[bytes]) -> Row:
    gone = _some(row, chance, 0.0)
    return [piece for place, piece in enumerate(row) if place not in gone]


def much_less(row: Row, chance: random.Random, _others: Sequence[bytes]) -> Row:
    gone = _some(row, chance, 0.3)
    return [piece for place, piece in enumerate(row) if place not in gone]


def a_section_less(row: Row, chance: random.Random, _others: Sequence[bytes]) -> Row:
    first = min(_some(row, chance, 0.0), default=1)
    return row[:first] + row[first + chance.randint(2, max(2, len(row) // 4)) :]


def more(row: Row, chance: random.Random, others: Sequence[bytes]) -> Row:
    made = list(row)
    for place in sorted(_some(row, chance, 0.07) if others else (), reverse=True):
        made.insert(place, (chance.choice(others), -1))
    return made


def less_and_more(row: Row, chance: random.Random, others: Sequence[bytes]) -> Row:
    return more(less(row, chance, others), chance, others)


def moved(row: Row, chance: random.Random, _others: Sequence[bytes]) -> Row:
    made = list(row)
    for place in _some(row, chance, 0.0):
        made.insert(chance.randint(1, len(row) - 1), made.pop(place))
    return made


def joined(row: Row, chance: random.Random, _others: Sequence[bytes]) -> Row:
    text = rb"[^\n#>|`<{\s:!+*-][^\n`]*\n\n"
    fit = [p for p in range(len(row) - 1) if all(re.fullmatch(text, each) for each, _ in row[p : p + 2])]
    if not fit:
        return row
    place = chance.choice(fit)
    both = row[place][0].rstrip() + b" " + row[place + 1][0]
    return [*row[:place], (both, -1), *row[place + 2 :]]


def apart(row: Row, chance: random.Random, _others: Sequence[bytes]) -> Row:
    fit = [p for p, (text, _) in enumerate(row) if re.fullmatch(rb"\w[^\n`]{30,}\. \w[^\n`]{30,}\n\n", text)]
    if not fit:
        return row
    place = chance.choice(fit)
    one, other = row[place][0].split(b". ", 1)
    return [*row[:place], (one + b".\n\n", -1), (other, -1), *row[place + 1 :]]


EDITS: Sequence[Callable[[Row, random.Random, Sequence[bytes]], Row]] = (
    lambda row, *_: row,
    less,
    much_less,
    a_section_less,
    more,
    less_and_more,
    moved,
    joined,
    apart,
)
NAMES = (
    "as it is",
    "less",
    "30 % less",
    "a section less",
    "more",
    "less and more",
    "moved",
    "joined",
    "apart",
)


def pairs(folder: Path) -> Iterator[tuple[Document, Document]]:
    """Posts and localizations that are built alike, and are no copies."""
    for path in sorted(folder.rglob("*.md*")):
        found = _PAIR.fullmatch(path.name)
        source = path.with_name(f"{found['name']}{found['ext']}") if found else path
        if source == path or not source.exists():
            continue
        try:
            post = parse(source.read_bytes(), path=source.name)
            file = again(post, path.read_bytes())
        except PostError:
            continue
        alike = [s.kind for s in post.segments] == [s.kind for s in file.segments]
        if alike and post.content != file.content and len(post.segments) > 3:
            yield post, file


def looked_at(post: Document, file: Document, row: Row, *, by_number: bool) -> Counter[str]:
    """What is told of an edited file, beside what is so."""
    edited = again(post, b"".join(text for text, _ in row))
    before, after = ([raw(one, at) for at in range(len(one.segments))] for one in (file, edited))
    truth = {
        before.index(text): to
        for to, text in enumerate(after)
        if before.count(text) == after.count(text) == 1
    }
    gone = set(range(len(post.segments))) - truth.keys()
    if by_number:
        found, put = {at: at for at in range(min(len(post.segments), len(edited.segments)))}, set[int]()
    else:
        patch = adopted(post, edited)
        found, put = (dict(patch.stands), set(patch.wanted)) if patch else ({}, set())
    known = {at: to for at, to in found.items() if at in truth or to in truth.values()}
    for at, to in known.items():
        if truth.get(at) != to:
            print(f"{raw(post, at).decode()!r} isn't {after[to].decode()!r}", file=sys.stderr)
    for at in put & truth.keys():
        print(f"{raw(post, at).decode()!r} is there: {after[truth[at]].decode()!r}", file=sys.stderr)
    return Counter(
        could=len(truth),
        right=sum(truth.get(at) == to for at, to in known.items()),
        wrong=sum(truth.get(at) != to for at, to in known.items()),
        put=len(put & gone),
        not_lacking=len(put & truth.keys()),
    )


def main() -> int:
    """Print the table; 1 when a bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--each", type=int, default=1, help="take every so manieth pair")
    parser.add_argument("--by-number", action="store_true")
    options = parser.parse_args()
    chance = random.Random(options.seed)
    every = list(pairs(options.folder))[:: options.each]
    others = [
        (text, file) for _, file in every for text, _ in rows(file)[1:] if re.match(rb"\w[^\n]+\n\n\Z", text)
    ]
    print(f"{len(every)} localizations\n\n| edit | right | wrong | found | put in | wrongly |")
    print(f"| --- |{' ---: |' * 5}")
    whole = Counter[str]()
    for name, edit in zip(NAMES, EDITS, strict=True):
        told = Counter[str]()
        for post, file in every:
            some = [text for text, other in chance.sample(others, min(50, len(others))) if other is not file]
            told.update(looked_at(post, file, edit(rows(file), chance, some), by_number=options.by_number))
        whole.update(told)
        _print(name, told)
    _print("all", whole)
    precision = whole["right"] / max(1, whole["right"] + whole["wrong"])
    put = whole["put"] / max(1, whole["put"] + whole["not_lacking"])
    return int(precision < _RIGHT or put < _PUT)


def _print(name: str, told: Counter[str]) -> None:
    found = f"{told['right'] / max(1, told['could']):.1%}"
    row = (name, told["right"], told["wrong"], found, told["put"], told["not_lacking"])
    print(f"| {' | '.join(map(str, row))} |", flush=True)


if __name__ == "__main__":
    sys.exit(main())
