"""Untrusted text through each door of safe.py, judged by GitHub's own parser."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from polypost.report.safe import MESSAGE, code, html_code, one_line, prose, unpaired
from report.judge import HOSTILE, github

PLACES = {
    "paragraph": "{}",
    "list item": "- {}",
    "after a label": "- ⚠️ `a.md`: {}",
    "quote": "> [!NOTE]\n> {}",
}
EXPECTED = {
    "paragraph": {"p"},
    "list item": {"ul", "li"},
    "after a label": {"ul", "li"},
    "quote": {"blockquote", "p"},
}


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("text", HOSTILE)
def test_prose_is_shown_and_never_obeyed(text, place):
    page = github(PLACES[place].format(prose(text)))
    assert set(page.tags) - {"code"} <= EXPECTED[place]
    assert not page.links
    assert not list(page.triggered())


@pytest.mark.parametrize("text", [text for text in HOSTILE if "`" not in text])
def test_prose_shows_what_it_was_given(text):
    shown = github(f"- a: {prose(text)}").text.replace("\u200b", "")
    assert shown.strip() == f"a: {one_line(text).strip()}".replace("\u200b", "").strip()


@pytest.mark.parametrize("text", HOSTILE)
def test_code_is_code_in_a_paragraph_and_in_a_cell(text):
    page = github(f"a {code(text)} b")
    assert page.tags == ["p", "code"]
    assert not list(page.triggered())
    page = github(f"| x | y |\n| --- | --- |\n| {code(text)} | second |")
    assert page.tags.count("td") == 2
    assert page.tags.count("code") == 1
    assert not page.links
    assert page.text.split("\n")[-1] == "" or "second" in page.text


@pytest.mark.parametrize("text", HOSTILE)
def test_html_code_stays_in_its_summary(text):
    page = github(f"<details><summary>{html_code(text)}: 3 new</summary>\n\nx\n\n</details>")
    assert page.tags == ["details", "summary", "code", "p"]
    assert not list(page.triggered())


def test_the_judge_can_say_no():
    obeyed = [
        text for text in map(unpaired, HOSTILE) if (page := github(text)).links or list(page.triggered())
    ]
    assert len(obeyed) >= 9
    assert set(github(HOSTILE[3]).triggered()) == set()  # all of it became links
    assert len(github(HOSTILE[3]).links) >= 4
    assert list(github(HOSTILE[0]).triggered()) == ["mention"]
    assert list(github(HOSTILE[1]).triggered()) == ["issue"]
    assert list(github(HOSTILE[2]).triggered()) == ["commit"]
    assert github(HOSTILE[5]).tags.count("img") == 1
    assert github("| x | y |\n| --- | --- |\n| `a|b` | second |").text.count("second") == 0


def test_backticks_in_a_message_stay_code():
    assert prose("lost `npm ci` twice") == "lost `npm ci` twice"


def test_ordinary_sentences_stay_readable():
    sentence = "The answer is 4.1 times as long (50 %); it's kept - see line 3, file posts/a-b.es.md."
    assert prose(sentence) == sentence


COPIED = (
    "arn:aws:iam::123456789012:role/polypost-translate",
    "polypost-m2m100-20260131t120000-a1b2c3d4",
    "https://github.com/owner/blog/pull/7",
    "s3://bucket/polypost/",
    "polypost:expires-at",
    "someone@example.org",
)


@pytest.mark.parametrize("name", COPIED)
@pytest.mark.parametrize("sentence", ["{} is not there.", "Look at {}.", "It waits ({}), and `{}`{} too."])
def test_a_name_is_copied_as_it_is(name, sentence):
    made = prose(sentence.format(name, name, name))
    assert "\u200b" not in made
    page = github(made)
    assert name in page.text
    assert name not in page.loose, "as code"
    assert not list(page.triggered())


def test_one_message_cannot_fill_the_page():
    assert len(one_line("x" * 100_000)) == MESSAGE
    assert one_line("x" * 100_000).endswith("…")


def test_nothing_that_utf8_cannot_hold_comes_out():
    for text in HOSTILE:
        for made in (one_line(text), prose(text), code(text), html_code(text), unpaired(text)):
            made.encode()


def test_direction_cannot_be_turned():
    assert one_line("a\u202eb\u2066c\ufeff") == "abc"


NASTY = st.text("`*_[]()<>!@#:/.|\\&;~-+=$^{}'\"1aGHwmx \n\t\u200b字", max_size=40)


@given(NASTY)
@example("`a`\\`b`")
@example("\\`[x](y)`")
def test_no_mixture_of_marks_gets_out(text):
    page = github(f"- a: {prose(text)}")
    assert set(page.tags) <= {"ul", "li", "code"}
    assert not list(page.triggered())
    page = github(f"| x | y |\n| --- | --- |\n| {code(text)} | [{code(text)}](z) |")
    assert page.tags.count("td") == page.tags.count("code") == 2
    assert page.links == ["z"]
