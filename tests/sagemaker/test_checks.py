"""What `polypost doctor` finds out about an AWS account, and that it changes nothing there."""

from __future__ import annotations

import functools
import json
import urllib.parse
from dataclasses import replace

import pytest

from polypost.sagemaker import checks, clients, permissions
from polypost.sagemaker.checks import ROWS, Wishes
from polypost.sagemaker.permissions import FEATURES
from polypost.values import Verdict
from standins.aws import AccessDenied, Refused, ServerError
from standins.aws.http import Response, Server, json_error, xml_error

OK, MISSING, UNKNOWN, UNREACHABLE = Verdict.OK, Verdict.MISSING, Verdict.UNKNOWN, Verdict.UNREACHABLE
READS = ("Get", "List", "Describe", "Head", "Simulate")
ON_NOTHING = {"DeleteEndpoint", "DeleteEndpointConfig", "DeleteModel", "StopTransformJob", "DeleteSchedule"}
"""What is called on a name that nothing has."""


def actions(given):
    """The actions that a simulation is about."""
    return [value for name, value in given.items() if name.startswith("ActionNames.")]


class Account:
    """In front of the stand-in, what it hasn't: simulated policies, quotas, prices."""

    def __init__(self, aws):
        self.aws = aws
        self.simulates = True
        self.denied: set[str] = set()
        self.missing_context = False
        self.asked: list[dict[str, str]] = []
        self.quotas = {"ml.g4dn.xlarge": 0.0, "ml.m5.xlarge": 4.0}

    def answer(self, request):
        body = request.body.decode(errors="replace")
        if "Action=SimulatePrincipalPolicy" in body:
            return self._simulated(dict(urllib.parse.parse_qsl(body)))
        if request.signed_for == "servicequotas":
            return self._listed(json.loads(body))
        if request.signed_for == "pricing":
            return json_error(400, "AccessDeniedException", "not authorized to perform: pricing:GetProducts")
        return self.aws.front(request)

    def _simulated(self, given):
        if not self.simulates:
            return xml_error(403, "AccessDenied", "not authorized to perform: iam:SimulatePrincipalPolicy")
        self.asked.append(given)
        context = "<member>aws:Something</member>" if self.missing_context else ""
        results = "".join(
            f"<member><EvalActionName>{action}</EvalActionName><EvalDecision>"
            f"{'implicitDeny' if action in self.denied else 'allowed'}</EvalDecision>"
            f"<MissingContextValues>{context}</MissingContextValues></member>"
            for action in actions(given)
        )
        return Response(
            200,
            (
                '<SimulatePrincipalPolicyResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/">'
                f"<SimulatePrincipalPolicyResult><EvaluationResults>{results}</EvaluationResults>"
                "</SimulatePrincipalPolicyResult></SimulatePrincipalPolicyResponse>"
            ).encode(),
            {"Content-Type": "text/xml"},
        )

    def _listed(self, given):
        """One quota a page, as far apart as in the real list of some thousand."""
        assert given["ServiceCode"] == "sagemaker"
        uses = ("endpoint usage", "transform job usage")
        every = [(f"{each} for {use}", value) for use in uses for each, value in self.quotas.items()]
        place = int(given.get("NextToken", "0"))
        page = [{"QuotaName": name, "Value": value} for name, value in every[place : place + 1]]
        more = {"NextToken": str(place + 1)} if place + 1 < len(every) else {}
        return Response(200, json.dumps({"Quotas": page} | more).encode())


@pytest.fixture
def account(aws, monkeypatch):
    found = Account(aws)
    aws.bucket("my-blog")
    with Server(found.answer) as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL", server.url)
        yield found
        assert aws.left() == []
        for call in aws.log:
            harmless = call.operation.startswith(READS) or call.error
            assert harmless, f"{call.operation} did something: {call}"
            assert call.operation.startswith((*READS, "InvokeEndpoint")) or call.operation in ON_NOTHING


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
    ground = checks.Ground(session, client, "arn:aws:iam::123456789012:user/me", wishes, environment or {})
    return checks.made(row, ground)


def verdicts(wishes):
    return {" to ".join(key): check.verdict for key, check in examined(wishes).items() if not check.optional}


def test_an_account_that_has_everything(account, wishes):
    found = verdicts(wishes)
    assert set(found.values()) == {OK}
    assert len(found) == 11


