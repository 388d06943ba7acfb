"""Our slugs are those of the packages themselves; slugs.json was made with the versions that it names."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from polypost.markdown import slugs
from polypost.markdown.document import parse
from polypost.markdown.rules import Rules
from polypost.markdown.slugs import Slugs

REAL: dict[str, Any] = json.loads(Path(__file__).with_name("slugs.json").read_text(encoding="utf-8"))
RULES: dict[str, tuple[Slugs, str]] = {
    "github": (slugs.GITHUB, "gfm"),
    "docusaurus": (slugs.DOCUSAURUS, "docusaurus"),
    "astro": (slugs.ASTRO, "astro"),
    "nuxt": (slugs.NUXT, "nuxt"),
    "vitepress": (slugs.VITEPRESS, "vitepress"),
    "kramdown": (slugs.KRAMDOWN, "jekyll"),
    "hugo": (slugs.HUGO, "hugo"),
    "python-markdown": (slugs.PYTHON_MARKDOWN, "mkdocs"),
    "hexo": (slugs.HEXO, "hexo"),
}
UNSURE = {
    "astro": {"ﬁne ligature ½"},
    "hexo": {
        *('What\'s new — "quoted" & more?', "Ünïcödé Straße", "a -- b --- c...", "Größe &amp; Maß"),
        *("Éric's café - très bien", "ＡＢＣ（全角）"),
    },
}
"""Astro's versions differ in a dash at the end.

Hexo makes typographic signs first, unless told otherwise, and has its own table of letters. Its slugs
only serve to recognize a link's heading."""


def made(headings: list[str], rule: Slugs, dialect: str) -> list[str | None]:
    post = "".join(f"## {heading}\n\n" for heading in headings).encode()
    found = parse(post, path="p.md", rules=Rules(dialect)).skeleton
    assert len(found.headings) == len(headings)
    return slugs.names(found.headings, post, rule)


@pytest.mark.parametrize("name", RULES)
def test_slugs_are_the_packages_own(name: str) -> None:
    rule, dialect = RULES[name]
    ours = dict(enumerate(made(REAL["headings"], rule, dialect)))
    theirs = dict(enumerate(REAL["generators"][name]["ids"]))
    for number, heading in enumerate(REAL["headings"]):
        if heading in UNSURE.get(name, ()):
            del ours[number], theirs[number]
    assert ours == theirs


def test_every_row_of_the_data_is_compared() -> None:
    assert set(RULES) == set(REAL["generators"])


@pytest.mark.parametrize(
    ("heading", "name"),
    [
        ("Hello, World!", "hello-world"),
        ("What’s “new”?", "what-s-new"),
        ("Café del año", "cafe-del-ano"),
        ("日本語", None),
    ],
)
def test_zolas_slugs_are_known_where_letters_have_a_latin_base(heading: str, name: str | None) -> None:
    assert made([heading], slugs.ZOLA, "zola") == [name]


@pytest.mark.parametrize(
    ("heading", "dialect", "rule"),
    [
        ("About {{ site.title }}", "jekyll", slugs.KRAMDOWN),
        ('About {{< param "x" >}}', "hugo", slugs.HUGO),
        ("Version $x^2$", "gfm", slugs.GITHUB),
        ("Pourquoi ?", "astro", slugs.ASTRO),
    ],
)
def test_what_only_the_site_knows_has_no_slug(heading: str, dialect: str, rule: Slugs) -> None:
    assert made([heading, "Other"], rule, dialect) == [None, "other"]


def test_a_heading_with_an_id_of_its_own_has_that() -> None:
    post = b"## One {#own}\n\n## Two\n"
    found = parse(post, path="p.md", rules=Rules("hugo")).skeleton
    assert slugs.names(found.headings, post, slugs.HUGO) == ["own", "two"]
