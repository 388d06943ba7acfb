"""Limits: what is left of them, which machines they allow, and how large a batch job they leave room for."""

from __future__ import annotations

import math

import pytest

from polypost.errors import BudgetError
from polypost.estimate import Price
from polypost.sagemaker.batch.portions import Portions
from polypost.sagemaker.credentials import RESERVE_SECONDS, Lifetime
from polypost.sagemaker.limits import Limits
from standins.clock import SimClock

from .batches import Batch, echoed, plan

CHEAP, DEAR, UNKNOWN = (
    Price(0.23, "list"),
    Price(37.688, "list"),
    Price(None, "its price is not in the table"),
)
ENDLESS = Lifetime(None, True, "don't end")


def limits(clock, *, cost=None, minutes=None, lifetime=ENDLESS):
    return Limits(lifetime, cost, minutes, clock, start=clock.monotonic())


def test_the_nearest_limit_counts():
    clock = SimClock()
    assert limits(clock).left() == math.inf
    made = limits(
        clock, cost=1.0, minutes=90, lifetime=Lifetime(clock.now() + RESERVE_SECONDS + 5000, True, "end")
    )
    assert made.left() == pytest.approx(5000), "nothing costs money yet"
    made.take("a", "ml.m5.xlarge", 2, Price(3.6, "list"), 0.0)
    assert made.left() == pytest.approx(500)
    clock.sleep(400)
    assert made.left() == pytest.approx(100)
    made.check()
    made.take("a", "ml.m5.large", 1, Price(0.36, "list"), 0.0)
    assert made.left() == pytest.approx(2000), "what was spent before stays spent"
    clock.sleep(2001)
    with pytest.raises(BudgetError, match=r"max-cost \(1 dollars\) is used up"):
        made.check()


def test_models_side_by_side_take_from_the_same_money():
    clock = SimClock()
    made = limits(clock, cost=1.0)
    made.take("a", "ml.m5.xlarge", 1, Price(3.6, "list"), 0.0)
    made.take("b", "ml.m5.xlarge", 1, Price(1.8, "list"), 0.0)
    assert made.left() == pytest.approx(1 / 0.0015)
    clock.sleep(400)  # 0.6 dollars
    made.done("a")
    assert made.left() == pytest.approx(800)
    with pytest.raises(BudgetError, match=r"\$0.40 of max-cost"):
        made.take("c", "ml.p4d.24xlarge", 1, DEAR, 600)
    clock.sleep(801)
    with pytest.raises(BudgetError, match="is used up"):
        made.check()
    made.done("b")
    assert made.left() == math.inf, "nothing costs money any more"


def test_each_limit_ends_the_run():
    clock = SimClock()
    by_time = limits(clock, minutes=10)
    by_end = limits(clock, lifetime=Lifetime(clock.now() + RESERVE_SECONDS + 600, True, "end soon"))
    clock.sleep(599)
    by_time.check()
    by_end.check()
    clock.sleep(2)
    with pytest.raises(BudgetError, match=r"max-minutes \(10\) is used up"):
        by_time.check()
    with pytest.raises(BudgetError, match="credentials end soon"):
        by_end.check()


def test_a_machine_whose_start_is_too_dear_or_without_a_price_is_not_taken():
    clock = SimClock()
    made = limits(clock, cost=1.0)
    made.take("a", "ml.m5.xlarge", 1, CHEAP, 600)
    clock.sleep(900)
    with pytest.raises(BudgetError, match=r"ml.p4d.24xlarge is not started.*\$6.28.*\$0.94 of max-cost"):
        made.take("a", "ml.p4d.24xlarge", 1, DEAR, 600)
    with pytest.raises(BudgetError, match="not in the table, so max-cost can't be kept"):
        made.take("a", "ml.x.large", 1, UNKNOWN, 600)
    free = limits(clock)
    free.take("a", "ml.p4d.24xlarge", 1, DEAR, 600)
    free.take("a", "ml.x.large", 1, UNKNOWN, 600)


def test_a_job_is_as_large_as_the_limit_leaves_room_for():
    asked = []
    left = [math.inf]
    portions = Portions(2_000_000, lambda: left[0], lambda: asked.append(1) or 0)
    assert portions.next(9_000_000) == 2_000_000
    assert portions.objects(500, 9_000_000, 1) == 500
    left[0] = 50_000.0
    assert portions.next(300_000) == 2_000_000, "all of it is sure to be done in time"
    assert asked == []
    left[0] = 2000.0
    assert portions.next(30_000) == 10_000
    assert portions.objects(20_000, 30_000, 1) == 2_500
    portions.learn(10_000, 1000)
    assert portions.next(20_000) == 15_800
    with pytest.raises(BudgetError, match="33 min that are left"):
        portions.next(20_000, 16_000)


def test_jobs_that_were_stopped_make_the_next_smaller():
    assert Portions(2_000_000, lambda: 2000.0, lambda: 2).next(30_000) == 2_500
    assert Portions(2_000_000, lambda: 2000.0, lambda: 99).next(30_000) == 1


@pytest.mark.parametrize("seconds_per_record", [120, 400])
def test_runs_that_meet_their_limit_come_to_an_end(sim, console, asked_for, seconds_per_record):
    """What one job would need is more than one run may cost: each run keeps something of it."""
    sim.bucket("blog")
    sim.job_seconds, sim.seconds_per_record = 300, seconds_per_record
    batch = Batch(sim, console, sim.clock)
    asked = plan(600, languages=("es",))
    got, costs = {}, []
    for run in range(20):
        made = limits(sim.clock, cost=0.12)
        made.take("a", "ml.m5.xlarge", 1, CHEAP, 0.0)
        before, start = len(got), sim.clock.monotonic()
        try:
            with batch.open(run=f"run-{run}", check=made.check, left=made.left) as translator:
                for reply in translator.translate(asked):
                    got[reply.language, reply.sentence] = reply.answer
        except BudgetError:
            costs.append((sim.clock.monotonic() - start) * 0.23 / 3600)
            assert len(got) > before or seconds_per_record == 400
            continue
        break
    assert got == echoed(asked)
    assert costs, "one run was enough: this proves nothing"
    assert max(costs) < 0.13
    assert sim.left() == []
