"""Leases and the tags they are: taken, renewed, given back, read, and run out."""

from __future__ import annotations

import pytest

from polypost.errors import ServiceError
from polypost.sagemaker import Surroundings, open_session
from polypost.sagemaker.account import Account
from polypost.sagemaker.life import ownership
from polypost.sagemaker.life.cleanup import Leaving, leave
from polypost.sagemaker.life.leases import Lease
from polypost.sagemaker.life.ownership import LEASE_SECONDS, RENEW_SECONDS, read, stamp
from polypost.sagemaker.life.switch import MARGIN_SECONDS, Switch, moment
from standins.aws import AccessDenied, ServerError, Then

NAME, ARN = "polypost-x1", "arn:aws:sagemaker:us-east-1:123456789012:endpoint/polypost-x1"
OURS = {"polypost:created-by": "polypost"}


@pytest.fixture
def switch(sim, console):
    """The schedules of the account in simulated time."""
    role = sim.role("scheduler", trusts="scheduler.amazonaws.com")
    return Switch(Account(open_session("us-east-1"), Surroundings(console, sim.clock)), role)


@pytest.fixture
def shared(endpoint, sim):
    """An endpoint of polypost's with leases, as run -> seconds from now."""

    def shared(more=(), **leases):
        tags = dict(OURS) | dict(more)
        tags |= {f"polypost:lease:{run}": stamp(sim.clock.now() + end) for run, end in leases.items()}
        endpoint(NAME, tags.items())

    return shared


def claim(sim):
    thing = sim.sagemaker.endpoints[NAME]
    return read({tag["Key"]: tag["Value"] for tag in thing.tags})


def due(sim):
    """When the schedule acts, in seconds from now; None when there is none."""
    made = sim.schedules.get(NAME)
    return made and moment(made.schedule_expression) - sim.clock.now()


def test_a_moment_comes_back_and_nothing_else_is_one():
    assert ownership.moment(stamp(1_893_456_000.0)) == 1_893_456_000.0
    for text in ("", "2030-01-01", "2030-01-01T00:00:00+01:00", "soon"):
        assert ownership.moment(text) is None


def test_who_needs_a_thing_is_told_by_its_tags():
    told = read(
        OURS | {"polypost:lease:a": stamp(100), "polypost:lease:b": stamp(50), "polypost:lease:c": "?"}
    )
    assert told.live(60) == ("a", "c"), "what can't be read counts as held"
    assert told.live(60, but="a") == ("c",)
    assert told.dead(60) == ("b",)
    assert (told.ours, told.kept, told.expires_at) == (True, False, None)
    assert not read({"polypost:created-by": "someone"}).ours


def test_a_lease_is_taken_and_its_schedule_set_first(sim, switch, shared):
    shared(other=500)
    told = Lease(switch, NAME, ARN, "me").take()
    assert told.leases.keys() == {"other"}, "what stood there before"
    assert claim(sim).leases.keys() == {"other", "me"}
    assert claim(sim).leases["me"] == pytest.approx(sim.clock.now() + LEASE_SECONDS, abs=2)
    assert due(sim) == pytest.approx(LEASE_SECONDS + MARGIN_SECONDS, abs=2)
    order = [call.operation for call in sim.log if call.operation in {"CreateSchedule", "AddTags"}]
    assert order == ["CreateSchedule", "AddTags"]


def test_no_lease_is_taken_on_what_is_not_ours(sim, switch, endpoint):
    endpoint(NAME, [("polypost:created-by", "someone")])
    assert Lease(switch, NAME, ARN, "me").take() is None
    assert claim(sim).leases == {}
    assert due(sim) is None


def test_without_its_schedule_no_lease_is_taken(sim, switch, shared):
    shared()
    sim.script("CreateSchedule", AccessDenied("scheduler:CreateSchedule"))
    with pytest.raises(ServiceError, match="not allowed to schedule the end"):
        Lease(switch, NAME, ARN, "me").take()
    assert claim(sim).leases == {}


