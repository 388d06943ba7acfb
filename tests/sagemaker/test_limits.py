"""What ends a run before its credentials do."""

from __future__ import annotations

import pytest

from polypost.engines import SageMaker
from polypost.errors import BudgetError
from polypost.front import Front
from polypost.options import Options
from polypost.sagemaker.credentials import ASSUMED_SECONDS, RESERVE_SECONDS
from polypost.signals import Signals
from polypost.values import Load

LOAD = Load(("es",), 10, 1000)
LAST = ASSUMED_SECONDS - RESERVE_SECONDS
"""Seconds from the run's start."""


@pytest.fixture
def opened(sim, console, monkeypatch):
    """`with opened(seconds)` as a run does, whose credentials are a session's of so many seconds."""

    def opened(seconds, **more):
        env = {**sim.env, **sim.session(seconds), **more}
        for name, value in env.items():
            monkeypatch.setenv(name, value)
        options = Options(
            aws_region="us-east-1", instance_type=("ml.m5.xlarge",), languages=("es",), engine="endpoint"
        )
        return SageMaker(options, Front(env, console, Signals(), sim.clock), lambda _: None).open(LOAD)

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