def test_each_question_is_asked_only_where_its_answer_matters(account, wishes):
    names = {row.name + " to " + row.needed_for for row in ROWS}
    own = replace(wishes, endpoint_name="mine")
    one = replace(wishes, engine="endpoint")
    batch = replace(wishes, engine="batch")
    found = [verdicts(each) for each in (own, one, batch)]
    assert list(found[0]) == [
        "AWS credentials to do anything in AWS",
        "their end to delete what a run made",
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
        ("sagemaker:DeleteTags", "permissions to deploy an endpoint"),
        ("sagemaker:ListEndpoints", "permissions to sweep"),
        ("scheduler:UpdateSchedule", "permissions to clean up after a killed run"),
        ("sagemaker:CreateTransformJob", "permissions to run batch jobs"),
        ("s3:PutObject", "permissions to run batch jobs"),
    ],
)
def test_a_permission_that_iam_denies_is_named(account, wishes, denied, row):
    account.denied = {denied}
    (check,) = (each for each in examined(wishes).values() if each.verdict is not OK)
    assert (f"{check.name} to {check.needed_for}", check.verdict) == (row, MISSING)
    assert check.told == f"missing: {denied}"
    assert "aws/" in check.advice


def test_iam_is_asked_about_the_very_things_that_a_run_touches(account, wishes):
    verdicts(wishes)
    resources = {
        action: given["ResourceArns.member.1"] for given in account.asked for action in actions(given)
    }
    assert resources["sagemaker:CreateEndpoint"].startswith(
        "arn:aws:sagemaker:us-east-1:123456789012:endpoint/polypost-"
    )
    assert resources["s3:PutObject"].startswith("arn:aws:s3:::my-blog/polypost/")
    assert resources["s3:ListBucket"] == "arn:aws:s3:::my-blog"
    assert resources["scheduler:GetSchedule"].startswith(
        "arn:aws:scheduler:us-east-1:123456789012:schedule/default/polypost-"
    )
    passed = [given for given in account.asked if "iam:PassRole" in actions(given)]
    services = {
        given["ResourceArns.member.1"]: given["ContextEntries.member.1.ContextKeyValues.member.1"]
        for given in passed
    }
    assert services == {
        wishes.role_arn: "sagemaker.amazonaws.com",
        wishes.scheduler_role_arn: "scheduler.amazonaws.com",
    }


def test_a_denial_for_want_of_context_is_no_denial(account, wishes):
    account.denied, account.missing_context = {"sagemaker:CreateEndpoint"}, True
    assert asked(wishes, "permissions", "deploy an endpoint").verdict is UNKNOWN


def test_without_simulation_harmless_calls_tell_what_they_can(account, wishes):
    account.simulates = False
    found = asked(wishes, "permissions", "deploy an endpoint")
    assert found.verdict is UNKNOWN
    assert found.told == (
        "can't tell: sagemaker:CreateModel, sagemaker:AddTags, iam:PassRole, sagemaker:CreateEndpointConfig, "
        "sagemaker:CreateEndpoint, sagemaker:DeleteTags"
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
    account.simulates = False
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
    wrong = examined(replace(wishes, scheduler_role_arn=wishes.role_arn))
    assert "does not trust scheduler" in wrong[("scheduler role", "clean up after a killed run")].told


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


def test_weights_that_have_no_room_are_told_before_they_are_paid_for(account, wishes):
    row = ("memory", "load the model")
    assert asked(replace(wishes, weights_gib=12.5), *row).verdict is MISSING
    assert asked(replace(wishes, weights_gib=None), *row).verdict is UNKNOWN


def test_prices_are_a_wish(account, wishes):
    check = asked(wishes, "prices", "estimate")
    assert (check.verdict, check.optional) == (OK, True)
    assert "list price us-east-1" in check.told


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
    account.simulates = False
    assert asked(wishes, "permissions", "clean up after a killed run").verdict is UNREACHABLE


@pytest.mark.parametrize("token", ["", "y"])
def test_how_long_the_credentials_last_is_told(account, wishes, monkeypatch, token):
    if token:
        monkeypatch.setenv("AWS_SESSION_TOKEN", token)
    found = asked(wishes, "their end", "delete what a run made")
    assert found.verdict is (UNKNOWN if token else OK)
    end = {"AWS_CREDENTIAL_EXPIRATION": "2099-01-01T00:00:00Z"}
    found = asked(wishes, "their end", "delete what a run made", end)
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
