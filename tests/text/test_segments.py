"""Every localization has as many segments as its source, whatever was answered: the next run pairs them."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from polypost.markdown.document import parse
from text.translators import knowing, localize, saying

POSTS = [
    b"""# Some title

A paragraph with `code` and *marks here*. Another one.

- An item
- ![alt text](x.png)

| Cell one | Cell two |
| - | - |
| [the link](u) | `x` and |

Underlined
===

> Quoted **bold**
""",
    b"""---
title: My title
description: "Some text"
---

<div title="Some words">

Text here

</div>

<p>Html text <b>bold</b></p>

[Label] text[^1]

[^1]: Note text
""",
]
STRANGE = [
    *("", "...", "_", "1.", "a", "foo.bar", "v1.2.3", "A/b", "useState", "a-b-c-d-e", "front-end", "$x$"),
    *("foo.bar v2", "a.b. c.d", "a.b\u00a0c.d", "S.A. x.y", "e.g.", "https://x.org", "www.a.b", "a@b.cd"),
    *("{{ x }}", "<b>", "[a](b)", "``x", "&nbsp;", "&#9;", "a\\", ":::", "- a", "# b", "---", "|"),
    *("“x.y”", "é", "日本", "No.", "hello", "\U000f0000"),
]
ANSWERS = st.one_of(
    st.sampled_from(STRANGE),
    st.lists(st.sampled_from(STRANGE), max_size=3).map(" ".join),
    st.lists(st.sampled_from(STRANGE), max_size=3).map("".join),
    st.text(max_size=12),
)


def count(content: bytes, path: str) -> int:
    return len(parse(content, path=path).segments)


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(POSTS), st.lists(ANSWERS, min_size=1, max_size=8), st.sampled_from(["p.md", "p.mdx"]))
def test_no_answer_loses_a_segment(post: bytes, answers: list[str], path: str) -> None:
    given_out = 0

    def translate(texts: Sequence[str]) -> list[str]:
        nonlocal given_out
        given_out += len(texts)
        return [answers[(given_out + n) % len(answers)] for n in range(len(texts))]

    result = localize(post, translate, path=path)
    assert count(result.content, path) == count(post, path), result.content.decode()


@pytest.mark.parametrize("answer", ["foo.bar", "v1.2.3", "$x$", "useState"])
def test_an_answer_that_is_no_text_keeps_its_segment(answer: str) -> None:
    post = b"# Some title\n\nText.\n"
    # The control: put there as it is, the heading would be none that a run looks at.
    assert count(post.replace(b"Some title", answer.encode()), "p.md") == 1
    result = localize(post, knowing({"Some title": answer, "Text.": "Texto."}), path="p.md")
    assert result.content == b"# Some title\n\nTexto.\n"
    assert [(f.code, f.line) for f in result.findings] == [("kept-source", 1)]
    assert result.kept == {0}


def test_a_name_beside_other_words_is_an_answer() -> None:
    result = localize(b"# Some title\n", saying("Sobre foo.bar"), path="p.md")
    assert result.content == b"# Sobre foo.bar\n"


ANGLED = (
    b"See [one](<../f g.md#x>) and ![two](<./i.png> 'Here').\n",
    b"See [one][r].\n\n[r]: <../f g.md#x>\n",
    b"See [one][r].\n\n[r]:\t</f> 'Here'\n",
)


@pytest.mark.parametrize("post", ANGLED)
def test_a_destination_between_angles_is_no_jsx(post: bytes) -> None:
    found = localize(post, lambda texts: [text.upper() for text in texts], path="p.mdx", check=False)
    assert found.findings == ()
    expected = post.replace(b"See", b"SEE").replace(b"one", b"ONE").replace(b"and", b"AND")
    assert found.content == expected.replace(b"two", b"TWO").replace(b"Here", b"HERE")


def test_starlights_asides_stay_asides_in_posts_that_are_no_mdx() -> None:
    post = b":::tip[Bring a veil]\nIt is warm.\n:::\n"
    localized = localize(post, lambda sentences: ["X." for _ in sentences], path="a.md", dialect="astro")
    assert localized.content == b":::tip[X.]\nX.\n:::\n"
