"""A known text stands only where it leaves the post built as it is; elsewhere its words are written anew."""

from __future__ import annotations

import pytest

from plan.test_run import Blog, Shouting, codes, statuses
from polypost import same_structure
from polypost.markdown.rules import Rules

EVERY = ("*.md", "*.mdx")


@pytest.fixture
def blog(tmp_path):
    return Blog(tmp_path)


def go(blog, answer, **how):
    translator = Shouting(lambda _: answer)
    return translator, blog.run(translator, languages=("es",), paths=EVERY, **how)


@pytest.mark.parametrize(
    ("first", "second", "answer"),
    [
        (("a.md", "Some text.\n"), ("b.mdx", "Some text.\n"), "Un {texto"),
        (("a.md", "Some text.\n"), ("b.mdx", "Some text.\n"), "Un {texto} ya"),
        (("a.md", "# Some text here\n"), ("b.md", "Some text here\n===\n"), "1. texto que ya es"),
        (("a.md", "# Some text here\n"), ("b.md", "Some text here\n---\n"), "- texto que ya es"),
        (
            ("a.md", "---\ntitle: Some text\n---\n"),
            ("b.md", "---\nhero: {text: Some text}\n---\n"),
            "Un, texto}",
        ),
    ],
    ids=["brace", "expression", "number", "dash", "flow"],
)
def test_a_text_of_another_post_that_is_markup_here(blog, first, second, answer):
    blog.write(*first)
    go(blog, answer)
    blog.write(*second)
    translator, report = go(blog, answer)
    path, source = second
    target = path.replace(".", ".es.")
    assert statuses(report)[path, "es"] == "new"
    assert not translator.asked, "its words are known, and written for this place"
    assert not same_structure(source.encode(), blog.read(target).encode(), path=path)
    assert go(blog, answer)[1].changed == ()


def test_a_text_that_fits_is_not_asked_again(blog):
    blog.write("a.md", "Some text.\n")
    go(blog, "Un texto.")
    blog.write("b.mdx", "Some text.\n")
    translator, _ = go(blog, "x")
    assert (translator.asked, blog.read("b.es.mdx")) == ([], "Un texto.\n")


def test_the_own_text_of_a_title_that_moved_into_a_list(blog):
    blog.write("a.md", "---\ntitle: Some text\n---\nA word.\n")
    go(blog, "Un, texto}")
    blog.write("a.md", "---\nhero: {text: Some text}\n---\nA word.\n")
    _, report = go(blog, "Un, texto}")
    assert statuses(report) == {("a.md", "es"): "updated"}
    assert blog.read("a.es.md") == "---\nhero: {text: 'Un, texto}'}\n---\nUn, texto}\n"


def test_a_persons_text_that_cannot_stand_there_is_told(blog):
    blog.write("a.md", "---\ntitle: Some text\n---\nA word.\n")
    go(blog, "Un texto")
    blog.write("a.es.md", blog.read("a.es.md").replace("title: Un texto", "title: De, persona}"))
    blog.write("a.md", "---\nhero: {text: Some text}\n---\nA word.\n")
    _, report = go(blog, "Un texto")
    assert "human-text-superseded" in codes(report)
    assert "De, persona}" in "".join(f.message for o in report.outcomes for f in o.findings)
    assert blog.read("a.es.md") == "---\nhero: {text: Un texto}\n---\nUn texto\n"


def test_a_persons_own_markup_stays(blog):
    blog.write("a.md", "Some text.\n\nMore text.\n")
    go(blog, "Un texto.", rules=Rules("gfm"))
    blog.write("a.es.md", "Un *texto* [de persona](x).\n\nUn texto.\n")
    blog.write("a.md", "Some text.\n\nOther text.\n")
    go(blog, "Otro.", rules=Rules("gfm"))
    assert blog.read("a.es.md") == "Un *texto* [de persona](x).\n\nOtro.\n"
