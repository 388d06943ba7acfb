"""Credentials: GitHub's token for a role, their end, and what their owner may not do."""

import json
import urllib.error
import urllib.request

import boto3
import pytest
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import ClientError

from standins.oidc import Oidc, signed

from .conftest import refusal, started

SUBJECT = "repo:octo/blog:ref:refs/heads/main"


@pytest.fixture
def oidc(sim):
    with Oidc(subject=SUBJECT, clock=sim.clock) as oidc:
        yield oidc


@pytest.fixture
def role(sim):
    return sim.github_role("github", subject="repo:octo/blog:*")


@pytest.fixture
def assume(sim, role, oidc):
    sts = sim.client("sts", Config(signature_version=UNSIGNED))

    def assume(**more):
        given = {"RoleArn": role, "RoleSessionName": "polypost-1", "WebIdentityToken": oidc.token()}
        return sts.assume_role_with_web_identity(**(given | more))

    return assume


def client(sim, name, credentials):
    return boto3.client(
        name,
        endpoint_url=sim.env["AWS_ENDPOINT_URL"],
        region_name="us-east-1",
        aws_access_key_id=credentials["AccessKeyId"],
        aws_secret_access_key=credentials["SecretAccessKey"],
        aws_session_token=credentials["SessionToken"],
    )


def test_a_token_of_github_gets_credentials_that_work_for_an_hour(sim, assume):
    given = assume()
    credentials = given["Credentials"]
    assert credentials["Expiration"].timestamp() == sim.now() + 3600
    assert given["SubjectFromWebIdentityToken"] == SUBJECT
    assert sim.log[-1].service == "sts"
    who = client(sim, "sts", credentials).get_caller_identity()
    assert who["Arn"] == "arn:aws:sts::123456789012:assumed-role/github/polypost-1"
    sim.bucket("blog")
    sim.clock.sleep(3599)
    client(sim, "sagemaker", credentials).list_models()
    sim.clock.sleep(1)
    for name, call, given, code in (
        ("sagemaker", "list_models", {}, "ExpiredTokenException"),
        ("scheduler", "list_schedules", {}, "ExpiredTokenException"),
        ("sts", "get_caller_identity", {}, "ExpiredToken"),
        ("s3", "list_objects_v2", {"Bucket": "blog"}, "ExpiredToken"),
    ):
        assert refusal(getattr(client(sim, name, credentials), call), **given)[0] == code
    client(sim, "sagemaker", assume()["Credentials"]).list_models()


def test_the_longest_life_is_the_roles(sim, assume):
    longer = sim.github_role("longer", subject=SUBJECT, seconds=21_600)
    ends = assume(RoleArn=longer, DurationSeconds=21_600)["Credentials"]["Expiration"].timestamp()
    assert ends == sim.now() + 21_600
    code, message = refusal(assume, DurationSeconds=3601)
    assert (code, "exceeds the MaxSessionDuration" in message) == ("ValidationError", True)


def test_wrong_tokens_get_nothing(sim, assume, oidc):
    old = oidc.token()
    sim.clock.sleep(301)
    code, message = refusal(assume, WebIdentityToken=old)
    assert (code, message[:13]) == ("ExpiredTokenException", "Token expired")
    for token, words in (
        (oidc.token("https://github.com/octo"), "Incorrect token audience"),
        (oidc.token()[:-3], "not a valid JWT"),
        ("eyJhbGciOiJub25lIn0.e30.x", "not a valid JWT"),
        (signed({"iss": "https://elsewhere", "exp": 1}), "No OpenIDConnect provider found"),
    ):
        code, message = refusal(assume, WebIdentityToken=token)
        assert (code, words in message) == ("InvalidIdentityToken", True)


def test_other_workflows_and_other_roles_get_nothing(sim, assume, oidc):
    oidc.subject = "repo:mallory/blog:ref:refs/heads/main"
    denied = ("AccessDenied", "Not authorized to perform sts:AssumeRoleWithWebIdentity")
    assert refusal(assume) == denied
    oidc.subject = SUBJECT
    assume()
    assert refusal(assume, RoleArn="arn:aws:iam::123456789012:role/nobody") == denied
    assert refusal(assume, RoleArn=sim.role("SageMakerRole")) == denied


def test_without_the_provider_no_token_is_believed(sim, oidc):
    sts = sim.client("sts", Config(signature_version=UNSIGNED))
    given = {"RoleSessionName": "polypost-1", "WebIdentityToken": oidc.token()}
    code, message = refusal(sts.assume_role_with_web_identity, RoleArn=sim.role("a-role"), **given)
    assert (code, message) == (
        "InvalidIdentityToken",
        "No OpenIDConnect provider found in your account for https://token.actions.githubusercontent.com",
    )


