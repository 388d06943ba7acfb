"""Front matter: read under caps, its values found as ranges, edited in place, never dumped."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import tomlkit
import tomlkit.exceptions
import yaml
from frontmatter.default_handlers import YAMLHandler

from polypost.errors import PostError
from polypost.markdown.strings import FINDERS, LOADER, Value
from polypost.values import frozen

MAX_SIZE = 64 * 1024
"""Characters. A 9-level alias bomb fits in far less; see MAX_NODES."""
MAX_DEPTH = 50
"""100,000 levels crash the loader's recursion."""
MAX_NODES = 10_000
"""With aliases counted as often as they are used."""


class _Plain(LOADER):  # type: ignore[misc,valid-type]  # LOADER is the C loader or, without it, Python's own
    """Reads a date as what is written: a 30th of February is no reason to leave a post out."""


_Plain.add_constructor("tag:yaml.org,2002:timestamp", lambda _, node: ("timestamp", node.value))
_YAML = YAMLHandler()
_FENCED = re.compile(
    r"(?P<fence>---|\+\+\+)[ \t]*\r?\n(?P<inner>.*?)^(?:(?P=fence)|\.\.\.)[ \t]*(?:\r?\n|\Z)",
    re.DOTALL | re.MULTILINE,
)
_HALF_OPEN = re.compile(r"(?:---[ \t]*(?:\r\n?|\n)[\w-]+:[ \t\r\n]|\+\+\+[ \t]*(?:\r\n?|\n)[\w.-]+[ \t]*=)")
"""Lines that end with a lone CR are ones to Markdown, and to no reader of front matter."""
_KEY = re.compile(r"^[ \t]*[\w\"'-]+[ \t]*:", re.MULTILINE)
_JSON_KEY = re.compile(r"\{\s*\"[^\"\n]{1,200}\"\s*:")


@frozen
class Head:
    """A post's front matter; all offsets are characters of the post."""

    kind: str
    """`yaml`, `toml` or `json`."""
    start: int
    end: int
    """The range between the delimiters."""
    body: int
    """Where the body begins."""
    data: dict[str, Any]


