"""When a long run publishes, what it holds meanwhile, and what its limits do."""

from __future__ import annotations

import re

import pytest

from plan.test_nothing_lost import Ending
from plan.test_run import HELLO, Blog, Shouting, Silent, statuses
from polypost.errors import DeniedError, ServiceError, UsageError
from polypost.files import FolderPublisher
from polypost.records.record import record_path
from polypost.run import outbox
from polypost.values import Estimate, Publication, Usage


class Hand:
    """A clock that is moved by hand."""

    def __init__(self):
        self.at = 1000.0

    def monotonic(self):
        return self.at

    now = monotonic

    def sleep(self, seconds):
        self.at += seconds


class Slow(Shouting):
    """Each answer takes a minute and costs ten cents."""

    wave_characters = 30

    def __init__(self, clock):
        super().__init__()
        self.clock = clock

    def answer(self, sentence, language):
        self.clock.sleep(60)
        return super().answer(sentence, language)

    def estimate(self, load):
        return Estimate("endpoint", 1000, load.sentences, load.sentences / 10, "a minute and ten cents each")

    def usage(self):
        return Usage(0, 1, 60.0 * len(self.asked), len(self.asked) / 10)


class Branch:
    """Publishes every five minutes; remembers what it was given."""

    pause = 300.0

    def __init__(self, root, refuse=(), error=None):
        self.error = error or ServiceError("GitHub is away")
        self.folder, self.refuse, self.calls = FolderPublisher(root), list(refuse), []

    def publish(self, changes, report, *, final=True):
        self.calls.append((set(changes), report, final))
        if self.refuse and self.refuse.pop(0):
            raise self.error
        self.folder.publish(changes, report)
        return Publication("updated")


class Told(Silent):
    def __init__(self):
        self.lines = []

    def say(self, text):
        self.lines.append(text)

    warn = say

    def step(self, text):
        self.lines.append(f"# {text}")


@pytest.fixture
def blog(tmp_path):
    blog = Blog(tmp_path)
    for number in range(12):
        blog.write(f"post-{number:02}.md", f"A sentence with the number {number}.\n")
    return blog


def go(blog, branch=None, **how):
    clock = Hand()
    branch = branch or Branch(blog.root)
    translator = how.pop("translator", None) or Slow(clock)
    return blog.run(translator, ("es",), publisher=branch, clock=clock, **how), branch, translator


def test_what_is_finished_goes_out_every_five_minutes_and_the_rest_in_the_end(blog):
    report, branch, _ = go(blog)
    assert [final for *_, final in branch.calls] == [False, False, True]
    paths = [path for changes, *_ in branch.calls for path in changes]
    assert len(paths) == len(set(paths)) == 12 * 2 + 1, "each file once, and its record with it"
    for changes, *_ in branch.calls:
        posts = {path for path in changes if path.endswith(".es.md")}
        assert {record_path(path.replace(".es", "")) for path in posts} <= changes
    told = [len(said.outcomes) for _, said, _ in branch.calls]
    assert told == [6, 11, 12], "the waves of a minute or two that ended by then"
    assert set(report.changed) == set(paths)
    assert report.publication == Publication("updated")
    assert [said.left for _, said, _ in branch.calls] == [6, 1, 0]


def test_the_log_tells_each_publication_with_how_far_the_run_is(blog):
    console = Told()
    go(blog, console=console)
    assert [line for line in console.lines if "Published" in line or line.startswith("# ")] == [
        "# Plan",
        "# Translate",
        "Published: 6 of 12 localizations, 6.0 minutes, $0.60 so far.",
        "Published: 11 of 12 localizations, 11.0 minutes, $1.10 so far.",
        "# Publish",
        "Published: 12 of 12 localizations, 12.0 minutes, $1.20 so far.",
    ]
    console = Told()
    go(blog, console=console)
    assert not [line for line in console.lines if "Publish" in line], "there was nothing to write"


def test_the_log_tells_no_waves_where_each_localization_is_written_at_once(blog):
    console = Told()
    report = go(blog, FolderPublisher(blog.root), console=console)[0]
    assert not [line for line in console.lines if "Published" in line]
    assert len(report.changed) == 25
    assert all((blog.root / path).exists() for path in report.changed)


def test_what_starts_a_translator_stands_under_its_own_steps(blog):
    console = Told()

    class Deploying(Slow):
        def open(self, load):
            console.step("Deploying")
            return super().open(load)

    go(blog, translator=Deploying(Hand()), console=console)
    steps = [line for line in console.lines if line.startswith("# ")]
    assert steps[:3] == ["# Plan", "# Deploying", "# Translate"], "progress stands under the last"


