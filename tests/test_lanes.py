"""Several translators side by side: at the same time, and what becomes of one costs only its languages."""

import os
import signal
import threading
import time
from contextlib import contextmanager

import pytest

from polypost.errors import BudgetError, ServiceError, Stopped
from polypost.markdown.standins import FORMS
from polypost.run.lanes import Opening, SideBySide
from polypost.signals import Signals, listening
from polypost.values import Load, Reply, TranslatorInfo, Usage

INFO = TranslatorInfo("a, b")


class Model:
    """A translator and how it is opened."""

    standins = FORMS
    wave_characters = 100

    def __init__(self, name, *languages, gate=None, refused=None, leaving=None):
        self.name, self.load = name, Load(languages, 1, 1)
        self.gate, self.refused, self.leaving = gate, refused, leaving
        self.also = ()
        self.beats, self.entered, self.left, self.asked = 0, 0, [], []
        self.halt = None

    @contextmanager
    def open(self, halt):
        self.halt = halt
        try:
            if self.gate:
                self.meet()
            self.start()
            self.entered += 1
            yield self
        except BaseException as error:
            self.left.append(error)
            raise
        self.left.append(None)
        if self.leaving:
            raise self.leaving

    def start(self):
        if self.refused:
            raise self.refused

    def meet(self):
        """Wait for all the others to be here; a lane that waits looks at what ends it."""
        while True:
            self.halt.check()
            try:
                self.gate.wait(0.05)
            except threading.BrokenBarrierError:
                self.gate.reset()
            else:
                return

    def translate(self, asked, *, careful=False):
        self.asked.append((asked, careful) if careful else asked)
        for language, texts in asked.items():
            for text in texts:
                if text == "wait":
                    while True:
                        self.halt.check()
                        time.sleep(0.01)
                if text == "fail":
                    raise ServiceError(f"{self.name} is gone.")
                yield Reply(language, text, f"{self.name} {text}")

    def usage(self):
        return Usage(10, 1, 5.0, 0.25, self.name)

    def opening(self):
        return Opening(self.name, self.load, self.also, self.open, self.beat)

    def beat(self):
        self.beats += 1


def beside(*models, signals=None):
    return SideBySide([each.opening() for each in models], INFO, signals or Signals())


def living():
    """Those that still live; other tests may leave threads of their own."""
    return [each.name for each in threading.enumerate() if len(each.name) == 1]


def heard(translator, asked):
    return {(reply.language, reply.answer) for reply in translator.translate(asked)}


def test_they_start_at_the_same_time_and_each_gets_its_own_languages():
    gate = threading.Barrier(2)
    one, other = Model("a", "es", "ja", gate=gate), Model("b", "ace", gate=gate)
    with beside(one, other) as translator:
        asked = {"es": ["x"], "ja": ["y"], "ace": ["x", "z"]}
        assert heard(translator, asked) == {("es", "a x"), ("ja", "a y"), ("ace", "b x"), ("ace", "b z")}
        assert heard(translator, {"ace": ["z"]}) == {("ace", "b z")}
        assert translator.wave_characters == 200
        assert translator.usage() == Usage(20, 2, 5.0, 0.5, "a; b")
    assert one.asked == [{"es": ["x"], "ja": ["y"]}]
    assert (one.left, other.left) == ([None], [None])
    assert living() == []


def test_a_form_that_one_of_them_loses_comes_later():
    one, other = Model("a", "es"), Model("b", "ace")
    one.standins = (FORMS[1], FORMS[0], *FORMS[2:])
    with beside(one, other) as translator:
        assert sorted(translator.standins) == sorted(FORMS)
        assert set(translator.standins[:2]) == set(FORMS[:2])


def test_another_model_is_asked_where_one_knows_the_language_too():
    one, other, third = Model("a", "es", "ja"), Model("b", "ban"), Model("c", "de")
    one.also, other.also, third.also = ("de",), ("es", "de"), ("es",)
    with beside(one, other, third) as translator:
        assert set(translator.second.languages) == {"es", "de"}
        replies = translator.second.translate({"es": ["x"], "de": ["y"]})
        assert {(reply.language, reply.answer) for reply in replies} == {("es", "b x"), ("de", "a y")}
        assert list(translator.translate({"es": ["x"]}, careful=True)) == [Reply("es", "x", "a x")]
    assert ({"es": ["x"]}, True) in one.asked
    with beside(Model("a", "es"), Model("b", "ban")) as translator:
        assert translator.second is None


def test_a_model_that_could_not_be_started_is_no_second_one():
    one, other = Model("a", "es"), Model("b", "ban", refused=ServiceError("No capacity."))
    other.also = ("es",)
    with beside(one, other) as translator:
        assert translator.second is None


