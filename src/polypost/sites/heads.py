"""Keys of the front matter set for a localization, in place: no other byte of it changes.

`set_keys` puts them in, `without_keys` takes them out of a post, be it the source or a localization, so that
the two can be compared.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence

from polypost.errors import PostError
from polypost.markdown import frontmatter
from polypost.markdown.frontmatter import Head
from polypost.markdown.strings import Value

_LINE = {
    "yaml": r"^{}[ \t]*:(?P<value>[^\r\n]*)\r?\n",
    "toml": r"^{}[ \t]*=(?P<value>[^\r\n]*)\r?\n",
    "json": r"(?<=[{{,])\s*\"{}\"\s*:\s*\"(?P<value>[^\"\\]*)\"\s*,?",
}
"""A key of the first level with its value on one line."""
_PLAIN = re.compile(r"[A-Za-z][\w-]*\Z|/[\w./-]*\Z")
_ODD = frozenset({"no", "yes", "on", "off", "y", "n", "true", "false", "null"})
"""What YAML reads as no string; Norwegian is one of them."""
_TABLE = re.compile(r"^\[", re.MULTILINE)


def set_keys(content: bytes, keys: Mapping[str, str], *, head: bool = False) -> bytes:
    """`content` with each of `keys` set; what has no front matter gets some if `head` says so.

    A key that can't be set in place (its value spans lines, the front matter can't be read) is left out.
    """
    text, bom = _split(content)
    if keys and head and _found(text) is None and not text.startswith(("---", "+++")):
        newline = "\r\n" if "\r\n" in text else "\n"
        text = f"---{newline}---{newline}{text}"
    for name, value in keys.items():
        tried = _set(text, name, value)
        text = text if tried is None else tried
    return bom + text.encode()


def without_keys(content: bytes, names: Sequence[str]) -> bytes:
    """`content` without these keys of the first level; also without front matter that has nothing else."""
    text, bom = _split(content)
    for name in names:
        head = _found(text)
        line = None if head is None else _line(text, head, name)
        if line is not None:
            text = text[: line.start()] + text[line.end() :]
    head = _found(text)
    if head is not None and names and head.kind == "yaml" and not text[head.start : head.end].strip():
        text = text[head.body :]
    return bom + text.encode()


def said(content: bytes, name: str) -> object:
    """What a key of the first level says; None where there is none."""
    head = _found(_split(content)[0])
    return None if head is None else head.data.get(name)


def changed(content: bytes, names: Sequence[str], change: Callable[[str, str], str]) -> bytes:
    """`content` with the strings of these keys, or of their lists, changed by `change` (key, string)."""
    text, bom = _split(content)
    head = _found(text)
    if head is None or not names:
        return content
    values = [value for value in frontmatter.values(text, head) if value.key in names]
    for value in reversed(values):
        after = change(value.key, value.text)
        at = text.find(value.text, value.start, value.end)
        if after != value.text and at >= 0 and _same_style(value):
            text = text[:at] + after + text[at + len(value.text) :]
    return bom + text.encode()


def _same_style(value: Value) -> bool:
    return value.style not in {"|", ">"}


def _set(text: str, name: str, value: str) -> str | None:
    head = _found(text)
    if head is None:
        return None
    written = _written(value, head.kind)
    if name in head.data:
        line = _line(text, head, name)
        if line is None:
            return None
        own = line["value"]
        kept = re.search(r"[ \t]+#.*\Z", own) if head.kind != "json" else None
        after = written.strip('"') if head.kind == "json" else f" {written}{kept[0] if kept else ''}"
        new = text[: line.start("value")] + after + text[line.end("value") :]
    else:
        new = _added(text, head, name, written)
    again = _found(new)
    fine = again is not None and again.data == {**head.data, name: value}
    return new if fine else None


def _added(text: str, head: Head, name: str, written: str) -> str:
    if head.kind == "json":
        brace = text.index("{", head.start) + 1
        comma = "," if head.data else ""
        return f'{text[:brace]}"{name}": {written}{comma}{text[brace:]}'
    inner = text[head.start : head.end]
    newline = "\r\n" if "\r\n" in text[: head.body] else "\n"
    table = _TABLE.search(inner) if head.kind == "toml" else None
    at = head.start + (table.start() if table else len(inner))
    sign = " =" if head.kind == "toml" else ":"
    return f"{text[:at]}{name}{sign} {written}{newline}{text[at:]}"


def _written(value: str, kind: str) -> str:
    if kind == "yaml" and _PLAIN.match(value) and value.casefold() not in _ODD:
        return value
    return json.dumps(value, ensure_ascii=False)


def _line(text: str, head: Head, name: str) -> re.Match[str] | None:
    """The line of a key of the first level; None where it has none of its own."""
    pattern = re.compile(_LINE[head.kind].format(re.escape(name)), re.MULTILINE)
    table = _TABLE.search(text, head.start, head.end) if head.kind == "toml" else None
    found = pattern.search(text, head.start, table.start() if table else head.end)
    following = text[found.end() : found.end() + 1] if found else ""
    spans = head.kind == "yaml" and following in {" ", "\t"}
    return None if found is None or spans else found


def _found(text: str) -> Head | None:
    try:
        return frontmatter.find(text)
    except PostError:
        return None


def decoded(content: bytes) -> str:
    """The text of a file that anybody may have saved. Raises PostError for what is not UTF-8."""
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise PostError("the file is not UTF-8; save it as UTF-8", code="not-utf-8", line=line) from error


def _split(content: bytes) -> tuple[str, bytes]:
    text = decoded(content)
    return (text[1:], b"\xef\xbb\xbf") if text.startswith("\ufeff") else (text, b"")
