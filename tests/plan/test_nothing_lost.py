"""Whatever ends a run, and whenever: what came back by then is not sent again, and a rerun completes it."""

from __future__ import annotations

import signal
import sys
from contextlib import contextmanager
from dataclasses import replace

import pytest

from plan.test_run import Blog, Reversing, Shouting, codes, statuses
from polypost import same_structure
from polypost.errors import BudgetError, ServiceError, Stopped, TranslatorError
from polypost.files import FolderPublisher, FolderRepository
from polypost.records.file import dump, load
from polypost.records.merge import merged
from polypost.records.record import Pending, record_path
from polypost.run import library
from polypost.run.finish import Finish
from polypost.run.ledger import Ledger
from polypost.run.outbox import Outbox
from polypost.sites import is_record
from polypost.values import Reply, TranslatorInfo

POSTS = {
    "a.md": "---\ntitle: The first of three\n---\n\nOne with *stressed words*.\n\nA shared sentence.\n",
    "b.md": "# A heading\n\nAlso with `code`.\n\nA shared sentence.\n\n[A link](https://x.y) too.\n",
    "c.md": "The last post has *a mark* and [a link of words](https://x.y) in one sentence.\n",
}
LANGUAGES = ("es", "ja")
ENDS = [
    ServiceError("gone"),
    TranslatorError("no"),
    BudgetError("spent"),
    Stopped(signal.SIGTERM),
    KeyError("x"),
]


class Ending(Reversing):
    """Gives so many replies and then raises; nothing of its answers looks like its source."""

    def __init__(self, replies=10**9, error=None, wave=90):
        super().__init__()
        self.left, self.error, self.wave_characters = replies, error, wave
        self.answered = []

    def translate(self, asked, *, careful=False):
        for language, sentences in asked.items():
            for sentence in sentences:
                if not self.left:
                    raise self.error
                self.left -= 1
                self.answered.append((language, sentence))
                yield Reply(language, sentence, self.answer(sentence, language))


class Killed(BaseException):
    """As a SIGKILL: nothing catches it."""


@pytest.fixture
def blog(tmp_path):
    return written(tmp_path)


def written(folder):
    blog = Blog(folder)
    for path, text in POSTS.items():
        blog.write(path, text)
    return blog


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    """What a run sends and leaves that nothing disturbs; 90 characters a wave make several of them."""
    blog, translator = written(tmp_path_factory.mktemp("whole")), Ending()
    assert blog.run(translator, LANGUAGES).exit_code == 0
    assert len(translator.answered) == len(set(translator.answered)) > 20
    return translator.answered, blog.files()


def ended(blog, replies, error, wave=90):
    """A run that ends after so many replies, told as the report does, and what it answered."""
    translator = Ending(replies, error, wave)
    if isinstance(error, KeyError):
        with pytest.raises(KeyError):
            blog.run(translator, LANGUAGES)
        return translator.answered, None
    report = blog.run(translator, LANGUAGES)
    assert report.exit_code == error.exit_code
    assert str(error) in report.problem
    assert translator.closed == 1
    return translator.answered, report


@pytest.mark.parametrize(
    ("error", "wave"), [*((error, 90) for error in ENDS), (ENDS[0], 1), (ENDS[3], 1), (ENDS[3], 10_000)]
)
def test_after_any_reply_nothing_is_lost_and_nothing_is_sent_twice(tmp_path, undisturbed, error, wave):
    every, files = undisturbed
    for replies in range(len(every)):
        blog = written(tmp_path / str(replies))
        first, report = ended(blog, replies, error, wave)
        if report:
            done = {path for path, text in blog.files().items() if files.get(path) == text}
            new = {each.target for each in report.outcomes if each.status == "new"}
            assert new <= done, "what is told to be done is there, and whole"
        rest = Ending()
        assert blog.run(rest, LANGUAGES).exit_code == 0
        assert sorted(first + rest.answered) == sorted(every)
        assert blog.files() == files, "nothing is left of the way there"


