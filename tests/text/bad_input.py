"""Posts that are none, or cost too much: what each has to end with."""

from __future__ import annotations

from typing import NamedTuple


class Bad(NamedTuple):
    content: bytes
    code: str
    line: int
    path: str = "bad.md"


BOMB = "a: &a [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{name}: &{name} [{', '.join([f'*{before}'] * 10)}]\n"
    for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)

REFUSED: dict[str, Bad] = {
    "not UTF-8": Bad(b"# Title\n\nSome caf\xe9.\n", "not-utf-8", 3),
    "UTF-16": Bad("# Title\n".encode("utf-16"), "not-text", 1),
    "NUL bytes": Bad(b"# Title\n\nSome \0 text.\n", "not-text", 3),
    "half-open YAML": Bad(b"---\ntitle: Some words\n\nText.\n", "half-open-front-matter", 1),
    "half-open TOML": Bad(b'+++\ntitle = "Some words"\n\nText.\n', "half-open-front-matter", 1),
    "YAML in lines of lone CR": Bad(b"---\rtitle: Some words\r---\rText.\r", "half-open-front-matter", 1),
    "invalid YAML": Bad(b"---\ntitle: Some words\ntags: [a, b\n---\n\nText.\n", "front-matter", 4),
    "YAML with a tab": Bad(b"---\n\ttitle: Some words\n---\n\nText.\n", "front-matter", 2),
    "invalid JSON": Bad(b'{\n  "title": "Some words",\n  "tags": ]\n}\n\nText.\n', "front-matter", 3),
    "invalid TOML": Bad(b"+++\ntitle = Some words\n+++\n\nText.\n", "front-matter", 2),
    "an alias bomb": Bad(f"---\n{BOMB}---\n\nText.\n".encode(), "front-matter-too-large", 5),
    "a deep list in YAML": Bad(
        b"---\na: " + b"[" * 5_000 + b"]" * 5_000 + b"\n---\n", "front-matter-too-large", 2
    ),
    "much that never closes": Bad(b"Some text.\n\n" + b"{ a\n" * 200, "unclosed", 103, "bad.mdx"),
}
"""Skipped, with a finding."""

TAKEN: dict[str, Bad] = {
    "one brace that never closes": Bad(b"Some { text.\n\nOther text.\n", "unclosed", 1, "p.mdx"),
    "a brace that never closes in an element that never does": Bad(
        b"<Card>\n\nInner\n\nAnd {open\n", "unclosed", 5, "p.mdx"
    ),
    "a tag that never closes": Bad(b'Some text.\n\nAnd <Box a="\n\nOther < text.\n', "unclosed", 3, "p.mdx"),
    "an element that never closes": Bad(b"<Box>\n\nSome text.\n", "", 0, "p.mdx"),
    "10,000 nested quotes": Bad(b"> " * 10_000 + b"Some text.\n", "", 0),
    "10,000 nested lists": Bad(b"- " * 10_000 + b"Some text.\n", "", 0),
    "10,000 brackets": Bad(b"[" * 10_000 + b"Some text.\n", "", 0),
    "a line of 2 MB": Bad(b"Some text of many words. " * 80_000 + b"\n", "", 0),
    "a million characters without a space": Bad(b"a" * 1_000_000 + b"\n\nSome text.\n", "", 0),
}
"""Translated, or left as they are, within seconds."""
