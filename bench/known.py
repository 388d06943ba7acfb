"""Translators whose every word is known, and sentences made to be hard for marks.

A translator here gives back its text and, for each word of the source, where that word went. All are
deterministic, and answer the same string the same way, so that words sent alone to find a mark come back as
such a model would give them back:

- substitution: each word becomes a made-up one of about its length, wherever it stands;
- inflection: the same, but the ending of a longer word depends on the sentence it stands in, so that the
  word sent alone comes back with another ending;
- reversed: the same words in reversed order;
- verb last: one longer word in six is a "verb" (always the same ones) and goes to the end, as in German;
- dense: Chinese characters without spaces, with full-width punctuation.

As with real models, a quotation stays together, punctuation keeps its place in the order, a capital begins
the sentence; numbers, acronyms, handles and names of files are kept, and so is a name with hyphens that
stands alone. Stand-ins are kept as they are.
"""

from __future__ import annotations

import hashlib
import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from polypost.markdown import standins
from polypost.markdown.prose import ATOM_BASE


@dataclass(frozen=True, slots=True)
class Moved:
    """One word: its range in the source, and in the answer."""

    start: int
    end: int
    at: int
    to: int


@dataclass(frozen=True, slots=True)
class Told:
    """An answer, and where each word of the source went."""

    text: str
    words: tuple[Moved, ...]


@dataclass(frozen=True, slots=True)
class Unit:
    """What moves as one: a word with what is glued to it, or a quotation."""

    start: int
    end: int
    inner: tuple[Unit, ...] = ()
    """Of a quotation."""


def _standin_pattern() -> str:
    """Every form of stand-ins, as polypost writes them, whatever the number."""
    count = 20
    plain = " ".join(chr(ATOM_BASE + n) for n in range(count))
    forms = [standins.masked(plain, form) for form in standins.FORMS if form != "number"]
    names = {re.sub(r"\d+", r"\\d+", name) for form in forms if form is not None for name in form.split()}
    return "|".join(sorted(names))


STANDIN = re.compile(_standin_pattern())
WORD = re.compile(rf"{STANDIN.pattern}|\w+(?:['’]\w+)*")
_UNIT = re.compile(r"\S+")
_STOP = re.compile(r"[.,;:!?…]+\Z")
_KEPT = re.compile(rf"{STANDIN.pattern}|.*\d.*|\w*[^\W_]*[A-Z]\w*[A-Z]\w*", re.DOTALL)
"""Words that a model keeps: numbers, acronyms."""
_NAME = re.compile(r"\w[._/\\:@#=()]+\w|@\w")
_SLUG = re.compile(r"\w+(?:-\w+)+\W*")
_QUOTED = re.compile(r"(?<!\S)([\"“«(‘])(\S(?:.*?\S)?)([\"”»)’])(?=[.,;:!?…]*(?:\s|\Z))", re.DOTALL)
_FULL_WIDTH = str.maketrans(",.!?:;()", "，。！？：；（）")
_SYLLABLES = [c + v for c in "bdfgklmnprstvz" for v in "aeiou"]
_ENDINGS = ("", "a", "os", "en", "ul", "ima")
_VERBS = 6
"""One word in so many is a verb."""


def _number(text: str) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big")


def made_up(word: str) -> str:
    """Another word of about the same length, always the same."""
    seed = _number(word.lower())
    out = ""
    while len(out) < max(2, len(word)):
        out += _SYLLABLES[seed % len(_SYLLABLES)]
        seed = seed // len(_SYLLABLES) or _number(out)
    return out.capitalize() if word[:1].isupper() else out


def inflected(word: str, sentence: str) -> str:
    """The same with an ending that the sentence decides; short words have none."""
    stem = made_up(word)
    return stem if len(word) < 4 else stem + _ENDINGS[_number(f"{sentence.lower()} {word}") % len(_ENDINGS)]


