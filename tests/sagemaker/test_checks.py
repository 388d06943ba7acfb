"""What `polypost doctor` finds out about an AWS account, and that it changes nothing there."""

from __future__ import annotations

import functools
import importlib.util
from dataclasses import replace

import pytest

from polypost.sagemaker import clients
from polypost.sagemaker.doctor import checks, permissions
from polypost.sagemaker.doctor.checks import ROWS
from polypost.sagemaker.doctor.features import FEATURES
from polypost.sagemaker.doctor.questions import Ground
from polypost.sagemaker.doctor.wishes import Wishes
from polypost.values import Verdict
from standins.aws import AccessDenied, Refused, ServerError

OK, MISSING, UNKNOWN, UNREACHABLE = Verdict.OK, Verdict.MISSING, Verdict.UNKNOWN, Verdict.UNREACHABLE
READS = ("Get", "List", "Describe", "Head", "Simulate")
ON_NOTHING = {"DeleteEndpoint", "DeleteEndpointConfig", "DeleteModel", "StopTransformJob", "DeleteSchedule"}
"""What is called on a name that nothing has."""


@pytest.fixture
def account(aws):
    """The stand-in, whose only quotas are 4 of ml.m5.xlarge; afterwards nothing in it has changed."""
    aws.bucket("my-blog")
    aws.quota, aws.quota_instances = {"ml.g4dn.xlarge"}, 4
    yield aws
    assert aws.left() == []
    for call in aws.log:
        assert call.operation.startswith((*READS, "InvokeEndpoint")) or call.operation in ON_NOTHING
        assert call.operation.startswith(READS) or call.error, f"{call.operation} did something"


def simulations(aws):
    return [call.input for call in aws.calls("SimulatePrincipalPolicy")]


@pytest.fixture
def wishes(aws):
    return Wishes(
        weights_gib=5.1,
        engine="auto",
        endpoint_name="",
        role_arn=aws.role("execution"),
        scheduler_role_arn=aws.role("scheduler", trusts="scheduler.amazonaws.com"),
        instance_types=("ml.g4dn.xlarge", "ml.m5.xlarge"),
        instance_count=2,
        batch_s3_uri="s3://my-blog/polypost",
    )


def examined(wishes, environment=None):
    session = clients.open_session("us-east-1")
    return {
        (check.name, check.needed_for): check
        for check in checks.examine(session, wishes, environment if environment is not None else {})
    }


def asked(wishes, name, needed_for, environment=None):
    """The check of one row; the others are not made."""
    (row,) = (row for row in ROWS if (row.name, row.needed_for) == (name, needed_for))
    session = clients.open_session("us-east-1")
    client = functools.cache(functools.partial(clients.other, session))
    ground = Ground(session, client, "arn:aws:iam::123456789012:user/me", wishes, environment or {})
    return checks.made(row, ground)


def verdicts(wishes):
    return {" to ".join(key): check.verdict for key, check in examined(wishes).items() if not check.optional}


def test_an_account_that_has_everything(account, wishes):
    found = verdicts(wishes)
    assert set(found.values()) == {OK}
    assert len(found) == 13


def test_each_question_is_asked_only_where_its_answer_matters(account, wishes):
    names = {row.name + " to " + row.needed_for for row in ROWS}
    own = replace(wishes, endpoint_name="mine")
    one = replace(wishes, engine="endpoint")
    batch = replace(wishes, engine="batch")
    found = [verdicts(each) for each in (own, one, batch)]
    assert list(found[0]) == [
        "AWS credentials to do anything in AWS",
        "lifetime of the credentials to delete what a long run made",
        "endpoint to translate",
        "permissions to translate",
    ]
    assert not any("batch" in name for name in found[1])
    assert not any("endpoint" in name for name in found[2])
    assert set().union(*found) <= names | {"AWS credentials to do anything in AWS"}


