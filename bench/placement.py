"""Whether marks stand on exactly the right words: python bench/placement.py CORPUS [--only N,N] [--limit N].

Translators whose every word is known (known.py) translate the corpus and sentences constructed to be hard.
The judge is markdown-it-py, another parser than polypost's. For each block it takes the text of the source,
finds the sentences that were sent in it, and so knows the text that must come out, and for each mark
(emphasis, strong, strikethrough, link) on which of its words it must stand. Then it parses the output.

A mark is right when a mark of the same kind and destination stands around all of its words and no other
word: the very occurrence of a word that there is twice. Punctuation at its edges counts for neither side.

Counted: marks with at least one word that was sent. `inside` are those around a part of a sentence, the
others have nothing to choose. Wrong are also those whose sentence was kept in the source language or came
out as another text, and all of a post whose blocks are no longer the same. Not counted, but told: marks
around code or names only (nothing was sent), around a part of a word, those whose words the translation
itself tore apart (no mark could hold them and no other), and those in text of a script without spaces, whose
words are not known.

The control: the same with every mark of the output widened by the word before it; nearly none may be right.

Exits 1 when a translator has less than 95 % right, of all marks of the corpus or of those inside, or when
the judge doesn't see the control's damage.
"""

from __future__ import annotations

import argparse
import re
import sys
import unicodedata
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from corpus import Post, posts
from known import CONSTRUCTED, STANDIN, TRANSLATORS, WORD, Told, constructed
from markdown_it import MarkdownIt
from markdown_it.token import Token

from polypost import localize
from polypost.errors import PostError
from polypost.sentences import dense_script

BAR = 95.0
SEEN = 15.0
"""Of the control: a mark at the beginning of its sentence can't be widened that way."""
GUESSED = "mark-placed-by-proportion"
SHORT = 14
"""Characters; as many may be a probe."""
_DENSE_STOPS = frozenset("。！？；：")
_STOPS = frozenset({"", *".!?:;…", *_DENSE_STOPS})
ATOM = "\ufffc"
"""Code or an image in a block's text."""
EACH = 300
"""Constructed sentences of each kind."""
_KINDS = {"em": "emphasis", "strong": "strong", "s": "strikethrough", "link": "link"}
_HEAD = re.compile(r"\A\ufeff?(---|\+\+\+)[ \t]*\n.*?^\1[ \t]*$\n?", re.DOTALL | re.MULTILINE)
_COMMENT = re.compile(r"\{/\*.*?\*/\}")
"""Of MDX: CommonMark would take the stars for emphasis."""
_FOOTNOTE = re.compile(r"^([ \t]*\[\^[^\]\n]+\]):", re.MULTILINE)
"""CommonMark would take the definition of a footnote, when it is one word, for that of a link."""
_PINNED = re.compile(r"\s*\{#[^{}]*\}\s*\Z")
_CORE = re.compile(rf"{ATOM}|{WORD.pattern}")
_PARSER = MarkdownIt("commonmark").enable(["table", "strikethrough"])

Span = tuple[int, int]


@dataclass(slots=True)
class Mark:
    """A mark of a block; its range in the text without white space."""

    kind: str
    start: int
    end: int = -1


@dataclass(slots=True)
class Block:
    """A block's text as a reader sees it, without white space."""

    line: int
    """1-based, its first."""
    end: int
    """Its last."""
    text: str
    marks: list[Mark]
    edges: set[int]
    """Where white space, a mark, code or a tag parts words."""


@dataclass(slots=True)
class Score:
    """What became of the marks."""

    verdicts: Counter[str] = field(default_factory=Counter)
    """(`inside` or `whole`) + (`right` or why it is wrong); or why a mark isn't counted."""
    guessed: int = 0
    """Findings that say so."""
    told: int = 0
    """Wrong marks in a segment with any finding."""
    examples: list[str] = field(default_factory=list)

    def right(self, *places: str) -> int:
        return sum(self.verdicts[f"{p} right"] for p in places)

    def marks(self, *places: str) -> int:
        return sum(n for name, n in self.verdicts.items() if name.split()[0] in places)

    def share(self, *places: str) -> float:
        return 100 * self.right(*places) / max(1, self.marks(*places))


def blocks(content: bytes) -> list[Block]:
    """The blocks with inline text, behind the front matter."""
    text = _COMMENT.sub("", content.decode().replace("\r\n", "\n").replace("\r", "\n"))
    text = _FOOTNOTE.sub(r"\1\:", text)
    head = _HEAD.match(text)
    skipped = head[0].count("\n") if head else 0
    return [
        _block(token.children or [], token.map[0] + 1 + skipped, token.map[1] + skipped)
        for token in _PARSER.parse(text[head.end() if head else 0 :])
        if token.type == "inline" and token.map
    ]