def switch(content: bytes) -> bool | tuple[str, ...] | None:
    """The post's `translate:` key: False or True, the languages it is to have, or None when absent.

    Raises PostError when the front matter can't be read or the key is neither.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise PostError("the post is not UTF-8; save it as UTF-8, or exclude it", code="not-utf-8") from error
    head = find(text)
    value = None if head is None else head.data.get("translate")
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return tuple(part.strip() for part in value.split(",") if part.strip())
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return tuple(value)
    # YAML reads the language `no` (Norwegian) as false.
    if isinstance(value, list) and all(isinstance(item, str) or item is False for item in value):
        return tuple("no" if item is False else item for item in value)
    message = "`translate:` in the front matter must be true, false or a list of languages, e.g. [es, ja]"
    raise PostError(message, code="front-matter", line=1)


def find(text: str) -> Head | None:
    """The front matter at the start of `text` (no BOM); None when there is none. Raises PostError."""
    if text.startswith("{") and (head := _json(text)) is not None:
        return head
    match = _FENCED.match(text)
    if match is None:
        if _HALF_OPEN.match(text):
            message = "the front matter is opened but never closed; add the closing line, or exclude the post"
            raise PostError(message, code="half-open-front-matter", line=1)
        return None
    inner = match["inner"]
    if len(inner) > MAX_SIZE:
        message = f"the front matter is larger than {MAX_SIZE} characters; shorten it, or exclude the post"
        raise PostError(message, code="front-matter-too-large", line=1)
    kind = "yaml" if match["fence"] == "---" else "toml"
    data = _load_yaml(inner) if kind == "yaml" else _load_toml(inner)
    if data is None and inner.strip():
        return None  # two thematic breaks with prose between them
    return Head(kind, match.start("inner"), match.end("inner"), match.end(), data or {})


def inside(text: str) -> Head | None:
    """The YAML between the first and the last line of `text`; None for no mapping. Raises PostError."""
    start, end = text.find("\n") + 1, text.rfind("\n") + 1
    if end - start > MAX_SIZE:
        return None
    data = _load_yaml(text[start:end])
    return None if data is None else Head("yaml", start, end, len(text), data)


def values(text: str, head: Head) -> Iterator[Value]:
    """Every string value of `head` that could be edited in place, in order."""
    yield from FINDERS[head.kind](text[head.start : head.end], head.start)


def _json(text: str) -> Head | None:
    try:
        data, end = json.JSONDecoder().raw_decode(text[:MAX_SIZE])
    except (ValueError, RecursionError) as error:
        if _JSON_KEY.match(text) is None:
            return None
        message = f"the front matter is not valid JSON ({error}); correct it, or exclude the post"
        raise PostError(message, code="front-matter", line=getattr(error, "lineno", 1)) from error
    if not isinstance(data, dict) or text[end : end + 1] not in ("", "\n", "\r"):
        return None
    _shallow(data)
    return Head("json", 0, end, end, data)


def _load_yaml(inner: str) -> dict[str, Any] | None:
    try:
        _within_caps(inner)
        data = _YAML.load(inner, Loader=_Plain)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        if not _KEY.search(inner):
            return None
        mark = getattr(error, "problem_mark", None)
        line = 2 + (mark.line if mark is not None else 0)
        problem = getattr(error, "problem", None) or error
        message = f"the front matter is not valid YAML ({problem}); correct it, or exclude the post"
        raise PostError(message, code="front-matter", line=line) from error
    return data if isinstance(data, dict) else None


def _within_caps(inner: str) -> None:
    """Count levels and nodes by events alone, aliases expanded, before anything is built."""
    # A level takes a bracket, or a column more than the one around it, but for a list right below its key;
    # a node takes a character.
    deepest = max(len(line) - len(line.lstrip(" -?")) for line in inner.splitlines() or ("",))
    levels = inner.count("[") + inner.count("{") + 2 * deepest + 2
    if levels <= MAX_DEPTH and len(inner) < MAX_NODES and "*" not in inner:
        return
    depth = 0
    sizes = [0]
    names: list[str | None] = []
    anchors: dict[str | None, int] = {}
    event: Any
    for event in yaml.parse(inner, Loader=LOADER):
        if isinstance(event, (yaml.MappingStartEvent, yaml.SequenceStartEvent)):
            depth += 1
            sizes.append(1)
            names.append(event.anchor)
        elif isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
            depth -= 1
            size = sizes.pop()
            sizes[-1] += size
            if (name := names.pop()) is not None:
                anchors[name] = size
        elif isinstance(event, yaml.AliasEvent):
            sizes[-1] += anchors.get(event.anchor, 1)
        elif isinstance(event, yaml.ScalarEvent):
            sizes[-1] += 1
            if event.anchor is not None:
                anchors[event.anchor] = 1
        if depth > MAX_DEPTH or sizes[-1] > MAX_NODES:
            message = "the front matter is nested too deep or its aliases expand too far; simplify it"
            raise PostError(message, code="front-matter-too-large", line=event.start_mark.line + 2)


def _load_toml(inner: str) -> dict[str, Any]:
    try:
        data: dict[str, Any] = tomlkit.parse(inner).unwrap()
    except (tomlkit.exceptions.TOMLKitError, ValueError, RecursionError) as error:
        message = f"the front matter is not valid TOML ({error}); correct it, or exclude the post"
        raise PostError(message, code="front-matter", line=1 + getattr(error, "line", 1)) from error
    _shallow(data)
    return data


def _shallow(data: object) -> None:
    """Raise PostError for what is nested too deep to be walked."""
    level = [data]
    for _ in range(MAX_DEPTH):
        inner = [n.values() if isinstance(n, dict) else n for n in level if isinstance(n, (dict, list))]
        level = [item for items in inner for item in items]
    if level:
        message = "the front matter is nested too deep; simplify it, or exclude the post"
        raise PostError(message, code="front-matter-too-large", line=1)
