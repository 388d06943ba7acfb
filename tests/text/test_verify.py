"""The predicate can fail: damage in each class of token is caught, and word order is no damage."""

from __future__ import annotations

import pytest

from polypost import same_structure
from polypost.errors import PostError

POST = """\
---
title: A title
description: "Words: with a colon"
slug: the-slug
date: 2024-01-02
draft: true
count: "7"
tags: [one, two]
---

# Heading {#pinned}

Some *emphasis*, **strong** and `code` with [a link](https://example.org "T") and https://bare.example/x.
A <kbd>Key</kbd>, a note[^1], ![alt text](image.png), ~~gone~~ and <me@example.org>.
A break\\
here, {{ page.title }} and $x^2$.

> [!NOTE]
> Quoted words.

- [ ] task
- item

3. third

| Head | Other |
|:-----|-------|
| `c`  | words |

```js
let a = 1
```

    indented

<div class="x">html</div>

<summary><img alt="A cat" width="9">Words in HTML <code>x y</code></summary>

[ref]: /there "A title of it"

::: tip
Inside.
:::

[^1]: The note.
"""

DAMAGE = [
    ("a key is renamed", "draft: true", "drafts: true"),
    ("a key is lost", "draft: true\n", ""),
    ("another value changes", "slug: the-slug", "slug: el-slug"),
    ("a date changes", "2024-01-02", "2024-01-03"),
    ("a string becomes a number", 'count: "7"', "count: 7"),
    ("a translated value becomes a boolean", "title: A title", "title: true"),
    ("a list loses an item", "[one, two]", "[one]"),
    ("the head is left open", "tags: [one, two]\n---\n", "tags: [one, two]\n"),
    ("a heading's level", "# Heading", "## Heading"),
    ("a heading's id", "{#pinned}", "{#fijo}"),
    ("emphasis is lost", "*emphasis*", "emphasis"),
    ("strong becomes emphasis", "**strong**", "*strong*"),
    ("a code span changes", "`code`", "`código`"),
    ("a code span is lost", "`code`", "code"),
    ("a code span is doubled", "`code`", "`code` `code`"),
    ("a link's destination", "(https://example.org ", "(https:example.org "),
    ("a link's title is lost", ' "T")', ")"),
    ("a definition's label", "[ref]: /there", "[fer]: /there"),
    ("a definition's destination", "[ref]: /there", "[ref]: /allí"),
    ("a definition's title is lost", ' "A title of it"', ""),
    ("a tag in an HTML block", "<summary>", "<p>"),
    ("an attribute in an HTML block", 'width="9"', 'width="8"'),
    ("a text attribute is lost", ' alt="A cat"', ""),
    ("code in an HTML block", "<code>x y</code>", "<code>x z</code>"),
    ("the text of an HTML block is gone", "Words in HTML", ""),
    ("a bare URL loses a slash", "https://bare.example/x", "https:/bare.example/x"),
    ("a bare URL runs on", "bare.example/x.", "bare.example/x/y."),
    ("a tag changes", "<kbd>", "<kdb>"),
    ("a tag is lost", "</kbd>", ""),
    ("a footnote is lost", "a note[^1],", "a note,"),
    ("an image's file", "image.png", "imagen.png"),
    ("strikethrough is lost", "~~gone~~", "gone"),
    ("an address changes", "<me@example.org>", "<yo@example.org>"),
    ("a hard break is lost", "A break\\\nhere", "A break here"),
    ("an expression changes", "{{ page.title }}", "{{ pagina.title }}"),
    ("math changes", "$x^2$", "$y^2$"),
    ("an alert's kind", "[!NOTE]", "[!NOTA]"),
    ("a quote is lost", "> Quoted", "Quoted"),
    ("a task is ticked", "- [ ] task", "- [x] task"),
    ("an item is lost", "- item\n", ""),
    ("a list's number", "3. third", "4. third"),
    ("a cell is split", "| words |", "| wo | rds |"),
    ("a column's alignment", "|:-----|", "|------|"),
    ("code in a fence", "let a = 1", "sea a = 1"),
    ("a fence's language", "```js", "```ts"),
    ("indented code", "    indented", "    sangrado"),
    ("an HTML block", '<div class="x">', '<div class="y">'),
    ("a container", "::: tip", "::: consejo"),
    ("a block's text is gone", "Quoted words.", "<!-- -->"),
    ("a block is opened", "Inside.", "# Inside."),
    ("a paragraph is split", "Inside.", "In\n\nside."),
]

IN_A_LINE = [
    ("markdown", "See [one](b.md).", "See [](b.md)."),
    ("markdown", "See ![a b](c.png).", "See ![](c.png)."),
    ("markdown", "A *word* here.", "A *!* word."),
    ("markdown", "**Strong** [link](u).", "**Strong [link](u)**."),
    ("markdown", "**Strong [link](u)**.", "**Strong** [link](u)."),
    ("markdown", "<b>Bold **strong**</b> more.", "<b>Bold</b> **strong** more."),
    ("markdown", "<b>Bold</b> more.", "Bold</b> <b>more."),
    ("markdown", "<sup>High **up**</sup>.", "<sup>High **up</sup>**."),
    ("markdown", "[`code` in it](u) and.", "[in it](u) `code` and."),
    ("jekyll", "[a b]({{ site.x }})", "[a b]({{ site.y }})"),
    ("jekyll", "![a b]({{ site.x }})", "![a b]({{ site.y }})"),
    ("jekyll", "A list\n\n    {{ site.x }}", "A list\n\n    {{ site.y }}"),
    ("hugo", '[a]: {{< ref "b" >}}\n\nSee [a].', '[a]: {{< ref "c" >}}\n\nSee [a].'),
    ("hugo", '[a]: <{{% ref "b" %}}>\n\nSee [a].', '[a]: <{{% ref "c" %}}>\n\nSee [a].'),
    ("mdx", "<b>Bold *it*</b> {x} more.", "<b>Bold</b> *it* {x} more."),
]
"""(dialect, before, after)"""
TRANSLATED = [
    ("<b>Bold **strong** more</b> text.", "Texto <b>más **fuerte** audaz</b>."),
    ("**One** and *two* [three `x`](u).", "*Dos* [`x` tres](u), **uno** y."),
    ("**One [two](u) three**.", "**Tres uno [dos](u)**."),
    ("A <kbd>Key</kbd> <br> [a **b**](u).", "[**b** a](u) una <kbd>Key</kbd> <br>."),
]

