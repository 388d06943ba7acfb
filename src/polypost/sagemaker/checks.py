"""What a run needs of the AWS account: a table of questions, none of which changes or costs anything."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from polypost.errors import PolypostError
from polypost.machines import fits
from polypost.sagemaker import clients, credentials, permissions, prices, roles
from polypost.sagemaker.permissions import FEATURES, Place
from polypost.values import Check, Verdict

_WORST_FIRST = (Verdict.MISSING, Verdict.UNREACHABLE, Verdict.UNKNOWN)
_TEMPLATE = "deploy the template in aws/, or add it to the role that runs polypost"


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the runs are to do; empty for what isn't set."""

    weights_gib: float | None
    engine: str
    """`auto`, `endpoint` or `batch`."""
    endpoint_name: str
    role_arn: str
    scheduler_role_arn: str
    instance_types: tuple[str, ...]
    instance_count: int
    batch_s3_uri: str

    @property
    def deploys(self) -> bool:
        """Whether a run may make an endpoint."""
        return not self.endpoint_name and self.engine != "batch"

    @property
    def batches(self) -> bool:
        """Whether a run may start batch jobs."""
        return not self.endpoint_name and self.engine != "endpoint" and bool(self.batch_s3_uri)

    @property
    def bucket(self) -> tuple[str, str]:
        """Bucket and folder of `batch_s3_uri`."""
        bucket, _, folder = self.batch_s3_uri.removeprefix("s3://").partition("/")
        return bucket, folder.strip("/")


@dataclass(frozen=True, slots=True)
class Ground:
    """What the questions stand on: credentials that work."""

    session: Any
    caller: str
    """ARN of whoever the credentials belong to."""
    wishes: Wishes
    environment: Mapping[str, str]

    def place(self) -> Place:
        """Where the permissions are needed."""
        name = permissions.unused_name()
        _, partition, _, _, account, *_ = self.caller.split(":")
        bucket, folder = self.wishes.bucket
        return Place(
            partition,
            self.session.region_name,
            account,
            name,
            self.wishes.endpoint_name or name,
            bucket,
            folder,
            self._role_arn(),
            self.wishes.scheduler_role_arn,
            self.wishes.instance_types,
        )

    def _role_arn(self) -> str:
        try:
            return roles.execution_role(self.session, self.wishes.role_arn)
        except PolypostError:
            return ""  # a row of its own says so


