"""A record as a file: generated, small, in a stable order.

`of` holds, once for all languages, what was translated: the post's id, the hash of its frame, and a word a
segment; `by`, what made texts. `in` tells of each language: which of `of` it was made from; the localized
file's id, behind it the hash of its notice if it has one; the hash of its frame (`=`: the source's); which of
`by` made it; and a word for each of the segments (words.py). If a person has built the file, behind its
frame stands `!`, and then what it has beside the post's texts: of each the number of the segment before which
it stands, and its hash.

`at` tells where the localizations are: so many characters of the post's path, what follows, and so many
characters of its end. One that is elsewhere is in `targets`. Whose record it is, its own path says.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from polypost.errors import PostError
from polypost.records import old, words
from polypost.records.record import (
    BRIEF,
    WRITTEN,
    Entry,
    Glance,
    Localization,
    Pending,
    Record,
    Sketch,
    Waits,
    digest,
)
from polypost.records.words import called
from polypost.sites import record_for

VERSION = 3
DAMAGED = "record-damaged"
"""The code of what `load` raises for a record that can't be read."""
_THEIRS, _NOTHING, _SAME = "!", "~", "="
_THERE = "+"
_LANGUAGE = "{lang}"
"""Stands in `at` for each language's tag."""


def dump(record: Record) -> bytes:
    """Give the record's bytes."""
    every = sorted(record.localizations.items())
    made, sources, languages = dict[str, str](), dict[str, str](), dict[str, str]()
    used = {item.made_with for _, item in every}
    used |= {entry.made_with for _, item in every for entry in item.entries if entry.made_with}
    used |= {entry.tried for _, item in every for entry in item.entries if entry.tried}
    names = {each: called(made, each, digest(each)) for each in sorted(used)}
    for tag, item in every:
        entries = map(words.of_source, item.entries)
        source = " ".join((item.source_id, item.source_frame or _NOTHING, *entries))
        languages[tag] = _written(item, called(sources, source), names)
    target = _target(record)
    usual = _placed(target, record.source)
    elsewhere = {tag: item.target for tag, item in every if usual.replace(_LANGUAGE, tag) != item.target}
    parts = {
        "version": str(VERSION),
        "at": _json(target),
        "by": _json(list(made.values())),
        "of": "[\n" + ",\n".join(map(_json, sources.values())) + "\n]",
        "in": _lines({tag: _json(text) for tag, text in languages.items()}),
    }
    if elsewhere:
        parts["targets"] = _lines({tag: _json(path) for tag, path in elsewhere.items()})
    if links := _links(record):
        parts["links"] = _lines({link: _json(by) for link, by in links.items()})
    if record.pending:
        parts["pending"] = _lines({tag: _waiting(item) for tag, item in sorted(record.pending.items())})
    return ("{" + ",".join(f'"{name}":{value}' for name, value in parts.items()) + "}\n").encode()


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _lines(values: Mapping[str, str]) -> str:
    """An object, each key and each value on a line.

    So a line that stays the same stands between those of two languages, and their changes merge.
    """
    return "{\n" + "\n,".join(f"{_json(key)}:\n{value}" for key, value in values.items()) + "\n}"


def _waiting(item: Pending) -> str:
    answers = _lines({key: _json(answer) for key, answer in sorted(item.answers.items())})
    vain = f'"vain":{_json(item.vain)},' if item.vain else ""
    return f'{{"made-with":{_json(item.made_with)},{vain}"answers":{answers}}}'


def _links(record: Record) -> dict[str, str]:
    """Each link with the languages that have it: `es` where it leads to a localization, else `-es`."""
    found: dict[str, list[str]] = {}
    for tag, item in sorted(record.localizations.items()):
        for link, state in item.links.items():
            word = f"-{tag}" if not state else tag if state == _THERE else f"{tag}={state}"
            found.setdefault(link, []).append(word)
    return {link: " ".join(by) for link, by in sorted(found.items())}


def _target(record: Record) -> str:
    """Where most of the localizations are, with `{lang}` in place of the language; see `_placed`."""
    found = Counter(
        re.sub(rf"(?<![^\W_]){re.escape(tag)}(?![^\W_])", _LANGUAGE, item.target)
        for tag, item in record.localizations.items()
    )
    if not found:
        return "0  0"
    target, source = min(found, key=lambda each: (-found[each], each)), record.source
    before = alike(target, source)
    after = alike(target[before:][::-1], source[before:][::-1])
    return f"{before} {target[before : len(target) - after]} {after}"


