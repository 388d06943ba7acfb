"""What a record says of each segment, as words: hashes, and signs behind them.

Of a source, parted by spaces: the hash of the segment, those of its sentences, and behind `|` those of where
its marks stand.

Of what was written for it: the hash of that. As most words are only this, no space parts them. What a word
says more ends with one: `!` where it is a person's, `!<` where theirs was kept although its source changed;
`~` where somebody should look at it; `@` and a name where something else made it; `*` and a name where that
has tried it in vain, and needn't again; then `?` where its sentences can't be told apart, or `:` and where
they stand (cuts.py). In place of a hash, a segment that stayed in the source language has `^`, and one for
which a person's file has nothing, `.`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from polypost.records.record import ABSENT, SENTENCE, SHORT, WRITTEN, Entry

_STAYED, _NOTHING, _LOOK, _PERSON, _BEHIND = "^", ".", "~", "!", "<"
_SOURCE = rf"[\w-]{{{SHORT}}}(?:[\w-]{{{SENTENCE}}})*(?:\|[\w,-]*)?"
_SOURCES = re.compile(rf"(?:{_SOURCE}(?: {_SOURCE})*+)?+", re.ASCII)
_USUAL = rf"(?:[\w-]{{{WRITTEN}}}(?![!<~@*?:]))++"
"""Most of the words; there are millions, and each is looked at."""
_SAID = r"(?=[!<~@*?:])!?<?~?(?:@[\w.-]+)?(?:\*[\w.-]+)?(?:\?|:[\d,+*#.x/-]+)?(?: |\Z)"
_WORDS = re.compile(rf"(?:{_USUAL}|(?:[\w-]{{{WRITTEN}}}|[\^.])(?:{_SAID})?)*+", re.ASCII)
_WORD = re.compile(
    rf"([\w-]{{{WRITTEN}}}|[\^.])([!<~]*)(?:@([\w.-]+))?(?:\*([\w.-]+))?(\?|:[^ ]+)? ?", re.ASCII
)
_MORE = re.compile(r"[!<~@*?:][^ ]*(?: |\Z)")


_CALLED = 2


class Words(NamedTuple):
    """What is told of a localization's segments, as far as it is asked without reading each."""

    segments: int
    failed: bool
    """Whether one stayed in the source language, or should be looked at."""
    person: bool
    behind: bool
    made: frozenset[str]
    """The names of what else made some; texts of people don't count, whatever had made them before."""
    tried: frozenset[str]
    """Of what has tried those that failed; empty where that doesn't count."""


def called(table: dict[str, str], text: str, key: str = "") -> str:
    """What a record calls a text from now on: the first letters of it, or of its `key`.

    From the second on that begins like this, a number stands behind them. `table`: by what they are called.
    """
    name = short = (key or text)[:_CALLED]
    while table.setdefault(name, text) != text:
        name = f"{short}.{int(name[_CALLED + 1 :] or 1) + 1}"
    return name


def of_source(entry: Entry) -> str:
    """The word for a source segment."""
    shapes = f"|{','.join(entry.shapes)}" if any(entry.shapes) else ""
    return f"{entry.source}{''.join(entry.sentences)}{shapes}"


def written(entry: Entry, made: str, tried: str = "") -> str:
    """The word for what was written.

    `made`: the name of what made it; empty where that made most of them. `tried`: that of what tried it.
    """
    who = f"{f'@{made}' if made else ''}{f'*{tried}' if tried else ''}"
    text = _NOTHING if entry.target == ABSENT else entry.target or _STAYED
    signs = f"{_PERSON * entry.person}{_BEHIND * entry.behind}{_LOOK * entry.suspicious}"
    unknown = entry.cuts is None and not (entry.person or text in {_NOTHING, _STAYED})
    more = f"{signs}{who}{f':{entry.cuts}' if entry.cuts else '?' * unknown}"
    return f"{text}{more}{' ' * bool(more)}"


def check_sources(words: str) -> None:
    """Raise ValueError unless these are words for source segments."""
    if not _SOURCES.fullmatch(words):
        raise ValueError("a source segment is no such")


def look(words: str) -> Words:
    """What words for what was written tell all in all. Raises ValueError when they are no such."""
    if not _WORDS.fullmatch(words):
        raise ValueError("a segment is no such")
    hashes = _MORE.sub("", words)
    none = hashes.count(_STAYED) + hashes.count(_NOTHING)
    failed = _STAYED in words or _LOOK in words
    return Words(
        none + (len(hashes) - none) // WRITTEN,
        failed,
        _PERSON in words,
        _BEHIND in words,
        frozenset(_made(words)) if "@" in words else frozenset(),
        frozenset(_tried(words)) if failed else frozenset(),
    )


def _made(words: str) -> Iterator[str]:
    """See `Words.made`."""
    return (who for _, signs, who, _, _ in _WORD.findall(words) if who and _PERSON not in signs)


def _tried(words: str) -> Iterator[str]:
    for text, signs, _, tried, _ in _WORD.findall(words):
        if text == _STAYED or (_LOOK in signs and _PERSON not in signs):
            yield tried


def entries(sources: str, words: str, made: Mapping[str, str]) -> Iterator[Entry]:
    """Read all of it. `made`: the names of what made the texts. Raises KeyError for another name."""
    for source, found in zip(sources.split(), _WORD.finditer(words), strict=True):
        held, _, shapes = source.partition("|")
        texts = tuple(held[at : at + SENTENCE] for at in range(SHORT, len(held), SENTENCE))
        text, signs, who, tried, cuts = found.groups("")
        target, person = {_STAYED: "", _NOTHING: ABSENT}.get(text, text), _PERSON in signs
        yield Entry(
            texts,
            held[:SHORT],
            target,
            person=person,
            shapes=tuple(shapes.split(",")) if shapes else ("",) * len(texts),
            cuts=None if cuts == "?" or person or target in {"", ABSENT} else cuts[1:],
            suspicious=_LOOK in signs,
            behind=_BEHIND in signs,
            made_with=made[who] if who else "",
            tried=made[tried] if tried else "",
        )


def sentences(sources: str) -> bytes:
    """The hashes of all sentences, one after the other."""
    return "".join([word[SHORT:].partition("|")[0] for word in sources.split()]).encode()
