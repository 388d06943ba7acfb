"""What a dialect adds is looked for in bounded time, whatever a post repeats, and grows no faster than it."""

from __future__ import annotations

import time
from contextlib import suppress

import pytest

from polypost.errors import PostError
from polypost.markdown import dialects
from polypost.markdown.document import parse
from polypost.markdown.rules import EXTRAS, Rules

LENGTH = 40_000
SECONDS = 10.0
"""Each takes well under a second but `<!--`, whose openers are counted; nothing grows with the square."""
UNITS = [
    *(":", "::", "::: ", "::: a\n", ":::\n", "::a\n---\n", "::a\n  ", "  ::a\n    :::b\n", "::a["),
    *("::a{", ":::note[[", ":::note[\\", '::a{title="', "::a{b='", ":a[b]{c", ":a{b}[", "[a]{b='", ":a "),
    *("#a\n", "---\n", "---\na: b\n", "--- a\nb\n", "---\n\n```yaml\n", "```\n", "````\n```\n"),
    *("<!--", "<!-- a\n---\n", "-->", "-->\n---\n", "$$\n", "$$ a\n", "[click]", "<<< a\n", "[[toc]]\n"),
    *("{{ a", "{{ a }}", "{{ a\n", "<a:b ", "<a:b c='", "> [!a] b\n", "*a*{b='", "import a\n"),
    *("```js\n// a b\n```\n", "```js\n/*", "```py\n'''", "```html\n<!--"),
]
ROWS = ["vitepress", "nuxt", "slidev", "docusaurus"]


@pytest.mark.parametrize("dialect", ROWS)
@pytest.mark.parametrize("unit", UNITS)
def test_long_runs_of_a_dialects_signs(unit: str, dialect: str) -> None:
    text = unit * (LENGTH // len(unit))
    began = time.perf_counter()
    with suppress(PostError):
        dialects.masks(text, Rules(dialect, extras=frozenset(EXTRAS)))
    assert time.perf_counter() - began < SECONDS


@pytest.mark.parametrize("dialect", ROWS)
def test_many_components_within_one_another(dialect: str) -> None:
    post = "".join(f"{'  ' * min(n, 40)}{':' * (n + 2)}a\n" for n in range(300)) + "Text.\n"
    began = time.perf_counter()
    parse(post.encode(), path="p.md", rules=Rules(dialect))
    assert time.perf_counter() - began < SECONDS


def test_ends_of_components_that_were_never_opened() -> None:
    text = "::a\n" * (LENGTH // 4) + ":::\n" * (LENGTH // 4)
    began = time.perf_counter()
    dialects.masks(text, Rules("nuxt"))
    assert time.perf_counter() - began < SECONDS