@dataclass(frozen=True, slots=True)
class Found:
    """A question's answer."""

    verdict: Verdict
    told: str
    advice: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One question."""

    name: str
    needed_for: str
    question: Callable[[Ground], Found]
    wanted: Callable[[Wishes], bool] = lambda _: True
    optional: bool = False


def examine(session: Any, wishes: Wishes, environment: Mapping[str, str]) -> Iterator[Check]:
    """Every check, as it is made; without credentials that work the first is the only one."""
    try:
        caller = str(clients.other(session, "sts").get_caller_identity()["Arn"])
    except (ClientError, BotoCoreError) as error:
        told = clients.explain(error, "sign in")
        verdict = Verdict.UNREACHABLE if clients.is_passing(error) else Verdict.MISSING
        yield Check("AWS credentials", "do anything in AWS", verdict, str(told))
        return
    yield Check("AWS credentials", "do anything in AWS", Verdict.OK, f"{caller} in {session.region_name}")
    ground = Ground(session, caller, wishes, environment)
    for row in ROWS:
        if row.wanted(wishes):
            found = _asked(row, ground)
            yield Check(row.name, row.needed_for, found.verdict, found.told, found.advice, row.optional)


def _asked(row: Row, ground: Ground) -> Found:
    try:
        return row.question(ground)
    except (ClientError, BotoCoreError) as error:
        if isinstance(error, ClientError) and clients.is_denied(error):
            return Found(Verdict.UNKNOWN, f"the role may not look ({clients.message(error)})", "")
        told = str(clients.explain(error, f"look at the {row.name}"))
        return Found(Verdict.UNREACHABLE if clients.is_passing(error) else Verdict.UNKNOWN, told)


def _ends(ground: Ground) -> Found:
    found = credentials.lifetime(ground.session, ground.environment)
    return Found(Verdict.OK if found.sure else Verdict.UNKNOWN, f"they {found.told}")


def _execution_role(ground: Ground) -> Found:
    try:
        arn = roles.execution_role(ground.session, ground.wishes.role_arn)
    except PolypostError as error:
        return Found(Verdict.MISSING, str(error), "create it with the template in aws/")
    return _trusted(ground, arn, "sagemaker")


def _scheduler_role(ground: Ground) -> Found:
    if not ground.wishes.scheduler_role_arn:
        told = "not set: a killed run is cleaned up only by the next run or by `polypost endpoint sweep`"
        return Found(Verdict.MISSING, told, "set scheduler-role-arn to the role of the template in aws/")
    return _trusted(ground, ground.wishes.scheduler_role_arn, "scheduler")


def _trusted(ground: Ground, arn: str, service: str) -> Found:
    """Whether a role is there, and lets a service of AWS assume it."""
    try:
        role = clients.iam(ground.session).get_role(RoleName=arn.rpartition("/")[2])["Role"]
    except ClientError as error:
        if clients.code(error) != "NoSuchEntity":
            raise
        return Found(
            Verdict.MISSING, f"there is no role {arn}", "correct its ARN, or deploy the template in aws/"
        )
    policy = role["AssumeRolePolicyDocument"]
    if f"{service}.amazonaws.com" not in (policy if isinstance(policy, str) else json.dumps(policy)):
        told = f"{arn} does not trust {service}.amazonaws.com"
        return Found(
            Verdict.MISSING, told, f"allow {service}.amazonaws.com sts:AssumeRole in its trust policy"
        )
    return Found(Verdict.OK, arn)


def _may(*features: str) -> Callable[[Ground], Found]:
    def question(ground: Ground) -> Found:
        wanted = [permission for feature in features for permission in FEATURES[feature]]
        answers: dict[Verdict, list[str]] = {}
        for permission, verdict in permissions.judged(ground.session, ground.caller, ground.place(), wanted):
            answers.setdefault(verdict, []).append(permission.action)
        told = [
            f"{verdict}: {', '.join(dict.fromkeys(answers[verdict]))}"
            for verdict in _WORST_FIRST
            if verdict in answers
        ]
        worst = next((each for each in _WORST_FIRST if each in answers), Verdict.OK)
        advice = {
            Verdict.MISSING: _TEMPLATE,
            Verdict.UNKNOWN: "to have it told, allow the role iam:SimulatePrincipalPolicy on itself",
        }.get(worst, "")
        return Found(worst, "; ".join(told) or f"{len(wanted)} permissions", advice)

    return question


def _endpoint(ground: Ground) -> Found:
    name = ground.wishes.endpoint_name
    try:
        status = clients.control(ground.session).describe_endpoint(EndpointName=name)["EndpointStatus"]
    except ClientError as error:
        if not clients.is_missing(error):
            raise
        told = f"there is no endpoint {name} in {ground.session.region_name}"
        return Found(Verdict.MISSING, told, "correct endpoint-name or aws-region")
    if status != "InService":
        return Found(Verdict.MISSING, f"{name} is {status}", "wait until it is InService, or repair it")
    return Found(Verdict.OK, f"{name} is {status}")


def _quota(use: str) -> Callable[[Ground], Found]:
    def question(ground: Ground) -> Found:
        wishes = ground.wishes
        names = {f"{each} for {use}": each for each in wishes.instance_types}
        found: dict[str, float] = {}
        pages = clients.other(ground.session, "service-quotas").get_paginator("list_service_quotas")
        for page in pages.paginate(ServiceCode="sagemaker"):
            quotas = {each["QuotaName"]: each["Value"] for each in page["Quotas"]}
            found |= {names[name]: value for name, value in quotas.items() if name in names}
            if len(found) == len(names):
                break
        told = ", ".join(
            f"{each} {found[each]:g}" if each in found else f"{each} ?" for each in names.values()
        )
        if any(value >= wishes.instance_count for value in found.values()):
            return Found(Verdict.OK, told)
        if len(found) < len(names):
            return Found(Verdict.UNKNOWN, told, "look in Service Quotas, SageMaker")
        advice = f'ask for "{next(iter(names))}" in Service Quotas, SageMaker, or change instance-type'
        return Found(Verdict.MISSING, f"{told}; needed: {wishes.instance_count}", advice)

    return question


def _room(ground: Ground) -> Found:
    every = [fits(each, ground.wishes.weights_gib) for each in ground.wishes.instance_types]
    told = "; ".join(dict.fromkeys(each.told for each in every))
    if any(each.ok is False for each in every):
        return Found(Verdict.MISSING, told, "take such types out of instance-type")
    return Found(Verdict.OK if all(each.ok for each in every) else Verdict.UNKNOWN, told)


def _bucket(ground: Ground) -> Found:
    name, _ = ground.wishes.bucket
    region = ground.session.region_name
    try:
        there = clients.other(ground.session, "s3").head_bucket(Bucket=name)
    except ClientError as error:
        headers = error.response.get("ResponseMetadata", {}).get("HTTPHeaders", {})
        elsewhere = headers.get("x-amz-bucket-region", region)
        if clients.code(error) in {"301", "PermanentRedirect"}:
            there = {"BucketRegion": elsewhere}
        elif clients.code(error) in {"404", "NoSuchBucket"}:
            return Found(Verdict.MISSING, f"there is no bucket {name}", "create it, or correct batch-s3-uri")
        else:
            raise
    if there.get("BucketRegion", region) != region:
        told = f"{name} is in {there['BucketRegion']}, and the jobs would run in {region}"
        return Found(Verdict.MISSING, told, "use a bucket in the same region: batch transform reads no other")
    return Found(Verdict.OK, f"{name} in {region}")


def _prices(ground: Ground) -> Found:
    instance_type = ground.wishes.instance_types[0]
    price = prices.hourly(ground.session, instance_type, prices.Use.ENDPOINT)
    if price.usd_per_hour is None:
        return Found(Verdict.MISSING, price.basis, "allow the role pricing:GetProducts")
    told = f"{instance_type} at {price.usd_per_hour:g} USD/h ({price.basis})"
    return Found(Verdict.OK, told)


ROWS = (
    Row("their end", "delete what a run made", _ends),
    Row("endpoint", "translate", _endpoint, lambda wishes: bool(wishes.endpoint_name)),
    Row("permissions", "translate", _may("attach"), lambda wishes: bool(wishes.endpoint_name)),
    Row("execution role", "run the model", _execution_role, lambda wishes: wishes.deploys or wishes.batches),
    Row(
        "permissions", "deploy an endpoint", _may("attach", "model", "deploy"), lambda wishes: wishes.deploys
    ),
    Row("quota", "deploy an endpoint", _quota("endpoint usage"), lambda wishes: wishes.deploys),
    Row("permissions", "sweep", _may("sweep"), lambda wishes: wishes.deploys),
    Row(
        "scheduler role",
        "clean up after a killed run",
        _scheduler_role,
        lambda wishes: wishes.deploys,
        optional=True,
    ),
    Row(
        "permissions",
        "clean up after a killed run",
        _may("schedule"),
        lambda wishes: wishes.deploys and bool(wishes.scheduler_role_arn),
    ),
    Row("bucket", "run batch jobs", _bucket, lambda wishes: wishes.batches),
    Row("permissions", "run batch jobs", _may("model", "batch"), lambda wishes: wishes.batches),
    Row("quota", "run batch jobs", _quota("transform job usage"), lambda wishes: wishes.batches),
    Row("memory", "load the model", _room, lambda wishes: not wishes.endpoint_name),
    Row("prices", "estimate", _prices, lambda wishes: not wishes.endpoint_name, optional=True),
)
"""The questions, in the order in which they are asked and shown."""
