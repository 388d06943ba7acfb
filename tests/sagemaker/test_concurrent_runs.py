"""Two and ten runs that share an account, started, slowed, stopped and killed at random, in simulated time.

What must hold is in `concurrency.World`: never two endpoints; nobody deletes what another was seen to need;
every run that lives gets all its translations; in the end, once schedules have fired and one sweep has come
by, nothing is left. The controls at the end switch one guard off each, and the same search must find that.
"""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import HealthCheck, Phase, event, given, settings
from hypothesis import strategies as st

from polypost.sagemaker import open_session
from polypost.sagemaker.asking.requests import vanished
from polypost.sagemaker.asking.translator import EndpointTranslator
from polypost.sagemaker.life import ownership
from polypost.sagemaker.life.switch import Switch
from standins.aws import Aws
from standins.baton import Baton

from . import concurrency
from .concurrency import Plan, Run, thrifty, world

SEARCH = settings(
    max_examples=12,
    phases=[Phase.generate],  # to find the smallest plan that fails, add Phase.shrink; it takes minutes
    deadline=None,
    derandomize=True,
    database=None,
    print_blob=True,
    report_multiple_bugs=False,
    suppress_health_check=list(HealthCheck),
)
ENDS = ("", "killed", "stopped", "frozen", "stale")


def seconds(most: float) -> st.SearchStrategy[float]:
    return st.integers(0, int(most)).map(float)


def runs(most_start: float, *ends: str) -> st.SearchStrategy[Run]:
    return st.builds(
        Run,
        start=seconds(most_start),
        waves=st.integers(1, 2),
        seconds=st.sampled_from((1.0, 7.0, 40.0, 400.0)),
        end=st.sampled_from(ends),
        turn=st.integers(1, 60),
        post=st.none() | seconds(60),
        lost=st.none() | st.integers(1, 40),
        keep=st.sampled_from((False,) * 9 + (True,)),
        sweeps=st.sampled_from((False, False, True)),
    )


def plans(count: int, most_start: float, *ends: str) -> st.SearchStrategy[Plan]:
    """Plans for so many runs; `ends`: one that comes to one of these, where that is given."""
    others = [runs(most_start, *ENDS, "")] * count
    return st.builds(
        Plan,
        runs=st.tuples(*([runs(most_start, *ends), *others[1:]] if ends else others)),
        latencies=st.lists(st.sampled_from((0.05, 0.4, 2.0, 9.0)), min_size=1, max_size=12).map(tuple),
        dawdles=st.sampled_from((0.0, 15.0, 60.0)),
        guard=st.booleans(),
        sweeps=st.lists(seconds(3000), max_size=2).map(tuple),
        creating=st.sampled_from((0.0, 20.0, 20.0, 90.0)),
        deleting=st.sampled_from((0.0, 15.0)),
        fails=st.sampled_from((False, False, False, True)),
    )


def races() -> st.SearchStrategy[Plan]:
    """Plans in which the second run comes while the first one leaves."""
    first = st.builds(Run, start=st.just(0.0))
    slow = st.sampled_from((7.0, 40.0, 400.0))  # or it has ended before it notices
    second = st.builds(Run, start=st.integers(30, 90).map(float), waves=st.just(2), seconds=slow)
    return st.builds(
        Plan,
        runs=st.tuples(first, second),
        latencies=st.lists(st.sampled_from((0.05, 0.2, 0.4)), min_size=1, max_size=12).map(tuple),
        dawdles=st.just(60.0),
        guard=st.booleans(),
        deleting=st.sampled_from((0.0, 15.0)),
    )


@pytest.fixture(scope="module")
def account():
    """The stand-in, and one session for all runs."""
    with pytest.MonkeyPatch.context() as env, Aws(Baton()) as aws:
        for name, value in aws.env.items():
            env.setenv(name, value)
        yield aws, thrifty(open_session("us-east-1"))


def search(account, plans, how):
    """Play plans until one breaks what must hold; what was seen in all of them, and how many they were."""
    total: Counter[str] = Counter()

    @how
    @given(plans)
    def play(plan):
        total["plans"] += 1
        with world(*account, plan) as made:
            made.play()
            made.judge()
        for what in +made.seen:
            event(what)
            total[what] += 1

    try:
        play()
    finally:
        print(f"\nplans with each, of {total['plans']}: {dict(total.most_common())}")
    return total


def search_two(account):
    """All that is searched with two runs: races, and some plans for each end of the first run."""
    seen = search(account, races(), SEARCH)
    for end in ENDS:
        seen += search(account, plans(2, 120.0, end), SEARCH)
    print(f"in all: {dict(seen.most_common())}")
    return seen


def test_two_runs(account):
    seen = search_two(account)
    often = ("joined", "requests while shared", "left to others", "killed", "stopped", "frozen")
    for what in (*often, "deleted in a race", "deleted by a schedule"):
        assert seen[what] >= 3, what
    assert seen["revived"]


def test_ten_runs(account):
    seen = search(account, plans(10, 400.0), settings(SEARCH, max_examples=6))
    assert seen["requests while shared"] >= 5


def gives_up(_, met):
    raise vanished(met)


@pytest.mark.parametrize(
    ("switched_off", "found"),
    [
        ("leases", "deletes what"),
        ("schedule", "no schedule has"),
        ("sweep", "there is still"),
        ("second start", "is there no longer"),
    ],
)
def test_without_a_guard_the_search_finds_it(account, monkeypatch, switched_off, found):
    if switched_off == "leases":
        monkeypatch.setattr(ownership.Claim, "live", lambda *_, **__: ())
    elif switched_off == "schedule":
        monkeypatch.setattr(Switch, "push", lambda *_: None)
    elif switched_off == "second start":
        monkeypatch.setattr(EndpointTranslator, "_bring_back", gives_up)
    else:
        monkeypatch.setattr(concurrency, "sweep", lambda *_, **__: None)
    with pytest.raises(AssertionError, match=found):
        search_two(account)