def alike(one: Sequence[object], other: Sequence[object]) -> int:
    """How many characters, or bytes, both begin with."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((at for at, (mine, theirs) in pairs if mine != theirs), min(len(one), len(other)))


def _placed(target: str, source: str) -> str:
    """The path that `target` says for a post. Raises ValueError when it says none."""
    before, _, rest = target.partition(" ")
    between, _, after = rest.rpartition(" ")
    return f"{source[: int(before)]}{between}{source[len(source) - int(after) :]}"


def _written(item: Localization, source: str, names: Mapping[str, str]) -> str:
    def word(entry: Entry) -> str:
        made = "" if entry.made_with in {"", item.made_with} else names[entry.made_with]
        return words.written(entry, made, names[entry.tried] if entry.tried else "")

    frame = _SAME if item.frame == item.source_frame else item.frame
    if item.theirs:
        frame += _THEIRS + ",".join(f"{at}{key}" for at, key in item.more)
    state = (
        source,
        item.target_id + item.notice,
        frame,
        names[item.made_with],
        "".join(map(word, item.entries)),
    )
    return " ".join(state).rstrip()


def _led(word: str) -> tuple[str, str]:
    """Language and state, see `Localization.links`."""
    tag, _, state = word.partition("=")
    return (tag[1:], "") if tag.startswith("-") else (tag, state or _THERE)


class _Source(NamedTuple):
    """A post, as it was read."""

    content_id: str
    frame: str
    words: str
    segments: int

    @classmethod
    def read(cls, text: str) -> _Source:
        source_id, frame, told, *_ = [*text.split(" ", 2), ""]
        words.check_sources(told)
        return cls(source_id, frame.removeprefix(_NOTHING), told, told.count(" ") + bool(told))


class _File:
    """What is read of a record, as far as it was looked at."""

    def __init__(self, value: Mapping[str, object], source: str) -> None:
        self.source = source
        made, sources = dict[str, str](), dict[str, str]()
        for text in _texts(value["by"]):
            called(made, text, digest(text))
        for text in _texts(value["of"]):
            called(sources, text)
        self.made, self.sources = made, {name: _Source.read(text) for name, text in sources.items()}
        """By what languages call it (`called`)."""
        self.links = {
            link: dict(map(_led, _text(by).split())) for link, by in _mapping(value.get("links", {})).items()
        }
        usual, elsewhere = _placed(_text(value["at"]), source), _mapping(value.get("targets", {}))
        self.languages = {
            tag: self._language(tag, _text(item), _text(elsewhere.get(tag, usual.replace(_LANGUAGE, tag))))
            for tag, item in _mapping(value["in"]).items()
        }
        self.pending = {
            tag: _pending(_mapping(item)) for tag, item in _mapping(value.get("pending", {})).items()
        }

    def _language(self, tag: str, text: str, target: str) -> tuple[Localization, Glance, str, str]:
        """A localization without its entries, a glance at it, and their words: of the source, written."""
        name, target_id, frame, made, told, *_ = [*text.split(" ", 4), ""]
        source = self.sources[name]
        seen, links = words.look(told), {link: of[tag] for link, of in self.links.items() if tag in of}
        if seen.segments != source.segments:
            raise ValueError("there are more segments than sources, or fewer")
        target_id, notice = target_id[:BRIEF], target_id[BRIEF:]
        frame, theirs, more = frame.partition(_THEIRS)
        frame = source.frame if frame == _SAME else frame
        made_with = self.made[made]
        others = tuple(sorted(self.made[each] for each in seen.made))
        item = Localization(
            target,
            source.content_id,
            target_id,
            frame,
            made_with,
            (),
            bool(theirs),
            source.frame,
            links,
            more=tuple((int(word[:-WRITTEN]), word[-WRITTEN:]) for word in more.split(",") if word),
            notice=notice,
        )
        glance = Glance(
            target,
            source.content_id,
            target_id,
            made_with,
            seen.segments,
            seen.failed,
            seen.person,
            seen.behind,
            others,
            item.theirs,
            links,
            frozenset(self.made[each] if each else "" for each in seen.tried),
            notice,
        )
        return item, glance, source.words, told


def load(data: bytes, path: str) -> Record:
    """Read the record at `path`. Raises PostError when it is damaged, or newer than this version knows."""
    file = _read(data, path)
    return Record(file.source, dict(_localizations(file)), file.pending)


def _localizations(file: _File) -> Iterator[tuple[str, Localization]]:
    for tag, (item, _, sources, told) in file.languages.items():
        yield tag, replace(item, entries=tuple(words.entries(sources, told, file.made)))


def sketch(data: bytes, path: str) -> Sketch:
    """Read a record as far as the memory holds it. Raises PostError as `load` does."""
    file = _read(data, path)
    return Sketch(
        file.source,
        {tag: glance for tag, (_, glance, _, _) in file.languages.items()},
        {tag: Waits(tuple(item.answers), item.vain) for tag, item in file.pending.items()},
        b"".join([words.sentences(each.words) for each in file.sources.values()]),
    )


def _read(data: bytes, path: str) -> _File:
    try:
        value = json.loads(data.decode("utf-8-sig"))
        if b"\\ud" in data or b"\\uD" in data:
            # Half a surrogate pair, which JSON can say, could not be written again.
            json.dumps(value, ensure_ascii=False).encode()
        value = old.migrated(value)
        if value["version"] != VERSION:
            raise PostError(
                f"{path} was written by a newer polypost (format {value['version']}, known is {VERSION}): "
                "use that version, or delete it: what stands in its localizations counts as a person's then.",
                code="record-newer",
            )
        return _File(value, record_for(path)[0])
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise PostError(f"{path} is damaged ({type(error).__name__}).", code=DAMAGED) from None


def _text(item: object) -> str:
    if not isinstance(item, str):
        raise TypeError("something is no text")
    return item


def _texts(item: object) -> list[str]:
    if not isinstance(item, list):
        raise TypeError("something is no list")
    return list(map(_text, item))


def _mapping(item: object) -> Mapping[str, object]:
    if not isinstance(item, dict):
        raise TypeError("something is no mapping")
    return item


def _pending(value: Mapping[str, object]) -> Pending:
    answers = {key: _text(answer) for key, answer in _mapping(value["answers"]).items()}
    return Pending(_text(value["made-with"]), answers, _text(value.get("vain", "")))
