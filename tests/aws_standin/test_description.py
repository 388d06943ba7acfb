"""Answers are held to AWS's description too: what moto gets wrong must not pass as AWS."""

import json

import pytest

from standins.aws.control import checked, tidied
from standins.aws.description import complaints, pruned, service
from standins.aws.http import Request, Response

SIGNED = "AWS4-HMAC-SHA256 Credential=K/20300101/us-east-1/{}/aws4_request, SignedHeaders=host, Signature="
GOOD = {
    "EndpointName": "blog",
    "EndpointArn": "arn:aws:sagemaker:us-east-1:123456789012:endpoint/blog",
    "EndpointStatus": "InService",
    "CreationTime": 1.0,
    "LastModifiedTime": 2.0,
}


def give(name, operation, body):
    request = Request("POST", "/", {"authorization": SIGNED.format(name) + "0" * 64}, b"")
    described = service(name).operation_model(operation)
    return checked(request, described, tidied(described, Response(200, body)))


def test_empty_and_unknown_members_are_left_out():
    filled = {**GOOD, "FailureReason": "", "ProductionVariants": [], "DataCaptureConfig": {}, "Own": 1}
    answer = give("sagemaker", "DescribeEndpoint", json.dumps(filled).encode())
    assert (answer.status, json.loads(answer.body)) == (200, GOOD)


def test_a_required_list_may_be_empty():
    shape = service("sagemaker").operation_model("ListModels").output_shape
    assert pruned(shape, {"Models": [], "NextToken": ""}) == {"Models": []}


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"EndpointStatus": "Ready"}, ".EndpointStatus: 'Ready' is none of OutOfService"),
        ({"EndpointStatus": None}, ".EndpointStatus: is required"),
        ({"CreationTime": [1]}, ".CreationTime: list instead of timestamp"),
        ({"EndpointArn": "arn"}, ".EndpointArn: 3 is under the minimum of 20"),
    ],
)
def test_a_wrong_answer_is_an_internal_failure(change, complaint):
    answer = give("sagemaker", "DescribeEndpoint", json.dumps({**GOOD, **change}).encode())
    assert answer.status == 500
    assert complaint in json.loads(answer.body)["message"]


def test_answers_of_query_services_are_checked():
    inside = "<Arn>arn:aws:sts::123456789012:user/moto</Arn><Account>123456789012</Account>"
    frame = "<X><GetCallerIdentityResult>{}</GetCallerIdentityResult></X>"
    assert give("sts", "GetCallerIdentity", frame.format(inside).encode()).status == 200
    answer = give("sts", "GetCallerIdentity", frame.format("<Arn>short</Arn>").encode())
    assert answer.status == 500
    assert b".Arn: 5 is under the minimum of 20" in answer.body


def test_every_pattern_of_the_services_can_be_read():
    """The descriptions' patterns are Java's; one that couldn't be compiled here would crash a check."""
    for name in (
        "sagemaker",
        "sagemaker-runtime",
        "scheduler",
        "s3",
        "iam",
        "sts",
        "pricing",
        "service-quotas",
    ):
        model = service(name)
        for shape in map(model.shape_for, model.shape_names):
            if shape.type_name == "string":
                list(complaints(shape, "x" * max(1, shape.metadata.get("min", 1))))
