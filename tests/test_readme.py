"""What README.md says of dialects and of front matter is what the tables of the code say."""

from __future__ import annotations

import re
from pathlib import Path

from polypost.markdown.anchors import WAYS
from polypost.markdown.dialects import DIALECTS
from polypost.markdown.rules import DEFAULT_KEYS
from polypost.markdown.tags import TEXT_ATTRIBUTES
from polypost.sites.generators import SIGNS

README = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")
WORDS = {"id": "`{#id}`", "link": "links follow", "anchor": "`<a id>`"}
ELSE = ("any other", "only")


def part(start, end):
    return README.split(start)[1].split(end)[0]


def dialects():
    """Dialect -> what recognizes it, and what becomes of its anchors."""
    lines = [line for line in part("### Dialects\n", "\n**Anchors.**").splitlines() if line.startswith("| `")]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return {row[0].strip("`"): (row[1], row[-1]) for row in cells}


def test_every_dialect_has_its_row():
    assert set(dialects()) == set(DIALECTS)


def test_anchors_are_told_as_they_are_kept():
    for name, (_, told) in dialects().items():
        way = WAYS.get(DIALECTS[name].anchors)
        assert told == (WORDS[way.how] if way else "none"), name


def test_the_dialects_that_files_tell_are_those_with_a_file():
    told = {name for name, (by, _) in dialects().items() if not any(word in by for word in ELSE)}
    assert told == {sign.dialect or sign.generator for sign in SIGNS} & DIALECTS.keys()


def test_every_default_key_is_named():
    text = part("unless you list your own in\n`front-matter`:\n", "Only when you ask for it")
    single, nested, full = (re.findall(r"`([\w.]+)`", line) for line in _items(text))
    inner, outer = nested[: nested.index("image")], nested[nested.index("image") :]
    told = {*single, *full, *(f"{one}.{other}" for one in outer for other in inner)}
    assert told - {"head.text"} == set(DEFAULT_KEYS)


def _items(text):
    first, second, third, fourth = text.split("\n- ")[1:]
    return first + second, third.replace("(but not `head.text`)", ""), fourth


def test_every_attribute_is_named():
    section = part("## What is translated\n", "### Dialects")
    assert [name for name in TEXT_ATTRIBUTES if f"`{name}`" not in section] == []
