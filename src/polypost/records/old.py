"""Records of earlier versions, told in the words of today's; a post's record is written anew with the post.

Their hashes were the same, only longer.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Mapping
from typing import Any

from polypost.records.record import BRIEF, SENTENCE, SHAPE, SHORT, WRITTEN, brief, digest
from polypost.records.words import called

_HASH = 5
"""Characters of all hashes in version 2 but those of sentences."""


def migrated(value: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a record says, as one of today's version; of a newer one, as it is.

    Raises what reading damaged ones raises.
    """
    while step := _STEPS.get(value["version"]):
        value = step(value)
    return value


def _from_1(value: Mapping[str, Any]) -> Mapping[str, Any]:
    """Where in a segment a sentence's translation stands, version 1 didn't say."""
    sources: dict[str, str] = {}
    languages: dict[str, object] = {}
    made: dict[str, str] = {}
    for tag, item in value["languages"].items():
        pairs = [_words(line) for line in item["segments"]]
        sources[tag] = " ".join((item["source-id"], "~", *(source for source, _ in pairs)))
        with_what = digest(item["made-with"])[:_HASH]
        made[with_what] = item["made-with"]
        target_id = base64.urlsafe_b64encode(bytes.fromhex(item["target-id"])).decode().rstrip("=")
        state = (tag, target_id, item["frame"][:_HASH], with_what)
        languages[tag] = [" ".join((*state, *(target for _, target in pairs))), item["target"]]
    return {
        "version": 2,
        "target": "",
        "made-with": made,
        "sources": sources,
        "languages": languages,
        "pending": value.get("pending", {}),
    }


def _words(line: str) -> tuple[str, str]:
    """A segment's line as the words for its source and for what was written."""
    sentences, source, target, *whose = line.split("|")
    if whose not in ([], ["person"]):
        raise ValueError("a segment has too many fields")
    sign = "!" if whose else "?"
    texts = "".join(text[:SENTENCE] for text in sentences.split())
    return f"{source[:SHORT]}{texts}", f"{target[:_HASH]}{sign}" if target else "~"


def _from_2(value: Mapping[str, Any]) -> Mapping[str, Any]:
    """All words were parted by spaces, paths written out, and what languages name had names."""
    sources, made, languages, targets = dict[str, str](), dict[str, str](), dict[str, str](), dict[str, str]()
    of = {name: called(sources, _source(text)) for name, text in value["sources"].items()}
    by = {name: called(made, text, digest(text)) for name, text in value["made-with"].items()}
    for tag, (text, *path) in value["languages"].items():
        source, target_id, frame, who, *words = text.split()
        state = (of[source], target_id[:BRIEF], _frame(frame), by[who])
        languages[tag] = " ".join((*state, "".join(_written(word, by) for word in words)))
        targets |= dict.fromkeys([tag], *path) if path else {}
    return {
        "version": 3,
        "at": f"0 {value['target']} 0",
        "by": list(made.values()),
        "of": list(sources.values()),
        "in": languages,
        "targets": targets,
        "links": value.get("links", {}),
        "pending": value.get("pending", {}),
    }


def _frame(word: str) -> str:
    frame, sign, more = word.partition("!")
    return f"{frame[:WRITTEN]}{sign}{','.join(each[: WRITTEN - _HASH] for each in more.split(','))}"


def _source(text: str) -> str:
    source_id, frame, *words = text.split()
    return " ".join((brief(source_id), _frame(frame), *map(_with_shapes, words)))


def _with_shapes(word: str) -> str:
    texts, sign, shapes = word.partition("|")
    return f"{texts}{sign}{','.join(shape[:SHAPE] for shape in shapes.split(','))}"


def _written(word: str, by: Mapping[str, str]) -> str:
    if word == "~":
        return "^"
    none = re.match(r"-(?![\w-])", word)
    text, rest = (".", word[1:]) if none else (word[:WRITTEN], word[_HASH:])
    more = re.sub(r"@([\w-]+)", lambda found: f"@{by[found[1]]}", rest)
    return f"{text}{more}{' ' * bool(more)}"


_STEPS: Mapping[object, Callable[[Mapping[str, Any]], Mapping[str, Any]]] = {1: _from_1, 2: _from_2}
