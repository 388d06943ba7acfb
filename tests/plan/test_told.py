"""What a plan says of localizations that need nothing, or seem to."""

from __future__ import annotations

import io

import pytest

from plan.test_run import Blog, Shouting, statuses
from polypost.pseudo import INFO
from polypost.report.terminal import show
from polypost.values import Untranslated

POST = "# A heading\n\nThe first text.\n\nThe second text.\n\nThe third text.\n"


@pytest.fixture
def blog(tmp_path):
    return Blog(tmp_path)


def told(report):
    out = io.StringIO()
    show(report, out)
    return out.getvalue()


def findings(report):
    return [(each.code, each.line) for outcome in report.outcomes for each in outcome.findings]


def failing(*words):
    def fail(sentence):
        return Untranslated("no") if any(word in sentence for word in words) else None

    return Shouting(fail)


@pytest.mark.parametrize(
    ("words", "line", "more"), [(("second",), 5, ""), (("first", "third"), 3, " (and 1 more of its texts)")]
)
def test_what_stayed_in_the_source_language_is_told_by_a_run_with_nothing_to_do(blog, words, line, more):
    blog.write("a.md", POST)
    blog.run(failing(*words), languages=("es",))
    translator = Shouting()
    report = blog.run(translator, languages=("es",))
    assert (statuses(report), translator.asked) == ({("a.md", "es"): "unchanged"}, [])
    assert findings(report) == [("stayed-source", line)]
    assert f"a.md:{line} (es): This text{more} stayed in the source language" in told(report)
    assert "Everything else is current." in told(report)
    blog.write("b.md", "Another text.\n")
    report = blog.run(Shouting(), languages=("es",))
    assert findings(report) == []
    assert "Everything is current." in told(blog.run(Shouting(), languages=("es",)))


def test_a_model_replaces_pseudo_text_and_says_so(blog):
    blog.write("a.md", POST)
    pseudo = Shouting()
    pseudo.info = INFO
    blog.run(pseudo, languages=("es",))
    assert findings(blog.run(pseudo, languages=("es",))) == []
    assert findings(blog.run(Shouting(), languages=("es",))) == [("pseudo-text", 0)]
    assert findings(blog.run(Shouting(), languages=("es",))) == []


def test_a_post_that_was_renamed_is_told_to_be_so(blog):
    blog.write("a.md", POST)
    blog.run(Shouting(), languages=("es",))
    (blog.root / "a.md").rename(blog.root / "b.md")
    report = blog.run(Shouting(), languages=("es",))
    assert findings(report) == [("moved", 0)]
    assert "The post was a.md before: its localization moves along." in told(report)
