"""The predicate over front matter: same keys, same values but the translated ones, same types."""

from __future__ import annotations

import pytest

from polypost import same_structure

HEADS = {
    "yaml": """\
---
title: Some words
date: "2024-01-02"
when: 2024-01-02
count: 7
ratio: 1.50
draft: false
none: ~
tags: [one, two]
cover:
  image: /a.png
  alt: Other words  # said aloud
summary: |
  First line.
  Second line.
---
""",
    "toml": """\
+++
title = "Some words"
date = "2024-01-02"
when = 2024-01-02
count = 7
ratio = 1.50
draft = false
tags = ["one", "two"]
[cover]
image = "/a.png"
alt = "Other words"  # said aloud
+++
""",
    "json": """\
{
  "title": "Some words",
  "date": "2024-01-02",
  "count": 7,
  "ratio": 1.50,
  "draft": false,
  "none": null,
  "tags": ["one", "two"],
  "cover": {"image": "/a.png", "alt": "Other words"}
}
""",
}
DAMAGE = [
    ("a key is renamed", ("draft", "borrador")),
    ("a nested key is renamed", ("image", "imagen")),
    ("a translated key is renamed", ("title", "título")),
    ("a string becomes a date", ('"2024-01-02"', "2024-01-02")),
    ("a string changes", ("2024-01-02", "2024-02-01")),
    ("a number becomes a string", ("7", '"7"')),
    ("a number is written in another way", ("1.50", "1.5")),
    ("a boolean is flipped", ("false", "true")),
    ("a boolean becomes a string", ("false", '"false"')),
    ("a list loses an item", (", two]", "]")),
    ("a list loses an item", (', "two"]', "]")),
    ("a list gains an item", ("two", "two, three")),
    ("a path changes", ("/a.png", "/b.png")),
    ("a comment is lost", ("  # said aloud", "")),
    ("null becomes text", ("~", "nada")),
    ("null becomes text", ("null", '"nada"')),
    ("a title becomes a number", ("Some words\n", "12\n")),
    ("a title becomes a boolean", ("Some words\n", "yes\n")),
    ("a title becomes null", ("Some words\n", "\n")),
    ("a title becomes a list", ("Some words\n", "[uno]\n")),
    ("a title becomes a number", ('"Some words"', "12")),
    ("alt becomes a boolean", ('"Other words"', "true")),
    ("a key comes in", ("count", "extra: 1\ncount")),
    ("the end is lost", ("\n---\n", "\n")),
    ("the end is lost", ("\n+++\n", "\n")),
    ("the end is lost", ("}\n", "\n")),
]
CASES = [
    (kind, what, *change) for kind, head in HEADS.items() for what, change in DAMAGE if change[0] in head
]


def post(head: str) -> bytes:
    return f"{head}\nText.\n".encode()


@pytest.mark.parametrize(("kind", "what", "old", "new"), CASES)
def test_damage_in_a_head_is_caught(kind: str, what: str, old: str, new: str) -> None:
    found = same_structure(post(HEADS[kind]), post(HEADS[kind].replace(old, new, 1)), path="p.md")
    assert found, what
    assert all(difference.line > 0 for difference in found)


@pytest.mark.parametrize("kind", ["yaml", "toml"])
def test_translated_values_may_change(kind: str) -> None:
    target = HEADS[kind].replace("Some words", "Unas palabras").replace("Other words", "Otras: aquí")
    if kind == "yaml":
        target = target.replace("Otras: aquí", "'Otras: aquí'").replace("First line", "Primera línea")
    assert same_structure(post(HEADS[kind]), post(target), path="p.md") == ()


@pytest.mark.parametrize("kind", HEADS)
def test_every_kind_of_damage_is_tried(kind: str) -> None:
    assert len([case for case in CASES if case[0] == kind]) >= 12