@pytest.mark.parametrize(
    ("error", "order"),
    [
        (Stopped(signal.SIGTERM), ["publish", "leave"]),
        (ServiceError("gone"), ["leave", "publish"]),
        (BudgetError("spent"), ["leave", "publish"]),
    ],
)
def test_who_was_stopped_publishes_before_it_leaves_and_every_other_leaves_first(blog, error, order):
    """Who is about to be killed brings home what nobody else can; else an endpoint costs money meanwhile."""
    did = []

    class Leaving(Ending):
        @contextmanager
        def open(self, load):
            try:
                with super().open(load) as translator:
                    yield translator
            finally:
                did.append("leave")

    class Published(FolderPublisher):
        def publish(self, changes, report, *, final=True):
            did.append("publish")
            return super().publish(changes, report, final=final)

    report = blog.run(Leaving(12, error), LANGUAGES, publisher=Published(blog.root))
    assert did[-2:] == order, "waves before that aside"
    assert (report.exit_code, report.problem) == (error.exit_code, str(error))
    assert report.usage.requests == 1
    assert len(report.outcomes) == 6


def test_the_check_finds_what_is_lost(tmp_path, undisturbed, monkeypatch):
    monkeypatch.setattr(Ledger, "pend", lambda *_: False)
    every, _ = undisturbed
    twice = 0
    for replies in range(len(every)):
        blog = written(tmp_path / str(replies))
        first, _ = ended(blog, replies, ENDS[0])
        rest = Ending()
        blog.run(rest, LANGUAGES)
        twice += bool(set(first) & set(rest.answered))
    assert twice > len(every) // 2


def test_two_ends_after_one_another_lose_nothing_either(tmp_path, undisturbed):
    every, files = undisturbed
    for replies in range(0, len(every), 3):
        blog = written(tmp_path / str(replies))
        first, _ = ended(blog, replies, ENDS[0])
        second, _ = ended(blog, min(4, len(every) - replies - 1), ENDS[3])
        rest = Ending()
        assert blog.run(rest, LANGUAGES).exit_code == 0
        assert sorted(first + second + rest.answered) == sorted(every)
        assert blog.files() == files


class Noting(FolderPublisher):
    """Notes how many answers there were at each publication."""

    def __init__(self, root, translator):
        super().__init__(root)
        self.translator, self.noted = translator, [0]

    def publish(self, changes, report, *, final=True):
        self.noted.append(len(self.translator.answered))
        return super().publish(changes, report, final=final)


def test_a_killed_run_sends_only_what_came_since_the_last_wave_again(tmp_path, undisturbed):
    every, files = undisturbed
    for replies in range(len(every)):
        blog = written(tmp_path / str(replies))
        killed = Ending(replies, Killed())
        publisher = Noting(blog.root, killed)
        with pytest.raises(Killed):
            blog.run(killed, LANGUAGES, publisher=publisher)
        rest = Ending()
        assert blog.run(rest, LANGUAGES).exit_code == 0
        assert set(killed.answered) & set(rest.answered) == set(killed.answered[publisher.noted[-1] :])
        assert blog.files() == files
    assert len(publisher.noted) == 3


def test_what_the_run_did_not_come_to_is_not_called_failed_and_what_came_back_is_kept(blog):
    report = ended(blog, 2, ENDS[0])[1]
    assert set(statuses(report).values()) == {"waiting"}
    assert (report.problem, report.exit_code) == ("gone", 3)
    record = load(blog.files()[record_path("a.md")], record_path("a.md"))
    assert (dict(record.localizations), len(record.pending["es"].answers)) == ({}, 2)
    again = blog.run(Ending(), LANGUAGES, dry_run=True)
    assert again.outcomes[0].characters_sent < report.outcomes[0].characters_sent


