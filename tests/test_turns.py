"""Several models: side by side where little is to be done, one after the other where much is."""

from dataclasses import replace

import pytest

from polypost.text.first import Count, joined
from polypost.turns import RUNNER_USD_PER_MINUTE, Leg, arrange, summed
from polypost.values import Estimate, Load, Usage

HOURLY = 0.7364


def leg(model, work, start=10.0, *, waits=True, cost=HOURLY / 60, engine="endpoint"):
    """A model's part: so many minutes of work after its start."""
    dollars = None if cost is None else (start + work) * cost
    estimate = Estimate(engine, 1_000, start + work, dollars, f"the basis of {model}")
    return Leg(model, Load((f"language of {model}",), 1, 1), estimate, waits)


def ways(*legs):
    """US dollars with the runner's: side by side, and one after the other."""
    longest = max(each.estimate.minutes for each in legs)
    waiting = sum((longest - each.estimate.minutes) * HOURLY / 60 for each in legs if each.waits)
    own = sum(each.estimate.cost_usd for each in legs)
    every = sum(each.estimate.minutes for each in legs)
    return own + waiting + longest * RUNNER_USD_PER_MINUTE, own + every * RUNNER_USD_PER_MINUTE


@pytest.mark.parametrize(
    ("one", "other", "turns"), [(2, 2, 1), (5, 1, 1), (30, 1, 2), (300, 20, 2), (60, 60, 1)]
)
def test_the_cheaper_way_is_taken(one, other, turns):
    legs = leg("a", one), leg("b", other)
    found = arrange(legs)
    assert len(found.turns) == turns
    beside, after = ways(*legs)
    assert (beside <= after) == (turns == 1)
    cost = found.estimate.cost_usd + found.estimate.minutes * RUNNER_USD_PER_MINUTE
    assert cost == pytest.approx(min(beside, after))
    assert found.estimate.minutes == pytest.approx(max(one, other) + 10 if turns == 1 else one + other + 20)


def test_what_stands_already_waits_for_nothing():
    much, little = leg("a", 300), leg("b", 20)
    assert len(arrange((much, little)).turns) == 2
    assert len(arrange((much, replace(little, waits=False))).turns) == 1
    assert len(arrange((much, replace(little, estimate=replace(little.estimate, cost_usd=None)))).turns) == 1


def test_the_plan_tells_what_each_costs_and_what_the_other_way_would():
    told = arrange((leg("a", 300), leg("b", 20))).estimate.basis
    assert told.startswith(
        "2 models one after the other, $6.21 with the runner's minutes at 0.006 USD; side by"
    )
    assert "b for language of b: about 30 min and $0.37 (the basis of b)" in told
    told = arrange((leg("a", 8), leg("b", 4))).estimate.basis
    assert "b: about 14 min and $0.22, $0.05 of it for waiting" in told


def test_one_alone_is_as_before():
    one = leg("a", 3)
    assert arrange((one,)).estimate is one.estimate
    assert arrange((one,)).turns == ((one,),)


def test_a_price_that_is_not_known_makes_the_whole_unknown():
    assert arrange((leg("a", 3), leg("b", 3, cost=None))).estimate.cost_usd is None


def test_usages_are_one():
    one = Usage(10, 1, 60.0, 0.5, "a", left_running="A runs.")
    other = Usage(20, 2, 90.0, None, "b", afterwards="B is gone.")
    assert summed([one, other], together=True) == Usage(30, 3, 90.0, 0.5, "a; b", 0, "A runs.", "B is gone.")
    assert summed([one, other], together=False).seconds == 150.0
    assert summed([other], together=False) is other
    assert summed([other, other], together=True).cost_usd is None


def test_a_load_is_known_by_language():
    count = Count()
    count.add(("Hello.", "Again."), ("es", "ja"))
    count.add(("Hello.", "Only here."), ("ja", "ace"))
    load = count.load({"es": 7})
    assert load.languages == ("es", "ja", "ace")
    assert load.parts == (Load(("es",), 2, 19), Load(("ja",), 3, 22), Load(("ace",), 2, 16))
    assert (load.sentences, load.characters) == (7, 57)
    assert joined([joined(load.parts[:2]), load.parts[2]]) == load