def test_dead_leases_make_room_and_live_ones_stay(sim, switch, shared):
    dead = {f"dead{number}": -1 for number in range(40)}
    live = {f"live{number}": 900 for number in range(8)}
    shared(**dead, **live)
    Lease(switch, NAME, ARN, "me").take()
    assert claim(sim).leases.keys() == {*live, "me"}


def test_where_all_fifty_tags_are_in_use_the_next_run_is_refused(sim, switch, shared):
    shared(**{f"live{number}": 900 for number in range(49)})
    with pytest.raises(Exception, match="maximum number of tags"):
        Lease(switch, NAME, ARN, "me").take()


def test_a_lease_is_renewed_when_it_is_time_and_not_before(sim, switch, shared):
    shared()
    lease = Lease(switch, NAME, ARN, "me")
    lease.take()
    before = claim(sim).leases["me"]
    sim.clock.sleep(RENEW_SECONDS - 10)
    lease.beat()
    assert claim(sim).leases["me"] == before
    sim.clock.sleep(20)
    lease.beat()
    assert claim(sim).leases["me"] == pytest.approx(before + RENEW_SECONDS + 10, abs=3)
    assert due(sim) == pytest.approx(LEASE_SECONDS + MARGIN_SECONDS, abs=3)


def test_the_time_is_counted_in_which_nobody_else_holds_it(sim, switch, shared):
    shared(other=600)
    lease = Lease(switch, NAME, ARN, "me")
    lease.take()
    sim.clock.sleep(2 * RENEW_SECONDS + 1)
    assert lease.alone() == 0
    lease.beat()
    sim.clock.sleep(1000)
    assert lease.alone() == pytest.approx(1000)
    sim.sagemaker.endpoints[NAME].tags += [
        {"Key": "polypost:lease:third", "Value": stamp(sim.clock.now() + 9000)}
    ]
    lease.beat()
    sim.clock.sleep(500)
    assert lease.alone() == pytest.approx(1000, abs=1)


def test_trouble_with_renewing_is_told_and_outlived(sim, switch, shared, console):
    shared()
    lease = Lease(switch, NAME, ARN, "me")
    lease.take()
    sim.clock.sleep(RENEW_SECONDS)
    sim.script("ListTags", *[ServerError()] * 3)
    lease.beat()
    assert "lease could not be renewed" in console
    sim.clock.sleep(RENEW_SECONDS)
    lease.beat()
    assert claim(sim).leases["me"] == pytest.approx(sim.clock.now() + LEASE_SECONDS, abs=2)


def test_leases_count_on_the_clock_of_aws(sim, switch, shared):
    sim.skew_seconds = 3000.0
    shared(other=3000 + 600)
    Lease(switch, NAME, ARN, "me").take()
    assert claim(sim).leases.keys() == {"other", "me"}
    assert claim(sim).leases["me"] == pytest.approx(sim.now() + LEASE_SECONDS, abs=2)


def test_the_last_one_out_deletes_and_removes_the_schedule(sim, switch, shared):
    shared(dead=-5)
    Lease(switch, NAME, ARN, "me").take()
    assert leave(switch, NAME, Leaving("me"), seconds=5) is None
    assert sim.left() == []


def test_who_leaves_while_another_stays_gives_its_lease_back(sim, switch, shared):
    shared(other=500)
    Lease(switch, NAME, ARN, "me").take()
    left = leave(switch, NAME, Leaving("me"), seconds=5)
    assert left.wanted
    assert "run other still uses it" in left.why
    assert claim(sim).leases.keys() == {"other"}
    assert due(sim), "the other's schedule stays"
    sim.clock.sleep(600)
    assert leave(switch, NAME, Leaving("third"), seconds=5) is None, "once the other's lease has run out"