def test_what_is_pending_is_told_apart_by_who_made_it(blog):
    stand_in = Ending(3, ENDS[0])
    stand_in.info = TranslatorInfo("pseudo")
    blog.run(stand_in, LANGUAGES)
    real = Ending()
    blog.run(real, LANGUAGES)
    assert set(stand_in.answered) <= set(real.answered), "pseudo answers are none for a model"


def test_what_is_pending_for_a_sentence_that_is_gone_goes(blog):
    ended(blog, 3, ENDS[0])
    (blog.root / "a.md").unlink()
    blog.run(Ending(), LANGUAGES)
    assert record_path("a.md") not in blog.files()


def test_a_folder_may_be_moved_with_its_localizations_and_records(tmp_path):
    blog = Blog(tmp_path / "blog")
    for path, text in POSTS.items():
        blog.write(f"old/{path}", text)
    blog.run(Ending(), LANGUAGES)
    before = {path.replace("old/", "new/"): data for path, data in blog.files().items()}
    (blog.root / "old").rename(blog.root / "new")
    (blog.root / ".polypost/old").rename(blog.root / ".polypost/new")
    idle = Ending()
    report = blog.run(idle, LANGUAGES)
    assert (set(statuses(report).values()), idle.answered) == ({"unchanged"}, [])
    assert blog.files() == before


def test_another_post_s_record_costs_no_text_of_it(blog):
    blog.run(Ending(), LANGUAGES)
    blog.write("b.es.md", "Todo esto es de una persona.\n")
    files = blog.files()
    blog.write(record_path("b.md"), files[record_path("a.md")])
    blog.run(Ending(), LANGUAGES)
    assert blog.read("b.es.md") == "Todo esto es de una persona.\n"


@pytest.mark.parametrize(
    "forged",
    [
        '"pending": 1',
        '"pending": {"es": {}}',
        '"pending": {"es": {"made-with": "m", "answers": {"x": 1}}}',
        '"pending": {"es": {"made-with": "m", "answers": {"x": "\\ud800"}}}',
        '"pending": {"\\ud800": {"made-with": "m", "answers": {}}}',
    ],
)
def test_a_forged_pending_is_a_damaged_record(blog, forged):
    blog.write(record_path("a.md"), f'{{"version": 1, "source": "a.md", "languages": {{}}, {forged}}}')
    report = blog.run(Ending(), LANGUAGES)
    assert "record-damaged" in codes(report)
    assert {"b.es.md", "c.ja.md"} <= set(blog.files()), "it costs itself alone"


def test_a_forged_answer_becomes_no_markup(blog):
    ended(blog, 2, ENDS[0])
    text = blog.files()[record_path("a.md")].decode()
    answer = next(iter(load(text.encode(), record_path("a.md")).pending["es"].answers.values()))
    blog.write(record_path("a.md"), text.replace(answer, "<script>x</script> `y` [z](javascript:z)"))
    report = blog.run(Ending(), LANGUAGES)
    assert report.exit_code == 0
    assert "javascript" in blog.read("a.es.md")
    assert not same_structure(POSTS["a.md"].encode(), blog.read("a.es.md").encode(), path="a.md")


def test_a_bug_in_one_post_keeps_what_is_paid_for_and_shows_itself(blog, undisturbed, monkeypatch):
    every, files = undisturbed
    render = Finish.__call__

    def broken(self, part, answers):
        if part.task.path == "b.md":
            raise KeyError("a bug")
        return render(self, part, answers)

    with monkeypatch.context() as patch:
        patch.setattr(Finish, "__call__", broken)
        first = Ending(wave=10**6)
        with pytest.raises(KeyError, match="a bug"):
            blog.run(first, LANGUAGES)
    assert {"a.es.md", "c.ja.md"} <= set(blog.files())
    rest = Ending()
    assert blog.run(rest, LANGUAGES).exit_code == 0
    assert (sorted(first.answered), rest.answered) == (sorted(every), [])
    assert blog.files() == files


