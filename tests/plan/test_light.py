"""A plan costs what its posts cost, whatever the number of languages; and holds none of their texts."""

from __future__ import annotations

from pathlib import Path

import pytest

from plan.test_nothing_lost import Ending
from plan.test_run import HELLO, Blog, Shouting
from polypost.errors import PostError, ServiceError
from polypost.files import FolderRepository
from polypost.job import Job
from polypost.languages import known
from polypost.markdown.document import parse
from polypost.markdown.rules import Rules
from polypost.plan.plan import make_plan
from polypost.records.file import dump, load
from polypost.records.record import Pending, Record, record_path
from polypost.run import ledger, library
from polypost.run.ledger import Ledger
from polypost.run.library import Library
from polypost.text import first
from polypost.text.work import Work

EXAMPLES = Path(__file__).parents[2] / "examples/blog"
TAGS = tuple(language.tag for language in known() if language.tag != "en")[:20]


@pytest.fixture
def blog(tmp_path):
    return Blog(tmp_path)


def planned(blog, tags, console=None):
    translator = Shouting()
    job = Job(
        tags,
        lambda _: "",
        ("*.md",),
        (),
        "{dir}/{name}.{lang}{ext}",
        Rules(),
        "en",
        translator.info,
        checks=False,
    )
    there = Library(job, FolderRepository(blog.root), console)
    return make_plan(tuple(there.posts()), there.blog), there


def test_what_is_asked_first_does_not_depend_on_the_language():
    posts = [path for path in EXAMPLES.rglob("*.md*") if path.is_file()]
    assert len(posts) > 5
    for path in posts:
        document = parse(path.read_bytes(), path=path.name)
        assert len({Work(document, target=tag).needed({}) for tag in TAGS}) == 1


@pytest.mark.parametrize("tags", [TAGS[:1], TAGS], ids=len)
def test_a_post_is_parsed_and_looked_through_once_for_all_languages(blog, monkeypatch, tags):
    parsed, worked = [], []
    monkeypatch.setattr(library, "parse", lambda *a, **k: parsed.append(1) or parse(*a, **k))
    monkeypatch.setattr(first, "Work", lambda *a, **k: worked.append(1) or Work(*a, **k))
    for number in range(3):
        blog.write(f"{number}.md", HELLO.replace("Another", f"Number {number}, another"))
    plan, _ = planned(blog, tags)
    assert (len(parsed), len(worked)) == (3, 3)
    assert len(plan.tasks) == 3 * len(tags)
    assert plan.load.sentences == len(tags) * (plan.tasks[0].texts + 2), "the shared ones are counted once"


def test_a_run_parses_a_post_once_more_for_all_of_its_waves(blog, monkeypatch):
    parsed = []
    monkeypatch.setattr(library, "parse", lambda *a, **k: parsed.append(1) or parse(*a, **k))
    for number in range(40):
        blog.write(f"{number}.md", f"Text number {number}.\n")
    translator = Shouting()
    translator.wave_characters = 100
    blog.run(translator, TAGS)
    assert len(parsed) == 2 * 40


def test_the_memory_has_a_segment_of_a_post_once_whatever_the_languages(blog):
    blog.write("a.md", HELLO)
    blog.run(Shouting(), TAGS)
    _, there = planned(blog, TAGS)
    assert len(there.blog.known._index) == 7


def test_a_rerun_parses_nothing(blog, monkeypatch):
    blog.write("a.md", HELLO)
    blog.run(Shouting(), TAGS)

    def refuse(*_, **__):
        raise PostError("not now", code="x")

    monkeypatch.setattr(library, "parse", refuse)
    report = blog.run(Shouting(), TAGS)
    assert {outcome.status for outcome in report.outcomes} == {"unchanged"}


def test_a_record_has_room_for_so_much_that_is_pending(blog, monkeypatch):
    """A record that nobody can read any more would be worse than a sentence that is sent twice."""
    monkeypatch.setattr(ledger, "PENDING_BYTES", 150)
    blog.write("a.md", "A first sentence.\n\nA second one.\n\nA third one with more words.\n")
    blog.run(Ending(2, ServiceError("gone"), 10**6), ("es",))
    assert record_path("a.md") in blog.files()
    monkeypatch.setattr(ledger, "PENDING_BYTES", 10)
    (blog.root / record_path("a.md")).unlink()
    blog.run(Ending(2, ServiceError("gone"), 10**6), ("es",))
    assert record_path("a.md") not in blog.files()


def test_what_is_pending_for_a_localization_that_stands_goes(blog):
    blog.write("a.md", HELLO)
    blog.run(Shouting(), ("es",))
    record = load(blog.files()[record_path("a.md")], record_path("a.md"))
    waiting = {"es": Pending("m", {"x": "y"}), "ja": Pending("m", {"x": "y"})}
    blog.write(record_path("a.md"), dump(Record(record.source, record.localizations, waiting)))
    report = blog.run(Shouting(), ("es",))
    assert (report.exit_code, report.changed) == (0, (".polypost/a.md.json",))
    assert set(load(blog.files()[record_path("a.md")], record_path("a.md")).pending) == {"ja"}, (
        "nobody asked for ja"
    )
    assert blog.run(Shouting(), ("es",)).changed == ()


def test_a_ledger_holds_only_posts_that_are_in_work(blog, monkeypatch):
    held = []
    published = Ledger.published

    def noting(self, changes):
        published(self, changes)
        held.append(len(self._open))

    monkeypatch.setattr(Ledger, "published", noting)
    for number in range(9):
        blog.write(f"{number}.md", f"Text number {number}.\n")
    translator = Shouting()
    translator.wave_characters = 1
    blog.run(translator, ("es", "ja"))
    assert max(held) == 1
    assert held[-1] == 0
