"""A run with several translators: one after the other, or side by side with one that can't do its part."""

from contextlib import contextmanager

import pytest

from polypost.errors import BudgetError, DeniedError, QuotaError, ServiceError, UsageError
from polypost.job import Job
from polypost.markdown.rules import Rules
from polypost.records.record import record_path
from polypost.text.first import joined
from polypost.values import Choice, Estimate, Usage

from .test_run import Shouting, blog, statuses  # noqa: F401  a fixture

POSTS = {"a.md": "The first post. It has two sentences.\n", "b.md": "The second post.\n"}
EVERY = {(post, tag) for post in POSTS for tag in ("es", "ja", "ban")}


class Turns(Shouting):
    """Spanish and Japanese by one, then Balinese by another; `refuse`: which can't be opened, and why."""

    models = {"es": "one", "ja": "one", "ban": "two"}  # noqa: RUF012
    wave_characters = 1

    def __init__(self, fail=lambda sentence: None, refuse=None):
        super().__init__(fail)
        self.refuse, self.log = refuse or {}, []

    def turns(self, load):
        parts = {}
        for part in load.parts:
            parts.setdefault(self.models[part.languages[0]], []).append(part)
        return [joined(parts[model]) for model in ("one", "two") if model in parts]

    @contextmanager
    def open(self, load):
        (model,) = {self.models[tag] for tag in load.languages}
        if model in self.refuse:
            raise self.refuse[model]
        self.log.append(f"open {model}")
        with super().open(load):
            yield self
        self.log.append(f"close {model}")

    def translate(self, asked, *, careful=False):
        self.log += [tag for tag in asked if self.log[-1] != tag]
        return super().translate(asked, careful=careful)

    def usage(self):
        return Usage(10, 1, 60.0, 1.0, "", afterwards=f"{self.log[0][5:]} is gone.")


def run(blog, translator, **more):  # noqa: F811
    for path, text in POSTS.items():
        blog.write(path, text)
    return blog.run(
        translator, ("es", "ja", "ban"), choose=lambda tag: Choice(tag, Turns.models[tag], "why"), **more
    )


def test_each_translator_does_its_languages_and_is_gone_before_the_next(blog):  # noqa: F811
    translator = Turns()
    report = run(blog, translator)
    assert (report.exit_code, report.problem) == (0, "")
    assert statuses(report) == dict.fromkeys(EVERY, "new")
    cut = translator.log.index("close one")
    assert set(translator.log[:cut]) == {"open one", "es", "ja"}
    assert set(translator.log[cut + 1 :]) == {"open two", "ban", "close two"}
    assert report.usage.characters == 20
    assert report.usage.cost_usd == 2.0
    assert {choice.language: choice.model for choice in report.choices} == Turns.models
    again = Turns()
    assert run(blog, again).changed == ()
    assert again.log == []


def test_each_localization_is_recorded_as_made_by_its_model(blog):  # noqa: F811
    run(blog, Turns())
    record = blog.read(record_path("a.md"))
    assert "one" in record
    assert "two" in record
    made = Job(
        ("es",), lambda _: "", (), (), "", Rules(), "en", Turns.info, choose=lambda tag: Choice(tag, "")
    )
    assert made.made_with("xx") == ""


@pytest.mark.parametrize(("lost", "done"), [("one", {"ban"}), ("two", {"es", "ja"})])
def test_one_that_can_not_be_opened_costs_only_its_languages(blog, lost, done):  # noqa: F811
    report = run(blog, Turns(refuse={lost: ServiceError("No capacity.")}))
    assert (report.exit_code, report.problem) == (3, "No capacity.")
    expected = {(post, tag): "new" if tag in done else "waiting" for post, tag in EVERY}
    assert statuses(report) == expected
    rest = Turns()
    assert run(blog, rest).exit_code == 0
    assert {tag for tag, _ in rest.asked}.isdisjoint(done)


def test_options_that_are_wrong_for_the_second_are_no_reason_to_lose_the_first(blog):  # noqa: F811
    with pytest.raises(UsageError, match="no role"):
        run(blog, Turns(refuse={"one": UsageError("no role")}))
    report = run(blog, Turns(refuse={"two": UsageError("no role")}))
    assert (report.exit_code, report.problem) == (2, "no role")
    assert statuses(report)["a.md", "es"] == "new"


