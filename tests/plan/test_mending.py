"""A record that can't be read costs nobody's words: what a merge left in it, and what else can break it."""

from __future__ import annotations

import subprocess

import pytest

from plan.test_run import Blog, Shouting, codes, statuses
from polypost.memory import mending
from polypost.records.file import load
from polypost.records.record import record_path
from polypost.run import library

FRONT = "---\ntitle: One post\n---\n\n"
TEXT = f"{FRONT}First one stands. And more of it.\n\nSecond one stands.\n\nThird one stands.\n"
RECORD = record_path("a.md")
WORDS = "Y más, de una persona."
OTHERS = "De otra persona."


class Merging(Blog):
    """A blog in git, whose sides each write and run before they are merged."""

    def git(self, *words, fine=True):
        command = ["git", "-C", str(self.root), "-c", "user.name=x", "-c", "user.email=x@y.z", *words]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0 or not fine, done.stdout + done.stderr
        return done.stdout

    def begin(self, languages=("es", "ja")):
        self.git("init", "-qb", "main")
        self.write("a.md", TEXT)
        self.run(Shouting(), languages)
        self.commit()

    def commit(self):
        self.git("add", "-A")
        self.git("commit", "-qm", "x")

    def change(self, path, old, new):
        text = self.read(path)
        assert old in text
        self.write(path, text.replace(old, new))

    def merge(self, theirs, ours, style="merge"):
        """Both do what they do, and git merges as it can; what conflicts stays as git leaves it."""
        self.git("checkout", "-qb", "theirs")
        theirs()
        self.commit()
        self.git("checkout", "-q", "main")
        ours()
        self.commit()
        self.git("-c", f"merge.conflictStyle={style}", "merge", "theirs", fine=False)
        assert b"\n<<<<<<< " in self.files()[RECORD], "else this shows nothing"

    def runs(self, languages=("es", "ja"), **how):
        """A run, and what it sent."""
        translator = Shouting()
        return self.run(translator, languages, **how), translator.asked

    def written(self, old, new, person="", said=""):
        """Somebody changes the post and lets polypost run; then a person corrects the localization."""

        def act():
            self.change("a.md", old, new)
            self.runs()
            if person:
                self.change("a.es.md", person, said)

        return act


@pytest.fixture
def blog(tmp_path):
    made = Merging(tmp_path)
    made.begin()
    return made


FIRST = ("First one", "First two", "AND MORE OF IT.", WORDS)
THIRD = ("Third one", "Third two")
ADDED = ("Third one stands.\n", "Third one stands.\n\nA new one.\n")
EDITED = ("Third one", "Third two", "SECOND ONE STANDS.", OTHERS)
BUILT = ("Third one", "Third two", "SECOND ONE STANDS.\n", f"SECOND ONE STANDS.\n\n{OTHERS}\n")


@pytest.mark.parametrize("style", ["merge", "diff3"])
@pytest.mark.parametrize("ours", [THIRD, ADDED, EDITED, BUILT], ids=["text", "a block", "edit", "more"])
def test_both_sides_of_a_conflict_are_read(blog, ours, style):
    blog.merge(blog.written(*FIRST), blog.written(*ours), style)
    before = blog.read("a.es.md")
    report, sent = blog.runs()
    assert (sent, report.exit_code, "record-conflict" in codes(report)) == ([], 0, True)
    assert blog.read("a.es.md") == before
    assert WORDS in before
    assert load(blog.files()[RECORD], RECORD).localizations.keys() == {"es", "ja"}
    report, sent = blog.runs()
    assert (sent, report.changed, report.notes) == ([], (), ()), "it is written anew"


@pytest.mark.parametrize("ours", [THIRD, ADDED], ids=["text", "a block"])
def test_a_person_s_words_are_known_from_a_machine_s_afterwards(blog, ours):
    blog.merge(blog.written(*FIRST), blog.written(*ours))
    blog.runs()
    blog.change("a.md", "Second one", "Second two")
    report, _ = blog.runs()
    assert "human-text-superseded" not in codes(report), "a machine wrote this one"
    blog.change("a.md", "First two", "First three")
    report, _ = blog.runs()
    assert any(WORDS in each.message for outcome in report.outcomes for each in outcome.findings)
    assert statuses(report) == {("a.md", "es"): "updated", ("a.md", "ja"): "updated"}


def test_what_each_side_added_stays_made_by_polypost(blog):
    blog.merge(blog.written("Second", "Before it.\n\nSecond"), blog.written(*ADDED))
    blog.runs()
    assert not any(each.theirs for each in load(blog.files()[RECORD], RECORD).localizations.values())


