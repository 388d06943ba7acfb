"""Front matter as it is read: the values that are text, and all else, which no translation may change."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from typing import Any

from polypost.markdown import frontmatter
from polypost.markdown.dialects import DIALECTS
from polypost.markdown.inline import Piece, to_prose
from polypost.markdown.plain import pieces
from polypost.markdown.prose import MACHINE_VALUE, Prose
from polypost.markdown.rules import DEFAULT_KEYS, Rules
from polypost.markdown.strings import Value
from polypost.values import frozen

_BLOCKS = re.compile(r"^(?:[ \t]+\S|\||```|~~~|[=-]{2,}[ \t]*$)", re.MULTILINE)
"""What is more than headings, lists of one level and quotes: such a value stays as it is."""


@frozen
class Front:
    """Front matter, of the post or of a slide or a component in it."""

    text: str
    base: int
    """Where `text` begins in the post's bytes."""
    chosen: tuple[Value, ...]
    """The values that a reader reads, in order."""
    outline: tuple[Any, ...]
    """The token that it is in a skeleton: all of it that is no such value."""

    def texts(self, source: str) -> Iterator[tuple[int, int, Prose, Value]]:
        """Each value that holds something to translate, with its range in the post's bytes."""
        for value in self.chosen:
            prose = to_prose(_pieces(value), value.text.encode(), source)
            if prose is not None and prose.translatable():
                start = self.base + len(self.text[: value.start].encode())
                end = start + len(self.text[value.start : value.end].encode())
                yield start, end, prose, value


@frozen
class _Wanted:
    """Which values are text."""

    keys: frozenset[str]
    """Dotted."""
    names: Collection[str] = ()
    """At any depth."""
    markdown: frozenset[str] = frozenset()
    """Keys whose values are Markdown with blocks, whether wanted or not."""

    def __call__(self, key: str) -> bool:
        return key in self.keys or key.rpartition(".")[2] in self.names


def front(text: str, head: frontmatter.Head, base: int, rules: Rules) -> Front:
    """`text`: the post up to where the head ends. Keys of the user's own stand for all others."""
    markdown = DIALECTS[rules.dialect].markdown
    keys = frozenset(rules.keys)
    return _front(
        text, head, base, _Wanted(keys | markdown if rules.keys == DEFAULT_KEYS else keys, (), markdown)
    )


def inside(content: bytes, base: int, rules: Rules, names: Collection[str]) -> Front | None:
    """The head in a mask; None for what holds no keys. `names`: of values that are text, beside `rules.keys`.

    Raises PostError for what is no valid YAML.
    """
    text = content.decode()
    head = frontmatter.inside(text)
    return None if head is None else _front(text, head, base, _Wanted(frozenset(rules.keys), names))


def _front(text: str, head: frontmatter.Head, base: int, wanted: _Wanted) -> Front:
    wished = [v for v in frontmatter.values(text, head) if wanted(v.key)]
    read = (replace(v, markdown=True) if v.key in wanted.markdown else v for v in wished)
    chosen = tuple(v for v in read if not _machine(v))
    return Front(text, base, chosen, ("front matter", _outline(text, head, chosen, wanted)))


def _machine(value: Value) -> bool:
    """Whether no reader reads it, or it is built of more than lines of text."""
    blocks = value.markdown and _BLOCKS.search(value.text)
    return bool(blocks or MACHINE_VALUE.fullmatch(value.text.strip()))


def _pieces(value: Value) -> list[Piece]:
    return pieces(value.text, value.style, lines=value.markdown)


def _outline(
    text: str, head: frontmatter.Head, chosen: Sequence[Value], wanted: _Wanted
) -> tuple[object, ...]:
    """The front matter but for the words that are translated: bytes, keys, values, types, markup."""
    parts: list[str] = []
    position = 0
    for value in chosen:
        parts.append(text[position : value.start])
        position = value.end
    parts.append(text[position : head.body])
    held = tuple(
        tuple(sorted((p.kind, p.text) for p in _pieces(v) if p.kind not in ("text", "soft"))) for v in chosen
    )
    return ("".join(parts), repr(_types(head.data, "", wanted)), held)


def _types(node: object, key: str, wanted: _Wanted) -> object:
    """`node` with every translated string replaced by its type."""
    if isinstance(node, dict):
        return {k: _types(v, f"{key}.{k}" if key else str(k), wanted) for k, v in node.items()}
    if isinstance(node, list):
        return [_types(item, key, wanted) for item in node]
    return str if isinstance(node, str) and wanted(key) else node