@pytest.mark.parametrize("replies", [9, 20])
def test_what_waits_for_a_post_waits_under_its_new_name(blog, undisturbed, replies):
    every, _ = undisturbed
    first, _ = ended(blog, replies, ENDS[0], 10**6)
    (blog.root / "a.md").rename(blog.root / "new.md")
    second, _ = ended(blog, 0, ENDS[0])
    assert second == [], "and although it waits once more"
    rest = Ending()
    assert blog.run(rest, LANGUAGES).exit_code == 0
    assert sorted(first + rest.answered) == sorted(every)
    assert record_path("a.md") not in blog.files()
    assert not any(load(data, path).pending for path, data in blog.files().items() if path.endswith(".json"))


class Yielding(FolderPublisher):
    """Says that a file gave way to someone else's; `early`: in a wave, before the end."""

    pause = 0.0

    def __init__(self, root, *, early):
        super().__init__(root)
        self.early = early

    def publish(self, changes, report, *, final=True):
        done = super().publish(changes, report, final=final)
        here = "a.es.md" in changes or (final and not self.early)
        return replace(done, yielded=("a.es.md",) if here else ())


@pytest.mark.parametrize("early", [True, False])
def test_what_gave_way_to_someone_else_is_not_told_as_done(blog, early):
    report = blog.run(Ending(), LANGUAGES, publisher=Yielding(blog.root, early=early))
    assert (report.exit_code, statuses(report)["a.md", "es"], report.problem) == (1, "failed", "")
    assert "gave-way" in codes(report)
    assert "a.es.md" not in report.changed
    assert "a.ja.md" in report.changed


class Meanwhile(FolderPublisher):
    """Before the first publication somebody acts; what they change stays, and records are merged."""

    def __init__(self, blog, act):
        super().__init__(blog.root)
        self.blog, self.act, self.theirs = blog, act, set()

    def publish(self, changes, report, *, final=True):
        before = self.blog.files()
        self.act()
        self.act = lambda: None
        there = self.blog.files()
        self.theirs |= {path for path, data in there.items() if before.get(path) != data}
        mine = {path: data for path, data in changes.items() if path not in self.theirs}
        for path in filter(is_record, mine):
            mine[path] = merged(path, mine[path], there.get(path), self.theirs)
        done = super().publish(mine, report, final=final)
        return replace(done, yielded=tuple(sorted(self.theirs & changes.keys())))


@pytest.fixture
def busy(blog):
    """A post is changed, and a person corrects its localization while the run is at work."""
    blog.run(Ending(), LANGUAGES)
    blog.write("a.md", POSTS["a.md"].replace("One with", "Two with"))
    shared = blog.read("a.es.md").rstrip().rpartition("\n")[2]

    def act(post=""):
        blog.write("a.es.md", blog.read("a.es.md").replace(shared, "De una persona."))
        if post:
            blog.write("a.md", post)

    def go(*given, **how):
        anew = how.pop("anew", lambda: (FolderRepository(blog.root), FolderPublisher(blog.root)))
        busy = Ending()
        publisher = Meanwhile(blog, lambda: act(*given))
        return blog.run(busy, LANGUAGES, publisher=publisher, anew=anew, **how), busy.answered

    return go


def test_what_gave_way_is_made_once_more_of_what_came_back(blog, busy):
    report, sent = busy()
    assert (report.exit_code, "gave-way" in codes(report), report.problem) == (0, False, "")
    assert statuses(report)["a.md", "es"] == "updated"
    assert len(sent) == len(set(sent))
    assert "De una persona." in blog.read("a.es.md")
    assert blog.read("a.es.md").count("\n") == POSTS["a.md"].count("\n")
    assert {"a.es.md", "a.ja.md"} <= set(report.changed)
    assert sum(each.characters_sent for each in report.outcomes) == sum(len(text) for _, text in sent)
    idle = Ending()
    assert (blog.run(idle, LANGUAGES).changed, idle.answered) == ((), [])


