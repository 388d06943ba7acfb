"""The template's role may do what the code asks of AWS, and nothing wider than that."""

from __future__ import annotations

import ast
import fnmatch
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import botocore.session
import pytest
import yaml
from botocore import xform_name

from polypost.options import Options
from polypost.sagemaker.doctor.features import FEATURES
from polypost.sagemaker.life.switch import DELETE_ENDPOINT, STOP_JOB
from polypost.sagemaker.settings import PREFIX

ROOT = Path(__file__).parents[2]
EDGE = ROOT / "src" / "polypost" / "sagemaker"

SERVICES = {
    "sagemaker": "sagemaker",
    "sagemaker-runtime": "sagemaker",
    "iam": "iam",
    "pricing": "pricing",
    "s3": "s3",
    "scheduler": "scheduler",
}
"""A client's name -> the prefix of its actions in a policy."""

NAMED_OTHERWISE = {
    "s3:DeleteObjects": "s3:DeleteObject",
    "s3:ListObjectsV2": "s3:ListBucket",
}
"""Operations whose action has another name."""

DOCTOR = {"checks.py", "permissions.py"}
"""`polypost doctor` asks with the credentials of whoever sets things up."""

ALSO_NEEDS = {
    "sagemaker:CreateEndpoint": {"sagemaker:AddTags"},
    "sagemaker:CreateEndpointConfig": {"sagemaker:AddTags"},
    "sagemaker:CreateModel": {"sagemaker:AddTags", "iam:PassRole"},
    "sagemaker:CreateTransformJob": {"sagemaker:AddTags"},
    "scheduler:CreateSchedule": {"iam:PassRole"},
}
"""AWS asks for these as well when something is created with tags, or given a role."""

NOT_OURS = {
    "sagemaker:DescribeNotebookInstance": "asked inside a SageMaker notebook only, whose role is another",
    "s3:HeadBucket": "asked by `polypost doctor`; the permission for it is s3:ListBucket",
    "iam:SimulatePrincipalPolicy": "asked by `polypost doctor`, which does without",
    "sagemaker:Search": "what is called is a pattern's method",
    "sagemaker:StopJob": "what is called is a function of the batch engine",
}

TYPED_VERBS = {
    "create": "Create",
    "get": "Describe",
    "refresh": "Describe",
    "delete": "Delete",
    "update": "Update",
}
"""A method of sagemaker-core's typed resources -> the operation's verb."""


class _Loader(yaml.SafeLoader):
    """CloudFormation's short forms as {"Fn": value}."""


def _short_form(loader: yaml.SafeLoader, suffix: str, node: yaml.Node) -> dict[str, Any]:
    if isinstance(node, yaml.ScalarNode):
        return {suffix: loader.construct_scalar(node)}
    assert isinstance(node, yaml.SequenceNode)
    return {suffix: loader.construct_sequence(node, deep=True)}


_Loader.add_multi_constructor("!", _short_form)


@pytest.fixture(scope="module")
def template() -> dict[str, Any]:
    return yaml.load((ROOT / "aws" / "polypost.yaml").read_text("utf-8"), _Loader)


def operations() -> dict[str, str]:
    """Every operation of the services, as boto3 spells its method -> as a policy spells its action."""
    session = botocore.session.get_session()
    spelled = {
        xform_name(name): f"{prefix}:{name}"
        for service, prefix in SERVICES.items()
        for name in session.get_service_model(service).operation_names
    }
    return {method: NAMED_OTHERWISE.get(action, action) for method, action in spelled.items()}