def test_much_that_is_finished_goes_out_at_once(blog, monkeypatch):
    monkeypatch.setattr(outbox, "FILES", 6)
    clock = Hand()
    translator = Shouting()
    translator.wave_characters = 1
    branch = Branch(blog.root)
    blog.run(translator, ("es",), publisher=branch, clock=clock)
    assert [len(changes) for changes, *_ in branch.calls] == [7, 6, 6, 6, 0]


def test_a_publication_that_fails_in_mid_run_is_told_and_made_up_for(blog):
    console = Told()
    report, branch, _ = go(blog, Branch(blog.root, [True]), console=console)
    assert report.exit_code == 0
    assert any("could not be published yet: GitHub is away" in line for line in console.lines)
    assert len(branch.calls[1][0]) > len(branch.calls[0][0])
    assert branch.calls[0][0] < branch.calls[1][0]
    assert blog.run(Shouting(), ("es",)).changed == ()


def test_a_run_that_can_publish_nothing_ends_before_it_costs_more(blog, monkeypatch):
    monkeypatch.setattr(outbox, "FILES", 2)
    report, branch, translator = go(blog, Branch(blog.root, [True] * 9))
    assert (report.exit_code, translator.closed) == (3, 1)
    assert "GitHub is away" in report.problem
    assert len(translator.asked) < 12
    assert branch.calls[-1][2], "it tries once more in the end"


def test_a_run_whose_token_is_not_taken_any_more_ends_at_once(blog):
    """GitHub's tokens may end in mid-run: every further minute would be paid for in vain."""
    report, branch, translator = go(
        blog, Branch(blog.root, [True] * 9, DeniedError("the token is not valid"))
    )
    assert (report.exit_code, translator.closed) == (3, 1)
    assert "the token is not valid" in report.problem
    assert [final for *_, final in branch.calls] == [False, True]
    assert len(translator.asked) < 12


def test_a_run_whose_publications_fail_for_half_an_hour_ends(blog):
    for number in range(60):
        blog.write(f"more-{number:02}.md", f"One more, with the number {number}.\n")
    report, _, translator = go(blog, Branch(blog.root, [True] * 99))
    assert "GitHub is away" in report.problem
    assert 35 <= len(translator.asked) < 45, "a minute each, and the first wave fails after five"
    _, _, translator = go(blog, Branch(blog.root, [True, True, True, False] * 9))
    assert len(translator.asked) == 72, "what works now and then goes on"


def test_one_post_in_many_waves_has_one_record(blog):
    """Its languages come in several waves; each record holds those of before."""
    clock = Hand()
    blog.write("hello.md", HELLO)
    translator = Shouting()
    translator.wave_characters = 1
    tags = ("es", "ja", "fr", "de")
    blog.run(translator, tags, publisher=Branch(blog.root), clock=clock, paths=("hello.md",))
    again = Shouting()
    assert blog.run(again, tags, paths=("hello.md",)).changed == ()
    blog.write("hello.md", HELLO.replace("Another item", "Yet another"))
    folder = FolderPublisher(blog.root)
    blog.run(translator, tags, publisher=folder, paths=("hello.md",))
    assert blog.run(again, tags, paths=("hello.md",)).changed == ()
    assert again.asked == []


def test_a_wave_holds_several_languages_of_a_post(blog):
    calls = []

    class Noting(Shouting):
        def translate(self, asked, *, careful=False):
            calls.append({language: len(texts) for language, texts in asked.items()})
            return super().translate(asked)

    blog.run(Noting(), ("es", "ja", "fr"))
    assert calls == [{"es": 12, "ja": 12, "fr": 12}]


def test_a_sentence_of_many_posts_is_sent_once_although_they_are_in_many_waves(blog):
    for number in range(12):
        blog.write(f"post-{number:02}.md", f"A sentence with the number {number}. Thanks for reading!\n")
    translator = Shouting()
    translator.wave_characters = 1
    planned = blog.run(translator, ("es",), dry_run=True)
    report = blog.run(translator, ("es",))
    assert translator.asked.count(("es", "Thanks for reading!")) == 1
    assert planned.usage.characters == sum(len(text) for _, text in translator.asked)
    assert sum(o.characters_sent for o in report.outcomes) == planned.usage.characters


def test_text_that_moved_to_another_post_is_found_although_its_file_was_written_before(blog):
    """`a` loses a paragraph to `b`, whose turn comes when `a` is written anew already."""
    blog.write("a.md", "Stays here.\n\nMoves over.\n")
    blog.write("b.md", "Is there already.\n")
    blog.run(Shouting(), ("es",), paths=("a.md", "b.md"))
    blog.write("a.md", "Stays here.\n\nIs new.\n")
    blog.write("b.md", "Is there already.\n\nMoves over.\n\nIs new, too.\n")
    translator = Shouting()
    translator.wave_characters = 1
    blog.run(translator, ("es",), paths=("a.md", "b.md"))
    assert [text for _, text in translator.asked] == ["Is new.", "Is new, too."]
    assert "MOVES OVER." in blog.read("b.es.md")


