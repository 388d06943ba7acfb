"""Recall and leak: are the words that a reader sees offered to the translator, and is nothing else?

    python bench/recall.py CORPUS [--limit N] [--most N] [--site PREFIX]

The truth is remark's (judge/words.mjs). Words that a reader sees: text outside code, whatever markup it
stands in; text of images and titles; text inside HTML and JSX (but of elements whose content is code) and the
values of `title`, `alt`, `label`, `placeholder`, `aria-label`; titles of admonitions; the default keys of the
front matter. A word is a run of letters, apostrophes within; case doesn't count (titles are sent in sentence
case). Words are compared as multisets per post with those of all sentences that polypost offers, segment by
segment; strings sent only to place marks don't count.

Not offered and rightly so, listed apart: identifiers (file names, paths, versions, flags, calls: no blank,
and a digit or a sign or two hyphens within, or a capital after a small letter), and blocks of a single word,
which may be a name.

Leak: words of code, URLs, tags, expressions, front matter of other keys and a dialect's own signs that were
offered, although no reader's word of the post is the same: at most as often as offered too often.

Exit code 1 when recall is under 98 % or the leak is 0.1 % or more.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from corpus import Post, posts
from known import STANDIN
from remark import Node

from polypost.errors import PostError
from polypost.markdown.document import Document, parse
from polypost.markdown.rules import DEFAULT_KEYS, Rules
from polypost.text.text import sentences

RECALL, LEAK = 98.0, 0.1
"""Per cent."""
WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
IDENTIFIER = re.compile(r".*(?:[\d._/\\:#=@$<>(){}\[\]*&%^|+~`]|[a-z][A-Z]|(?:\w+-){2}|^-).*", re.DOTALL)
EDGES = ".,;:!?…\"'“”‘’«»()[]*_"


@dataclass(slots=True)
class Tally:
    posts: int = 0
    words: int = 0
    missed: int = 0
    apart: Counter[str] = field(default_factory=Counter)
    machine: int = 0
    leaked: int = 0

    def add(self, other: Tally) -> None:
        self.posts += other.posts
        self.words += other.words
        self.missed += other.missed
        self.apart += other.apart
        self.machine += other.machine
        self.leaked += other.leaked

    def row(self, name: str) -> str:
        recall = 100 - 100 * self.missed / max(1, self.words)
        leak = 100 * self.leaked / max(1, self.machine)
        return (
            f"{name:<32}{self.posts:>6}{self.words:>9}{recall:>9.2f} %{self.missed:>8}"
            f"{self.apart['identifier']:>12}{self.apart['one word']:>9}{self.machine:>9}{leak:>9.3f} %"
        )


def words(text: str) -> list[str]:
    return [word.casefold() for word in WORD.findall(text)]


def offered(document: Document) -> dict[int, Counter[str]]:
    """Line -> the words of what is sent for the segments that begin there."""
    found: dict[int, Counter[str]] = defaultdict(Counter)
    for index, segment in enumerate(document.segments):
        for sentence in sentences(document, index):
            found[segment.line].update(words(STANDIN.sub(" ", sentence)))
    return found


@dataclass(frozen=True, slots=True)
class Asked:
    """A word that a reader sees."""

    word: str
    line: int
    kind: str
    text: str
    """What it stands in."""
    name: bool
    """Whether it stands in an identifier."""
    alone: bool
    """Whether that is all that stands there."""


def truth_words(truth: dict[str, Any]) -> Iterator[Asked]:
    for said in truth["words"]:
        held = [(chunk.strip(EDGES), inside) for chunk in said["text"].split() if (inside := words(chunk))]
        for chunk, inside in held:
            name = IDENTIFIER.fullmatch(chunk) is not None
            for word in inside:
                yield Asked(word, said["line"], said["kind"], said["text"], name, len(held) == 1)


def compared(truth: dict[str, Any], document: Document, tally: Tally, note: Note) -> None:
    """Count one post."""
    by_line = offered(document)
    left: Counter[str] = sum(by_line.values(), Counter())
    asked = sorted(truth_words(truth), key=lambda one: one.name)  # names may not use up words of sentences
    late: list[Asked] = []
    for one in asked:
        tally.words += 1
        here = by_line.get(one.line, Counter())
        if here[one.word] > 0:
            here[one.word] -= 1
            left[one.word] -= 1
        else:
            late.append(one)
    for one in late:
        if left[one.word] > 0:
            left[one.word] -= 1
        elif one.name or one.alone:
            tally.words -= 1
            tally.apart["identifier" if one.name else "one word"] += 1
        else:
            tally.missed += 1
            note.miss(one.kind, one.line, one.text)
    machine = Counter(word for one in truth["machine"] for word in words(one["text"]))
    tally.machine += machine.total()
    leaked = left & machine
    tally.leaked += leaked.total()
    for one in truth["machine"]:
        if held := [word for word in words(one["text"]) if leaked[word] > 0]:
            leaked.subtract(held)
            note.leak(one["kind"], one["line"], one["text"], held)


@dataclass(slots=True)
class Note:
    """What is missed and what leaks, by kind, with the places."""

    path: str = ""
    missed: dict[str, Counter[tuple[str, str]]] = field(default_factory=lambda: defaultdict(Counter))
    leaked: dict[str, Counter[tuple[str, str]]] = field(default_factory=lambda: defaultdict(Counter))

    def miss(self, kind: str, line: int, text: str) -> None:
        self.missed[kind][f"{self.path}:{line}", " ".join(text.split())[:100]] += 1

    def leak(self, kind: str, line: int, text: str, held: Sequence[str]) -> None:
        shown = f"{' '.join(held)[:60]} (of {' '.join(text.split())[:60]})"
        self.leaked[kind][f"{self.path}:{line}", shown] += len(held)


def told(kinds: dict[str, Counter[tuple[str, str]]], most: int) -> None:
    for kind, places in sorted(kinds.items(), key=lambda item: -item[1].total()):
        print(f"  {places.total():>6} words  {kind}")
        for (place, text), count in places.most_common(most):
            print(f"         {count:>4}  {place}  {text}")


def measured(found: Sequence[Post]) -> tuple[dict[str, Tally], Note]:
    tallies: dict[str, Tally] = defaultdict(Tally)
    note = Note()
    with Node("words.mjs") as node:
        for post in found:
            text = post.text()
            if text is None:
                continue
            try:
                document = parse(post.content, path=post.path, rules=Rules(post.spoken))
            except PostError:
                continue
            truth = node.ask(id=post.path, dialect=post.dialect, source=text, keys=list(DEFAULT_KEYS))
            if truth["fault"] is not None:
                continue
            note.path = post.path
            tallies[post.site].posts += 1
            compared(truth, document, tallies[post.site], note)
    return tallies, note


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("corpus", type=Path)
    parser.add_argument(
        "--limit", type=int, default=0, help="every n-th post, so that about as many are left"
    )
    parser.add_argument("--most", type=int, default=8, help="places shown per kind")
    parser.add_argument("--site", default="", help="only posts whose path begins so")
    options = parser.parse_args()
    found = [p for p in posts(options.corpus, options.limit) if p.path.startswith(options.site)]
    tallies, note = measured(found)
    overall = Tally()
    heads = {"posts": 6, "words": 9, "recall": 11, "missed": 8, "identifiers": 12, "one word": 9}
    heads |= {"machine": 9, "leak": 11}
    print(f"{'':<32}{''.join(f'{head:>{width}}' for head, width in heads.items())}")
    for name, tally in sorted(tallies.items()):
        overall.add(tally)
        print(tally.row(name))
    print(overall.row("all"))
    print("\nmissed, by where it stands:")
    told(note.missed, options.most)
    print("\nleaked, by what it is:")
    told(note.leaked, options.most)
    recall = 100 - 100 * overall.missed / max(1, overall.words)
    leak = 100 * overall.leaked / max(1, overall.machine)
    return 0 if recall >= RECALL and leak < LEAK else 1


if __name__ == "__main__":
    sys.exit(main())