def _block(children: Sequence[Token], line: int, end: int) -> Block:  # noqa: C901  one case per token
    parts: list[str] = []
    marks: list[Mark] = []
    opened: list[Mark | None] = []
    edges: set[int] = {0}
    length = 0
    for token in children:
        name = token.type.rpartition("_")[0]
        if token.type != "text_special":
            edges.add(length)
        if token.type in ("text", "text_special"):
            for word in re.split(r"(\s+)", unicodedata.normalize("NFC", token.content)):
                if word.isspace():
                    edges.add(length)
                else:
                    parts.append(word)
                    length += len(word)
        elif token.type in ("code_inline", "image"):
            parts.append(ATOM)
            length += 1
            edges.add(length)
        elif token.nesting == 1 and token.info != "auto" and name in _KINDS:
            href = str(token.attrs.get("href", ""))
            opened.append(Mark(f"{_KINDS[name]} {'#' if href[:1] == '#' else href}".strip(), length))
            marks.append(opened[-1])
        elif token.nesting == 1:
            opened.append(None)  # `<https://...>`: it holds no words
        elif token.nesting == -1:
            mark = opened.pop()
            if mark is not None:
                mark.end = length
    return Block(line, end, "".join(parts), marks, edges | {length})


@dataclass(slots=True)
class Expected:
    """What must come out of a block."""

    text: str
    words: list[tuple[Span, Span, bool]]
    """Range in the source, range in the output, whether it was sent; in the order of the output."""


@dataclass(frozen=True, slots=True)
class Match:
    """A sentence found in a block: text[start:end], and what its stand-ins stand for."""

    sentence: str
    told: Told
    start: int
    end: int
    held: tuple[str, ...]


@dataclass(slots=True)
class Sent:
    """The strings that a translator got for a post, by how they begin."""

    told: dict[str, list[tuple[list[str], str, Told]]] = field(default_factory=lambda: defaultdict(list))

    def add(self, sentence: str, told: Told) -> None:
        parts = [_folded("".join(part.split())) for part in STANDIN.split(sentence)]
        self.told[parts[0][:4]].append((parts, sentence, told))

    def at(self, block: Block, position: int) -> Match | None:
        """The string that stands there: the longest, since a probe is a part of its sentence."""
        best: Match | None = None
        most = 0
        before = block.text[position - 1 : position]
        if before.isalnum() and position not in block.edges:
            return None
        folded = _folded(block.text)
        for width in range(min(4, len(folded) - position) + 1):
            for parts, sentence, told in self.told.get(folded[position : position + width], ()):
                # A word or two in the midst of what wasn't sent would be another's probe.
                if len(sentence) < SHORT and before not in _STOPS:
                    continue
                held, end = _held_at(parts, folded, block, position, 1)
                if not end and len(parts) > 1:
                    held, end = _held_at(parts, folded, block, position, 0)
                worth = 2 * sum(map(len, parts)) + len(held) - 4 * _swallowed(parts, held, block, position)
                if end > position and (best is None or worth > most):
                    most, best = worth, Match(sentence, told, position, end, held)
        return best


def _swallowed(parts: Sequence[str], held: Sequence[str], block: Block, position: int) -> int:
    """How many edges stand within what stand-ins would stand for: one thing seldom has any."""
    count = 0
    for part, thing in zip(parts, held, strict=False):
        position += len(part)
        count += sum(position < edge < position + len(thing) for edge in block.edges)
        position += len(thing)
    return count


def _held_at(
    parts: Sequence[str], folded: str, block: Block, position: int, least: int
) -> tuple[tuple[str, ...], int]:
    """What stands between `parts`, and where the last ends; the end is 0 when they aren't there.

    `least`: characters of a stand-in's thing; 0 for a tag, which the text doesn't show.
    """
    held: list[str] = []
    end = position + len(parts[0])
    if not folded.startswith(parts[0], position):
        return (), 0
    for number, part in enumerate(parts[1:], 2):
        start = folded.find(part, end + least)
        while number == len(parts) and start >= 0 and not _edge(block, start + len(part)):
            start = folded.find(part, start + 1)
        if start < 0:
            return (), 0
        held.append(block.text[end:start])
        end = start + len(part)
    return (tuple(held), end) if _edge(block, end) else ((), 0)


def _edge(block: Block, end: int) -> bool:
    """Whether a sentence may end there."""
    last, following = block.text[end - 1], block.text[end : end + 1]
    return (
        end in block.edges
        or last in _DENSE_STOPS
        or following in "{[<"
        or (last in _STOPS and not following.isalnum())
    )


def _folded(text: str) -> str:
    """For comparing regardless of case, character by character."""
    return "".join(c.lower() if len(c.lower()) == 1 else c for c in text)


