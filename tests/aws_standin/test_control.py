"""The stand-in's control plane: a good deployment goes through, and what AWS refuses is refused."""

import json
import time
import urllib.error
import urllib.request

import pytest
from botocore.exceptions import ClientError

from standins.aws import INSUFFICIENT_CAPACITY, UNHEALTHY, Dropped, Refused, ResourceLimitExceeded, Throttled

SIGNED = (
    "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20300101/us-east-1/{}/aws4_request, "
    "SignedHeaders=host, Signature=" + "0" * 64
)


def raw(aws, operation, body, service="sagemaker", **headers):
    """A request that no client library has checked before: (status, answer)."""
    given = {
        "Authorization": SIGNED.format(service),
        "X-Amz-Target": f"SageMaker.{operation}",
        "Content-Type": "application/x-amz-json-1.1",
        **headers,
    }
    request = urllib.request.Request(aws.env["AWS_ENDPOINT_URL"], json.dumps(body).encode(), given)
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as failure:
        with failure:
            text = failure.read()
            return failure.code, json.loads(text) if text.startswith(b"{") else text.decode()


def refusal(call, **given):
    with pytest.raises(ClientError) as caught:
        call(**given)
    return caught.value.response["Error"]["Code"], caught.value.response["Error"]["Message"]


def test_a_good_deployment_goes_through_and_leaves_nothing(aws, deploy, sagemaker):
    deploy()
    assert sagemaker.describe_endpoint(EndpointName="blog")["EndpointStatus"] == "InService"
    assert aws.left() == ["model blog", "endpoint configuration blog", "endpoint blog"]
    sagemaker.delete_endpoint(EndpointName="blog")
    sagemaker.delete_endpoint_config(EndpointConfigName="blog")
    sagemaker.delete_model(ModelName="blog")
    assert aws.left() == []
    assert [(call.operation, call.status) for call in aws.log] == [
        (name, 200)
        for name in (
            "CreateModel",
            "CreateEndpointConfig",
            "CreateEndpoint",
            "DescribeEndpoint",
            "DeleteEndpoint",
            "DeleteEndpointConfig",
            "DeleteModel",
        )
    ]


GOOD_MODEL = {
    "ModelName": "blog",
    "ExecutionRoleArn": "arn:aws:iam::123456789012:role/SageMakerRole",
    "PrimaryContainer": {"Image": "huggingface:4.51.3", "Environment": {"HF_TASK": "translation"}},
}


def test_the_good_model_of_the_next_test_is_taken(aws):
    aws.role("SageMakerRole")
    assert raw(aws, "CreateModel", GOOD_MODEL) == (
        200,
        {"ModelArn": "arn:aws:sagemaker:us-east-1:123456789012:model/blog"},
    )


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"ModelNam": "x"}, ".ModelNam: is no member of CreateModelInput"),
        ({"ModelName": None}, ".ModelName: NoneType instead of string"),
        ({"ModelName": "under_score"}, ".ModelName: 'under_score' does not match"),
        ({"ModelName": "x" * 64}, ".ModelName: 64 is over the maximum of 63"),
        ({"ExecutionRoleArn": "SageMakerRole"}, ".ExecutionRoleArn: 13 is under the minimum of 20"),
        ({"PrimaryContainer": {"Mode": "Solo"}}, ".PrimaryContainer.Mode: 'Solo' is none of SingleModel"),
        (
            {"PrimaryContainer": {"Environment": {"A": 1}}},
            ".PrimaryContainer.Environment.A: int instead of string",
        ),
        ({"Tags": [{"Key": "a"}]}, ".Tags[0].Value: is required"),
        ({"EnableNetworkIsolation": "yes"}, ".EnableNetworkIsolation: str instead of boolean"),
    ],
)
def test_a_request_that_breaks_the_description_is_refused(aws, change, complaint):
    aws.role("SageMakerRole")
    status, answer = raw(aws, "CreateModel", {**GOOD_MODEL, **change})
    assert (status, answer["__type"]) == (400, "ValidationException")
    assert complaint in answer["message"]
    assert aws.left() == []