def dense(word: str) -> str:
    seed = _number(word.lower())
    return "".join(chr(0x4E00 + (seed >> 13 * n) % 4000) for n in range(max(1, min(3, len(word) // 2))))


def units(text: str, start: int, end: int) -> tuple[Unit, ...]:
    """What stands in text[start:end]: quotations and words, without the punctuation behind them."""
    found: list[Unit] = []
    position = start
    while position < end:
        quoted = _QUOTED.search(text, position, end)
        until = quoted.start() if quoted else end
        for match in _UNIT.finditer(text, position, until):
            stop = _STOP.search(text, match.start(), match.end())
            last = stop.start() if stop and stop.start() > match.start() else match.end()
            found.append(Unit(match.start(), last))
        if quoted is None:
            break
        inner = units(text, quoted.start(2), quoted.end(2))
        found.append(Unit(quoted.start(), quoted.end(), inner))
        position = quoted.end()
        stop = re.compile(r"[.,;:!?…]+").match(text, position, end)
        position = stop.end() if stop else position
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Translator:
    """Words through `word`, units in the order of `order`."""

    word: Callable[[str, str], str]
    """A word and its sentence -> the word in the other language."""
    order: Callable[[str, Sequence[Unit]], list[Unit]] = lambda _, found: list(found)
    joined: bool = False
    """Without spaces."""

    def __call__(self, sentence: str) -> Told:
        parts: list[str] = []
        words: list[Moved] = []
        self._level(sentence, units(sentence, 0, len(sentence)), 0, len(sentence), parts, words)
        text = "".join(parts)
        if text[:1].islower() and sentence[:1].isupper():
            text = text[0].upper() + text[1:]
        return Told(text, tuple(words))

    def _level(  # what the recursion hands on
        self,
        sentence: str,
        found: Sequence[Unit],
        start: int,
        end: int,
        parts: list[str],
        words: list[Moved],
    ) -> None:
        """The units in their new order; what stands between them keeps its place."""
        position = start
        ordered = self.order(sentence, found)
        for old, new in zip(found, ordered, strict=True):
            self._gap(sentence[position : old.start], parts)
            # The capital of the sentence's beginning doesn't move with its word.
            self._unit(sentence, new, parts, words, lower=not new.start and new is not ordered[0])
            position = old.end
        self._gap(sentence[position:end], parts)

    def _gap(self, text: str, parts: list[str]) -> None:
        parts.append(text.replace(" ", "").translate(_FULL_WIDTH) if self.joined else text)

    def _unit(self, sentence: str, unit: Unit, parts: list[str], words: list[Moved], *, lower: bool) -> None:
        if unit.inner:
            low, high = unit.inner[0].start, unit.end - 1
            self._gap(sentence[unit.start : low], parts)
            self._level(sentence, unit.inner, low, high, parts, words)
            self._gap(sentence[high : unit.end], parts)
            return
        alone = _SLUG.fullmatch(sentence) is not None
        kept = alone or _NAME.search(sentence, unit.start, unit.end) is not None
        position = unit.start
        for match in WORD.finditer(sentence, unit.start, unit.end):
            parts.append(sentence[position : match.start()])
            at = sum(map(len, parts))
            same = kept or (_KEPT.fullmatch(match[0]) and len(match[0]) > 1)
            told = match[0] if same else self.word(match[0], sentence)
            parts.append(told.lower() if lower and not same else told)
            words.append(Moved(match.start(), match.end(), at, at + len(told)))
            position = match.end()
        parts.append(sentence[position : unit.end])


def _verb_last(sentence: str, found: Sequence[Unit]) -> list[Unit]:
    def verb(unit: Unit) -> bool:
        word = sentence[unit.start : unit.end]
        long = len(word) >= 4 and word.isalpha()
        return not unit.inner and long and _number(word.lower()) % _VERBS == 0

    return [u for u in found if not verb(u)] + [u for u in found if verb(u)]


def _substitution(word: str, _: str) -> str:
    return made_up(word)


_PLAIN = Translator(_substitution)
TRANSLATORS: dict[str, Translator] = {
    "substitution": _PLAIN,
    "inflection": Translator(inflected),
    "reversed": replace(_PLAIN, order=lambda _, found: list(reversed(found))),
    "verb last": replace(_PLAIN, order=_verb_last),
    "dense": Translator(lambda word, _: dense(word), joined=True),
}

_COMMON = ("the", "a", "of", "and", "to", "in", "is", "on", "it", "for", "with", "that", "I", "as")
_WORDS = (
    *("house", "river", "small", "green", "morning", "letter", "write", "open", "garden", "stone", "quick"),
    *("answer", "music", "paper", "window", "bright", "travel", "story", "number", "simple", "bread"),
    *("winter", "market", "silver", "question", "engine", "forest", "harbour"),
)
_MARKS = (("**", "**"), ("*", "*"), ("_", "_"), ("~~", "~~"))


def _sentence(rng: random.Random, least: int = 6) -> list[str]:
    """Words, common ones as often as others; those may stand in it many times."""
    size = rng.randint(least, least + 12)
    return [rng.choice(_COMMON if rng.random() < 0.45 else _WORDS) for _ in range(size)]


def _mark(rng: random.Random, words: list[str], first: int, last: int, link: str) -> None:
    opening, closing = ("[", f"]({link})") if rng.random() < 0.5 else rng.choice(_MARKS)
    words[first] = opening + words[first]
    words[last] += closing


def _runs(rng: random.Random, size: int, count: int) -> list[tuple[int, int]]:
    """`count` runs of one to three of `size` words, apart from each other."""
    found: list[tuple[int, int]] = []
    while len(found) < count:
        first = rng.randrange(size)
        last = min(size - 1, first + rng.randrange(3))
        if all(last < a - 1 or first > b + 1 for a, b in found):
            found.append((first, last))
    return found


def _marked(rng: random.Random, count: int) -> str:
    words = _sentence(rng, least=5 * count)
    for number, (first, last) in enumerate(_runs(rng, len(words), count)):
        _mark(rng, words, first, last, f"/{number}")
    return " ".join(words)


def _nested(rng: random.Random) -> str:
    words = _sentence(rng, least=8)
    first = rng.randrange(len(words) - 4)
    inner = first + rng.randint(0, 2)
    words[inner] = f"*{words[inner]}*"
    words[first] = "[" + words[first]
    words[first + 3] += "](/a)"
    return " ".join(words)


def _same_words(rng: random.Random) -> str:
    word = rng.choice(_WORDS)
    words = [w for w in _sentence(rng, least=8) if w != word]
    first, second = sorted(rng.sample(range(len(words)), 2))
    words.insert(second, f"[{word}](/second)")
    words.insert(first, f"[{word}](/first)")
    return " ".join(words)


def _stop_word(rng: random.Random) -> str:
    words = _sentence(rng, least=10)
    for at in rng.sample(range(len(words)), 3):
        words[at] = "the"
    at = rng.choice([n for n, w in enumerate(words) if w == "the"])
    words[at] = "**the**"
    return " ".join(words)


def _one_letter(rng: random.Random) -> str:
    words = _sentence(rng)
    at = rng.randrange(len(words))
    words[at] = f"*{rng.choice('aI')}*"
    return " ".join(words)


def _punctuated(rng: random.Random) -> str:
    words = _sentence(rng, least=8)
    at = rng.randrange(1, len(words) - 2)
    words[at] = f"**{words[at]}{rng.choice(',:;')}**"
    return " ".join(words)


def _with_code(rng: random.Random) -> str:
    words = _sentence(rng, least=8)
    at = rng.randrange(len(words) - 2)
    words[at] = f"[{words[at]} `code{at}`"
    words[at + 1] += f"](/{at})"
    words[-1] = f"`end{at}`"
    return " ".join(words)


CONSTRUCTED: dict[str, Callable[[random.Random], str]] = {
    "one mark": lambda rng: _marked(rng, 1),
    "two marks": lambda rng: _marked(rng, 2),
    "three marks": lambda rng: _marked(rng, 3),
    "four marks": lambda rng: _marked(rng, 4),
    "nested": _nested,
    "two links, same words": _same_words,
    "a stop word of many": _stop_word,
    "one letter": _one_letter,
    "punctuation inside": _punctuated,
    "code inside": _with_code,
}
"""What makes it hard -> a sentence without its full stop."""


def constructed(kind: str, count: int) -> bytes:
    """A post of `count` such sentences, a paragraph each; always the same."""
    rng = random.Random(kind)
    lines = [CONSTRUCTED[kind](rng) for _ in range(count)]
    return "".join(f"{_capital(line)}.\n\n" for line in lines).encode()


def _capital(line: str) -> str:
    """With a capital at its first letter, behind markup or not."""
    at = next(n for n, c in enumerate(line) if c.isalpha())
    return line[:at] + line[at].upper() + line[at + 1 :]
