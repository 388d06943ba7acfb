"""A model that hangs gives no reply, and yet the run looks after its endpoint and its limits."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest

from polypost.errors import BudgetError, ServiceError
from polypost.sagemaker import Surroundings, open_session, open_translator
from polypost.sagemaker.account import Account
from polypost.sagemaker.life.ownership import LEASE_SECONDS, RENEW_SECONDS
from standins.aws import AccessDenied, Timeout

from .conftest import Napping, wishes

MANY = {"es": [f"Sentence number {number} stands here." for number in range(300)]}


@pytest.fixture
def hung(sim, console):
    """Translate on an endpoint whose every request times out; `refuse`: what the lease's renewals meet."""

    def hung(check=lambda: None, refuse=None):
        faults = {"AddTags": refuse, "InvokeEndpoint": Timeout(60)}

        account = Account(open_session("us-east-1"), Surroundings(console, sim.clock, check))
        with open_translator(wishes(), account, lambda _: None) as translator:
            sim.intercept = lambda arrival: faults.get(arrival.operation)
            assert list(translator.translate(MANY)) == [], "not one reply"

    return hung


def test_the_lease_is_renewed_although_no_reply_comes(sim, hung):
    with pytest.raises(ServiceError, match="translates nothing any more"):
        hung()
    assert sim.clock.monotonic() > LEASE_SECONDS / 2, "it took long enough to tell"
    moments = [*(call.at for call in sim.calls("AddTags")), sim.clock.monotonic()]
    gaps = [after - before for before, after in pairwise(moments)]
    assert len(gaps) >= 2
    assert max(gaps) < RENEW_SECONDS + 120 < LEASE_SECONDS


def test_a_limit_ends_it_although_no_reply_comes(sim, hung):
    def check():
        if sim.clock.monotonic() > 200:
            raise BudgetError("enough")

    with pytest.raises(BudgetError, match="enough"):
        hung(check)
    assert sim.clock.monotonic() < 200 + 2 * 60
    assert sim.left() == []


def test_a_limit_ends_a_single_request_that_hangs(aws, console):
    """Nothing lands at all: real time, since the waiting is."""
    asked = []

    def hangs(request):
        asked.append(time.monotonic())
        if len(asked) > 2:
            time.sleep(8)
        return [{"translation_text": text} for text in request["inputs"]]

    def check():
        if len(asked) > 2 and time.monotonic() - asked[2] > 0.1:
            raise BudgetError("enough")

    aws.backend = hangs
    account = Account(open_session("us-east-1"), Surroundings(console, Napping(), check))
    start = time.monotonic()
    with (
        pytest.raises(BudgetError, match="enough"),
        open_translator(wishes(), account, lambda _: None) as translator,
    ):
        list(translator.translate({"es": ["Hi."]}))
    assert time.monotonic() - start < 6


def test_a_lease_that_cannot_be_renewed_is_told_now_and_then(sim, hung, console):
    with pytest.raises(ServiceError):
        hung(refuse=AccessDenied("sagemaker:AddTags"))
    told = sum("could not be renewed" in line for line in console.lines)
    assert 1 <= told <= sim.clock.monotonic() / RENEW_SECONDS
