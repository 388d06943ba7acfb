"""What a run is expected to take, asked of the account."""

from __future__ import annotations

from polypost.engines import SageMaker, settings_of
from polypost.front import Front
from polypost.options import Options
from polypost.sagemaker.settings import name_of
from polypost.signals import Signals
from polypost.values import Load

from .conftest import Napping

LOAD = Load(("es",), 10, 500)
OPTIONS = Options(languages=("es",), instance_type=("ml.m5.xlarge",), aws_region="us-east-1")


def estimated(console, env):
    front = Front(env, console, Signals(), Napping())
    return SageMaker(OPTIONS, front, lambda _: None).estimate(LOAD)


def test_an_endpoint_that_is_up_needs_no_start(aws, endpoint, console):
    before = estimated(console, aws.env)
    endpoint(name_of(settings_of(OPTIONS, ("es",), "x"), "ml.m5.xlarge"))
    after = estimated(console, aws.env)
    assert before.minutes - after.minutes > 9
    assert after.cost_usd < before.cost_usd


def test_without_an_account_there_is_an_estimate_all_the_same(aws, console, monkeypatch):
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    assert estimated(console, {}).minutes > 9
