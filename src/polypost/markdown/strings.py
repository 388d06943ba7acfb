"""The string values of front matter, each found as a range of the post, so that it can be edited in place."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import tomlkit
import yaml

from polypost.values import frozen

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_resolve: Any = yaml.SafeLoader("").resolve
_STARTS = frozenset((yaml.MappingStartEvent, yaml.SequenceStartEvent))
_ENDS = frozenset((yaml.MappingEndEvent, yaml.SequenceEndEvent))
_NODES = _STARTS | {yaml.ScalarEvent, yaml.AliasEvent}
_SENTINEL = "polypost-sentinel"
_ANCHOR = re.compile(r"&[^\s,\[\]{}]+\s+")
_JSON = re.compile(r'"(?:[^"\\]|\\.)*+"|[{}\[\],]', re.DOTALL)


@frozen
class Value:
    """One string value of the front matter."""

    key: str
    """Dotted; the items of a list share its key."""
    start: int
    end: int
    style: str
    """YAML: ``, `'`, `"`, `|`, `>` ; TOML: `toml` and its opening quotes."""
    text: str
    indent: str = ""
    """Of a block scalar's lines."""
    flow: bool = False
    """Whether it stands inside `[...]` or `{...}`."""
    markdown: bool = False
    """Whether it is Markdown with blocks, and no line of text."""


@dataclass(slots=True)
class _Container:
    key: str
    mapping: bool
    flow: bool
    pending: str | None = None


def _yaml_values(inner: str, offset: int) -> Iterator[Value]:
    stack: list[_Container] = []
    event: Any
    for event in yaml.parse(inner, Loader=LOADER):
        kind = event.__class__
        if kind in _ENDS:
            stack.pop()
            continue
        if kind not in _NODES:
            continue
        parent = stack[-1] if stack else None
        key = parent.key if parent else ""
        if parent is not None and parent.mapping:
            if parent.pending is None:
                name = event.value if kind is yaml.ScalarEvent else "?"
                parent.pending = f"{key}.{name}" if key else name
                if kind not in _STARTS:
                    continue
            else:
                key, parent.pending = parent.pending, None
        if kind in _STARTS:
            flow = bool(event.flow_style) or (parent is not None and parent.flow)
            stack.append(_Container(key, kind is yaml.MappingStartEvent, flow))
        elif kind is yaml.ScalarEvent and event.tag is None:
            tag = _resolve(yaml.ScalarNode, event.value, event.implicit)
            if tag == "tag:yaml.org,2002:str":
                yield _yaml_value(inner, offset, event, key, flow=parent is not None and parent.flow)


def _yaml_value(inner: str, offset: int, event: Any, key: str, *, flow: bool) -> Value:
    start, end = event.start_mark.index, event.end_mark.index
    if event.anchor is not None and (anchor := _ANCHOR.match(inner, start)):
        start = anchor.end()
    style = event.style or ""
    if style in ("|", ">"):
        first = inner.index("\n", start) + 1
        lines = inner[first:end]
        begin = first + len(lines) - len(lines.lstrip())
        indent = inner[inner.rfind("\n", 0, begin) + 1 : begin]
        return Value(
            key, offset + begin, offset + first + len(lines.rstrip()), style, event.value.strip("\n"), indent
        )
    return Value(key, offset + start, offset + end, style, event.value, flow=flow)


def _toml_values(inner: str, offset: int) -> Iterator[Value]:
    """The strings become sentinels in tomlkit's own document, whose dump then shows where they stood."""
    document: Any = tomlkit.parse(inner)
    found: list[tuple[str, str, str]] = []
    for path, key in list(_toml_strings(document, (), "")):
        container = document
        for step in path[:-1]:
            container = container[step]
        item = container[path[-1]]
        found.append((key, item.as_string(), str(item)))
        container[path[-1]] = f"{_SENTINEL}-{len(found) - 1}"
    shift = 0
    for match in re.finditer(f'"{_SENTINEL}-(\\d+)"', tomlkit.dumps(document)):
        key, literal, text = found[int(match[1])]
        start = match.start() + shift
        shift += len(literal) - len(match[0])
        if inner.startswith(literal, start):
            quote = literal[:3] if literal[:3] in ('"""', "'''") else literal[:1]
            yield Value(key, offset + start, offset + start + len(literal), f"toml{quote}", text)


def _toml_strings(node: Any, path: tuple[Any, ...], key: str) -> Iterator[tuple[tuple[Any, ...], str]]:
    entries = node.items() if isinstance(node, dict) else enumerate(node)
    for name, item in entries:
        inner = key if isinstance(name, int) else f"{key}.{name}" if key else str(name)
        if isinstance(item, str):
            yield (*path, name), inner
        elif isinstance(item, (dict, list)):
            yield from _toml_strings(item, (*path, name), inner)


def _json_values(inner: str, offset: int) -> Iterator[Value]:
    stack: list[_Container] = []
    for match in _JSON.finditer(inner):
        sign = match[0]
        parent = stack[-1] if stack else None
        key = "" if parent is None else parent.pending if parent.mapping and parent.pending else parent.key
        if sign in "}]":
            stack.pop()
        elif sign in "{[":
            stack.append(_Container(key, sign == "{", flow=True))
        elif sign == ",":
            if parent is not None:
                parent.pending = None
        elif parent is not None and parent.mapping and parent.pending is None:
            name = json.loads(sign, strict=False)
            parent.pending = f"{parent.key}.{name}" if parent.key else name
        else:
            text = json.loads(sign, strict=False)
            yield Value(key, offset + match.start(), offset + match.end(), "json", text)


def _toml_in_order(inner: str, offset: int) -> Iterator[Value]:
    yield from sorted(_toml_values(inner, offset), key=lambda v: v.start)


FINDERS: Mapping[str, Callable[[str, int], Iterator[Value]]] = {
    "yaml": _yaml_values,
    "toml": _toml_in_order,
    "json": _json_values,
}
"""Kind of front matter -> what finds its strings: the text between the delimiters, and where that begins."""
