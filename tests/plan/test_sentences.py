"""A sentence that is translated is not sent again, whatever becomes of what stands around it."""

from __future__ import annotations

import json
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from plan.test_run import Blog, Shouting, codes, statuses
from polypost.memory.index import Index
from polypost.records import words
from polypost.records.file import dump, load, sketch
from polypost.records.record import ABSENT, Entry, Glance, Localization, Record, content_id, record_path
from polypost.values import Untranslated
from text.test_memory import PARTS

FIXTURES = Path(__file__).parents[1] / "fixtures"
LOCALIZATION = Localization("a.es.md", "abcdef", "ABCDEF", "FFFF", "model", ())

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


def as_version_1(record, files):
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
            "source-id": content_id(files[record.source]),
            "target-id": content_id(files[item.target]),
            "frame": f"{item.frame}123456",
            "made-with": item.made_with,
            "segments": lines,
        }
    return json.dumps(value).encode()


def test_a_record_of_version_1_is_understood_and_written_anew_with_its_post(written):
    path = record_path("a.md")
    before = written.files()[path]
    written.write(path, as_version_1(load(before, path), written.files()))
    translator = Shouting()
    assert written.run(translator).changed == ()
    asked, _ = changed(written, "a.md", ("It is quick", "It is very quick"))
    assert asked == ["It is very quick"]
    assert json.loads(written.read(path))["version"] == 3
    # What is one sentence is known by then; the paragraph isn't, before it is written again.
    asked, _ = changed(written, "a.md", ("# It is", "## It is"))
    assert asked == []


@pytest.fixture
def older(tmp_path):
    """A blog as version 2 of the records left it: one text is a person's, one failed, one is suspicious."""
    shutil.copytree(FIXTURES / "records-2", tmp_path / "blog")
    return Blog(tmp_path / "blog")


def test_a_record_of_version_2_is_understood_and_written_anew_with_its_post(older):
    path = record_path("a.md")
    before = older.files()
    idle = Shouting()
    assert (older.run(idle).changed, idle.asked) == ((), [])
    assert older.files() == before
    failing = Shouting(lambda text: Untranslated("no") if "fails" in text else None)
    asked, report = changed(older, "a.md", ("happens", "ever happens"), translator=failing)
    # The sentence that changed, and what had failed; each of the others was found where version 2 said.
    assert asked == ["Nothing else ever happens.", "This one fails.", "This one goes on and on."]
    assert json.loads(older.read(path))["version"] == 3
    assert "`a.toml` AT FIRST. IT WRITES [THE PAGE](one.md) THEN. **NOTHING ELSE** EVER" in older.read(
        "a.es.md"
    )
    assert "Una persona." in older.read("a.es.md")
    again = load(older.files()[path], path)
    assert load(before[path], path).localizations["es"].links == again.localizations["es"].links
    asked, report = changed(
        older, "a.md", ("A person wrote this.", "A person wrote that."), translator=failing
    )
    assert "human-text-superseded" in codes(report)


def test_changes_of_two_languages_merge_line_by_line(tmp_path):
    """As git merges them; a language more on each side, too."""

    def record(**texts):
        made = {
            tag: replace(LOCALIZATION, target=f"a.{tag}.md", target_id=text) for tag, text in texts.items()
        }
        return dump(Record("a.md", made))

    before, ours = (
        record(de="111111", es="222222", ja="333333"),
        record(de="444444", es="222222", ja="333333"),
    )
    theirs = record(de="111111", es="555555", ja="333333", uk="666666")
    for name, data in (("ours", ours), ("before", before), ("theirs", theirs)):
        (tmp_path / name).write_bytes(data)
    command = ["git", "merge-file", "-p", "ours", "before", "theirs"]
    merged = subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
    assert merged.stdout == record(de="444444", es="555555", ja="333333", uk="666666")


@pytest.mark.parametrize(
    "target",
    ["a.es.md", "es/a.md", "i18n/es/docs/b/a.md", "b/es/a.md", "b/a.es-ES.md", "b/á.es.md", "a b/1 es 2.md"],
)
@pytest.mark.parametrize("source", ["a.md", "b/a.md", "b/a a.md", "{lang}/a.md", "1 es 2.md"])
def test_where_a_localization_is_comes_back_as_it_was(source, target):
    made = {"es": replace(LOCALIZATION, target=target), "ja": replace(LOCALIZATION, target="elsewhere.md")}
    record = Record(source, made)
    assert load(dump(record), record_path(source)) == record