def last_name(node: ast.expr) -> str:
    """`Model` of `Model` and of `resources.Model`."""
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def called(sources: Iterable[str]) -> set[str]:
    """The actions behind all calls in some modules.

    Read generously: a method, a string, or the beginning of an f-string joined with any string of its module
    counts as a call when it spells an operation; so does a method of a class of sagemaker-core.
    """
    known = operations()
    found: set[str] = set()
    for source in sources:
        nodes = list(ast.walk(ast.parse(source)))
        strings = {
            node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)
        }
        begun = {
            node.values[0].value
            for node in nodes
            if isinstance(node, ast.JoinedStr) and node.values and isinstance(node.values[0], ast.Constant)
        }
        attributes = [node for node in nodes if isinstance(node, ast.Attribute)]
        spelled = strings | {node.attr for node in attributes}
        spelled |= {f"{start}{end}" for start in begun for end in strings if start.endswith("_")}
        found |= {known[word] for word in spelled if word in known}
        typed = {f"sagemaker:{TYPED_VERBS.get(node.attr)}{last_name(node.value)}" for node in attributes}
        found |= typed & set(known.values())
    return found


POLICIES = ("Attach", "Model", "DeployEndpoints", "Schedule", "Batch")
"""The GitHub role's, one per feature."""


def statements(template: Mapping[str, Any], *names: str) -> list[dict[str, Any]]:
    found = [template["Resources"][name] for name in names or POLICIES]
    assert all(each["Type"] == "AWS::IAM::RolePolicy" for each in found)
    return [one for each in found for one in each["Properties"]["PolicyDocument"]["Statement"]]


def granted(template: Mapping[str, Any], *names: str) -> set[str]:
    listed = (statement["Action"] for statement in statements(template, *names))
    return {action for actions in listed for action in ([actions] if isinstance(actions, str) else actions)}


def needed(sources: Iterable[str]) -> set[str]:
    asked = called(sources) - set(NOT_OURS)
    return asked.union(*(ALSO_NEEDS.get(action, set()) for action in asked))


def code() -> list[str]:
    paths = [path for path in sorted(EDGE.rglob("*.py")) if path.name not in DOCTOR]
    return [path.read_text("utf-8") for path in paths]


def test_every_operation_that_the_code_calls_is_granted(template: dict[str, Any]) -> None:
    asked = needed(code())
    # Guards against a reader that finds nothing: these are called by boto3, by name, by f-string and typed.
    assert {"iam:GetRole", "sagemaker:DeleteModel", "sagemaker:ListTags", "sagemaker:CreateEndpoint"} <= asked
    assert {"s3:ListBucket", "scheduler:UpdateSchedule", "sagemaker:CreateTransformJob"} <= asked
    assert asked - granted(template) == set()


def test_nothing_is_granted_that_the_code_does_not_call(template: dict[str, Any]) -> None:
    assert granted(template) - needed(code()) == set()


def test_doctor_asks_for_every_action_that_is_granted(template: dict[str, Any]) -> None:
    asked = {permission.action for feature in FEATURES.values() for permission in feature}
    assert granted(template) - asked == {"iam:GetRole", "pricing:GetProducts"}  # a run does without both


@pytest.mark.parametrize(
    "source",
    [
        "client.update_endpoint(EndpointName=name)",
        "getattr(client, f'stop_{kind}')(); kind = 'training_job'",
        "client.get_paginator('list_domains')",
        "TrainingJob.create()",
        "resources.TrainingJob.create()",
        "s3.delete_bucket(Bucket=name)",
    ],
)
def test_an_operation_without_a_grant_is_seen(template: dict[str, Any], source: str) -> None:
    assert needed([source]) - granted(template)


def test_names_are_limited_to_our_prefix(template: dict[str, Any]) -> None:
    for statement in statements(template):
        resources = (
            statement["Resource"] if isinstance(statement["Resource"], list) else [statement["Resource"]]
        )
        for resource in resources:
            if resource == "*":
                assert all(action in UNSCOPED for action in statement["Action"]), statement["Sid"]
            text = str(resource)
            if any(f":{service}:" in text for service in ("sagemaker", "scheduler")) and "If" not in resource:
                assert f"/{PREFIX}*" in text, statement["Sid"]
            if ":s3:::" in text:
                assert "${BatchPrefix}" in text or "${BatchPrefix}/*" in str(statement["Condition"])


