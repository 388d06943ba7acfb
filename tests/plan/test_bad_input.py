"""A post that is none costs itself, with file and line; the run goes on."""

from __future__ import annotations

import pytest

from plan.test_run import Blog, Shouting, statuses
from text.bad_input import REFUSED, TAKEN, Bad


@pytest.fixture
def blog(tmp_path):
    return Blog(tmp_path)


@pytest.mark.parametrize("bad", REFUSED.values(), ids=REFUSED)
def test_a_bad_post_is_told_and_the_others_are_written(blog, bad: Bad):
    blog.write(bad.path, bad.content)
    blog.write("good.md", "Some text.\n")
    report = blog.run(Shouting(), languages=("es",), paths=("*.md", "*.mdx"))
    assert statuses(report) == {(bad.path, "es"): "failed", ("good.md", "es"): "new"}
    assert [(note.code, note.path, note.line) for note in report.notes] == [(bad.code, bad.path, bad.line)]
    assert report.exit_code == 1
    assert blog.read("good.es.md") == "SOME TEXT.\n"
    assert set(report.changed) >= {"good.es.md"}


def test_one_of_twenty_megabytes_is_told_too(blog):
    blog.write("bad.md", b"Some text of many words. " * 800_000)
    blog.write("good.md", "Some text.\n")
    report = blog.run(Shouting(), languages=("es",))
    assert statuses(report) == {("bad.md", "es"): "failed", ("good.md", "es"): "new"}
    assert [note.path for note in report.notes] == ["bad.md"]


@pytest.mark.parametrize("odd", TAKEN.values(), ids=TAKEN)
def test_an_odd_post_ends_with_an_outcome(blog, odd: Bad):
    blog.write(odd.path, odd.content)
    report = blog.run(Shouting(), languages=("es",), paths=("*.md", "*.mdx"))
    assert set(statuses(report)) <= {(odd.path, "es")}
    again = Shouting()
    assert blog.run(again, languages=("es",), paths=("*.md", "*.mdx")).changed == ()


@pytest.mark.parametrize("encoding", ["latin-1", "utf-16"])
@pytest.mark.parametrize("notice", [False, True])
def test_a_localization_saved_in_another_encoding_costs_itself_only(blog, encoding, notice):
    blog.write("post.md", "# Caf\u00e9\n\nOne sentence stands here.\n")
    blog.write("other.md", "# Another\n")
    blog.run(Shouting(), languages=("es",), notice=notice)
    theirs = blog.read("post.es.md").encode(encoding, "replace")
    blog.write("post.es.md", theirs)
    blog.write("post.md", "# Caf\u00e9\n\nAnother sentence stands here.\n")
    blog.write("other.md", "# Another one\n")
    report = blog.run(Shouting(), languages=("es",), notice=notice)
    assert statuses(report) == {("post.md", "es"): "behind", ("other.md", "es"): "updated"}
    assert (blog.root / "post.es.md").read_bytes() == theirs
