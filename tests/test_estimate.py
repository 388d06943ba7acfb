import pytest

from polypost import estimate
from polypost.estimate import Offer, Price, choose
from polypost.models.families import MODELS
from polypost.values import Load

GIB = 5.1
PRICE = Price(0.7364, "list price us-east-1, 2025-10")
SMALL = Load(("es", "ja"), 400, 40_000)
LARGE = Load(("es", "ja"), 120_000, 12_000_000)


def offer(count=1, instance_type="ml.g4dn.xlarge", price=PRICE):
    return Offer(instance_type, count, price)


def test_a_small_load_is_mostly_the_start_of_the_machine():
    found = estimate.endpoint(SMALL, offer(), GIB)
    assert found.tokens == 16_000
    assert found.minutes == pytest.approx(10.7, abs=0.1)
    assert found.cost_usd == pytest.approx(found.minutes / 60 * 0.7364)
    assert "0.7364 USD/h (list price us-east-1, 2025-10)" in found.basis


def test_twice_the_work_or_half_the_machines_take_twice_the_time():
    once, twice = (estimate.endpoint(Load((), 1, size), offer(), GIB) for size in (10**6, 2 * 10**6))
    both = estimate.endpoint(Load((), 1, 2 * 10**6), offer(2), GIB)
    start = estimate.START_MINUTES
    assert twice.minutes - start == pytest.approx(2 * (once.minutes - start))
    assert both.minutes == pytest.approx(once.minutes)
    assert both.cost_usd == pytest.approx(2 * once.cost_usd)


def test_smaller_models_and_faster_machines_take_less():
    def minutes(gib, instance_type="ml.g4dn.xlarge"):
        return estimate.endpoint(LARGE, offer(instance_type=instance_type), gib).minutes

    assert minutes(2.3) < minutes(GIB) < minutes(12.5)
    assert minutes(GIB, "ml.g5.xlarge") < minutes(GIB) < minutes(GIB, "ml.m5.xlarge")


def test_the_known_speed_of_the_smallest_machine():
    # 5 tokens a second one by one (measured), 5.4 times that in batches of 16 (measured).
    found = estimate.endpoint(LARGE, offer(instance_type="ml.m5.xlarge"), GIB)
    assert found.tokens / ((found.minutes - estimate.START_MINUTES) * 60) == pytest.approx(5 * 5.4, rel=0.05)


def test_an_endpoint_of_ones_own_costs_nothing_more_and_needs_no_start():
    found = estimate.endpoint(SMALL, offer(instance_type=""), GIB)
    assert (found.cost_usd, found.minutes < 2) == (None, True)
    assert "was there before" in found.basis


def test_an_endpoint_that_is_in_service_already_costs_its_work_and_needs_no_start():
    found = estimate.endpoint(SMALL, Offer("ml.g4dn.xlarge", 1, PRICE, there=True), GIB)
    start = estimate.START_MINUTES
    assert found.minutes == pytest.approx(estimate.endpoint(SMALL, offer(), GIB).minutes - start)
    assert found.cost_usd == pytest.approx(found.minutes / 60 * 0.7364)
    assert "no start, since an endpoint that fits is in service already" in found.basis
    assert "can be had" not in found.basis


def test_what_is_not_known_is_said_to_be_a_guess():
    assert "the model is not in polypost's table: a guess" in estimate.endpoint(SMALL, offer(), None).basis
    assert "the instance is not" in estimate.endpoint(SMALL, offer(instance_type="ml.x9.large"), GIB).basis
    assert "guess" not in estimate.endpoint(SMALL, offer(), GIB).basis


def test_a_model_that_has_no_room_is_told_before_anything_is_paid():
    assert "the model needs about 17.0: name a larger type" in estimate.endpoint(SMALL, offer(), 12.5).doubt
    assert estimate.endpoint(SMALL, offer(), 5.1).doubt == ""
    assert "needs" not in estimate.endpoint(SMALL, offer(), GIB).basis


def test_it_says_that_another_type_may_come_instead():
    assert (
        "if ml.g4dn.xlarge, the first of instance-type, can be had"
        in estimate.batch(SMALL, offer(), GIB).basis
    )


def test_without_a_price_there_are_minutes_and_no_dollars():
    found = estimate.endpoint(SMALL, offer(price=Price(None, "the price isn't known")), GIB)
    assert found.cost_usd is None
    assert "the price isn't known" in found.basis


def test_the_weights_are_those_of_the_table():
    nllb = MODELS["nllb-200"]
    assert estimate.weights(nllb, "facebook/NLLB-200-3.3b") == 12.5
    assert estimate.weights(nllb, "somebody/nllb-200-mine") is None


def test_auto_takes_an_endpoint_for_a_few_posts_and_says_why():
    found = choose(SMALL, GIB, offer(), offer())
    assert found.engine == "endpoint"
    assert found.basis.startswith(
        "40,000 characters: endpoint on 1 x ml.g4dn.xlarge, about 11 min and $0.13; "
        "batch would take about 43 min and $0.52. "
    )


def test_auto_takes_batch_for_a_whole_site_since_no_run_lives_as_long_as_its_endpoint():
    found = choose(Load(("es",), 1, 60_000_000), GIB, offer(), offer(4))
    assert found.engine == "batch"
    assert found.basis.startswith("60.0 million characters: batch on 4 x ml.g4dn.xlarge, about ")
    assert "; an endpoint would take about " in found.basis
    assert "and should not work for more than 240 min. " in found.basis


def test_auto_takes_batch_where_it_is_cheaper():
    found = choose(LARGE, GIB, offer(4), offer(price=Price(0.1, "a sale")))
    assert (found.engine, "should not work" in found.basis) == ("batch", False)


def test_without_a_bucket_there_is_no_batch_however_large_the_load():
    assert choose(Load(("es",), 1, 10**9), GIB, offer(), None).engine == "endpoint"


@pytest.mark.parametrize("engine", ["endpoint", "batch"])
def test_a_wish_is_granted(engine):
    assert choose(SMALL, GIB, offer(), offer(), engine).engine == engine
    assert choose(LARGE, GIB, offer(), offer(), engine).engine == engine


def test_each_batch_job_starts_all_machines():
    def started(characters, **more):
        load = Load((), 1, characters)
        found = estimate.batch(load, Offer("ml.g4dn.xlarge", 2, PRICE, **more), GIB)
        working = estimate.endpoint(load, Offer("ml.g4dn.xlarge", 2, PRICE, there=True), GIB)
        paid = found.cost_usd / PRICE.usd_per_hour * 60 / 2
        assert paid == pytest.approx(found.minutes)
        return (found.minutes - working.minutes) / estimate.JOB_START_MINUTES

    assert started(40_000) == pytest.approx(estimate.ROUNDS)
    assert started(10_000_000, job_characters=4_000_000) == pytest.approx(3 + estimate.ROUNDS - 1)
    assert started(30_000_000) == pytest.approx(2 * estimate.ROUNDS), "two waves, with rounds of their own"


def test_without_prices_the_minutes_decide():
    unknown = Price(None, "the price isn't known")
    assert choose(SMALL, GIB, offer(price=unknown), offer(price=unknown)).engine == "endpoint"
    assert choose(LARGE, GIB, offer(price=unknown), offer(8, price=unknown)).engine == "batch"
