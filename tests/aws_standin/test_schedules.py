"""The stand-in's Scheduler: it refuses what AWS refuses, and a due schedule really does what it is for."""

import json
from datetime import UTC, datetime

import pytest

from standins.aws import Dropped, ServerError, Throttled

from .conftest import refusal, started


@pytest.fixture
def scheduler(sim):
    return sim.client("scheduler")


@pytest.fixture
def schedule(sim, scheduler):
    """Create (or update) a schedule that deletes the endpoint `blog` in so many seconds."""
    role = sim.role("scheduler", trusts="scheduler.amazonaws.com")

    def schedule(seconds=3600, call=scheduler.create_schedule, target=(), **more):
        given = {
            "Name": "polypost-blog",
            "ScheduleExpression": at(sim.now() + seconds),
            "FlexibleTimeWindow": {"Mode": "OFF"},
            "ActionAfterCompletion": "DELETE",
            "Target": {
                "Arn": "arn:aws:scheduler:::aws-sdk:sagemaker:deleteEndpoint",
                "RoleArn": role,
                "Input": json.dumps({"EndpointName": "blog"}),
                "RetryPolicy": {"MaximumEventAgeInSeconds": 86_400, "MaximumRetryAttempts": 185},
                **dict(target),
            },
        }
        return call(**(given | more))

    return schedule


def at(moment):
    return f"at({datetime.fromtimestamp(moment, UTC):%Y-%m-%dT%H:%M:%S})"


def test_a_due_schedule_deletes_the_endpoint_and_itself(sim, schedule):
    started(sim, sim.client("sagemaker"))
    schedule(3600)
    sim.clock.sleep(3599)
    assert "endpoint blog" in sim.left()
    assert "schedule polypost-blog" in sim.left()
    sim.clock.sleep(1)
    assert sim.left() == ["model blog", "endpoint configuration blog"]
    (fired,) = sim.run_schedules()
    assert (fired.operation, fired.input, fired.error) == ("DeleteEndpoint", {"EndpointName": "blog"}, "")
    assert sim.calls("DeleteEndpoint") == []  # it was the Scheduler's call, nobody's else


def test_it_tries_again_while_the_endpoint_is_creating(sim, schedule):
    sim.creating_seconds = 1000.0
    started(sim, sim.client("sagemaker"))
    schedule(300)
    sim.clock.sleep(100_000)  # looked at much later: what was due in between happened at its own time
    assert sim.left() == ["model blog", "endpoint configuration blog"]
    begun = sim.fired[0].at
    assert [round(call.at - begun) for call in sim.fired] == [0, 60, 180, 420, 900]
    assert all("Cannot update in-progress endpoint" in call.error for call in sim.fired[:-1])
    assert sim.fired[-1].error == ""


def test_it_gives_up_by_its_policy(sim, schedule):
    sim.creating_seconds = 1000.0
    started(sim, sim.client("sagemaker"))
    schedule(300, target={"RetryPolicy": {"MaximumEventAgeInSeconds": 100, "MaximumRetryAttempts": 185}})
    sim.clock.sleep(100_000)
    assert "endpoint blog" in sim.left()
    assert "schedule polypost-blog" not in sim.left()
    assert len(sim.fired) == 2


def test_an_update_moves_the_moment(sim, scheduler, schedule):
    started(sim, sim.client("sagemaker"))
    schedule(100)
    schedule(5000, scheduler.update_schedule)
    sim.clock.sleep(4900)
    assert sim.fired == []
    seen = scheduler.get_schedule(Name="polypost-blog")
    assert seen["ScheduleExpression"] == at(sim.now() + 100)
    assert seen["ActionAfterCompletion"] == "DELETE"
    assert seen["Target"]["RetryPolicy"]["MaximumRetryAttempts"] == 185
    sim.clock.sleep(100)
    assert "endpoint blog" not in sim.left()


def test_a_deleted_schedule_does_nothing(sim, scheduler, schedule):
    started(sim, sim.client("sagemaker"))
    schedule(100)
    scheduler.delete_schedule(Name="polypost-blog")
    sim.clock.sleep(4900)
    assert "endpoint blog" in sim.left()


