"""What a plan says of localizations that need nothing, or seem to."""

from __future__ import annotations

import io

import pytest

from plan.test_run import Blog, Shouting, statuses
from polypost.pseudo import INFO
from polypost.report.terminal import show
from polypost.values import TranslatorInfo, Untranslated

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


def bad(*, final=True):
    """A model that gives no translation of the second text. `final`: nor will it when asked again."""
    return Shouting(lambda text: Untranslated("no", final=final) if "second" in text else None)


def another():
    translator = bad()
    translator.info = TranslatorInfo("another")
    return translator


def asked_again(blog, translator, another="Another text.\n", **kwargs):
    """Whether a run that has something else to translate tries what failed."""
    blog.write("b.md", another)
    blog.run(translator, languages=("es",), **kwargs)
    assert translator.asked
    return any("second" in text for _, text in translator.asked)


def test_what_a_model_has_tried_in_vain_is_not_tried_by_it_again(blog):
    blog.write("a.md", POST)
    blog.run(bad(), languages=("es",), version="1")
    report = blog.run(bad(), languages=("es",), version="1")
    assert "With another model, or when the post changes, or with `refresh: true`, it is tried" in told(
        report
    )
    assert not asked_again(blog, bad(), version="1")
    assert not asked_again(blog, bad(), "Yet another.\n", version="1")
    assert findings(blog.run(bad(), languages=("es",), version="1")) == [("stayed-source", 5)]
    assert asked_again(blog, bad(), "A newer polypost.\n", version="2")
    assert not asked_again(blog, bad(), "It has tried, too.\n", version="2")
    assert asked_again(blog, bad(), "With refresh.\n", version="2", refresh=True)
    assert asked_again(blog, another(), "Another model.\n", version="2")
    two = {"version": "2", "second": {"es": "a/second"}.get}
    assert asked_again(blog, another(), "A second model beside it.\n", **two)
    assert not asked_again(blog, another(), "Both have tried.\n", **two)


def test_what_failed_is_tried_again_with_its_post(blog):
    blog.write("a.md", POST)
    blog.run(bad(), languages=("es",))
    blog.write("a.md", POST.replace("third", "last"))
    translator = Shouting()
    blog.run(translator, languages=("es",))
    assert any("second" in text for _, text in translator.asked)
    assert findings(blog.run(Shouting(), languages=("es",))) == []


def test_what_a_service_did_not_do_is_no_verdict(blog):
    blog.write("a.md", POST)
    blog.run(bad(final=False), languages=("es",))
    assert asked_again(blog, bad(final=False))
    assert asked_again(blog, bad(), "And again.\n")
    assert not asked_again(blog, bad(), "The model has spoken.\n")


def test_what_repeats_itself_is_not_asked_for_again(blog):
    looping = Shouting(lambda text: "uno dos uno dos uno dos uno dos" if "second" in text else None)
    blog.write("a.md", POST)
    blog.run(looping, languages=("es",))
    looping.asked.clear()
    assert not asked_again(blog, looping)
    person = blog.read("a.es.md").replace("uno dos uno dos uno dos uno dos", "Dos.")
    blog.write("a.es.md", person)
    assert not asked_again(blog, looping, "It is a person's now.\n", refresh=True)
    assert blog.read("a.es.md") == person


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