UNSCOPED = {
    "pricing:GetProducts",
    "sagemaker:ListEndpointConfigs",
    "sagemaker:ListEndpoints",
    "sagemaker:ListModels",
    "sagemaker:ListTransformJobs",
}
"""Actions for which IAM knows no resource (Service Authorization Reference)."""


@pytest.mark.parametrize(
    ("policy", "role", "service"),
    [("Model", "ExecutionRole", "sagemaker"), ("Schedule", "SchedulerRole", "scheduler")],
)
def test_each_role_is_passed_to_its_service_only(
    template: dict[str, Any], policy: str, role: str, service: str
) -> None:
    (passing,) = [s for s in statements(template, policy) if s["Action"] == "iam:PassRole"]
    assert passing["Resource"] == {"GetAtt": f"{role}.Arn"}
    assert passing["Condition"] == {"StringEquals": {"iam:PassedToService": f"{service}.amazonaws.com"}}


def test_each_feature_is_granted_apart(template: dict[str, Any]) -> None:
    assert granted(template, "Attach") == {"sagemaker:DescribeEndpoint", "sagemaker:InvokeEndpoint"}
    for policy in POLICIES[1:]:
        assert template["Resources"][policy]["Condition"] != template["Resources"]["Attach"]["Condition"]
    conditions = template["Conditions"]
    assert conditions["Deploys"] == {"Equals": [{"Ref": "Deploy"}, "true"]}
    assert conditions["HasBatch"] == {"Not": [{"Equals": [{"Ref": "BatchBucket"}, ""]}]}
    assert "sagemaker:CreateEndpoint" in granted(template, "DeployEndpoints")
    assert "sagemaker:CreateEndpoint" not in granted(template, "Attach", "Model", "Schedule", "Batch")


def test_the_schedule_s_role_can_only_end_what_is_ours(template: dict[str, Any]) -> None:
    (policy,) = template["Resources"]["SchedulerRole"]["Properties"]["Policies"]
    (statement,) = policy["PolicyDocument"]["Statement"]
    assert {
        f"sagemaker:{act.operation[0].upper()}{act.operation[1:]}" for act in (DELETE_ENDPOINT, STOP_JOB)
    } == set(statement["Action"])
    assert all(f"/{PREFIX}*" in str(resource) for resource in statement["Resource"])


def test_only_the_named_repository_and_branch_are_trusted(template: dict[str, Any]) -> None:
    (trust,) = template["Resources"]["GitHubRole"]["Properties"]["AssumeRolePolicyDocument"]["Statement"]
    assert set(trust["Condition"]) == {"StringEquals"}  # no patterns
    subject, pull_request = trust["Condition"]["StringEquals"]["token.actions.githubusercontent.com:sub"]
    assert subject == {"Sub": "repo:${Repository}:ref:${Ref}"}
    assert pull_request["If"][0] == "TrustsPullRequests"
    assert template["Parameters"]["PullRequests"]["Default"] == "false"


@pytest.mark.parametrize(
    ("repository", "accepted"),
    [
        ("octocat/my-blog", True),
        ("octocat@123456/my-blog@456789", True),
        ("octocat/*", False),
        ("octocat/my-blog:ref:refs/heads/x", False),
        ("my-blog", False),
    ],
)
def test_a_repository_is_one_repository(template: dict[str, Any], repository: str, accepted: bool) -> None:
    pattern = template["Parameters"]["Repository"]["AllowedPattern"]
    assert (re.fullmatch(pattern, repository) is not None) is accepted


def test_the_default_instance_types_are_allowed(template: dict[str, Any]) -> None:
    allowed = template["Parameters"]["InstanceTypes"]["Default"].split(",")
    for instance_type in Options().instance_type:
        assert any(fnmatch.fnmatchcase(instance_type, pattern) for pattern in allowed), instance_type
    assert not any(fnmatch.fnmatchcase("ml.p5.48xlarge", pattern) for pattern in allowed)