def expected(block: Block, sent: Sent) -> Expected:
    """The block's text with every sentence replaced by its translation, and where each word went."""
    parts: list[str] = []
    words: list[tuple[Span, Span, bool]] = []
    position = length = 0
    while position < len(block.text):
        found = sent.at(block, position)
        if found is None:
            core = _CORE.match(block.text, position)
            stop = min([core.end() if core else position + 1, *(e for e in block.edges if e > position)])
            parts.append(block.text[position:stop])
            if core:
                words.append(((position, stop), (length, length + stop - position), False))
            length += stop - position
            position = stop
            continue
        text, moved = _placed(found, length)
        parts.append(text)
        words += moved
        length += len(text)
        position = found.end
    return Expected("".join(parts), words)


def _placed(match: Match, base: int) -> tuple[str, list[tuple[Span, Span, bool]]]:
    """A translation without white space, with what its stand-ins stand for."""
    sentence, told = match.sentence, match.told
    names = {m[0]: n for n, m in enumerate(STANDIN.finditer(sentence))}
    inside = _Compact(sentence, names, match.held, match.start)
    outside = _Compact(told.text, names, match.held, base)
    words: list[tuple[Span, Span, bool]] = []
    for word in sorted(told.words, key=lambda w: w.at):
        source = (inside.at(word.start), inside.at(word.end))
        target = (outside.at(word.at), outside.at(word.to))
        if target[1] > target[0]:
            words.append((source, target, STANDIN.fullmatch(sentence, word.start, word.end) is None))
    return outside.text, words


class _Compact:
    """Text without white space, each stand-in replaced by what the source has there."""

    def __init__(self, text: str, names: dict[str, int], things: Sequence[str], base: int) -> None:
        self.edges = [0]
        self.places = [base]
        parts: list[str] = []
        length = position = 0
        for found in [*STANDIN.finditer(text), None]:
            until = found.start() if found else len(text)
            for index in range(position, until):
                if not text[index].isspace():
                    parts.append(text[index])
                    length += 1
                self.edges.append(index + 1)
                self.places.append(base + length)
            if found:
                held = things[names[found[0]]]
                parts.append(held)
                length += len(held)
                self.edges.append(found.end())
                self.places.append(base + length)
                position = found.end()
        self.text = "".join(parts)

    def at(self, index: int) -> int:
        """Where `index` of the text stands."""
        return self.places[bisect_left(self.edges, index)]


def verdicts(block: Block, out: Block | None, sent: Sent) -> Iterator[tuple[str, Mark, str]]:
    """For each mark `whole`, `inside` or why it isn't counted, and what came of it."""
    want = expected(block, sent)
    outcome = None if out is None else _PINNED.sub("", out.text)
    same = outcome is not None and _same(outcome, want.text)
    kept = outcome is not None and not same and _same(outcome, block.text)
    used: set[int] = set()
    everything = {target for _, target, _ in want.words}
    for mark in block.marks:
        inner = [w for w in want.words if w[0][0] >= mark.start and w[0][1] <= mark.end]
        cut = [w for w in want.words if w[0][0] < mark.end and w[0][1] > mark.start and w not in inner]
        if any(map(dense_script, block.text[mark.start : mark.end])):
            yield "script without spaces", mark, ""
            continue
        if not any(sent for _, _, sent in inner):
            yield ("part of a word" if cut else "nothing sent"), mark, ""
            continue
        if cut:
            yield "part of a word", mark, ""
            continue
        numbers = [n for n, w in enumerate(want.words) if w in inner]
        if numbers[-1] - numbers[0] + 1 != len(numbers):
            yield "torn apart", mark, ""
            continue
        place = "whole" if _alone(inner, want, mark, block) else "inside"
        if not same or out is None:
            yield place, mark, "kept" if kept else "other text"
            continue
        targets = {target for _, target, _ in inner}
        found = next(
            (
                n
                for n, m in enumerate(out.marks)
                if n not in used and m.kind == mark.kind and _held(m, everything) == targets
            ),
            None,
        )
        if found is None:
            yield place, mark, "wrong"
        else:
            used.add(found)
            yield place, mark, "right"


def _same(ours: str, theirs: str) -> bool:
    return ours.casefold() == theirs.casefold()


def _held(mark: Mark, words: set[Span]) -> set[Span]:
    return {w for w in words if w[0] < mark.end and w[1] > mark.start}


def _alone(inner: Sequence[object], want: Expected, mark: Mark, block: Block) -> bool:
    """Whether the mark holds all the words of its sentences: then there is nothing to choose."""
    before = [w for w in want.words if w[0][1] <= mark.start]
    after = [w for w in want.words if w[0][0] >= mark.end]
    if not before and not after:
        return True
    ends = re.compile(r"[.!?。！？:]|\Z")
    opens = not before or bool(ends.search(block.text, before[-1][0][1], mark.start + 1))
    closes = not after or bool(re.search(r"[.!?]", block.text[mark.end - 1 : after[0][0][0]]))
    return bool(inner) and opens and closes