def test_without_its_role_it_can_do_nothing(sim, schedule):
    started(sim, sim.client("sagemaker"))
    schedule(100)
    sim.client("iam").delete_role(RoleName="scheduler")
    sim.clock.sleep(200)
    assert "endpoint blog" in sim.left()
    assert "can't be assumed" in sim.fired[0].error


def test_names_are_unique_and_a_repeated_request_is_not_a_second_one(sim, scheduler, schedule):
    sim.script("CreateSchedule", Dropped(after=True))
    arn = schedule()["ScheduleArn"]  # botocore sends the same token again
    assert arn == "arn:aws:scheduler:us-east-1:123456789012:schedule/default/polypost-blog"
    assert [call.status for call in sim.calls("CreateSchedule")] == [0, 200]
    assert refusal(schedule) == ("ConflictException", "Schedule polypost-blog already exists.")
    for call in (scheduler.get_schedule, scheduler.delete_schedule):
        assert refusal(call, Name="none") == ("ResourceNotFoundException", "Schedule none does not exist.")
    assert refusal(schedule, call=scheduler.update_schedule, Name="none")[0] == "ResourceNotFoundException"


def test_schedules_are_listed(sim, scheduler, schedule):
    for name in ("polypost-a", "other", "polypost-b"):
        schedule(Name=name)
        sim.clock.sleep(1)
    pages = scheduler.get_paginator("list_schedules").paginate(
        NamePrefix="polypost-", PaginationConfig={"PageSize": 1}
    )
    assert [row["Name"] for page in pages for row in page["Schedules"]] == ["polypost-b", "polypost-a"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"ScheduleExpression": "at(2031-01-01)"}, "Invalid Schedule Expression at(2031-01-01)."),
        ({"ScheduleExpression": "at(2031-01-01T00:00:00Z)"}, "Invalid Schedule Expression"),
        ({"ScheduleExpression": "at(2020-01-01T00:00:00)"}, "Invalid Schedule Expression"),
        ({"ScheduleExpressionTimezone": "Nowhere"}, "Invalid Schedule Expression"),
        ({"FlexibleTimeWindow": {"Mode": "FLEXIBLE"}}, "MaximumWindowInMinutes"),
        ({"FlexibleTimeWindow": {"Mode": "SOMETIMES"}}, ".FlexibleTimeWindow.Mode: 'SOMETIMES' is none of"),
        ({"Name": "a b"}, ".Name: 'a b' does not match"),
        ({"Name": "x" * 65}, ".Name: 65 is over the maximum of 64"),
        ({"ActionAfterCompletion": "FORGET"}, "is none of NONE, DELETE"),
        ({"target": {"Arn": "arn:aws:scheduler:::aws-sdk:sagemaker:deleteAll"}}, "Provided Arn is not"),
        ({"target": {"Input": '{"Endpoint": "blog"}'}}, "Invalid RequestJson provided."),
        ({"target": {"Input": "blog"}}, "Invalid RequestJson provided."),
        ({"target": {"RetryPolicy": {"MaximumRetryAttempts": 200}}}, "200 is over the maximum of 185"),
        (
            {"target": {"RoleArn": "arn:aws:iam::123456789012:role/nobody"}},
            "The execution role you provide must allow AWS EventBridge Scheduler to assume the role.",
        ),
    ],
)
def test_a_wrong_schedule_is_refused(sim, schedule, change, words):
    code, message = refusal(schedule, **change)
    assert code == "ValidationException"
    assert words in message
    assert sim.left() == []


def test_a_role_for_sagemaker_is_none_for_the_scheduler(sim, schedule):
    code, message = refusal(schedule, target={"RoleArn": sim.role("SageMakerRole")})
    assert (code, message[:18]) == ("ValidationException", "The execution role")


def test_faults_come_in_its_own_protocol(sim, schedule):
    sim.script("CreateSchedule", Throttled(), ServerError(500))
    schedule()
    assert [call.error for call in sim.calls("CreateSchedule")] == [
        "ThrottlingException",
        "InternalFailure",
        "",
    ]