HARMLESS = [
    ("words change", "Quoted words.", "Palabras citadas."),
    ("marks and atoms change places", "*emphasis*, **strong** and `code`", "`code`, **fuerte** y *énfasis*"),
    ("emphasis gets another sign", "*emphasis*", "_énfasis_"),
    ("a link's title changes", '"T"', '"U"'),
    ("a definition's title changes", '"A title of it"', '"Su título"'),
    ("words in an HTML block change", "Words in HTML", "Palabras en"),
    (
        "words in an HTML block are in another order",
        "Words in HTML <code>x y</code>",
        "<code>x y</code> en HTML",
    ),
    ("a text attribute changes", "A cat", "Un gato"),
    ("alt text changes", "alt text", "texto"),
    ("a title gets other quotes", "title: A title", 'title: "Un: título"'),
    ("soft wraps are joined", "https://bare.example/x.\nA", "https://bare.example/x. A"),
]


@pytest.mark.parametrize(("old", "new"), [d[1:] for d in DAMAGE], ids=[d[0] for d in DAMAGE])
def test_damage_is_caught(old: str, new: str) -> None:
    assert old in POST
    found = same_structure(POST.encode(), POST.replace(old, new, 1).encode(), path="post.md")
    assert found
    assert all(d.line > 0 for d in found)


@pytest.mark.parametrize(("old", "new"), [d[1:] for d in HARMLESS], ids=[d[0] for d in HARMLESS])
def test_translation_is_no_damage(old: str, new: str) -> None:
    assert old in POST
    assert same_structure(POST.encode(), POST.replace(old, new, 1).encode(), path="post.md") == ()


@pytest.mark.parametrize(("dialect", "before", "after"), IN_A_LINE)
def test_damage_in_a_line_is_caught(dialect: str, before: str, after: str) -> None:
    assert same_structure(before.encode(), after.encode(), path="post.md", dialect=dialect)
    assert same_structure(after.encode(), before.encode(), path="post.md", dialect=dialect)


@pytest.mark.parametrize(("before", "after"), TRANSLATED)
def test_another_word_order_is_no_damage(before: str, after: str) -> None:
    assert same_structure(before.encode(), after.encode(), path="post.md") == ()


def test_toml_is_compared_too() -> None:
    source = b'+++\ntitle = "A b"\nweight = 3\n+++\nText\n'
    assert same_structure(source, source.replace(b"A b", b"C d"), path="p.md") == ()
    assert same_structure(source, source.replace(b"3", b"4"), path="p.md")


def test_mdx_is_compared_too() -> None:
    source = b"import X from 'x'\n\n<X a={1}>\n\nText {b} here\n\n</X>\n"
    assert same_structure(source, source.replace(b"Text", b"Texto"), path="p.mdx") == ()
    for old, new in ((b"a={1}", b"a={2}"), (b"{b}", b"{c}"), (b"'x'", b"'y'"), (b"</X>", b"")):
        assert same_structure(source, source.replace(old, new), path="p.mdx")


def test_a_source_that_cannot_be_parsed_is_an_error() -> None:
    with pytest.raises(PostError):
        same_structure(b"a\0b", b"ab", path="p.md")


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("Run `make`.", "Run it.", "the code `make` is gone"),
        (
            "See [a](http://u/1).",
            "See [a](http://u/2).",
            "the link `http://u/1` is gone; the link `http://u/2` is new",
        ),
        ("![a](b.png) c", "c", "the image `b.png` is gone"),
        ("A.\n", "A.\n\nB.\n", "a paragraph is new"),
        ("# A\n", "A\n", "a paragraph stands where a heading was"),
        (
            "```jsx {11}\na\n```\n",
            "```jsx\na\n```\n",
            "the code block's `jsx {11}` is gone; the code block's `jsx` is new",
        ),
        (
            "    a\n",
            "```\na\n```\n",
            "a code block is of another kind, number or name",
        ),
        ("```\na\n```\n", "```\nb\n```\n", "the code `a` is gone; the code `b` is new"),
        ("```\na\nb\n```\n", "```\na\nc\nb\n```\n", "the code `c` is new"),
        ("```\na\nb\n```\n", "```\nb\na\n```\n", "the code `a b` is another"),
        ("A {{ page.x }} b.", "A b.", "the markup `{{ page.x }}` is gone"),
        (
            "::: tip\nA.\n:::\n",
            "::: note\nA.\n:::\n",
            "the markup `::: tip` is gone; the markup `::: note` is new",
        ),
        ("[a]: b\n", "[a]: c\n", "the reference `[a]: b` is gone; the reference `[a]: c` is new"),
        ("# A\n", "## A\n", "a heading is of another kind, number or name"),
        ("- [ ] a\n", "- [x] a\n", "a task's box is of another kind, number or name"),
        ("A[^1]\n\n[^1]: b\n", "A\n\n[^1]: b\n", "the footnote `1` is gone"),
    ],
)
def test_a_difference_is_told_in_words(before, after, told):
    found = same_structure(before.encode(), after.encode(), path="a.md")
    assert found[0].what == told