def test_a_post_that_was_split_in_two_sends_nothing(blog):
    """Both halves are told to be the post under a new name; its localization goes when both are done."""
    halves = "One stands here.\n\nTwo stands here.\n", "Three stands here.\n\nFour stands here.\n"
    blog.write("whole.md", "\n".join(halves))
    blog.run(Shouting(), ("es",), paths=("whole.md",))
    (blog.root / "whole.md").unlink()
    blog.write("half-a.md", halves[0] + "\nNew in a.\n")
    blog.write("half-b.md", halves[1] + "\nNew in b.\n")
    translator = Shouting()
    translator.wave_characters = 1
    blog.run(translator, ("es",), paths=("half-*.md",))
    assert [text for _, text in translator.asked] == ["New in a.", "New in b."]
    assert not {"whole.es.md", record_path("whole.md")} & set(blog.files())


@pytest.mark.parametrize(
    ("limits", "named"), [({"max_cost": 1.19}, "max-cost"), ({"max_minutes": 11.9}, "max-minutes")]
)
def test_an_estimate_over_a_limit_starts_nothing(blog, limits, named):
    before = blog.files()
    with pytest.raises(UsageError, match=rf"Nothing was started.*{named}") as error:
        go(blog, **limits)
    assert re.search(r"\$1\.20|12 minutes", str(error.value))
    assert blog.files() == before
    console = Told()
    report, *_ = go(blog, dry_run=True, console=console, **limits)
    assert (report.exit_code, report.estimate.minutes) == (0, 12)
    assert any("A run would not start." in note.message for note in report.notes)
    assert go(blog, max_cost=1.26, max_minutes=12.5)[0].exit_code == 0, "a limit that is kept ends nothing"


def test_a_cost_that_nobody_knows_is_over_every_max_cost(blog):
    class Unpriced(Slow):
        def estimate(self, load):
            return Estimate("endpoint", 1, 0.1, None, "its price is not in the table")

    translator = Unpriced(Hand())
    with pytest.raises(
        UsageError, match=r"Nothing was started.*not in the table. Set max-minutes in its place"
    ):
        blog.run(translator, ("es",), max_cost=100.0)
    assert translator.asked == []
    assert blog.run(translator, ("es",), max_minutes=100.0).exit_code == 0


@pytest.mark.parametrize(
    ("limits", "asked"), [({"max_cost": 0.6}, 6), ({"max_minutes": 5.0}, 5)], ids=["cost", "minutes"]
)
def test_a_limit_that_is_reached_ends_the_run_and_keeps_what_is_done(blog, limits, asked):
    class Hopeful(Slow):
        def estimate(self, load):
            return Estimate("endpoint", 1, 0.1, 0.01, "hope")

    translator = Hopeful(clock := Hand())
    report = blog.run(translator, ("es",), publisher=Branch(blog.root), clock=clock, **limits)
    assert (report.exit_code, translator.closed, len(translator.asked)) == (1, 1, asked)
    assert next(iter(limits)).replace("_", "-") in report.problem
    assert list(statuses(report).values()).count("new") == asked
    rest = Shouting()
    assert blog.run(rest, ("es",)).exit_code == 0
    assert not set(rest.asked) & set(translator.asked)
    assert len(rest.asked) == 12 - asked


def test_what_is_expected_is_told_before_anything_starts(blog):
    console = Told()
    report, *_ = go(blog, console=console)
    (line,) = (line for line in console.lines if line.startswith("Expected"))
    assert line == "Expected: about 1,000 tokens, 12 minutes, $1.20 (endpoint)."
    assert "That is: a minute and ten cents each." in console.lines
    assert any("12 sentences, 350 characters" in line for line in console.lines)
    assert report.estimate == Estimate("endpoint", 1000, 12, 1.2, "a minute and ten cents each")


def test_a_signal_leaves_no_time_to_finish_much_but_nothing_is_lost(blog, monkeypatch):
    """Two seconds: what can't be rendered in them is pending, whole, and needs no translator later."""
    from signal import SIGTERM

    from polypost.errors import Stopped
    from polypost.run.finish import Finish

    clock, render = Hand(), Finish.__call__

    def slowly(self, part, answers):
        clock.sleep(0.5)
        return render(self, part, answers)

    monkeypatch.setattr(Finish, "__call__", slowly)
    translator = Ending(11, Stopped(SIGTERM), 10**6)
    report = blog.run(translator, ("es",), clock=clock)
    assert list(statuses(report).values()).count("new") == 5
    rest = Ending()
    assert blog.run(rest, ("es",)).exit_code == 0
    assert len(rest.answered) == 1