def test_a_missing_required_member_is_refused(aws):
    status, answer = raw(aws, "CreateEndpoint", {"EndpointName": "blog"})
    assert status == 400
    assert ".EndpointConfigName: is required" in answer["message"]


def test_what_is_not_signed_for_a_known_service_is_refused(aws):
    assert raw(aws, "ListModels", {}, Authorization="Bearer x")[0] == 404
    assert raw(aws, "ListModelz", {})[0] == 404
    assert raw(aws, "ListModels", {}, "s3")[0] == 404
    assert raw(aws, "ListModels", {})[0] == 200
    assert [call.status for call in aws.log] == [404, 404, 404, 200]


def test_query_services_are_checked_by_name(aws):
    iam = aws.client("iam")
    arn = aws.role("SageMakerRole")
    assert iam.get_role(RoleName="SageMakerRole")["Role"]["Arn"] == arn
    assert refusal(iam.get_role, RoleName="Nobody")[0] == "NoSuchEntity"
    body = b"Action=GetRole&Version=2010-05-08&Role=SageMakerRole"
    request = urllib.request.Request(
        aws.env["AWS_ENDPOINT_URL"], body, {"Authorization": SIGNED.format("iam")}
    )
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(request)
    with caught.value as failure:
        assert failure.code == 400
        assert "Role: is no member of GetRole; .RoleName: is required" in failure.read().decode()


def test_the_caller_is_known(aws):
    assert aws.client("sts").get_caller_identity()["Account"] == "123456789012"


def test_a_role_that_sagemaker_cannot_assume_is_refused(aws, sagemaker):
    github = aws.role("github", trusts="ec2.amazonaws.com")
    for arn in (github, "arn:aws:iam::123456789012:role/nobody"):
        code, message = refusal(sagemaker.create_model, ModelName="m", ExecutionRoleArn=arn)
        assert code == "ValidationException"
        assert message.startswith(f"Could not assume role {arn}.")
    sagemaker.create_model(ModelName="m", ExecutionRoleArn=aws.role("SageMakerRole"))


def test_names_are_unique_and_references_must_exist(aws, deploy, sagemaker):
    deploy()
    arn = "arn:aws:sagemaker:us-east-1:123456789012"
    variant = {"VariantName": "AllTraffic", "ModelName": "blog", "InstanceType": "ml.m5.xlarge"}
    config = {"EndpointConfigName": "blog", "ProductionVariants": [variant]}
    for call, given, words in (
        (
            sagemaker.create_model,
            {"ModelName": "blog", "ExecutionRoleArn": aws.role("again")},
            f'Cannot create already existing model "{arn}:model/blog".',
        ),
        (
            sagemaker.create_endpoint_config,
            config,
            f'Cannot create already existing endpoint configuration "{arn}:endpoint-config/blog".',
        ),
        (
            sagemaker.create_endpoint,
            {"EndpointName": "blog", "EndpointConfigName": "blog"},
            f'Cannot create already existing endpoint "{arn}:endpoint/blog".',
        ),
        (
            sagemaker.create_endpoint_config,
            {"EndpointConfigName": "new", "ProductionVariants": [{**variant, "ModelName": "none"}]},
            f'Could not find model "{arn}:model/none".',
        ),
        (
            sagemaker.create_endpoint,
            {"EndpointName": "new", "EndpointConfigName": "none"},
            f'Could not find endpoint configuration "{arn}:endpoint-config/none".',
        ),
        (
            sagemaker.describe_endpoint,
            {"EndpointName": "none"},
            f'Could not find endpoint "{arn}:endpoint/none".',
        ),
        (
            sagemaker.delete_endpoint,
            {"EndpointName": "none"},
            f'Could not find endpoint "{arn}:endpoint/none".',
        ),
        (sagemaker.delete_model, {"ModelName": "none"}, f'Could not find model "{arn}:model/none".'),
    ):
        assert refusal(call, **given) == ("ValidationException", words)


