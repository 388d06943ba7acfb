"""Messages of Django with their human translations, as pairs of plain text."""

from __future__ import annotations

import hashlib
import importlib.util
import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_TAGS = {"zh_Hans": "zh-Hans", "zh_Hant": "zh-Hant", "sr_Latn": "sr-Latn"}
_PLACEHOLDER = re.compile(r"%\(\w+\)[-#0 +]*[\d.]*[a-z]|%[-#0 +]*[\d.]*[sdifr]|\{\w*\}|%%")
_MARKUP = re.compile(r"<\w|</|&\w+;")


@dataclass(frozen=True, slots=True)
class Message:
    """One message in one language."""

    language: str
    """BCP 47."""
    source: str
    target: str

    @property
    def fitted(self) -> bool:
        """Whether the bands may be fitted on it; what they are tested on never is. Told by the message."""
        return hashlib.sha1(self.source.encode()).digest()[0] % 2 == 0

    @property
    def words(self) -> int:
        """The source's, stand-ins aside."""
        return len(re.sub(r"XENT\d+X", "", self.source).split())


def folder(given: str | None) -> Path:
    """Where Django lies: as given, or as installed. Raises SystemExit when it is nowhere."""
    if given:
        return Path(given)
    found = importlib.util.find_spec("django")
    if found is None or found.origin is None:
        raise SystemExit("Django isn't installed: `uv sync --group catalogs`, or name its folder.")
    return Path(found.origin).parent


def messages(django: Path) -> list[Message]:
    """All of them but those with markup, and those without a letter; each once for a language.

    Printf-style placeholders are an artefact of these catalogs. A post has code there, for which a model sees
    a stand-in; so each becomes one, numbered in the order of the source. Of a plural, its last form is taken.
    """
    found: dict[Message, None] = {}
    for path in sorted(django.rglob("locale/*/LC_MESSAGES/*.mo")):
        name = path.parents[1].name
        if name.startswith("en"):
            continue
        tag = _TAGS.get(name, name.replace("_", "-"))
        for source, target in _entries(path):
            if target.strip() and any(map(str.isalpha, source)) and not _MARKUP.search(source + target):
                found[Message(tag, *_prepared(source, target))] = None
    return list(found)


def _entries(path: Path) -> Iterator[tuple[str, str]]:
    """The (message, translation) pairs of a compiled catalog; its fuzzy ones aren't in there."""
    data = path.read_bytes()
    order = "<" if data[:4] == b"\xde\x12\x04\x95" else ">"
    count, sources, targets = struct.unpack_from(f"{order}3I", data, 8)

    def text(table: int, at: int) -> str:
        size, start = struct.unpack_from(f"{order}2I", data, table + 8 * at)
        return data[start : start + size].decode()

    for at in range(count):
        key, value = text(sources, at), text(targets, at)
        yield key.rpartition("\x04")[2].split("\0")[-1], value.split("\0")[-1]


def _prepared(source: str, target: str) -> tuple[str, str]:
    names: dict[str, str] = {}

    def standin(match: re.Match[str]) -> str:
        return "%" if match[0] == "%%" else names.setdefault(match[0], f"XENT{len(names) + 1}X")

    first = _PLACEHOLDER.sub(standin, source)
    return " ".join(first.split()), " ".join(_PLACEHOLDER.sub(standin, target).split())