@pytest.mark.parametrize("frame", ["FFFF", "GGGG"])
@pytest.mark.parametrize("more", [(), ((0, "1234"),), ((7, "1234"), (7, "-___"), (12, "0000"))])
def test_what_a_person_s_file_has_more_comes_back(frame, more):
    made = replace(LOCALIZATION, frame=frame, source_frame="GGGG", theirs=True, more=more)
    record = Record("a.md", {"es": made})
    assert load(dump(record), record_path("a.md")) == record


def test_version_2_told_of_a_person_s_file_too(older):
    path = record_path("a.md")
    text = older.read(path)
    line = "zxTDMmJKSj7cyP_h6wisx8TqT8U kFsxM N7tMW 72go- "
    assert line in text
    theirs = line.replace("kFsxM", "kFsxM!0abcde,12-ghij").replace("72go-", "-!")
    item = load(text.replace(line, theirs).encode(), path).localizations["es"]
    assert (item.theirs, item.frame, item.more) == (True, "kFsx", ((0, "abcd"), (12, "-ghi")))
    assert (item.entries[0].target, item.entries[0].person, item.entries[1].target) == (ABSENT, True, "2sD1")


def test_what_begins_alike_is_told_apart():
    """Two sources of which the ids begin alike, and 5,000 models: some fingerprints do."""
    entry = Entry(("A" * 8,), "AAAAA", "BBBB")
    made = [replace(entry, made_with=f"model {number}") for number in range(5_000)]
    one = replace(LOCALIZATION, source_id="abcdef", entries=(entry,), made_with="model 1")
    other = replace(one, source_id="abxxxx", entries=made)
    record = Record("a.md", {"es": one, "ja": other, "uk": one})
    again = load(dump(record), record_path("a.md"))
    assert {tag: item.source_id for tag, item in again.localizations.items()} == {
        "es": "abcdef", "ja": "abxxxx", "uk": "abcdef"
    }  # fmt: skip
    read = [entry.made_with or "model 1" for entry in again.localizations["ja"].entries]
    assert read == [entry.made_with for entry in made]


@pytest.mark.parametrize(
    "said", ["AAA", "AAAA BBBB", "AAAA~", "AAAA:1", "AAAA?:1", "^~", "AAAA!!", "AAAA@ ", "^ ^"]
)
def test_a_word_that_says_nothing_is_damage(said):
    with pytest.raises(ValueError, match="segment"):
        words.look(f"CCCC{said}DDDD")


def test_words_are_read_as_they_were_written():
    entries = [
        Entry(("A" * 8, "B" * 8), "AAAAA", target, person, ("", "abc"), cuts, look, behind, made, tried)
        for target in ("BBBB", "", ABSENT)
        for person in (False, True)
        for cuts in (None, "", "1,2", "3+x*1.0#x/-")
        for look in (False, True)
        for behind in (False, True)
        for made in ("", "model")
        for tried in ("", "tried")
        if not (person and cuts is not None)
        and not (target in {"", ABSENT} and cuts is not None)
        and (person or not behind)
    ]
    said = "".join(
        words.written(entry, entry.made_with and "mo", entry.tried and "tr.2") for entry in entries
    )
    sources = " ".join(map(words.of_source, entries))
    words.check_sources(sources)
    assert words.look(said) == (len(entries), True, True, True, {"mo"}, {"", "tr.2"})
    assert list(words.entries(sources, said, {"mo": "model", "tr.2": "tried"})) == entries


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
    """A third of it is code, as of real ones: all records of 300 of those take 5 %, in three languages."""
    code = "```python\n" + "    built = list(map(build, changed(pages)))\n" * 16 + "```\n"
    blog.write("a.md", "\n".join(PARTS[n % len(PARTS)].format(n=n) + code * (n % 8 == 0) for n in range(40)))
    blog.run(Shouting(), ("es", "ja", "de"))
    record = len(blog.files().pop(record_path("a.md")))
    texts = sum(len(data) for path, data in blog.files().items() if path.count(".") == 2)
    assert texts > 3 * len(blog.read("a.md")) * 0.9
    assert record < 0.07 * texts


@pytest.mark.parametrize("cut", ["9" * 5000, "9*1..2#x,", "1,1,1,1,1,1,1"])
def test_a_forged_cut_costs_no_run(written, cut):
    path = record_path("a.md")
    record = load(written.files()[path], path)
    made = {
        tag: replace(item, entries=[replace(entry, cuts=cut) for entry in item.entries])
        for tag, item in record.localizations.items()
    }
    written.write(path, dump(replace(record, localizations=made)))
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
