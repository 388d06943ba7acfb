"""One post on its way into one language; and the looks for a sign that spare a pattern."""

from __future__ import annotations

import pytest
import sentencex
from hypothesis import given
from hypothesis import strategies as st

from polypost import sentences
from polypost.errors import PostError
from polypost.markdown import escape, inline, recount
from polypost.markdown.dialects import scan
from polypost.markdown.document import parse
from polypost.text.work import Work
from text.translators import localize, upper

POST = b"# A title\n\nOne text with `code` in it. Another with a [red link](u) in it.\n"
SIGNS = st.text(st.sampled_from("ab wW.:/@_|{}<>[]()*~`$#&;\\-\n漢“MAILTOmailto\U000f0001"), max_size=40)


def test_what_is_told_stays_told() -> None:
    work = Work(parse(POST, path="p.md"), target="es")
    answers: dict[str, str] = {}
    while needs := work.needed(answers):
        asked = (*needs.sentences, *needs.probes)
        answers = dict(zip(asked, upper(asked), strict=True))  # of this round only
    assert work.render({}).content == localize(POST, upper, path="p.md").content


def test_it_renders_nothing_that_is_not_told() -> None:
    work = Work(parse(POST, path="p.md"), target="es")
    with pytest.raises(KeyError, match="A title"):
        work.render({})


@given(SIGNS, st.sampled_from(["paragraph", "heading", "cell", "alt", "label"]), st.booleans())
def test_no_sign_of_markup_is_overlooked(text: str, context: str, mdx: bool) -> None:
    pattern = escape._pattern(context, mdx=mdx)
    assert escape._SIGN.search(text) or "www." in text or not pattern.search(text)


@given(SIGNS)
def test_no_sign_of_machine_text_is_overlooked(text: str) -> None:
    assert inline._may_be_machine_text(text) or not inline._APART.search(text)


@given(
    st.text(st.characters(codec="ascii"), max_size=60), st.sampled_from(["en", "de", "el", "hy", "ja", "hi"])
)
def test_no_end_of_a_sentence_is_overlooked(text: str, language: str) -> None:
    ends = len([part for part in sentencex.segment(language, text) if part.strip()]) > 1
    assert sentences._MAY_END.search(text) or not ends


@given(st.lists(SIGNS, min_size=1, max_size=3), SIGNS)
def test_a_sign_that_the_source_lacks_makes_a_segment_doubtful(texts: list[str], source: str) -> None:
    new = {sign for text in texts for sign in text if sign in "{}<>[]`$|\\&#*_~=%@/:"} - set(source)
    assert recount.doubtful(texts, source.encode(), "") or not new


def test_a_large_post_may_leave_more_open() -> None:
    opened = "An opening {{ that never ends.\n\n" * (scan.MAX_OPEN + 100)
    with pytest.raises(PostError, match="never ends"):
        parse(opened.encode(), path="p.md")
    words = "Many words stand between one of them and the next one, as they do in ordinary posts. " * 6
    parse("\n\n".join(f"{words}{{{{ open" for _ in range(scan.MAX_OPEN + 100)).encode(), path="p.md")
