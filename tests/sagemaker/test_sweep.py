"""What is in the account, what is to become of it, and the sweep that does it; and `polypost endpoint`."""

from __future__ import annotations

import json

import pytest

from polypost.errors import DONE, INCOMPLETE, UsageError
from polypost.fronts import holdings
from polypost.fronts.front import Front
from polypost.options import Options
from polypost.sagemaker import Surroundings, open_session
from polypost.sagemaker.account import Account
from polypost.sagemaker.life.ownership import LEASE_SECONDS, stamp
from polypost.sagemaker.life.survey import Verdict, survey
from polypost.sagemaker.life.sweep import sweep
from polypost.sagemaker.life.switch import Switch
from polypost.signals import Signals
from standins.aws import AccessDenied

OWNER = ("polypost:created-by", "polypost")


@pytest.fixture
def switch(sim, console):
    role = sim.role("scheduler", trusts="scheduler.amazonaws.com")
    return Switch(Account(open_session("us-east-1"), Surroundings(console, sim.clock)), role)


@pytest.fixture
def has(sim, endpoint):
    """An endpoint of ours whose leases end in so many seconds; `until`: its expires-at."""

    def has(name, *, until=None, more=(), **leases):
        now = sim.clock.now()
        tags = [OWNER, *more, *((f"polypost:lease:{run}", stamp(now + end)) for run, end in leases.items())]
        if until is not None:
            tags.append(("polypost:expires-at", stamp(now + until)))
        return endpoint(name, tags)

    return has


@pytest.fixture
def some(has, endpoint):
    """One endpoint for each verdict."""
    has("polypost-used", until=-5, run=900)
    has("polypost-kept", until=-5, more=[("polypost:keep", "true")], dead=-9)
    has("polypost-old", until=-5, dead=-5)
    has("polypost-soon", until=600)
    has("polypost-odd")
    endpoint("polypost-foreign", [("polypost:created-by", "someone"), ("polypost:expires-at", stamp(0))])
    endpoint("blog", [OWNER, ("polypost:expires-at", stamp(0))])


VERDICTS = {
    "polypost-used": Verdict.USED,
    "polypost-kept": Verdict.KEPT,
    "polypost-old": Verdict.EXPIRED,
    "polypost-soon": Verdict.WAITING,
    "polypost-odd": Verdict.UNCLEAR,
    "polypost-foreign": Verdict.FOREIGN,
}


def names(sim):
    return {thing.rpartition(" ")[2] for thing in sim.left()}


def test_each_thing_is_judged_by_its_tags_and_what_belongs_to_it_with_it(switch, some):
    things = survey(switch.account)
    kinds = ["endpoint", "endpoint configuration", "model"]
    for name, verdict in VERDICTS.items():
        told = [(thing.kind, thing.verdict) for thing in things if thing.name == name]
        assert told == [(kind, verdict) for kind in kinds], name
    assert "blog" not in {thing.name for thing in things}, "only what bears our prefix"
    assert {(thing.instance_type, thing.instances) for thing in things if thing.kind == "endpoint"} == {
        ("ml.m5.xlarge", 1)
    }


def test_a_sweep_deletes_what_has_expired_and_nothing_else(sim, switch, some):
    swept = sweep(switch, seconds=5, jobs=True)
    assert swept.deleted == ("polypost-old",)
    assert swept.failed == ()
    assert {thing.name for thing in swept.unclear} == {"polypost-odd", "polypost-foreign"}
    assert names(sim) == {*VERDICTS, "blog"} - {"polypost-old"}
    sim.clock.sleep(1000)
    assert set(sweep(switch, seconds=5, jobs=True).deleted) == {"polypost-used", "polypost-soon"}, (
        "in the end they have too"
    )
    assert names(sim) == {"polypost-kept", "polypost-odd", "polypost-foreign", "blog"}


@pytest.mark.parametrize("gone", [["endpoint"], ["endpoint", "endpoint_config"]])
def test_what_is_left_without_its_endpoint_is_swept(sim, switch, has, gone):
    has("polypost-old", until=-5)
    arguments = {"endpoint": "EndpointName", "endpoint_config": "EndpointConfigName"}
    for kind in gone:
        getattr(sim.client("sagemaker"), f"delete_{kind}")(**{arguments[kind]: "polypost-old"})
    assert sweep(switch, seconds=5, jobs=True).deleted == ("polypost-old",)
    assert sim.left() == []