def test_where_the_post_has_changed_too_the_next_run_sends_only_that(blog, busy):
    report, _ = busy(POSTS["a.md"].replace("One with", "Two with") + "\nAnd a last one.\n")
    assert (report.exit_code, "gave-way" in codes(report)) == (1, True)
    rest = Ending()
    assert blog.run(rest, LANGUAGES).exit_code == 0
    assert {text for _, text in rest.answered} == {"And a last one."}
    assert "De una persona." in blog.read("a.es.md")


def test_where_what_is_there_by_now_can_t_be_had_the_next_run_sends_nothing_again(blog, busy):
    def anew():
        raise ServiceError("gone")

    report, _ = busy(anew=anew)
    assert (report.exit_code, "gave-way" in codes(report)) == (1, True)
    rest = Ending()
    assert (blog.run(rest, LANGUAGES).exit_code, rest.answered) == (0, [])


def test_without_what_came_back_it_would_be_sent_again(blog, busy, monkeypatch):
    """The negative control."""
    monkeypatch.setattr(Outbox, "pend", lambda *_: True)
    assert busy()[0].exit_code == 1
    rest = Ending()
    blog.run(rest, LANGUAGES)
    assert rest.answered


class Halves(Ending):
    """Says half a surrogate pair at the end of each answer."""

    def answer(self, sentence, language):
        return super().answer(sentence, language) + "\ud83d"


def test_an_answer_that_no_file_can_hold_costs_itself_alone(blog):
    report = blog.run(Halves(9, ServiceError("gone")), LANGUAGES)
    assert (report.exit_code, report.problem) == (ServiceError.exit_code, "gone")
    assert "a.es.md" in blog.files()
    assert blog.run(Ending(), LANGUAGES).exit_code == 0


def test_what_can_t_become_a_file_is_not_sent_again(tmp_path):
    blog = Blog(tmp_path)
    text = "title: A title\n---\n\nFirst one stands.\n\nSecond one stands.\n\nThird one.\n"
    blog.write("a.md", f"---\n{text}")
    blog.run(Shouting(), ("es",))
    theirs = blog.read("a.es.md").replace("\n\nTHIRD", "\n\nUna más, de una persona.\n\nTHIRD")
    blog.write("a.es.md", theirs)
    blog.write("a.md", text.replace("First one", "New first one"))  # its front matter is a heading now
    first, second = Shouting(), Shouting()
    reports = [blog.run(each, ("es",)) for each in (first, second)]
    assert [codes(report) & {"front-matter"} for report in reports] == [{"front-matter"}] * 2
    assert (len(first.asked), second.asked, blog.read("a.es.md")) == (2, [], theirs)


def test_a_record_that_cannot_be_written_costs_its_post_alone(blog, undisturbed, monkeypatch):
    _, files = undisturbed

    def refusing(record):
        waits = {"\ud83d": Pending("", {})} if record.source == "b.md" else record.pending
        return dump(replace(record, pending=waits))

    with monkeypatch.context() as patch:
        patch.setattr("polypost.run.ledger.dump", refusing)
        report = blog.run(Ending(), LANGUAGES)
    assert (report.exit_code, report.problem) == (1, "")
    assert {key for key, status in statuses(report).items() if status == "failed"} == {
        ("b.md", "es"),
        ("b.md", "ja"),
    }
    assert "not-published" in codes(report)
    assert not {"b.es.md", "b.ja.md", record_path("b.md")} & {*report.changed, *blog.files()}
    assert blog.run(Ending(), LANGUAGES).exit_code == 0
    assert blog.files() == files