@pytest.mark.parametrize(
    ("denied", "row"),
    [
        ("sagemaker:CreateEndpoint", "permissions to deploy an endpoint"),
        ("sagemaker:DeleteEndpoint", "permissions to deploy an endpoint"),
        ("sagemaker:ListEndpoints", "permissions to sweep"),
        ("scheduler:UpdateSchedule", "permissions to clean up after a killed run"),
        ("sagemaker:CreateTransformJob", "permissions to run batch jobs"),
        ("s3:PutObject", "permissions to run batch jobs"),
    ],
)
def test_a_permission_that_iam_denies_is_named(account, wishes, denied, row):
    account.denied_actions = {denied}
    (check,) = (each for each in examined(wishes).values() if each.verdict is not OK)
    assert (f"{check.name} to {check.needed_for}", check.verdict) == (row, MISSING)
    assert check.told == f"missing: {denied}"
    assert "aws/" in check.advice


def test_iam_is_asked_about_the_very_things_that_a_run_touches(account, wishes):
    verdicts(wishes)
    given = simulations(account)
    touched = {action: each["ResourceArns"][0] for each in given for action in each["ActionNames"]}
    sagemaker = "arn:aws:sagemaker:us-east-1:123456789012"
    assert touched["sagemaker:CreateEndpoint"].startswith(f"{sagemaker}:endpoint/polypost-")
    assert touched["s3:PutObject"].startswith("arn:aws:s3:::my-blog/polypost/")
    assert touched["s3:ListBucket"] == "arn:aws:s3:::my-blog"
    assert ":schedule/default/polypost-" in touched["scheduler:GetSchedule"]
    services = {
        each["ResourceArns"][0]: each["ContextEntries"][0]["ContextKeyValues"]
        for each in given
        if "iam:PassRole" in each["ActionNames"]
    }
    assert services == {
        wishes.role_arn: ["sagemaker.amazonaws.com"],
        wishes.scheduler_role_arn: ["scheduler.amazonaws.com"],
    }


@pytest.mark.parametrize(
    ("result", "verdict"),
    [
        ({"EvalDecision": "allowed"}, OK),
        ({"EvalDecision": "explicitDeny", "MissingContextValues": []}, MISSING),
        ({"EvalDecision": "implicitDeny", "MissingContextValues": ["aws:SourceVpc"]}, UNKNOWN),
    ],
)
def test_a_denial_for_want_of_context_is_no_denial(result, verdict):
    assert permissions.decided(result) is verdict


def test_without_simulation_harmless_calls_tell_what_they_can(account, wishes):
    account.denied_actions.add("iam:SimulatePrincipalPolicy")
    found = asked(wishes, "permissions", "deploy an endpoint")
    assert found.verdict is UNKNOWN
    assert found.told == (
        "can't tell: sagemaker:CreateModel, sagemaker:AddTags, sagemaker:DeleteTags, iam:PassRole, "
        "sagemaker:CreateEndpointConfig, sagemaker:CreateEndpoint"
    )
    assert "iam:SimulatePrincipalPolicy" in found.advice
    assert asked(wishes, "permissions", "sweep").verdict is OK


@pytest.mark.parametrize(
    ("operation", "denied", "row"),
    [
        ("InvokeEndpoint", "sagemaker:InvokeEndpoint", "deploy an endpoint"),
        ("DescribeEndpoint", "sagemaker:DescribeEndpoint", "deploy an endpoint"),
        ("ListTags", "sagemaker:ListTags", "deploy an endpoint"),
        ("DeleteEndpoint", "sagemaker:DeleteEndpoint", "deploy an endpoint"),
        ("ListModels", "sagemaker:ListModels", "sweep"),
        ("GetSchedule", "scheduler:GetSchedule", "clean up after a killed run"),
        ("StopTransformJob", "sagemaker:StopTransformJob", "run batch jobs"),
        ("GetObject", "s3:GetObject", "run batch jobs"),
    ],
)
def test_a_harmless_call_that_is_denied_tells_it(account, aws, wishes, operation, denied, row):
    account.denied_actions.add("iam:SimulatePrincipalPolicy")
    aws.script(
        operation, *[AccessDenied(denied) if "s3" not in denied else Refused("AccessDenied", "no", 403)] * 3
    )
    found = asked(wishes, "permissions", row)
    assert found.verdict is MISSING
    assert found.told.startswith(f"missing: {denied}")


