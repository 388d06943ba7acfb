"""A record as a file: generated, small, in a stable order.

`sources` holds, once for all languages, what was translated: a word a segment, which is the hash of the
segment, those of its sentences, and behind `|` those of where its marks stand. What a language holds has
a word for each of these: the hash of what was written; `!` where that is a person's, `!<` where theirs was
kept although its source changed; `~` where somebody should look at it, alone where it stayed in the source
language; `@` and a fingerprint where something else made it; then `?` where its sentences can't be told
apart, or `:` and where they stand (cuts.py); `-` where a person's file has nothing for it. Before these
words stand the name of the source, the localized file's id, the hash of its frame, and the fingerprint of
what made it. If the file is a person's, behind its frame stands `!`, and then what it has beside the post's
texts: of each the number of the segment before which it stands, and its hash. Where the file's path isn't
what `target` says, it stands behind all that.
"""

from __future__ import annotations

import base64
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import chain

from polypost import oldrecords
from polypost.errors import PostError
from polypost.records import (
    ABSENT,
    SENTENCE,
    SHORT,
    Entry,
    Glance,
    Localization,
    Pending,
    Record,
    Sketch,
    fingerprint,
)

VERSION = 2
_SOURCE = rf"[\w-]{{{SHORT}}}(?:[\w-]{{{SENTENCE}}})*(?:\|[\w,-]*)?"
_TARGET = rf"(?:~|([\w-]{{{SHORT}}}|{ABSENT})(!?)(<?)(~?)(?:@([\w-]{{{SHORT}}}))?(?:(\?)|:([^ ~!<@?]+))?)"
_USUAL = rf"[\w-]{{{SHORT}}}(?::[\d,]++)?+(?= |\Z)"
"""Most of the words; there are millions, and each is looked at."""
_ANY = f"(?:{_USUAL}|{_TARGET})"
_SOURCES, _TARGETS = (re.compile(f"(?:{word}(?: {word})*+)?+", re.ASCII) for word in (_SOURCE, _ANY))
_ONE = re.compile(_TARGET, re.ASCII)
_MADE = re.compile(f"@(.{{{SHORT}}})")
_THEIRS, _NOTHING = "!", "~"
_THERE = "+"
_NAME = 4
"""Characters of a content id by which languages name their source."""
_LANGUAGE = "{lang}"
"""Stands in `target` for each language's tag."""


def dump(record: Record) -> bytes:
    """Give the record's bytes."""
    sources: dict[str, str] = {}
    target = _template(record)
    languages = {
        tag: [_written(item, _named(item, sources)), *([item.target] if item.target != path else [])]
        for tag, item in sorted(record.localizations.items())
        for path in [target.replace(_LANGUAGE, tag)]
    }
    every = record.localizations.values()
    used = {made for item in every for made in (item.made_with, *(e.made_with for e in item.entries))}
    used -= {""} - {item.made_with for item in every}
    value = {
        "version": VERSION,
        "source": record.source,
        "target": target,
        "made-with": {fingerprint(made): made for made in sorted(used)},
        "sources": dict(sorted(sources.items())),
        "languages": languages,
    }
    if links := _links(record):
        value["links"] = links
    if record.pending:
        value["pending"] = {
            tag: {"made-with": item.made_with, "answers": dict(sorted(item.answers.items()))}
            for tag, item in sorted(record.pending.items())
        }
    # Lines that stay the same between those of two languages let their changes merge.
    return (json.dumps(value, indent=0, ensure_ascii=False) + "\n").encode()


def _links(record: Record) -> dict[str, str]:
    """Each link with the languages that have it: `es` where it leads to a localization, else `-es`."""
    found: dict[str, list[str]] = {}
    for tag, item in sorted(record.localizations.items()):
        for link, state in item.links.items():
            word = f"-{tag}" if not state else tag if state == _THERE else f"{tag}={state}"
            found.setdefault(link, []).append(word)
    return {link: " ".join(words) for link, words in sorted(found.items())}