def test_a_lease_taken_after_the_survey_is_respected(sim, switch, has):
    has("polypost-old", until=-5, dead=-5)
    lease = [{"Key": "polypost:lease:new", "Value": stamp(sim.clock.now() + LEASE_SECONDS)}]
    things = []

    def meanwhile(arrival):
        things.append(arrival.operation)
        if arrival.operation == "ListModels":
            sim.sagemaker.endpoints["polypost-old"].tags += lease

    sim.intercept = meanwhile
    swept = sweep(switch, seconds=5, jobs=True)
    assert (swept.deleted, swept.failed) == ((), ())
    assert "DeleteEndpoint" not in things
    assert names(sim) == {"polypost-old"}


def test_what_can_not_be_deleted_is_told(sim, switch, has):
    has("polypost-old", until=-5)
    sim.script("DeleteEndpoint", AccessDenied("sagemaker:DeleteEndpoint"))
    swept = sweep(switch, seconds=5, jobs=True)
    assert swept.deleted == ()
    assert "The endpoint polypost-old is not deleted" in swept.failed[0]


def test_one_that_is_still_creating_is_tried_for_a_while(sim, switch, has):
    sim.creating_seconds = 100.0
    has("polypost-old", until=-5)
    assert "in-progress" in sweep(switch, seconds=30, jobs=True).failed[0]
    assert sweep(switch, seconds=300, jobs=True).deleted == ("polypost-old",)


@pytest.fixture
def front(sim, console):
    return Front({}, console, Signals(), sim.clock)


def options(**more):
    return Options(aws_region="us-east-1", instance_type=("ml.m5.xlarge",), **more)


def test_up_status_down(sim, front, console, tmp_path, capsys):
    file = tmp_path / "told.json"
    assert holdings.up(options(), front, file) == DONE
    name = json.loads(file.read_text())["name"]
    assert names(sim) == {name}
    assert f"{name} is ready on 1 x ml.m5.xlarge, and costs about $5.52 a day" in console
    sim.clock.sleep(2 * LEASE_SECONDS)
    assert holdings.tidy(options(), front, file) == DONE
    assert names(sim) == {name}, "what is kept is not swept"
    assert holdings.status(options(), front, file) == DONE
    told = json.loads(file.read_text())
    assert [(thing["kind"], thing["verdict"]) for thing in told] == [
        ("endpoint", "kept"),
        ("endpoint configuration", "kept"),
        ("model", "kept"),
    ]
    assert told[0].items() >= {"kept": True, "runs": [], "instance_type": "ml.m5.xlarge"}.items()
    shown = capsys.readouterr().out
    assert "kept" in shown
    assert "1 x ml.m5.xlarge" in shown
    assert holdings.up(options(), front, None) == DONE, "twice is once"
    assert len(sim.calls("CreateEndpoint")) == 1
    assert holdings.down(options(), front, [name], force=False) == DONE
    assert sim.left() == []
    assert holdings.status(options(), front, file) == DONE
    assert json.loads(file.read_text()) == []
    assert "There is nothing of polypost's in us-east-1" in console


def test_status_shows_each_name_whole_and_who_needs_it_until_when(
    sim, front, switch, has, capsys, tmp_path, monkeypatch
):
    monkeypatch.setenv("COLUMNS", "40")
    long, file = f"polypost-{'x' * 54}", tmp_path / "told.json"
    has(long, until=900, run=900)
    has("polypost-kept", until=-5, more=[("polypost:keep", "true")], other=900)
    switch.push(long, sim.clock.now() + 900)
    assert holdings.status(options(), front, file) == DONE
    until, at = (stamp(sim.clock.now() + seconds)[:16].replace("T", " ") for seconds in (900, 1200))
    blank = " " * 2
    lines = capsys.readouterr().out.splitlines()
    machine = "1 x ml.m5.xlarge, about $5.52 a day"
    assert lines[lines.index(long) :][:5] == [
        long,
        f"{blank}{'endpoint':<24}InService; in use by run until {until} UTC; {machine}",
        f"{blank}endpoint configuration",
        f"{blank}model",
        f"{blank}{'schedule':<24}ends it at {at} UTC",
    ]
    kept = lines[lines.index("polypost-kept") + 1]
    assert kept.endswith(f"InService; kept until `polypost endpoint down`, used by other; {machine}")
    told = {(thing["name"], thing["kind"]): thing for thing in json.loads(file.read_text())}
    assert told[long, "endpoint"]["expires_at"] == stamp(sim.clock.now() + 900)
    assert told[long, "endpoint"]["schedule_at"] == stamp(sim.clock.now() + 1200)
    assert told[long, "endpoint"]["usd_per_day"] == 5.52
    assert {told["polypost-kept", kind]["expires_at"] for kind in ("endpoint", "model")} == {None}