def test_with_one_side_alone_sentences_are_sent_again(blog, monkeypatch):
    """The negative control."""
    salvaged = mending.salvaged
    monkeypatch.setattr(library, "salvaged", lambda data, path: salvaged(data, path)[:1])
    blog.merge(blog.written(*FIRST), blog.written(*THIRD))
    assert blog.runs()[1]


def test_a_language_that_one_side_brought_is_known(blog):
    def brought():
        blog.change("a.md", "First one", "First two")
        blog.runs(("es", "fr", "ja"))

    blog.merge(brought, blog.written(*THIRD))
    _, sent = blog.runs(("es", "fr", "ja"))
    assert sent == [("fr", "Third two stands.")]


def test_a_text_that_a_person_took_out_stays_out(blog):
    blog.change("a.es.md", "SECOND ONE STANDS.\n\n", "")
    blog.runs()
    blog.commit()
    blog.merge(blog.written(*FIRST), blog.written("One post", "Our post"))
    _, sent = blog.runs()
    assert (sent, "SECOND ONE" in blog.read("a.es.md")) == ([], False)


def test_a_localization_in_conflict_costs_itself_alone_until_it_is_resolved(blog):
    blog.merge(
        blog.written(*FIRST), blog.written("First one", "First of all", "AND MORE OF IT.", "Otras palabras.")
    )
    blog.change("a.md", blog.read("a.md"), TEXT.replace("First one", "First of all"))
    before = blog.read("a.es.md")
    assert "\n<<<<<<< " in before
    report, _ = blog.runs()
    assert statuses(report)["a.md", "es"] == "behind"
    assert "unreadable" in codes(report)
    assert blog.read("a.es.md") == before
    dropped = ("<<<<<<<", "=======", ">>>>>>>", "FIRST TWO")
    blog.write("a.es.md", "".join(line for line in before.splitlines(True) if not line.startswith(dropped)))
    report, sent = blog.runs()
    assert sent == []
    assert "Otras palabras." in blog.read("a.es.md")
    assert blog.runs()[0].changed == ()


@pytest.mark.parametrize("damage", [b"{", b"", b"\xff", b"[]", b'{"version":3,"in":7}'])
def test_localizations_of_a_damaged_record_count_as_a_person_s(blog, damage):
    blog.change("a.es.md", "AND MORE OF IT.", WORDS)
    blog.write(RECORD, damage)
    before = blog.read("a.es.md")
    report, sent = blog.runs()
    assert (sent, report.exit_code, codes(report)) == ([], 0, {"record-damaged", "adopted"})
    assert blog.read("a.es.md") == before
    report, sent = blog.runs()
    assert (sent, report.changed, codes(report)) == ([], (), {"theirs"})
    blog.change("a.md", "First one", "First two")
    report, sent = blog.runs()
    assert {text for _, text in sent} == {"First two stands.", "And more of it."}
    assert any(WORDS in each.message for outcome in report.outcomes for each in outcome.findings)


def test_a_damaged_language_costs_itself_alone(blog):
    blog.change(RECORD, '"es":\n"', '"es":\n"-')
    report, sent = blog.runs()
    assert (sent, codes(report)) == ([], {"record-damaged", "adopted"})
    assert statuses(report) == {("a.md", "es"): "kept", ("a.md", "ja"): "unchanged"}
    languages = load(blog.files()[RECORD], RECORD).localizations
    assert {tag: item.theirs for tag, item in languages.items()} == {"es": True, "ja": False}


@pytest.mark.parametrize(
    "data", ['{"version": 99}', '<<<<<<< x\n{"version": 99,\n=======\n{"version": 98,\n>>>>>>> y\n"in":{}}\n']
)
def test_a_newer_record_is_refused_and_its_localizations_are_left_alone(blog, data):
    blog.write(RECORD, data)
    before = blog.files()
    report, sent = blog.runs()
    assert (sent, report.exit_code, codes(report)) == ([], 1, {"record-newer", "record-lost"})
    assert blog.files() == before
    (blog.root / RECORD).unlink()
    report, sent = blog.runs()
    assert (sent, codes(report)) == ([], {"adopted"}), "as the message says"


def test_a_dry_run_writes_no_record(blog):
    blog.write(RECORD, "{")
    before = blog.files()
    assert blog.runs(dry_run=True)[0].exit_code == 0
    assert blog.files() == before