def test_one_that_can_not_be_started_costs_only_its_languages():
    one, other = Model("a", "es"), Model("b", "ace", "ban", refused=ServiceError("No capacity."))
    with beside(one, other) as translator:
        assert set(translator.out) == {"ace", "ban"}
        assert str(translator.out["ace"]) == "b could not be started: No capacity."
        assert heard(translator, {"es": ["x"]}) == {("es", "a x")}
    assert (one.left, other.entered) == ([None], 0)


def test_when_none_can_be_started_it_is_raised():
    one, other = (Model(name, name, refused=ServiceError(f"No {name}.")) for name in ("a", "b"))
    with pytest.raises(ServiceError, match=r"^No a\.$"), beside(one, other):
        pytest.fail("nothing was started")
    assert living() == []


@pytest.mark.parametrize("error", [Stopped(2), BudgetError("used up")])
def test_what_ends_the_run_ends_each_of_them_wherever_it_is(error):
    one, other = Model("a", "es"), Model("b", "ace")

    def run():
        with beside(one, other) as translator:
            for _ in translator.translate({"es": ["x", "wait"], "ace": ["wait"]}):
                raise error

    with pytest.raises(type(error)):
        run()
    assert (one.left, other.left) == ([error], [error])
    assert living() == []


def test_what_has_come_back_when_a_signal_comes_is_still_given():
    class Landed(Model):
        """It has its answers, but gives them only when it is stopped, as those that are on the wire."""

        def translate(self, asked, *, careful=False):
            try:
                while True:
                    self.halt.check()
                    time.sleep(0.01)
            except Stopped:
                yield from super().translate(asked)
                raise

    one, other, replies = Landed("a", "es"), Landed("b", "ace"), []

    def run():
        with beside(one, other) as translator:
            threading.Timer(0.1, os.kill, (os.getpid(), signal.SIGTERM)).start()
            for reply in translator.translate({"es": ["x", "y"], "ace": ["z"]}):
                replies.append(reply.answer)  # noqa: PERF401  what came before the error counts

    with listening(), pytest.raises(Stopped):
        run()
    assert sorted(replies) == ["a x", "a y", "b z"]
    assert [type(each) for each in (*one.left, *other.left)] == [Stopped, Stopped]
    assert living() == []


@pytest.mark.parametrize("shielded", [True, False])
def test_a_signal_while_an_answer_is_handed_on_loses_none(shielded):
    one, other, replies = Model("a", "es"), Model("b", "ace"), []

    def run(signals):
        with beside(one, other, signals=signals if shielded else None) as translator:
            for reply in translator.translate({"es": ["x", "y"], "ace": ["z"]}):
                if not replies:
                    time.sleep(0.1)  # by now all have come back
                    os.kill(os.getpid(), signal.SIGTERM)
                replies.append(reply.answer)

    with listening() as signals, pytest.raises(Stopped):
        run(signals)
    assert (sorted(replies) == ["a x", "a y", "b z"]) is shielded
    assert living() == []


def test_a_signal_while_they_start_ends_all():
    one, other = Model("a", "es"), Model("b", "ace", gate=threading.Barrier(2))
    lanes = beside(one, other)

    def stop(timeout):
        del timeout
        if one.entered:
            raise Stopped(15)

    lanes._lanes[1]._ready.wait = stop
    with pytest.raises(Stopped), lanes:
        pytest.fail("the second never came up")
    assert [type(each) for each in (*one.left, *other.left)] == [Stopped, Stopped]
    assert living() == []


def test_the_others_answers_count_when_one_fails():
    one, other = Model("a", "es"), Model("b", "ace")
    replies = []

    def run():
        with beside(one, other) as translator:
            for reply in translator.translate({"es": ["x", "y", "z"], "ace": ["u", "fail", "v"]}):
                replies.append(reply.answer)  # noqa: PERF401  what came before the error counts

    with pytest.raises(ServiceError, match="b is gone"):
        run()
    assert sorted(replies) == ["a x", "a y", "a z", "b u"]


def test_what_one_leaves_behind_is_raised_once_all_have_left():
    one = Model("a", "es", leaving=ServiceError("a could not be deleted."))
    other = Model("b", "ace")
    with pytest.raises(ServiceError, match="could not be deleted"), beside(one, other):
        pass
    assert other.left == [None]


def test_a_lane_that_dies_while_nothing_is_asked_is_found_at_the_next_question(monkeypatch):
    monkeypatch.setattr("polypost.run.lanes._IDLE_SECONDS", 0.01)
    one, other = Model("a", "es"), Model("b", "ace")
    other.beat = lambda: (_ for _ in ()).throw(ServiceError("the lease is lost"))

    def run():
        with beside(one, other) as translator:
            while not other.left:
                time.sleep(0.01)
            heard(translator, {"es": ["x"], "ace": ["x"]})

    with pytest.raises(ServiceError, match="the lease is lost"):
        run()
    assert one.beats