def _template(record: Record) -> str:
    """What the paths of most localizations are, with `{lang}` in place of the language."""
    found = Counter(
        re.sub(rf"(?<![^\W_]){re.escape(tag)}(?![^\W_])", _LANGUAGE, item.target)
        for tag, item in record.localizations.items()
    )
    return min(found, key=lambda target: (-found[target], target)) if found else ""


def _named(item: Localization, sources: dict[str, str]) -> str:
    """The name in `sources` of what the localization was made from; read in two ways, a post has two."""
    text = " ".join((item.source_id, item.source_frame or _NOTHING, *map(_source_word, item.entries)))
    name = short = item.source_id[:_NAME]
    while sources.setdefault(name, text) != text:
        name = f"{short}.{int(name[_NAME + 1 :] or 1) + 1}"
    return name


def _source_word(entry: Entry) -> str:
    shapes = f"|{','.join(entry.shapes)}" if any(entry.shapes) else ""
    return f"{entry.source}{''.join(entry.sentences)}{shapes}"


def _written(item: Localization, source: str) -> str:
    target_id = base64.urlsafe_b64encode(bytes.fromhex(item.target_id)).decode().rstrip("=")
    words = (_target_word(entry, item.made_with) for entry in item.entries)
    more = ",".join(f"{at}{key}" for at, key in item.more)
    frame = f"{item.frame}{_THEIRS}{more}" if item.theirs else item.frame
    return " ".join((source, target_id, frame, fingerprint(item.made_with), *words))


def _target_word(entry: Entry, made_with: str) -> str:
    if not entry.target:
        return "~"
    made = f"@{fingerprint(entry.made_with)}" if entry.made_with not in {"", made_with} else ""
    cuts = f":{entry.cuts}" if entry.cuts else "?" * (entry.cuts is None and not entry.person)
    signs = f"{'!' * entry.person}{'<' * entry.behind}{'~' * entry.suspicious}"
    return f"{entry.target}{signs}{made}{cuts}"


def _led(word: str) -> tuple[str, str]:
    """Language and state, see `Localization.links`."""
    tag, _, state = word.partition("=")
    return (tag[1:], "") if tag.startswith("-") else (tag, state or _THERE)


class _File:
    """What is read of a record, as far as it was looked at."""

    def __init__(self, value: Mapping[str, object]) -> None:
        self.source = _text(value["source"])
        self.made = {_text(key): _text(name) for key, name in _mapping(value["made-with"]).items()}
        self.sources: dict[str, tuple[str, str, str]] = {}
        """What languages name it -> (content id, frame, words)."""
        for name, text in _mapping(value["sources"]).items():
            source_id, frame, *rest = _text(text).split(" ", 2)
            words = rest[0] if rest else ""
            if not _SOURCES.fullmatch(words):
                raise ValueError("a source segment is no such")
            self.sources[name] = (source_id, frame.removeprefix(_NOTHING), words)
        self.links = {
            link: dict(map(_led, _text(words).split()))
            for link, words in _mapping(value.get("links", {})).items()
        }
        target = _text(value["target"])
        self.languages = {
            tag: self._language(tag, item, target.replace(_LANGUAGE, tag))
            for tag, item in _mapping(value["languages"]).items()
        }
        self.pending = {
            tag: _pending(_mapping(item)) for tag, item in _mapping(value.get("pending", {})).items()
        }

    def _language(self, tag: str, value: object, target: str) -> tuple[Localization, str, str]:
        """A localization without its entries, and the words for them: of the source, written."""
        if not isinstance(value, list):
            raise TypeError("a language is no list")
        name, target_id, frame, made, *rest = _text(value[0]).split(" ", 4)
        segments = rest[0] if rest else ""
        source_id, source_frame, words = self.sources[name]
        if not _TARGETS.fullmatch(segments) or segments.count(" ") != words.count(" "):
            raise ValueError("a segment is no such")
        full = base64.urlsafe_b64decode(target_id + "=").hex()
        target = _text(value[1]) if value[1:] else target
        frame, theirs, more = frame.partition(_THEIRS)
        item = Localization(
            target,
            source_id,
            full,
            frame,
            self.made[made],
            (),
            bool(theirs),
            source_frame,
            {link: states[tag] for link, states in self.links.items() if tag in states},
            tuple((int(word[:-SHORT]), word[-SHORT:]) for word in more.split(",") if word),
        )
        return item, words, segments

    def glance(self, tag: str) -> Glance:
        item, _, text = self.languages[tag]
        return Glance(
            item.target,
            item.source_id,
            item.target_id,
            item.made_with,
            text.count(" ") + 1 if text else 0,
            "~" in text,
            "!" in text,
            "<" in text,
            tuple(sorted({self.made[made] for made in _MADE.findall(text)})) if "@" in text else (),
            item.theirs,
            item.links,
        )

    def entries(self, words: str, segments: str) -> Iterator[Entry]:
        for source, written in zip(words.split(), segments.split(), strict=True):
            held, _, shapes = source.partition("|")
            texts = tuple(held[at : at + SENTENCE] for at in range(SHORT, len(held), SENTENCE))
            found = _ONE.fullmatch(written)
            target, person, behind, suspicious, made, unknown, cuts = found.groups("") if found else [""] * 7
            yield Entry(
                texts,
                held[:SHORT],
                target,
                person=bool(person),
                shapes=tuple(shapes.split(",")) if shapes else ("",) * len(texts),
                cuts=None if unknown or person or not target else cuts,
                suspicious=bool(suspicious),
                behind=bool(behind),
                made_with=self.made[made] if made else "",
            )