def test_keys_that_nobody_has_are_unknown(sim, assume):
    credentials = assume()["Credentials"]
    sim.bucket("blog")
    for wrong in ({"AccessKeyId": "AKIANOBODY0000000000"}, {"SessionToken": "another"}):
        for name, call, given, code in (
            ("sagemaker", "list_models", {}, "UnrecognizedClientException"),
            ("sts", "get_caller_identity", {}, "InvalidClientTokenId"),
            ("s3", "list_objects_v2", {"Bucket": "blog"}, "InvalidAccessKeyId"),
        ):
            asked = getattr(client(sim, name, credentials | wrong), call)
            assert refusal(asked, **given)[0] == code


def test_credentials_can_be_made_to_end(sim, assume):
    sagemaker = sim.client("sagemaker")
    started(sim, sagemaker)
    assert sim.client("sts").get_caller_identity()["Arn"] == "arn:aws:iam::123456789012:user/blog"
    sim.expire_credentials()
    assert refusal(sagemaker.list_models) == (
        "ExpiredTokenException",
        "The security token included in the request is expired",
    )
    runtime = sim.client("sagemaker-runtime")
    assert refusal(runtime.invoke_endpoint, EndpointName="blog", Body="{}")[0] == "ExpiredTokenException"
    client(sim, "sagemaker", assume()["Credentials"]).list_models()


def test_credentials_of_another_step_end_too(sim, monkeypatch):
    for name, value in {**sim.env, **sim.session(600)}.items():
        monkeypatch.setenv(name, value)
    sagemaker = boto3.session.Session().client("sagemaker")
    sim.clock.sleep(599)
    sagemaker.list_models()
    sim.clock.sleep(1)
    assert refusal(sagemaker.list_models)[0] == "ExpiredTokenException"


def test_denied_actions_are_denied_and_foretold(sim, role):
    sim.denied_actions = {"sagemaker:CreateEndpoint", "s3:ListBucket"}
    iam = sim.client("iam")
    asked = ["sagemaker:CreateEndpoint", "sagemaker:DeleteEndpoint"]
    told = iam.simulate_principal_policy(PolicySourceArn=role, ActionNames=asked)["EvaluationResults"]
    assert [one["EvalDecision"] for one in told] == ["implicitDeny", "allowed"]
    code, message = refusal(started, aws=sim, sagemaker=sim.client("sagemaker"))
    assert code == "AccessDeniedException"
    assert message == (
        "User: arn:aws:iam::123456789012:user/blog is not authorized to perform: sagemaker:CreateEndpoint "
        "because no identity-based policy allows the sagemaker:CreateEndpoint action"
    )
    sim.bucket("blog")
    assert refusal(sim.client("s3").list_objects_v2, Bucket="blog")[0] == "AccessDenied"
    sim.denied_actions = {"iam:PassRole"}
    code, message = refusal(started, aws=sim, sagemaker=sim.client("sagemaker"), name="other")
    assert (code, "perform: iam:PassRole" in message) == ("AccessDeniedException", True)
    assumed = "arn:aws:sts::123456789012:assumed-role/github/run"
    for arn, code in ((assumed, "InvalidInput"), (role + "x", "NoSuchEntity")):
        assert refusal(iam.simulate_principal_policy, PolicySourceArn=arn, ActionNames=asked)[0] == code


def fetch(oidc, query="&audience=sts.amazonaws.com", key=None):
    url = oidc.env["ACTIONS_ID_TOKEN_REQUEST_URL"] + query
    key = key or oidc.env["ACTIONS_ID_TOKEN_REQUEST_TOKEN"]
    with urllib.request.urlopen(
        urllib.request.Request(url, headers={"Authorization": f"bearer {key}"}), timeout=10
    ) as answer:
        return json.load(answer)["value"]


def test_github_gives_tokens_to_the_job_alone(oidc, assume):
    assert assume(WebIdentityToken=fetch(oidc))["Audience"] == "sts.amazonaws.com"
    with pytest.raises(ClientError, match="Incorrect token audience"):
        assume(WebIdentityToken=fetch(oidc, ""))
    with pytest.raises(urllib.error.HTTPError) as caught:
        fetch(oidc, key="wrong")
    caught.value.close()
    oidc.script(503)
    with pytest.raises(urllib.error.HTTPError) as caught:
        fetch(oidc)
    caught.value.close()
    fetch(oidc)
    assert oidc.log == [200, 200, 401, 503, 200]
