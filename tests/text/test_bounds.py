"""No post takes forever: what grows with the square of a post's length is bounded, or costs that post."""

from __future__ import annotations

import time
from contextlib import suppress

import pytest

from polypost.errors import PostError
from polypost.markdown import alike
from polypost.sentences import MAX_TEXT, split
from text.translators import localize, saying, upper

LENGTH = 20_000
SECONDS = 10.0
"""Unbounded, each of these took from a minute to hours; bounded, from 0.1 to 2 seconds."""
UNITS = [
    *("{", "{{", "{{< a", "{% raw %}", "{/* ", "{`", '{"', "<A b={", "<A>{", ":a{", "[a]{", "<!-- ", "`` ` "),
    *("_a_ ", "*a*`b`", "[*a*](b) ", "**a**b ", "é", "a.b", "[", "![", "<b>", "> ", "<a :b='"),
    *("<p>a\n", '<p a="', "<svg>", "<p>&", "<div>\n{{ x }}\n", '[a]: b "c\n', "[a]: b 'c'\n", '[a](b "c'),
    *("    a\n", "- a\n\n      b\n", "<p title='a b'>", "<p translate=no>", "<a\n:b"),
]
HEADS = [
    "+++\n" + "".join(f'[[features]]\ntitle = "a b {n}"\n' for n in range(900)) + "+++\n",
    '---\ntitle: "' + "{{ a " * 8_000 + '"\n---\n',
    '---\ntitle: "' + "`a " * 8_000 + '"\n---\n',
]


def seconds(content: str, path: str) -> float:
    began = time.perf_counter()
    with suppress(PostError):
        localize(content.encode(), upper, path=path)
    return time.perf_counter() - began


@pytest.mark.parametrize("path", ["p.md", "p.mdx"])
@pytest.mark.parametrize("unit", UNITS)
def test_long_runs_of_one_sign(unit: str, path: str) -> None:
    assert seconds(unit * (LENGTH // len(unit)), path) < SECONDS


@pytest.mark.parametrize("head", HEADS, ids=["toml", "expressions", "backticks"])
def test_large_front_matter(head: str) -> None:
    assert seconds(head, "p.md") < SECONDS


@pytest.mark.parametrize("dialect", ["markdown", "mdx", "nuxt", "slidev"])
def test_lines_between_rules_that_are_no_head(dialect: str) -> None:
    post = "Text.\n\n---\ntitle: x\nhead:\n" + "      - a: b\n" * 2_000 + "no head\n"
    began = time.perf_counter()
    localize(post.encode(), upper, path="p.md", dialect=dialect)
    assert time.perf_counter() - began < SECONDS


@pytest.mark.parametrize(
    "content",
    [
        '{"a":' * 900 + "1" + "}" * 900 + "\n",
        '{"a":' + "[" * 500 + "]" * 500 + "}\n",
        "![" * 900 + "a" + "](b)" * 900,
        "[" * 900 + "a" + "](b)" * 900,
        *("<b>" * 9_000 + "a b" + "</b>" * 9_000, "<b>" * 9_000 + "a b" + "</i>" * 9_000),
        "*a **b " * 3_000 + "c" + "** d*" * 3_000,
        "+++\na = " + "[" * 200 + "]" * 200 + "\n+++\n",
    ],
    ids=["objects", "lists", "images", "links", "tags", "tags never closed", "marks", "toml"],
)
@pytest.mark.parametrize("path", ["p.md", "p.mdx"])
def test_deep_nesting_is_no_crash(content: str, path: str) -> None:
    assert seconds(content, path) < SECONDS


def test_a_paragraph_of_quotation_marks() -> None:
    assert seconds("\"a\" 'b' " * 20_000, "p.md") < SECONDS


def test_a_long_paragraph_has_the_sentences_of_a_short_one() -> None:
    one = 'This is one sentence, and it is here. Another "stands" behind it! '
    found = [text[start:end] for text in [one * 900] for start, end in split(text, "en")]
    assert len(one * 900) > 2 * MAX_TEXT
    assert set(found) == {"This is one sentence, and it is here.", 'Another "stands" behind it!'}
    assert len(found) == 1_800


@pytest.mark.parametrize("dialect", ["gfm", "hugo", "mkdocs", ""])
@pytest.mark.parametrize("unit", ["# A title\n\n", "# A title_7\n\n"])
def test_equal_headings(unit: str, dialect: str) -> None:
    post = unit * (60_000 // len(unit)) + "See [the part](#a-title).\n"
    began = time.process_time()
    localize(post.encode(), upper, path="p.md", dialect=dialect)
    assert time.process_time() - began < SECONDS


@pytest.mark.parametrize(
    "answer", ["a" * 1_000_000, 'a "b" ' * 100_000, "XENT1X " * 100_000, '"' * 99_999 + "a"]
)
def test_answers_without_end(answer: str) -> None:
    post = b"Some *words of it* and `code` in **a sentence** with [a link](b) to read.\n\n" * 9
    began = time.process_time()
    result = localize(post, saying(answer), path="p.md")
    assert time.process_time() - began < SECONDS
    assert result.content == post


def test_answers_at_the_limit_full_of_quotation_marks() -> None:
    post = " ".join(f"some *word {n}* and" for n in range(25)) + " more.\n\n"
    began = time.process_time()
    localize(post.encode() * 2, lambda texts: ['a "b" ' * (len(t) * 3) for t in texts], path="p.md")
    assert time.process_time() - began < SECONDS


def test_many_words_sought_in_many() -> None:
    began = time.process_time()
    found = alike.best(
        "some longer words stand in here " * 45, "other longer words here " * 20, lambda *_: True
    )
    assert time.process_time() - began < SECONDS
    assert found is None


def test_what_never_closes_is_told_with_its_line() -> None:
    post = "Some text.\n\n" + "{ a\n" * 200
    with pytest.raises(PostError, match="never ends") as caught:
        localize(post.encode(), upper, path="p.mdx")
    assert (caught.value.code, caught.value.line) == ("unclosed", 103)
    assert localize(post.encode(), upper, path="p.md").content.startswith(b"SOME TEXT.")


def test_a_sentence_of_links_only_is_kept_and_told() -> None:
    post = " ".join(f"[a{n}](b{n})" for n in range(120)).encode()
    result = localize(post, upper, path="p.md")
    assert (result.content, {f.code for f in result.findings}) == (post, {"kept-source"})


def test_a_post_of_megabytes_is_refused_at_once() -> None:
    with pytest.raises(PostError, match="larger than"):
        localize(b"a " * 5_000_000, upper, path="p.md")
