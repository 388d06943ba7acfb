"""What ends a run before its credentials do, and how one that is stopped ends."""

from __future__ import annotations

import os
import signal

import pytest

from polypost.choosing import routing_of
from polypost.errors import BudgetError, Stopped
from polypost.fronts.fleet import SageMaker
from polypost.fronts.front import Front
from polypost.options import Options
from polypost.sagemaker.credentials import ASSUMED_SECONDS, RESERVE_SECONDS
from polypost.signals import Signals, listening
from polypost.values import Load

LOAD = Load(("es",), 10, 1000)
LAST = ASSUMED_SECONDS - RESERVE_SECONDS
"""Seconds from the run's start."""


@pytest.fixture
def opened(sim, console, monkeypatch):
    """`with opened(seconds)` as a run does, whose credentials are a session's of so many seconds."""

    def opened(seconds, signals=None, **more):
        env = {**sim.env, **sim.session(seconds), **more}
        for name, value in env.items():
            monkeypatch.setenv(name, value)
        options = Options(
            aws_region="us-east-1", instance_type=("ml.m5.xlarge",), languages=("es",), engine="endpoint"
        )
        front = Front(env, console, signals or Signals(), sim.clock)
        opened.translators = SageMaker(options, front, lambda _: None, routing_of(options, ()))
        return opened.translators.open(LOAD)

    return opened


def wave(translator, number):
    return list(translator.translate({"es": [f"Sentence number {number}."]}))


def test_credentials_whose_end_nothing_tells_are_taken_to_last_an_hour(sim, opened, console):
    def waves():
        with opened(ASSUMED_SECONDS) as translator:
            for number in range(100):
                wave(translator, number)
                sim.clock.sleep(60)

    with pytest.raises(BudgetError, match="aws-role-arn"):
        waves()
    assert LAST <= sim.clock.monotonic() < LAST + 120
    assert sim.left() == [], "they still did to delete it"
    assert "nothing says when" in console
    assert "AWS_CREDENTIAL_EXPIRATION" in console


def test_where_their_end_is_told_it_counts(sim, opened):
    with opened(3 * ASSUMED_SECONDS, AWS_CREDENTIAL_EXPIRATION="2030-01-01T03:00:00Z") as translator:
        sim.clock.sleep(LAST + 120)
        assert len(wave(translator, 1)) == 1
    assert sim.left() == []


def stopped_at(sim, opened, *moments, **env):
    """Deploy an endpoint that is Creating for 600 s, with a signal at each of these seconds."""
    sim.creating_seconds = 600.0
    for moment in moments:
        sim.clock.call_at(sim.clock.now() + moment, lambda: os.kill(os.getpid(), signal.SIGINT))
    with listening() as signals, pytest.raises(Stopped), opened(ASSUMED_SECONDS, signals, **env):
        pytest.fail("it was in service before the signal came")


def test_at_a_prompt_a_stopped_run_deletes_its_endpoint_however_long_it_is_creating(sim, opened, console):
    stopped_at(sim, opened, 60)
    assert sim.left() == []
    assert 600 <= sim.clock.monotonic() < 660
    assert "Stop it once more to leave it there" in console


def test_the_next_signal_ends_that_and_says_what_is_left(sim, opened, console):
    stopped_at(sim, opened, 60, 120)
    assert sim.clock.monotonic() < 130
    assert len(sim.left()) == 3
    assert "aws sagemaker delete-endpoint" in console


def test_in_a_workflow_the_post_step_does(sim, opened, console):
    stopped_at(sim, opened, 60, 62, GITHUB_ACTIONS="true")
    assert sim.clock.monotonic() < 75
    assert len(sim.left()) == 3
    assert "post step goes on trying" in console


def test_the_lease_is_renewed_while_the_run_waits_for_others(sim, opened):
    with opened(10 * ASSUMED_SECONDS):
        for _ in range(4):  # as a publication does, before each of its requests
            sim.clock.sleep(600)
            opened.translators.beat()
        assert len(sim.calls("AddTags")) == 4
    renewed = len(sim.calls("AddTags"))
    sim.clock.sleep(600)
    opened.translators.beat()
    assert len(sim.calls("AddTags")) == renewed, "nothing is held any more"
