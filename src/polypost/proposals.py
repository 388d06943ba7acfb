"""A first glossary, proposed from the posts themselves: what in them is a name; pure.

A name tells itself by how it is written: a capital inside of a sentence, several words with one each,
capitals or digits further in, an acronym; or the same word in a code span and in the text beside it. What
the blog also writes small, or uses as an ordinary word, is none.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from polypost import languages
from polypost.markdown.document import Document
from polypost.markdown.prose import ATOM, Prose
from polypost.terms import LETTER, Term, Terms
from polypost.text.cuts import proses
from polypost.values import frozen

LEAST = 3
"""So often a name stands in the posts; what is rarer is quicker added by hand."""
_LONGEST_RUN = 4
_NOUNS = frozenset({"de", "lb"})
"""Languages that write every noun with a capital."""
_TITLED = 0.6
"""Of the longer words of a sentence, so many with a capital make a title of it."""
_TOKEN = re.compile(rf"(?!_){LETTER}+(?:[.+&/’'-]{LETTER}+)*(?:\+\+|#)?")
_POSSESSIVE = re.compile(r"['’]s$")
_CONTRACTION = re.compile(r"['’](?:s|m|d|t|ll|re|ve)$", re.IGNORECASE)
_OPENS = re.compile(r"(?:^|[:.!?;…–—•|/]|[\"“”‘«(\[]|\d[.)])\s*$")
"""What a word may have a capital after without being a name."""
_INNER = re.compile(r"[a-z]\w*[A-Z]|[A-Z]{2,}\w*[a-z]\w*[A-Z]?|[A-Z]\w*[a-z]\w*[A-Z]")
_ACRONYM = re.compile(r"[A-Z][A-Z0-9]*[A-Z][A-Z0-9]*|[A-Z]+\d+")
_DOTTED = re.compile(r"[A-Za-z]\w+\.(?:js|io|dev|org|net|com|rs|py|NET|ts|ai|css)")
_PLURAL = re.compile(r"(.{2,})s")
_ORDINARY = re.compile(r"[a-z]+(?:[^s]s|ed|ing|er|ion|ment|ity|able|al|ly|ive)|[a-z]")
"""Endings of ordinary words in small letters; most names of tools have none of them."""
_ENDINGS = ("s", "es", "ed", "d", "ing", "er", "ly", "ion", "ions")
_KEY = re.compile(r"[A-Za-z][A-Za-z0-9.+-]*")
_MACHINE = re.compile(r"\d|[/@]|.*\(")
_DETERMINERS = frozenset(
    "a an the this that these those each every any some no one your my our their its his her another same "  # noqa: SIM905
    "to be is are was of can will you we they it not and or more most which how very so".split()
)
_COMMON = frozenset(
    "a about above after again all also am an and any are as at back be because been before being both "  # noqa: SIM905
    "but by can could did do does done down each else even every few first for from get go good had has "
    "have he her here hers him his how i if in into is it its just last let like made make many may me "
    "more most much must my never new next no none not note now of off ok on once one only or other our "
    "out over own please same see set she should since so some still such take than thanks that the their "
    "them then there these they this those three through to too true false null two under until up us use "
    "used using very via was way we well were what when where which while who why will with without would "
    "yes yet you your todo fixme tip warning danger info caution important example figure table chapter "
    "section part step appendix version monday tuesday wednesday thursday friday saturday sunday january "
    "february march april june july august september october november december jan feb mar apr jun jul "
    "aug sep sept oct nov dec mon tue wed thu fri sat sun mr mrs ms dr st pm ad bc etc vs eg ie tldr aka "
    "psa faq christmas easter god internet web earth europe european america american africa asia asian "
    "australia germany france spain italy china japan india russia brazil canada mexico england britain "
    "british uk usa eu north south east west western eastern berlin london paris york".split()
)
"""Words of English that begin with a capital for other reasons, or that other languages have words for."""


@frozen
class Proposal:
    """What should be a row of a glossary."""

    source: str
    count: int
    """How often it stands in the posts."""


def proposed(documents: Iterable[Document], source: str, known: Terms) -> tuple[Proposal, ...]:
    """The names in the posts, those that are used most first.

    `source`: the language of the posts, a BCP 47 tag. `known`: what a glossary has already.
    """
    seen = _Seen(source)
    for document in documents:
        for segment in document.segments:
            for prose in proses(segment.prose):
                seen.read(prose, title=segment.kind in {"heading", "value"})
    names = [name for name in seen.names() if not _is_known(name, known)]
    counts = seen.count(names)
    found = [Proposal(name, counts[name]) for name in names if counts[name] >= LEAST]
    return tuple(sorted(found, key=lambda each: (-each.count, each.source)))


def _is_known(name: str, known: Terms) -> bool:
    return any((each.start, each.end) == (0, len(name)) for each in known.find(name))


@frozen
class _Word:
    """A word of a sentence."""

    start: int
    end: int
    text: str
    leads: bool
    """Whether it may have a capital for where it stands."""


class _Seen:
    """What the posts say of their words."""

    def __init__(self, source: str) -> None:
        language = source.partition("-")[0].lower()
        self._cased = languages.cased(source)
        self._capitals = self._cased and language not in _NOUNS
        self._tags = {name.lower() for each in languages.known() for name in each.name.split()}
        self._texts: list[str] = []
        self._words: Counter[str] = Counter()
        self._runs: Counter[str] = Counter()
        self._shaped: Counter[str] = Counter()
        self._coded: Counter[str] = Counter()
        self._after: Counter[str] = Counter()

    def read(self, prose: Prose, *, title: bool) -> None:
        """Take in one text."""
        for atom in prose.atoms:
            word = atom.markup.raw.decode(errors="replace").strip("`") if atom.kind == "code" else ""
            if _KEY.fullmatch(word):
                self._coded[word] += 1
        for start, end in prose.sentences:
            text = prose.plain[start:end]
            self._texts.append(text)
            words = list(_words(text))
            if title or _is_title(text, words):
                continue
            self._words.update(word.text for word in words)
            self._shaped.update(word.text for word in words if self._is_shaped(word.text))
            beside = ((a, b) for a, b in pairwise(words) if text[a.end : b.start] == " ")
            self._after.update(b.text for a, b in beside if a.text.lower() in _DETERMINERS)
            if self._capitals:
                links = {(m.start - start, m.end - start) for m in prose.marks if m.kind == "link"}
                self._runs.update(text[slice(*run)] for run in _runs(text, words) if run not in links)

    def names(self) -> list[str]:
        """All that look like one."""
        found = {name for name, count in self._shaped.items() if count >= LEAST and not self._is_common(name)}
        runs = {name for name, count in self._runs.items() if count >= LEAST and self._is_name(name)}
        found |= runs - self._in_small(runs)
        found |= {name for name in self._coded if self._is_tool(name)}
        return sorted(name for name in found if not self._is_plural(name, found))

    def _in_small(self, runs: set[str]) -> set[str]:
        """Those of several words that stand in small letters as often: open source."""
        several = [run for run in runs if " " in run]
        here, any_case = self.count(several), self.count([run.lower() for run in several])
        return {run for run in several if any_case[run.lower()] - here[run] >= self._runs[run]}

    def count(self, names: Sequence[str]) -> Counter[str]:
        """How often each stands in the posts, titles included, the longest first."""
        terms = Terms([Term(name, name, fixed=True) for name in names])
        found: Counter[str] = Counter()
        for text in self._texts:
            found.update(each.term.source for each in terms.find(text))
        return found

    def _is_shaped(self, word: str) -> bool:
        if not self._cased:
            return word.isascii() and len(word) > 1 and word[0].isalpha()
        if _MACHINE.match(word) or "/" in word:
            return False
        return bool(_ACRONYM.fullmatch(word) or _INNER.search(word) or _DOTTED.fullmatch(word)) and (
            len(word) > 1 and not _CONTRACTION.search(word)
        )

    def _is_common(self, name: str) -> bool:
        low = name.lower()
        if low in _COMMON or low in self._tags:
            return True
        # SHOUTED: the blog has the word in small letters, too.
        singular = name.removesuffix("s")
        return singular.isupper() and self._words[singular.lower()] * 3 > self._words[singular]

    def _is_name(self, run: str) -> bool:
        words = run.split()
        if all(word.lower() in _COMMON or word.lower() in self._tags for word in words):
            return False
        if len(words) == 1:
            return self._words[run.lower()] * 4 <= self._runs[run] and len(run) > 1
        return True

    def _is_tool(self, word: str) -> bool:
        """Whether what stands in code spans is a name in the text too, and no word of the language."""
        count = self._words[word]
        if count < LEAST or len(word) < 2 or self._is_common(word):
            return False
        if word != word.lower():
            return self._words[word.lower()] * 4 <= count
        if not word.isalpha():
            return self._after[word] * 5 <= count
        ordinary = _ORDINARY.fullmatch(word) or any(self._words[word + end] for end in _ENDINGS)
        return not ordinary and self._after[word] * 10 <= count <= 2 * self._coded[word]

    def _is_plural(self, name: str, found: set[str]) -> bool:
        match = _PLURAL.fullmatch(name)
        return match is not None and match[1] in found


def _words(text: str) -> Iterator[_Word]:
    first = True
    for match in _TOKEN.finditer(text):
        word = match[0]
        short = _POSSESSIVE.sub("", word)
        if short.lower() == "let":
            short = word  # Let's Encrypt
        leads = first or _OPENS.search(ATOM.sub(" ", text[: match.start()])) is not None
        first = False
        yield _Word(match.start(), match.start() + len(short), short, leads)


def _is_title(text: str, words: Sequence[_Word]) -> bool:
    if text.endswith((".", "!", "?", ":", "…")):
        return False
    longer = [word.text for word in words[1:] if len(word.text) > 3]
    return len(longer) > 2 and sum(word[0].isupper() for word in longer) >= _TITLED * len(longer)


def _runs(text: str, words: Sequence[_Word]) -> Iterator[tuple[int, int]]:
    """Where words with a capital stand side by side; not where the first has it for where it stands."""
    run: list[_Word] = []
    for word in (*words, None):
        beside = word is not None and bool(run) and text[run[-1].end : word.start] == " "
        capital = word is not None and word.text[0].isupper() and not _is_stop(word.text)
        if run and not (beside and capital):
            if len(run) <= _LONGEST_RUN and not run[0].leads:
                yield run[0].start, run[-1].end
            run = []
        if capital and word is not None:
            run.append(word)


def _is_stop(word: str) -> bool:
    return word == "I" or (_CONTRACTION.search(word) is not None and not word.lower().startswith("let"))