def test_an_execution_role_has_to_be_there_and_to_trust_sagemaker(account, aws, wishes):
    row = ("execution role", "run the model")
    assert asked(wishes, *row).verdict is OK
    gone = replace(wishes, role_arn="arn:aws:iam::123456789012:role/none")
    assert asked(gone, *row).verdict is MISSING
    other = asked(replace(wishes, role_arn=wishes.scheduler_role_arn), "execution role", "run the model")
    assert (other.verdict, "does not trust sagemaker.amazonaws.com" in other.told) == (MISSING, True)
    assert asked(replace(wishes, role_arn=""), *row).verdict is OK  # SageMakerRole, found by its name


def test_a_role_that_may_not_be_looked_at_is_not_judged(account, aws, wishes):
    aws.script("GetRole", Refused("AccessDenied", "not authorized to perform: iam:GetRole", 403))
    found = asked(wishes, "execution role", "run the model")
    assert (found.verdict, "iam:GetRole" in found.told) == (UNKNOWN, True)


def test_a_scheduler_role_is_a_wish(account, wishes):
    found = examined(replace(wishes, scheduler_role_arn=""))
    assert ("permissions", "clean up after a killed run") not in found
    check = found[("scheduler role", "clean up after a killed run")]
    assert (check.verdict, check.optional) == (MISSING, True)
    assert "killed run" in check.told


def test_a_scheduler_role_that_is_named_has_to_be_there(account, wishes):
    row = ("scheduler role", "clean up after a killed run")
    gone = examined(replace(wishes, scheduler_role_arn="arn:aws:iam::123456789012:role/none"))[row]
    assert (gone.verdict, gone.optional, "there is no role" in gone.told) == (MISSING, False, True)
    wrong = examined(replace(wishes, scheduler_role_arn=wishes.role_arn))[row]
    assert (wrong.verdict, wrong.optional) == (MISSING, False)
    assert "does not trust scheduler" in wrong.told


def test_what_deploying_needs_has_to_be_installed(account, wishes, monkeypatch):
    row = ("installation", "deploy a model")
    assert asked(wishes, *row).verdict is OK
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    found = asked(wishes, *row)
    assert (found.verdict, "pip install 'polypost[deploy]" in found.told) == (MISSING, True)


def test_quotas_are_those_of_the_use_and_one_type_that_can_be_had_is_enough(account, wishes):
    assert asked(wishes, "quota", "deploy an endpoint").told == "ml.g4dn.xlarge 0, ml.m5.xlarge 4"
    gpu = replace(wishes, instance_types=("ml.g4dn.xlarge",))
    check = asked(gpu, "quota", "run batch jobs")
    assert check.verdict is MISSING
    assert '"ml.g4dn.xlarge for transform job usage"' in check.advice
    assert asked(replace(wishes, instance_count=5), "quota", "deploy an endpoint").verdict is MISSING
    assert (
        asked(replace(gpu, instance_types=("ml.p5.48xlarge",)), "quota", "run batch jobs").verdict is UNKNOWN
    )


def test_the_bucket_has_to_be_there_and_in_the_region(account, aws, wishes):
    row = ("bucket", "run batch jobs")
    assert asked(replace(wishes, batch_s3_uri="s3://not-there/x"), *row).verdict is MISSING
    aws.client("s3").create_bucket(
        Bucket="elsewhere", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
    )
    aws.log.clear()
    found = asked(replace(wishes, batch_s3_uri="s3://elsewhere"), "bucket", "run batch jobs")
    assert (found.verdict, found.told) == (
        MISSING,
        "elsewhere is in eu-west-1, and the jobs would run in us-east-1",
    )


