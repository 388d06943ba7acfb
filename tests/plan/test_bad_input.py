"""A post that is none costs itself, with file and line; the run goes on."""

from __future__ import annotations

import pytest

from plan.test_run import Blog, Shouting, statuses
from polypost.records.record import record_path
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


CONFLICT = "<<<<<<< HEAD\nOne way.\n=======\nAnother way.\n>>>>>>> other\n"


@pytest.mark.parametrize("where", ["# A title\n\n{}\nText.\n", "---\n{}---\n\nText.\n", "{}"])
def test_a_post_with_a_merge_conflict_costs_itself(blog, where):
    blog.write("bad.md", where.format(CONFLICT))
    blog.write("good.md", "Some text.\n")
    report = blog.run(Shouting(), languages=("es",))
    assert statuses(report) == {("bad.md", "es"): "failed", ("good.md", "es"): "new"}
    (note,) = report.notes
    assert (note.code, note.path) == ("conflict", "bad.md")
    assert note.line == where.partition("{}")[0].count("\n") + 1


@pytest.mark.parametrize(
    "text",
    [
        f"Resolve it:\n\n```diff\n{CONFLICT}```\n",
        "Resolve it:\n\n<pre>\n" + CONFLICT + "</pre>\n",
        "A line of `<<<<<<< HEAD` begins it.\n\nTitle\n=======\n",
    ],
)
def test_a_conflict_that_a_post_shows_as_code_is_none(blog, text):
    blog.write("a.md", text)
    assert statuses(blog.run(Shouting(), languages=("es",))) == {("a.md", "es"): "new"}


@pytest.mark.parametrize("changed", [False, True])
@pytest.mark.parametrize("recorded", [True, False])
def test_a_localization_with_a_merge_conflict_is_left_alone_and_told(blog, changed, recorded):
    blog.write("post.md", "# A title\n\nOne way.\n")
    blog.write("other.md", "Some text.\n")
    blog.run(Shouting(), languages=("es",))
    theirs = blog.read("post.es.md").replace("ONE WAY.\n", CONFLICT)
    blog.write("post.es.md", theirs)
    if changed:
        blog.write("post.md", "# A title\n\nAnother way.\n")
    if not recorded:
        (blog.root / record_path("post.md")).unlink()
    translator = Shouting()
    report = blog.run(translator, languages=("es",))
    assert statuses(report) == {("post.md", "es"): "behind", ("other.md", "es"): "unchanged"}
    (found,) = next(each.findings for each in report.outcomes if each.source == "post.md")
    assert found.code == "unreadable"
    assert "post.es.md can't be read: a merge conflict stands in it" in found.message
    assert blog.read("post.es.md") == theirs
    assert not translator.asked


def test_a_localization_whose_front_matter_is_broken_is_told_as_that(blog):
    blog.write("post.md", "---\ntitle: One\n---\n\nOne way.\n")
    blog.run(Shouting(), languages=("es",))
    blog.write("post.es.md", "---\ntitle: [ONE\n---\n\nONE WAY.\n")
    blog.write("post.md", "---\ntitle: One\n---\n\nAnother way.\n")
    (outcome,) = blog.run(Shouting(), languages=("es",)).outcomes
    assert outcome.status == "behind"
    assert "post.es.md can't be read: " in outcome.findings[0].message
    assert "line 5" not in outcome.findings[0].message


@pytest.mark.parametrize("link", [False, True])
def test_what_is_no_file_in_place_of_a_localization_is_told_as_that(blog, link):
    blog.write("post.md", "One way.\n")
    if link:
        (blog.root / "post.es.md").symlink_to("post.md")
    else:
        (blog.root / "post.es.md").mkdir()
    (outcome,) = blog.run(Shouting(), languages=("es",)).outcomes
    assert outcome.status == "kept"
    assert "post.es.md is a link or a folder" in outcome.findings[0].message