def test_a_post_whose_answers_cannot_be_kept_costs_the_others_nothing(blog, monkeypatch):
    def refusing(self, source, *given):
        if source == "a.md":
            raise KeyError("a bug")
        return pend(self, source, *given)

    pend = Ledger.pend
    monkeypatch.setattr(Ledger, "pend", refusing)
    report = blog.run(Ending(9, ServiceError("gone"), 10**6), LANGUAGES)
    assert report.problem == "gone"
    told = {status for (path, _), status in statuses(report).items() if path == "a.md"}
    assert (told, set(statuses(report).values())) == ({"failed"}, {"failed", "waiting"})
    assert record_path("b.md") in blog.files()


def test_a_post_that_is_edited_while_the_run_goes_on_waits_for_the_next(blog, monkeypatch):
    monkeypatch.setattr(library, "_HELD", 1)

    class Editing(Ending):
        def answer(self, sentence, language):
            blog.write("c.md", "Something else altogether.\n")
            return super().answer(sentence, language)

    report = blog.run(Editing(), LANGUAGES)
    assert statuses(report)["a.md", "es"] == "new"
    assert statuses(report)["c.md", "es"] == statuses(report)["c.md", "ja"] == "failed"
    assert "was changed while the run went on: run it again." in report.outcomes[-1].findings[0].message
    assert "c.es.md" not in blog.files()
    rest = Ending()
    assert blog.run(rest, LANGUAGES).exit_code == 0
    assert {text for _, text in rest.answered} == {"Something else altogether."}


@pytest.mark.parametrize(
    "place", ["polypost.run.translate.waits_as", "polypost.run.ledger.dump", "polypost.run.outbox.content_id"]
)
def test_a_signal_at_the_very_end_loses_nothing(blog, undisturbed, monkeypatch, place):
    """While pending answers are put down, records are written, or files are gathered."""
    every, files = undisturbed
    module, name = place.rsplit(".", 1)
    real, signals = getattr(sys.modules[module], name), [Stopped(signal.SIGTERM)]

    def interrupted(*given, **more):
        if signals:
            raise signals.pop()
        return real(*given, **more)

    monkeypatch.setattr(place, interrupted)
    translator = Ending(9, ServiceError("gone"), 10**6)
    report = blog.run(translator, LANGUAGES)
    assert (report.exit_code, signals) == (143, [])
    monkeypatch.setattr(place, real)
    rest = Ending()
    assert blog.run(rest, LANGUAGES).exit_code == 0
    assert sorted(translator.answered + rest.answered) == sorted(every)
    assert blog.files() == files


WATCHED = {"pipeline.py", "make.py", "translate.py", "finish.py", "outbox.py", "ledger.py", "budget.py"}


class Signal:
    """Raises Stopped before the n-th line of the run's own modules is done, once the translator is open."""

    def __init__(self, translator, at):
        self.translator, self.at, self.lines = translator, at, 0

    def __call__(self, frame, event, _):
        if not self.translator.opened or frame.f_code.co_filename.rsplit("/", 1)[-1] not in WATCHED:
            return None
        if event == "line":
            self.lines += 1
            if self.lines == self.at:
                raise Stopped(signal.SIGTERM)
        return self


def signalled(blog, at, translator):
    trace = Signal(translator, at)
    before = sys.gettrace()
    sys.settrace(trace)
    try:
        return blog.run(translator, LANGUAGES), trace
    finally:
        sys.settrace(before)


def test_a_signal_before_any_line_loses_no_answer_but_the_one_that_is_being_noted(tmp_path, undisturbed):
    every, files = undisturbed
    _, whole = signalled(written(tmp_path / "whole"), -1, Ending())
    assert whole.lines > 1000
    for at in range(1, whole.lines, 29):
        blog, translator = written(tmp_path / str(at)), Ending()
        report, _ = signalled(blog, at, translator)
        assert report.exit_code == 143
        rest = Ending()
        assert blog.run(rest, LANGUAGES).exit_code == 0
        again = set(translator.answered) & set(rest.answered)
        assert again <= set(translator.answered[-1:]), at
        assert set(translator.answered) | set(rest.answered) == set(every)
        assert blog.files() == files
