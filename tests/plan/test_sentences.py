"""A sentence that is translated is not sent again, whatever becomes of what stands around it."""

from __future__ import annotations

import json
import re

import pytest

from plan.test_run import Blog, Shouting, codes, statuses
from polypost.index import Index
from polypost.recordfile import dump, load, sketch
from polypost.records import Glance, record_path
from text.test_memory import PARTS

TEXT = """---
title: About the build
---

# It is quick

The build reads `a.toml` at first. It writes [the page](one.md) then. **Nothing else** happens.

- Look at ![a picture](p.png) of it.
"""


@pytest.fixture
def blog(tmp_path):
    return Blog(tmp_path)


def changed(blog, path, *pairs, languages=("es", "ja"), translator=None):
    """What a run sends once a post has changed."""
    text = blog.read(path)
    for before, after in pairs:
        assert before in text
        text = text.replace(before, after)
    blog.write(path, text)
    translator = translator or Shouting()
    report = blog.run(translator, languages)
    files = blog.files()
    assert blog.run(Shouting(), languages).changed == ()
    assert blog.files() == files
    return [sentence for language, sentence in translator.asked if language == languages[0]], report


@pytest.fixture
def written(blog):
    blog.write("a.md", TEXT)
    blog.run(Shouting())
    return blog


@pytest.mark.parametrize(
    ("before", "after", "there"),
    [
        ("`a.toml`", "`b.toml`", "THE BUILD READS `b.toml` AT FIRST."),
        ("one.md", "two.md#x", "IT WRITES [THE PAGE](two.md#x) THEN."),
        ("**Nothing else** happens", "Nothing else happens", "NOTHING ELSE HAPPENS."),
        ("**Nothing else** happens", "*Nothing else* happens", "*NOTHING ELSE* HAPPENS."),
        ("at first. It", "at first.\nIt", "AT FIRST. IT"),
        ("# It is quick", "## It is quick", "## IT IS QUICK"),
        ("p.png", "q.png", "![A PICTURE](q.png)"),
        ("- Look", "1. Look", "1. LOOK AT"),
        ("title: About the build", "title: 'About the build'\ndate: 2026-01-02", "date: 2026-01-02"),
    ],
    ids=["code", "link", "no emphasis", "other emphasis", "wrap", "level", "image", "list", "front matter"],
)
def test_what_changes_no_words_sends_nothing(written, before, after, there):
    asked, report = changed(written, "a.md", (before, after))
    assert asked == []
    assert statuses(report)["a.md", "es"] in {"updated", "unchanged"}
    assert there in written.read("a.es.md")


def test_one_changed_sentence_is_sent_alone(written):
    asked, report = changed(written, "a.md", ("happens", "ever happens"))
    assert asked == ["Nothing else ever happens."]
    assert "THEN. **NOTHING ELSE** EVER HAPPENS." in written.read("a.es.md")
    assert [o.characters_sent for o in report.outcomes] == [26, 26]


def test_sentences_move_between_paragraphs_and_posts(written):
    written.write(
        "b.md", "New here. **Nothing else** happens. It is quick\n\nIt writes [the page](x.md) then.\n"
    )
    translator = Shouting()
    written.run(translator)
    assert {sentence for _, sentence in translator.asked} == {"New here."}
    assert written.read("b.es.md").startswith("NEW HERE. **NOTHING ELSE** HAPPENS.")


def test_a_post_that_is_added_first_and_removed_later_sends_nothing(written):
    written.write("new/a.md", TEXT)
    translator = Shouting()
    written.run(translator, paths=("*.md", "new/*.md"))
    (written.root / "a.md").unlink()
    written.run(translator, paths=("*.md", "new/*.md"))
    assert translator.asked == []
    assert written.read("new/a.es.md") == written.read("a.es.md")


def test_a_new_language_knows_nothing(written):
    translator = Shouting()
    written.run(translator, ("es", "fr"))
    assert {language for language, _ in translator.asked} == {"fr"}


def test_a_persons_paragraph_is_not_taken_apart(written):
    theirs = written.read("a.es.md").replace("NOTHING ELSE** HAPPENS", "NADA** OCURRE")
    written.write("a.es.md", theirs)
    asked, report = changed(written, "a.md", ("at first", "at last"))
    assert asked == ["The build reads XENT1X at last.", "It writes the page then.", "Nothing else happens."]
    assert "human-text-superseded" in codes(report)
    assert "OCURRE" not in written.read("a.es.md")