def judge(name: str, post: Post, score: Score, spoil: Callable[[bytes], bytes] = bytes) -> None:
    """Translate a post and judge its marks; `spoil` does its worst to the output first."""
    sent = Sent()
    path, content = post.path, post.content
    translator = TRANSLATORS[name]

    def translate(texts: Sequence[str]) -> list[str]:
        answers = [translator(text) for text in texts]
        for text, answer in zip(texts, answers, strict=True):
            sent.add(text, answer)
        return [answer.text for answer in answers]

    try:
        result = localize(content, translate, path=path, dialect=post.spoken, check=False)
    except PostError:
        score.verdicts["post refused"] += 1
        return
    before, after = blocks(content), blocks(spoil(result.content))
    same = len(before) == len(after)
    score.guessed += sum(f.code == GUESSED for f in result.findings)
    lines = {f.line for f in result.findings}
    for number, block in enumerate(before):
        if not block.marks:
            continue
        out = after[number] if same else None
        for place, mark, verdict in verdicts(block, out, sent):
            score.verdicts[f"{place} {verdict}".strip()] += 1
            if verdict not in ("", "right"):
                score.told += any(block.line <= line <= block.end for line in lines)
                text = block.text[mark.start : mark.end]
                got = out.text if out else "(other blocks)"
                score.examples.append(
                    f"{verdict}: {path}:{block.line} {mark.kind} `{text}`\n      {got[:300]}"
                )


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--only", default="", help="names of translators, comma separated")
    parser.add_argument(
        "--limit", type=int, default=0, help="every n-th file, so that about so many are read"
    )
    parser.add_argument("--verbose", type=int, default=0, metavar="N", help="show N wrong marks of each")
    options = parser.parse_args()
    found = posts(options.corpus, options.limit)
    made = [Post(kind, constructed(kind, EACH), "gfm") for kind in CONSTRUCTED]
    names = [n for n in TRANSLATORS if not options.only or n in options.only.split(",")]
    scores = {name: _corpus(name, found, options.verbose) for name in names}
    _constructed(names, made, options.verbose)
    control = _control(names[0])
    print(f"\ncontrol, every mark widened by a word: {control:.1f} % right")
    low = [n for n, s in scores.items() if min(s.share("whole", "inside"), s.share("inside")) < BAR]
    if low:
        print(f"\nunder {BAR} %: {', '.join(low)}")
    return 1 if low or control > SEEN else 0


def _control(name: str) -> float:
    score = Score()
    judge(name, Post("control", constructed("one mark", EACH), "gfm"), score, _widened)
    return score.share("whole", "inside")


def _widened(content: bytes) -> bytes:
    return re.sub(rb"(\w+) (\[|\*\*?|_|~~)(?=\w)", rb"\2\1 ", content)


def _corpus(name: str, found: Sequence[Post], verbose: int) -> Score:
    score = Score()
    for post in found:
        judge(name, post, score)
    wrong = score.marks("whole", "inside") - score.right("whole", "inside")
    print(
        f"{name:<13} {score.marks('whole', 'inside')} marks, {score.share('whole', 'inside'):.2f} % right;"
        f" inside a sentence {score.marks('inside')}, {score.share('inside'):.2f} % right"
    )
    print(f"{'':<13} {score.guessed} sentences with a finding that a mark was placed by proportion")
    print(f"{'':<13} {wrong} wrong, {score.told} of them in a block with any finding")
    counted = sorted(score.verdicts.items(), key=lambda v: -v[1])
    print(f"{'':<13} " + ", ".join(f"{verdict} {n}" for verdict, n in counted))
    _show(score, verbose)
    return score


def _constructed(names: Sequence[str], made: Sequence[Post], verbose: int) -> None:
    print(
        f"\nconstructed, {EACH} sentences each: % of marks right\n{'':<24}"
        + "".join(f"{n:>14}" for n in names)
    )
    for post in made:
        row: list[str] = []
        shown: list[Score] = []
        for name in names:
            score = Score()
            judge(name, post, score)
            row.append(f"{score.share('whole', 'inside'):>14.1f}")
            shown.append(score)
        print(f"{post.path:<24}" + "".join(row))
        for score in shown:
            _show(score, verbose)


def _show(score: Score, verbose: int) -> None:
    step = max(1, len(score.examples) // verbose) if verbose else 1
    for example in score.examples[::step][:verbose]:
        print(f"    {example}")


if __name__ == "__main__":
    sys.exit(main())