def test_the_maker_takes_its_lease_off_the_configuration_and_the_model_too(sim, switch, shared):
    shared(more={"polypost:lease:me": stamp(sim.clock.now() + 900)}, other=500)
    leave(switch, NAME, Leaving("me"), seconds=5)
    for thing in (sim.sagemaker.endpoint_configs[NAME], sim.sagemaker._models[NAME]):
        keys = {tag["Key"] for tag in thing.tags}
        assert "polypost:lease:me" not in keys
        assert "polypost:lease:other" in keys


def test_a_schedule_is_pushed_out_and_never_shortened(sim, switch):
    now = sim.clock.now()
    switch.push(NAME, now + 1000)
    switch.push(NAME, now + 500)
    assert due(sim) == 1000 + MARGIN_SECONDS
    switch.push(NAME, now + 2000)
    assert due(sim) == 2000 + MARGIN_SECONDS
    assert switch.remove(NAME) == ""
    assert due(sim) is None
    assert switch.remove(NAME) == "", "twice is once"


def test_without_a_role_there_is_no_schedule(sim, switch, shared):
    shared()
    Lease(Switch(switch.account, None), NAME, ARN, "me").take()
    assert sim.schedules == {}
    assert claim(sim).leases.keys() == {"me"}


def test_what_is_kept_has_no_schedule(sim, switch, shared):
    shared(other=500)
    lease = Lease(switch, NAME, ARN, "me")
    lease.take()
    left = leave(switch, NAME, Leaving("other", keep=True), seconds=5)
    assert (left.wanted, left.kept) == (True, True)
    assert due(sim) is None
    sim.clock.sleep(RENEW_SECONDS)
    lease.beat()
    assert due(sim) is None, "nor does a renewal bring it back"
    assert leave(switch, NAME, Leaving("me"), seconds=5).kept
    assert f"endpoint {NAME}" in sim.left()
    assert leave(switch, NAME, Leaving(regardless=True), seconds=5) is None
    assert sim.left() == []


def test_keeping_what_is_gone_leaves_nothing(sim, switch, shared):
    shared()
    sim.client("sagemaker").delete_endpoint(EndpointName=NAME)
    assert leave(switch, NAME, Leaving("me", keep=True), seconds=5) is None
    assert sim.left() == []


def test_a_failed_endpoint_in_the_way_goes_whoever_holds_a_lease(sim, switch, shared):
    sim.fail_with = "no health"
    shared(other=500)
    assert leave(switch, NAME, Leaving("me"), seconds=5).wanted, "who just leaves respects it"
    left = leave(switch, NAME, Leaving("me", failed=True), seconds=5)
    assert left.why.startswith("the endpoint configuration"), "on which the other still holds its lease"
    assert f"endpoint {NAME}" not in sim.left()


def test_one_that_works_is_never_taken_for_one_that_failed(sim, switch, shared):
    shared()
    assert leave(switch, NAME, Leaving("me", failed=True), seconds=5).wanted
    assert f"endpoint {NAME}" in sim.left()


def test_who_removes_a_schedule_gives_a_new_endpoint_its_schedule_back(sim, switch, shared):
    shared()
    switch.push(NAME, sim.clock.now() + 1000)

    def meanwhile(arrival):
        if arrival.operation == "DeleteSchedule":
            sim.intercept = None
            shared(other=900)

    sim.intercept = meanwhile
    assert leave(switch, NAME, Leaving("me"), seconds=5) is None
    assert f"endpoint {NAME}" in sim.left()
    assert due(sim) > LEASE_SECONDS


def test_a_schedule_that_comes_too_late_is_set_from_now_on(sim, switch):
    begun = sim.clock.now()

    def freezes(arrival):
        if arrival.operation == "GetSchedule":
            sim.intercept = None
            return Then(lambda: sim.clock.sleep(9000))
        return None

    sim.intercept = freezes
    switch.push(NAME, begun + 1000)
    assert due(sim) == pytest.approx(MARGIN_SECONDS, abs=2)
