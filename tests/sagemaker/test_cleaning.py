from __future__ import annotations

import pytest

from polypost.action import CLEANUP_SECONDS
from polypost.errors import ServiceError
from polypost.sagemaker.life import deploy, endpoints
from standins.aws import AccessDenied, Dropped, Refused, Throttled

TAG = [("polypost:created-by", "polypost")]


def test_what_a_killed_run_left_is_deleted_and_twice_is_once(aws, endpoint, cleaned):
    endpoint("polypost-x1", TAG)
    assert len(aws.left()) == 3
    assert cleaned("polypost-x1")
    assert aws.left() == []
    assert cleaned("polypost-x1")


@pytest.mark.parametrize("missing", ["endpoint", "endpoint_config", "model"])
def test_what_is_left_of_a_half_made_or_half_deleted_one_is_deleted(aws, endpoint, cleaned, missing):
    endpoint("polypost-x1", TAG)
    names = {"endpoint": "EndpointName", "endpoint_config": "EndpointConfigName", "model": "ModelName"}
    getattr(aws.client("sagemaker"), f"delete_{missing}")(**{names[missing]: "polypost-x1"})
    assert len(aws.left()) == 2
    assert cleaned("polypost-x1")
    assert aws.left() == []


@pytest.mark.parametrize(
    "name",
    [
        "blog",
        "Polypost-x",
        "polypost-",
        "polypost-x/../y",
        "polypost-" + "x" * 60,
        "",
        "polypost-x\n",
        "polypost-X",
    ],
)
def test_a_forged_name_is_left_alone(aws, cleaned, console, name):
    assert not cleaned(name)
    assert aws.log == []
    assert "is no name that polypost gives" in console


@pytest.mark.parametrize("tags", [[], [("polypost:created-by", "someone")], [("created-by", "polypost")]])
def test_a_forged_state_deletes_nothing_without_our_tag(aws, endpoint, cleaned, console, tags):
    endpoint("polypost-x1", tags)
    before = aws.left()
    assert not cleaned("polypost-x1")
    assert aws.left() == before
    assert "does not bear polypost's tag" in console


def test_it_keeps_trying_while_the_endpoint_is_creating(aws, endpoint, cleaned, creating):
    sleep = creating(naps=3)
    endpoint("polypost-x1", TAG)
    assert cleaned("polypost-x1", seconds=60, sleep=sleep)
    assert aws.left() == []
    refused = [call for call in aws.calls("DeleteEndpoint") if call.error == "ValidationException"]
    assert len(refused) == 4


def test_it_gives_up_in_time_and_says_how_to_go_on(aws, endpoint, cleaned, console):
    aws.creating_seconds = 60.0
    endpoint("polypost-x1", TAG)
    assert not cleaned("polypost-x1", seconds=0.3)
    assert len(aws.left()) == 3
    assert "aws sagemaker delete-endpoint --region us-east-1 --endpoint-name polypost-x1" in console


def test_what_bears_the_tag_among_many_is_found(aws, endpoint, cleaned):
    endpoint("polypost-x1", [(f"key{number}", "value") for number in range(45)] + TAG)
    assert cleaned("polypost-x1")
    assert aws.left() == []


@pytest.mark.parametrize("fault", [Throttled(), Dropped(after=True)])
@pytest.mark.parametrize("operation", ["DescribeEndpoint", "ListTags", "DeleteEndpoint", "DeleteModel"])
def test_troubles_are_outlasted(aws, endpoint, cleaned, operation, fault):
    endpoint("polypost-x1", TAG)
    aws.script(operation, *[fault] * 3)
    assert cleaned("polypost-x1", seconds=30)
    assert aws.left() == []


@pytest.mark.parametrize(
    "fault", [AccessDenied("sagemaker:DeleteEndpoint"), Refused("ExpiredTokenException", "expired", 403)]
)
def test_what_will_not_change_is_not_waited_for(aws, endpoint, cleaned, console, fault):
    endpoint("polypost-x1", TAG)
    aws.script("DeleteEndpoint", fault)
    assert not cleaned("polypost-x1", seconds=3600)
    assert len(aws.calls("DeleteEndpoint")) == 1
    assert "is not deleted" in console


def test_no_credentials_in_the_post_step_is_told(aws, cleaned, console, monkeypatch):
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    assert not cleaned("polypost-x1", seconds=0.1)
    assert "Unable to locate credentials" in console


@pytest.mark.parametrize("region", ["evil.example.com/", "us-east-1#x", "", "a b"])
def test_a_forged_region_asks_nobody(aws, cleaned, console, region):
    assert not cleaned("polypost-x1", region=region)
    assert aws.log == []
    assert "could not be deleted" in console


@pytest.mark.parametrize("operation", ["ListTags", "DescribeEndpoint"])
def test_the_run_itself_deletes_what_it_may_not_look_at(aws, opened, operation):
    with opened():
        aws.script(operation, *[AccessDenied()] * 20)
    assert aws.left() == []


def test_a_run_that_cannot_delete_its_endpoint_says_so_and_is_no_success(aws, opened, console):
    with pytest.raises(ServiceError, match="could not delete all that it started"), opened():
        aws.script("DeleteEndpoint", *[AccessDenied("sagemaker:DeleteEndpoint")] * 20)
    assert "aws sagemaker delete-endpoint" in console
    assert len(aws.left()) == 3


def test_what_a_request_on_its_way_makes_later_is_deleted_too(aws, endpoint, cleaned):
    naps = []

    def sleep(seconds):
        if not naps:
            endpoint("polypost-x1", TAG)
        naps.append(seconds)

    assert cleaned("polypost-x1", sleep=sleep)
    assert aws.left() == []


def test_the_post_step_outlasts_whatever_a_start_may_take():
    """AWS deletes nothing that is Creating, and without a schedule nobody else would."""
    assert CLEANUP_SECONDS > endpoints.WAIT_SECONDS
    assert CLEANUP_SECONDS > 2 * deploy._START_SECONDS, "the download, and then the container"
