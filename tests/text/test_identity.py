"""An identity translator gives the identical file; a hostile one can't break it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from polypost import same_structure
from polypost.errors import PostError
from polypost.markdown.dialects import DIALECTS
from text.translators import HOSTILE, localize, upper

SAMPLES = sorted(Path(__file__).with_name("samples").iterdir())
DIALECT = {path: path.stem if path.stem in DIALECTS else "" for path in SAMPLES}
"""A sample bears the name of the dialect that it is written in."""
FORMS: dict[str, Callable[[bytes], bytes]] = {
    "as it is": lambda c: c,
    "as CRLF": lambda c: c.replace(b"\n", b"\r\n"),
    "with BOM": lambda c: b"\xef\xbb\xbf" + c,
    "without its last newline": lambda c: c.rstrip(b"\n"),
}
NOTHING_TO_DO = [
    "",
    "\n",
    "---\n---\n",
    "---\n\n***\n\n---\n",
    "```\ncode only\n```\n",
    "<!-- a comment -->\n",
    "`a` `b`\n",
    "[ref]: /x 'a-title'\n",
    "{% comment %}\ntext\n{% endcomment %}\n",
]
MARKDOWN = st.lists(
    st.sampled_from(
        [
            *(
                "word ",
                "two words ",
                "*",
                "**",
                "_",
                "`",
                "``",
                "[",
                "](u)",
                "][r]",
                "![",
                "<b>",
                "</b>",
                "<br/>",
                "~~",
            ),
            *(
                "\n",
                "\n\n",
                "> ",
                "- ",
                "1. ",
                "# ",
                "    ",
                "| a | b |\n|---|---|\n",
                "```\n",
                "---\n",
                "  \n",
                "\\",
            ),
            *(
                "&amp;",
                "{{ x }}",
                "{x}",
                "::: a\n",
                "https://a.b/c",
                "[^1]",
                "$",
                "。",
                "字",
                "é",
                "!",
                ".",
                ":",
                "\t",
            ),
            *(
                "title: x\n",
                "<!-- ",
                " -->",
                "===\n",
                "[r]: /u\n",
                "{#id}",
                "\r\n",
                "\u00a0",
                "\u2028",
                "<",
                ">",
                "|",
            ),
        ]
    ),
    max_size=40,
).map("".join)


def test_there_are_samples() -> None:
    assert len(SAMPLES) >= 5


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("path", SAMPLES, ids=lambda p: p.name)
def test_identity_over_samples(path: Path, form: str) -> None:
    content = FORMS[form](path.read_bytes())
    result = localize(content, list, path=path.name, dialect=DIALECT[path])
    assert result.content == content
    assert not result.findings


@pytest.mark.parametrize("path", SAMPLES, ids=lambda p: p.name)
def test_a_translation_of_a_sample_changes_it_and_keeps_its_structure(path: Path) -> None:
    content = path.read_bytes()
    result = localize(content, upper, path=path.name, dialect=DIALECT[path])
    assert result.content != content
    assert not result.kept
    assert (
        same_structure(content, result.content, result.declared, path=path.name, dialect=DIALECT[path]) == ()
    )


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("path", SAMPLES, ids=lambda p: p.name)
def test_no_translator_breaks_a_sample(path: Path, name: str) -> None:
    content = path.read_bytes()
    result = localize(content, HOSTILE[name], path=path.name, dialect=DIALECT[path])
    assert (
        same_structure(content, result.content, result.declared, path=path.name, dialect=DIALECT[path]) == ()
    )


@pytest.mark.parametrize("post", NOTHING_TO_DO)
def test_nothing_to_do(post: str) -> None:
    sent: list[str] = []

    def translate(texts: Sequence[str]) -> list[str]:
        sent.extend(texts)
        return ["INVENTED" for _ in texts]

    result = localize(post.encode(), translate, path="p.md")
    assert (result.content, sent) == (post.encode(), [])


@settings(max_examples=300, deadline=None)
@given(MARKDOWN, st.sampled_from(["p.md", "p.mdx"]))
@example("---\ntitle: x\n---\nword ", "p.md")
def test_any_text_comes_back_from_an_identity(text: str, path: str) -> None:
    try:
        result = localize(text.encode(), list, path=path)
    except PostError:
        return
    assert result.content == text.encode()


@settings(max_examples=300, deadline=None)
@given(MARKDOWN, st.sampled_from(["p.md", "p.mdx"]), st.text(max_size=30) | MARKDOWN, st.booleans())
def test_no_answer_breaks_any_text(text: str, path: str, answer: str, around: bool) -> None:
    def hostile(texts: Sequence[str]) -> list[str]:
        return [answer + t + answer if around else answer for t in texts]

    try:
        result = localize(text.encode(), hostile, path=path)
    except PostError:
        return
    assert same_structure(text.encode(), result.content, result.declared, path=path) == ()
