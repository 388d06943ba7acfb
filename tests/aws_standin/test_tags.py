"""Tags and lists of SageMaker: what moto gets wrong is right here."""

import pytest

from .conftest import model, refusal, started


@pytest.fixture
def tagged(sim):
    """A SageMaker client and the ARN of an endpoint."""
    sagemaker = sim.client("sagemaker")
    return sagemaker, started(sim, sagemaker, Tags=[{"Key": "made", "Value": "1"}])


def tags(sagemaker, arn):
    pages = sagemaker.get_paginator("list_tags").paginate(ResourceArn=arn)
    return {tag["Key"]: tag["Value"] for page in pages for tag in page["Tags"]}


def test_tags_are_added_replaced_and_deleted(tagged):
    sagemaker, arn = tagged
    assert tags(sagemaker, arn) == {"made": "1"}
    sagemaker.add_tags(ResourceArn=arn, Tags=[{"Key": "a", "Value": "x"}, {"Key": "made", "Value": "2"}])
    assert tags(sagemaker, arn) == {"made": "2", "a": "x"}
    assert len(sagemaker.list_tags(ResourceArn=arn)["Tags"]) == 2
    sagemaker.delete_tags(ResourceArn=arn, TagKeys=["made", "never there"])
    assert tags(sagemaker, arn) == {"a": "x"}


def test_every_kind_of_thing_has_tags_and_unknown_ones_have_none(tagged):
    sagemaker, arn = tagged
    for kind in ("endpoint-config", "model"):
        other = arn.replace(":endpoint/", f":{kind}/")
        sagemaker.add_tags(ResourceArn=other, Tags=[{"Key": "a", "Value": "x"}])
        assert tags(sagemaker, other) == {"a": "x"}
    assert tags(sagemaker, arn) == {"made": "1"}
    for call, given in (
        (sagemaker.list_tags, {}),
        (sagemaker.add_tags, {"Tags": [{"Key": "a", "Value": "x"}]}),
        (sagemaker.delete_tags, {"TagKeys": ["a"]}),
    ):
        code, message = refusal(call, ResourceArn=arn + "x", **given)
        assert (code, message) == ("ValidationException", f'Could not find endpoint "{arn}x".')
    assert refusal(sagemaker.list_tags, ResourceArn=arn.replace("123456789012", "210987654321"))


def test_a_thing_has_fifty_tags_at_most(tagged):
    sagemaker, arn = tagged
    sagemaker.add_tags(ResourceArn=arn, Tags=[{"Key": f"t{n}", "Value": ""} for n in range(49)])
    code, _ = refusal(sagemaker.add_tags, ResourceArn=arn, Tags=[{"Key": "one too many", "Value": ""}])
    assert code == "ResourceLimitExceeded"
    sagemaker.add_tags(ResourceArn=arn, Tags=[{"Key": "t7", "Value": "new value of one that is there"}])
    assert len(tags(sagemaker, arn)) == 50
    twice = [{"Key": "a", "Value": "1"}, {"Key": "a", "Value": "2"}]
    assert refusal(sagemaker.add_tags, ResourceArn=arn, Tags=twice)[0] == "ValidationException"
    own = [{"Key": "aws:x", "Value": "1"}]
    assert refusal(sagemaker.add_tags, ResourceArn=arn, Tags=own)[0] == "ValidationException"


def test_lists_filter_sort_and_page(sim):
    sagemaker = sim.client("sagemaker")
    for number in range(12):
        model(sim, sagemaker, f"polypost-{number:02}")
        sim.clock.sleep(60)
    model(sim, sagemaker, "other")
    first = sagemaker.list_models(NameContains="polypost-")
    assert [row["ModelName"] for row in first["Models"]] == [f"polypost-{n:02}" for n in range(11, 1, -1)]
    pages = sagemaker.get_paginator("list_models").paginate(NameContains="polypost-", SortOrder="Ascending")
    assert [row["ModelName"] for page in pages for row in page["Models"]] == [
        f"polypost-{n:02}" for n in range(12)
    ]
    by_name = sagemaker.list_models(SortBy="Name", SortOrder="Ascending", MaxResults=2)["Models"]
    assert [row["ModelName"] for row in by_name] == ["other", "polypost-00"]
    assert first["Models"][0]["CreationTime"].timestamp() == pytest.approx(sim.now() - 2 * 60)
    assert refusal(sagemaker.list_models, NextToken="nonsense")[0] == "ValidationException"


def test_endpoints_are_listed_by_status_and_time(sim):
    sagemaker = sim.client("sagemaker")
    sim.creating_seconds = 100.0
    started(sim, sagemaker, "a")
    sim.clock.sleep(60)
    between = sim.now() - 30
    started(sim, sagemaker, "b")
    sim.clock.sleep(50)

    def names(**given):
        return [row["EndpointName"] for row in sagemaker.list_endpoints(**given)["Endpoints"]]

    assert (names(), names(StatusEquals="Creating"), names(StatusEquals="InService")) == (
        ["b", "a"],
        ["b"],
        ["a"],
    )
    assert names(CreationTimeAfter=between) == ["b"]
    assert names(CreationTimeBefore=between) == ["a"]
    configs = sagemaker.list_endpoint_configs(NameContains="a")["EndpointConfigs"]
    assert [row["EndpointConfigName"] for row in configs] == ["a"]
    assert configs[0]["EndpointConfigArn"].endswith(":endpoint-config/a")
