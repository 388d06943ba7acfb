"""A translated value back into the quotes that its source has, changed as little as stays the same string."""

from __future__ import annotations

import json
import tomllib

import yaml

from polypost.markdown.strings import Value


def encode(value: Value, text: str) -> str:
    """`text` (one line, or in a block scalar several) as it is written in place of `value`.

    Raises ValueError when no way of writing it reads back as the same string.
    """
    if value.style in ("|", ">"):
        return _block(value, text)
    for literal in _candidates(value.style, text):
        if _reads_back(value, literal, text):
            return literal
    raise ValueError("the value can't be written as a string")


def _candidates(style: str, text: str) -> list[str]:
    single = "'" + text.replace("'", "''") + "'"
    double = json.dumps(text, ensure_ascii=False)
    if style == "":
        return [text, single, double]
    if style == "'":
        return [single, double]
    if style == "json":
        return [double]
    if style.startswith("toml"):
        quote = style.removeprefix("toml")
        literals = [f"{quote}{text}{quote}"] if quote in ("'", "'''", '"""') else []
        return [*literals, double]
    return [double]


def _reads_back(value: Value, literal: str, text: str) -> bool:
    try:
        if value.style == "json":
            return bool(json.loads(literal) == text)
        if value.style.startswith("toml"):
            return bool(tomllib.loads(f"k = {literal}")["k"] == text)
        loaded = yaml.load(f"k: [{literal}]\n" if value.flow else f"k: {literal}\n", Loader=yaml.CSafeLoader)
    except (yaml.YAMLError, tomllib.TOMLDecodeError, ValueError, KeyError):
        return False
    return bool(loaded == {"k": [text] if value.flow else text})


def _block(value: Value, text: str) -> str:
    lines = [line.strip() for line in text.split("\n")]
    if not lines[0]:
        raise ValueError("a block scalar can't begin with an empty line")
    gap = "\n" if value.style == "|" else "\n\n"
    return gap.join(
        f"{value.indent if index and line else ''}{line}"
        for index, line in enumerate(lines)
        if line or gap == "\n"
    )