def test_an_endpoint_is_creating_for_a_while_and_cannot_be_deleted_meanwhile(aws, deploy, sagemaker):
    aws.creating_seconds = 0.6
    deploy()
    assert sagemaker.describe_endpoint(EndpointName="blog")["EndpointStatus"] == "Creating"
    assert sagemaker.list_endpoints()["Endpoints"][0]["EndpointStatus"] == "Creating"
    assert refusal(sagemaker.delete_endpoint, EndpointName="blog") == (
        "ValidationException",
        'Cannot update in-progress endpoint "arn:aws:sagemaker:us-east-1:123456789012:endpoint/blog".',
    )
    time.sleep(0.7)
    assert sagemaker.describe_endpoint(EndpointName="blog")["EndpointStatus"] == "InService"
    sagemaker.delete_endpoint(EndpointName="blog")


def test_an_endpoint_can_end_in_failed_with_a_reason(aws, deploy, sagemaker):
    aws.fail_with, aws.creating_seconds = UNHEALTHY, 0.3
    deploy()
    assert "FailureReason" not in sagemaker.describe_endpoint(EndpointName="blog")
    time.sleep(0.4)
    seen = sagemaker.describe_endpoint(EndpointName="blog")
    assert (seen["EndpointStatus"], seen["FailureReason"]) == ("Failed", UNHEALTHY)
    sagemaker.delete_endpoint(EndpointName="blog")
    assert aws.status("blog") is None


def test_one_instance_type_has_no_quota_and_another_no_capacity(aws, deploy, sagemaker):
    aws.quota, aws.no_capacity = {"ml.g5.xlarge"}, {"ml.g4dn.xlarge"}
    code, message = refusal(deploy, name="a", instance_type="ml.g5.xlarge")
    assert code == "ResourceLimitExceeded"
    assert "'ml.g5.xlarge for endpoint usage' is 0 Instances" in message
    deploy("b", "ml.g4dn.xlarge")
    assert sagemaker.describe_endpoint(EndpointName="b")["FailureReason"] == INSUFFICIENT_CAPACITY
    code, message = refusal(deploy, name="d", instance_type="ml.m5.huge")
    assert "'ml.m5.huge' is none of" in message
    deploy("c", "ml.m5.xlarge")
    assert aws.status("c") == "InService"


def test_scripted_faults_come_once_and_in_order(aws, sagemaker):
    denied = Refused("AccessDeniedException", "no", 403)
    aws.script("ListModels", Throttled(), None, denied)
    aws.script("CreateEndpoint", ResourceLimitExceeded("ml.p3.2xlarge"))
    sagemaker.list_models()  # boto3 repeats the throttled attempt by itself
    assert refusal(sagemaker.list_models) == ("AccessDeniedException", "no")
    sagemaker.list_models()
    assert [(call.status, call.error) for call in aws.log] == [
        (400, "ThrottlingException"),
        (200, ""),
        (403, "AccessDeniedException"),
        (200, ""),
    ]
    code, _ = refusal(sagemaker.create_endpoint, EndpointName="a", EndpointConfigName="a")
    assert code == "ResourceLimitExceeded"


def test_a_dropped_answer_may_have_taken_effect(aws, deploy, sagemaker):
    deploy()
    aws.script("DeleteEndpoint", Dropped(after=True))
    # boto3 sends it again, and now there is nothing to delete: what a lost answer looks like from outside
    assert refusal(sagemaker.delete_endpoint, EndpointName="blog")[0] == "ValidationException"
    assert [call.status for call in aws.calls("DeleteEndpoint")] == [0, 400]


def test_reset_forgets_everything(aws, deploy):
    aws.quota = {"ml.x"}
    aws.script("ListModels", Throttled())
    deploy()
    aws.reset()
    assert (aws.left(), aws.log, aws.quota) == ([], [], set())
    aws.client("sagemaker").list_models()
    assert [call.status for call in aws.log] == [200]