def test_batch_without_a_bucket_is_told(account, wishes):
    found = examined(replace(wishes, engine="batch", batch_s3_uri=""))
    assert found[("bucket", "run batch jobs")].told == "batch-s3-uri is not set"
    assert found[("execution role", "run the model")].verdict is OK, "the rest is looked at all the same"
    assert ("quota", "run batch jobs") in found
    assert ("permissions", "run batch jobs") not in found
    assert ("bucket", "run batch jobs") not in examined(replace(wishes, batch_s3_uri=""))


def test_a_bucket_that_may_not_be_looked_at_is_not_judged(account, aws, wishes):
    aws.script("HeadBucket", Refused("403", "Forbidden", 403))
    assert asked(wishes, "bucket", "run batch jobs").verdict is UNKNOWN


def test_weights_that_have_no_room_are_told_before_they_are_paid_for(account, wishes):
    row = ("memory", "load the model")
    assert asked(replace(wishes, weights_gib=12.5), *row).verdict is MISSING
    assert asked(replace(wishes, weights_gib=None), *row).verdict is UNKNOWN


def test_prices_are_a_wish(account, wishes):
    check = asked(wishes, "prices", "estimate")
    assert (check.verdict, check.optional) == (OK, True)
    assert "by the Pricing API" in check.told
    account.denied_actions = {"pricing:GetProducts"}
    assert "list price us-east-1, 2025-10" in asked(wishes, "prices", "estimate").told


def test_an_endpoint_of_ones_own_has_to_be_there_and_in_service(account, wishes):
    found = asked(replace(wishes, endpoint_name="mine"), "endpoint", "translate")
    assert (found.verdict, "there is no endpoint mine" in found.told) == (MISSING, True)


def test_credentials_that_do_not_work_end_the_questions(account, aws, wishes):
    aws.script("GetCallerIdentity", Refused("InvalidClientTokenId", "The security token is invalid.", 403))
    (check,) = examined(wishes).values()
    assert check.verdict is MISSING
    assert "InvalidClientTokenId" in check.told


def test_an_aws_that_is_away_is_told_apart(account, aws, wishes, monkeypatch):
    aws.script("GetCallerIdentity", *[ServerError(503)] * 2)
    (check,) = examined(wishes).values()
    assert check.verdict is UNREACHABLE
    monkeypatch.setenv("AWS_ENDPOINT_URL_SCHEDULER", "http://127.0.0.1:9")
    account.denied_actions.add("iam:SimulatePrincipalPolicy")
    assert asked(wishes, "permissions", "clean up after a killed run").verdict is UNREACHABLE


@pytest.mark.parametrize("token", ["", "y"])
def test_how_long_the_credentials_last_is_told(account, wishes, monkeypatch, token):
    if token:
        monkeypatch.setenv("AWS_SESSION_TOKEN", token)
    found = asked(wishes, "lifetime of the credentials", "delete what a long run made")
    assert found.verdict is (UNKNOWN if token else OK)
    end = {"AWS_CREDENTIAL_EXPIRATION": "2099-01-01T00:00:00Z"}
    found = asked(wishes, "lifetime of the credentials", "delete what a long run made", end)
    assert found.verdict is OK


def test_the_policies_of_an_assumed_role_are_those_of_the_role(account, aws):
    arn, user = aws.role("blog"), "arn:aws:iam::123456789012:user/me"
    assumed = "arn:aws:sts::123456789012:assumed-role/{}/run"
    assert permissions.principal(aws.client, assumed.format("blog")) == arn
    assert permissions.principal(aws.client, assumed.format("away")) == "arn:aws:iam::123456789012:role/away"
    assert permissions.principal(aws.client, user) == user


def test_every_action_is_one_that_aws_has():
    """botocore's description has the operations; IAM names two of S3's otherwise."""
    import botocore.session

    core = botocore.session.get_session()
    named = {
        "s3:ListBucket": "s3:ListObjectsV2",
        "sagemaker:InvokeEndpoint": "sagemaker-runtime:InvokeEndpoint",
    }
    for permission in {each for feature in FEATURES.values() for each in feature}:
        service, _, action = named.get(permission.action, permission.action).partition(":")
        if permission.action != "iam:PassRole":
            assert action in core.get_service_model(service).operation_names, permission.action