def test_up_that_does_not_come_up_leaves_nothing(sim, front):
    sim.backend = lambda request: [{"translation_text": ""} for _ in request["inputs"]]
    with pytest.raises(Exception, match="with nothing"):
        holdings.up(options(), front, None)
    assert sim.left() == []


def test_down_of_what_is_still_creating_says_why_it_takes_a_while(sim, front, has, console):
    sim.creating_seconds = 100.0
    has("polypost-x", until=-5)
    assert holdings.down(options(), front, ["polypost-x"], force=False) == DONE
    assert "AWS deletes none that is still Creating" in console
    assert sim.left() == []


def test_down_of_what_is_in_use_needs_force(sim, front, has):
    has("polypost-used", until=900, run=900, more=[("polypost:keep", "true")])
    with pytest.raises(UsageError, match=r"run run still uses it\. Nothing was changed\..*--force"):
        holdings.down(options(), front, ["polypost-used"], force=False)
    assert names(sim) == {"polypost-used"}
    assert {"Key": "polypost:keep", "Value": "true"} in sim.sagemaker.endpoints["polypost-used"].tags
    assert holdings.down(options(), front, ["polypost-used"], force=True) == DONE
    assert sim.left() == []


@pytest.mark.parametrize("gone", [True, False])
def test_down_deletes_what_belongs_to_it_whoever_leased_that(sim, front, has, console, gone):
    """A killed run's leases hold on for a while; without an endpoint they are worth nothing."""
    has("polypost-x", until=900, run=900)
    if gone:
        sim.client("sagemaker").delete_endpoint(EndpointName="polypost-x")
    else:
        sim.sagemaker.endpoints["polypost-x"].tags[:] = [{"Key": OWNER[0], "Value": OWNER[1]}]
    assert holdings.down(options(), front, ["polypost-x"], force=False) == DONE
    assert sim.left() == []
    assert ("shows it as Deleting" in console) != gone


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("blog", "is no endpoint of polypost's"),
        ("polypost-none", "There is no endpoint polypost-none in us-east-1"),
        ("polypost-foreign", "does not bear polypost's tag"),
    ],
)
def test_down_of_anything_else_is_refused(sim, front, some, name, told):
    with pytest.raises(Exception, match=told):
        holdings.down(options(), front, [name], force=True)
    assert ("Deleting" in front.console) == (name == "polypost-foreign"), "nothing is announced in vain"
    assert names(sim) == {*VERDICTS, "blog"}


def test_the_sweep_tells_what_it_did_and_what_it_did_not(sim, front, some, console, tmp_path):
    file = tmp_path / "told.json"
    assert holdings.tidy(options(), front, file) == DONE
    told = json.loads(file.read_text())
    assert told["deleted"] == ["polypost-old"]
    assert told["failed"] == []
    assert {thing["name"] for thing in told["unclear"]} == {"polypost-odd", "polypost-foreign"}
    assert "Deleted: polypost-old, which had expired." in console
    assert "The endpoint polypost-odd is left alone: can't tell. Look at its tags." in console


def test_a_sweep_that_fails_is_no_success(sim, front, has, console):
    has("polypost-old", until=-5)
    sim.script("DeleteEndpoint", AccessDenied("sagemaker:DeleteEndpoint"))
    assert holdings.tidy(options(), front, None) == INCOMPLETE
    assert "polypost-old is not deleted" in console


def test_a_sweep_with_nothing_to_do_says_so(front, console):
    assert holdings.tidy(options(), front, None) == DONE
    assert "Nothing has expired." in console