def test_what_came_back_when_the_first_broke_waits_and_the_second_goes_on(blog):  # noqa: F811
    def fail(sentence):
        if sentence == "It has two sentences.":
            raise ServiceError("It is gone.")

    translator = Turns(fail)
    translator.models = {"es": "one", "ja": "two", "ban": "two"}
    translator.fail = lambda sentence: fail(sentence) if translator.log[0] == translator.log[-2] else None
    report = run(blog, translator)
    assert (report.exit_code, report.problem) == (3, "It is gone.")
    assert statuses(report)["a.md", "es"] == "waiting"
    assert statuses(report)["b.md", "es"] == "waiting"
    assert {statuses(report)[post, tag] for post, tag in EVERY if tag != "es"} == {"new"}
    rest = Turns()
    assert run(blog, rest).exit_code == 0
    assert rest.asked == [("es", "It has two sentences."), ("es", "The second post.")], "nothing twice"


def test_a_limit_that_is_reached_ends_the_run(blog):  # noqa: F811
    def fail(_):
        raise BudgetError("used up")

    translator = Turns(fail)
    report = run(blog, translator)
    assert report.problem == "used up"
    assert "open two" not in translator.log


def test_what_can_not_be_published_ends_the_run(blog):  # noqa: F811
    class Refusing:
        pause = 0.0

        def publish(self, changes, report, *, final=True):
            raise DeniedError("the token")

    translator = Turns()
    report = run(blog, translator, publisher=Refusing())
    assert report.problem == "the token"
    assert "open two" not in translator.log


def test_side_by_side_what_one_lacks_waits(blog):  # noqa: F811
    translator = Shouting()
    translator.out = {"ban": ServiceError("two could not be started: No capacity.")}
    report = run(blog, translator)
    assert (report.exit_code, report.problem) == (3, "two could not be started: No capacity.")
    expected = {(post, tag): "waiting" if tag == "ban" else "new" for post, tag in EVERY}
    assert statuses(report) == expected
    assert {tag for tag, _ in translator.asked} == {"es", "ja"}


class Narrow(Shouting):
    """Three models side by side in an account with room for `room` of them at a time."""

    def __init__(self, room):
        super().__init__()
        self.room, self.log = room, []

    @contextmanager
    def open(self, load):
        fit = load.languages[: self.room]
        if not fit:
            raise QuotaError("No room.")
        self.out = {tag: QuotaError("No room.") for tag in load.languages[self.room :]}
        self.log.append(fit)
        with super().open(load):
            yield self


@pytest.mark.parametrize(
    ("room", "opened"),
    [(3, [("es", "ja", "ban")]), (2, [("es", "ja"), ("ban",)]), (1, [("es",), ("ja",), ("ban",)])],
)
def test_what_has_no_room_beside_the_others_follows_them(blog, room, opened):  # noqa: F811
    translator = Narrow(room)
    report = run(blog, translator)
    assert (report.exit_code, report.problem) == (0, "")
    assert translator.log == opened
    assert statuses(report) == dict.fromkeys(EVERY, "new")
    assert len(translator.asked) == len(set(translator.asked)), "nothing twice"


def test_what_finds_no_room_afterwards_either_waits_for_the_next_run(blog):  # noqa: F811
    class Full(Narrow):
        def open(self, load):
            self.room = 1 - len(self.log)
            return super().open(load)

    report = run(blog, Full(1))
    assert (report.exit_code, report.problem) == (3, "No room.")
    assert statuses(report) == {(post, tag): "new" if tag == "es" else "waiting" for post, tag in EVERY}


def test_the_cost_of_the_first_counts_for_the_second(blog):  # noqa: F811
    class Clock:
        now_ = 0.0

        def now(self):
            return self.monotonic()

        def monotonic(self):
            Clock.now_ += 2.0
            return self.now_

        def sleep(self, seconds):
            Clock.now_ += seconds

    class Priced(Turns):
        def estimate(self, load):
            return Estimate("shouting", 1, 1.0, 0.1, "a guess")

    translator = Priced()
    report = run(blog, translator, clock=Clock(), max_cost=1.9)
    assert "max-cost is $1.90" in report.problem
    assert "open two" in translator.log
    assert statuses(report)["a.md", "es"] == "new"
    assert report.usage.cost_usd == 2.0
    assert run(blog, Priced(), clock=Clock(), max_cost=4.0).problem == ""