def load(data: bytes, path: str) -> Record:
    """Read a record. Raises PostError when it is damaged, or newer than this version knows."""
    file = _read(data, path)
    return Record(file.source, dict(_localizations(file, path)), file.pending)


def _localizations(file: _File, path: str) -> Iterator[tuple[str, Localization]]:
    for tag, (item, words, segments) in file.languages.items():
        try:
            entries = tuple(file.entries(words, segments))
        except (ValueError, KeyError) as error:
            raise _damaged(path, error) from None
        yield tag, replace(item, entries=entries)


def sketch(data: bytes, path: str) -> Sketch:
    """Read a record as far as the memory holds it. Raises PostError as `load` does."""
    file = _read(data, path)
    words = chain.from_iterable(words.split() for _, _, words in file.sources.values())
    return Sketch(
        file.source,
        {tag: file.glance(tag) for tag in file.languages},
        {tag: tuple(item.answers) for tag, item in file.pending.items()},
        "".join([word[SHORT:].partition("|")[0] for word in words]).encode(),
    )


def _read(data: bytes, path: str) -> _File:
    try:
        value = json.loads(data.decode("utf-8-sig"))
        if b"\\ud" in data or b"\\uD" in data:
            # Half a surrogate pair, which JSON can say, could not be written again.
            json.dumps(value, ensure_ascii=False).encode()
        if value["version"] == oldrecords.VERSION:
            value = oldrecords.migrated(value)
        elif value["version"] != VERSION:
            raise PostError(
                f"{path} was written by a newer polypost (format {value['version']}, known is {VERSION}): "
                "use that version, or delete it and its localizations to have the post translated anew.",
                code="record-newer",
            )
        return _File(value)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise _damaged(path, error) from None


def _damaged(path: str, error: Exception) -> PostError:
    return PostError(
        f"{path} is damaged ({type(error).__name__}): restore it from git, or delete it and its "
        "localizations to have the post translated anew.",
        code="record-damaged",
    )


def _text(item: object) -> str:
    if not isinstance(item, str):
        raise TypeError("something is no text")
    return item


def _mapping(item: object) -> Mapping[str, object]:
    if not isinstance(item, dict):
        raise TypeError("something is no mapping")
    return item


def _pending(value: Mapping[str, object]) -> Pending:
    answers = {key: _text(answer) for key, answer in _mapping(value["answers"]).items()}
    return Pending(_text(value["made-with"]), answers)