def test_of_several_posts_that_say_the_same_the_one_with_the_same_marks_is_taken(blog):
    blog.write("a.md", "It *stands* here.\n")
    blog.write("b.md", "It stands here.\n")
    blog.run(Shouting())
    blog.write("c.md", "New. It *stands* here.\n")
    translator = Shouting()
    blog.run(translator, ("es",))
    assert translator.asked == [("es", "New.")]
    assert blog.read("c.es.md") == "NEW. IT *STANDS* HERE.\n"


def as_version_1(record):
    """The record as the first version wrote it, hashes longer than today's."""
    value = {"version": 1, "source": record.source, "languages": {}}
    for tag, item in record.localizations.items():
        lines = [
            "|".join(
                (" ".join(f"{text}1234" for text in entry.sentences), f"{entry.source}123456", entry.target)
            )
            + ("123456" if entry.target else "")
            + ("|person" if entry.person else "")
            for entry in item.entries
        ]
        value["languages"][tag] = {
            "target": item.target,
            "source-id": item.source_id,
            "target-id": item.target_id,
            "frame": f"{item.frame}123456",
            "made-with": item.made_with,
            "segments": lines,
        }
    return json.dumps(value).encode()


def test_a_record_of_version_1_is_understood_and_written_anew_with_its_post(written):
    path = record_path("a.md")
    before = written.files()[path]
    written.write(path, as_version_1(load(before, path)))
    translator = Shouting()
    assert written.run(translator).changed == ()
    asked, _ = changed(written, "a.md", ("It is quick", "It is very quick"))
    assert asked == ["It is very quick"]
    assert json.loads(written.read(path))["version"] == 2
    # What is one sentence is known by then; the paragraph isn't, before it is written again.
    asked, _ = changed(written, "a.md", ("# It is", "## It is"))
    assert asked == []


def test_a_record_says_the_same_when_it_is_read_and_written(written):
    path = record_path("a.md")
    data = written.files()[path]
    record = load(data, path)
    assert dump(record) == data
    light = sketch(data, path)
    assert light.localizations == {tag: item_glance(item) for tag, item in record.localizations.items()}
    assert len(light.sentences) == 8 * sum(
        len(entry.sentences) for entry in record.localizations["es"].entries
    )


def item_glance(item):
    return Glance(
        item.target,
        item.source_id,
        item.target_id,
        item.made_with,
        len(item.entries),
        False,
        False,
        links=item.links,
    )


def test_a_record_takes_less_than_a_tenth_of_what_it_tells_of(blog):
    """A third of it is code, as of real ones: all records of 300 of those take 6 %."""
    code = "```python\n" + "    built = list(map(build, changed(pages)))\n" * 16 + "```\n"
    blog.write("a.md", "\n".join(PARTS[n % len(PARTS)].format(n=n) + code * (n % 8 == 0) for n in range(40)))
    blog.run(Shouting(), ("es", "ja", "de"))
    record = len(blog.files().pop(record_path("a.md")))
    texts = sum(len(data) for path, data in blog.files().items() if path.count(".") == 2)
    assert texts > 3 * len(blog.read("a.md")) * 0.9
    assert record < 0.1 * texts


@pytest.mark.parametrize("cut", ["9" * 5000, "9*1..2#x,", "1,1,1,1,1,1,1"])
def test_a_forged_cut_costs_no_run(written, cut):
    path = record_path("a.md")
    record = written.read(path)
    forged = re.sub(r":\d[\d,]*", f":{cut}", record)
    assert forged != record
    written.write(path, forged)
    _, report = changed(written, "a.md", ("happens", "ever happens"))
    assert report.exit_code == 0
    assert "EVER HAPPENS." in written.read("a.es.md")


def test_the_index_tells_every_post_that_holds_a_sentence():
    index = Index()
    index.add("a.md", b"aaaaaaaabbbbbbbbaaaaaaaa")
    index.add("b.md", b"bbbbbbbb")
    index.add("c.md", b"")
    assert (len(index), index.find("aaaaaaaa"), index.find("bbbbbbbb")) == (3, ["a.md"], ["a.md", "b.md"])
    assert index.find("aaaabbbb") == []
    index.add("d.md", b"aaaaaaaa")
    assert index.find("aaaaaaaa") == ["a.md", "d.md"]
