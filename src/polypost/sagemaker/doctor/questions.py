"""The questions that `polypost doctor` asks about an AWS account; none of them changes or costs anything."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from polypost.counts import counted
from polypost.errors import PolypostError, UsageError
from polypost.machines import fits
from polypost.sagemaker import clients, credentials, prices
from polypost.sagemaker.doctor import permissions
from polypost.sagemaker.doctor.features import FEATURES, Client, Place
from polypost.sagemaker.doctor.wishes import Wishes
from polypost.sagemaker.life import roles
from polypost.sagemaker.life.deploy import require_installed
from polypost.values import Verdict

_WORST_FIRST = (Verdict.MISSING, Verdict.UNREACHABLE, Verdict.UNKNOWN)
_FOLDER = "set batch-s3-uri to a folder of a bucket of yours, such as s3://my-bucket/polypost"
_TEMPLATE = "deploy the template in aws/, or add it to the role that runs polypost"


@dataclass(frozen=True, slots=True)
class Ground:
    """What the questions stand on: credentials that work."""

    session: Any
    client: Client
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


def ends(ground: Ground) -> Found:
    found = credentials.lifetime(ground.session, ground.environment)
    return Found(Verdict.OK if found.sure else Verdict.UNKNOWN, f"they {found.told}")


def execution_role(ground: Ground) -> Found:
    try:
        arn = roles.execution_role(ground.session, ground.wishes.role_arn)
    except PolypostError as error:
        return Found(Verdict.MISSING, str(error), "create it with the template in aws/")
    return _trusted(ground, arn, "sagemaker")


def installed(ground: Ground) -> Found:
    """Whether what deploying needs is installed beside the command that asks."""
    del ground
    try:
        require_installed()
    except UsageError as error:
        return Found(Verdict.MISSING, str(error), "install the extra `deploy` where polypost is to run")
    return Found(Verdict.OK, "sagemaker-core is installed")


def scheduler_role(ground: Ground) -> Found:
    if not ground.wishes.scheduler_role_arn:
        told = "not set: a killed run is cleaned up only by the next run or by `polypost endpoint sweep`"
        return Found(Verdict.MISSING, told, "set scheduler-role-arn to the role of the template in aws/")
    return _trusted(ground, ground.wishes.scheduler_role_arn, "scheduler")


def _trusted(ground: Ground, arn: str, service: str) -> Found:
    """Whether a role is there, and lets a service of AWS assume it."""
    try:
        role = ground.client("iam").get_role(RoleName=arn.rpartition("/")[2])["Role"]
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


def may(*features: str) -> Callable[[Ground], Found]:
    def question(ground: Ground) -> Found:
        wanted = [permission for feature in features for permission in FEATURES[feature]]
        answers: dict[Verdict, list[str]] = {}
        for permission, verdict in permissions.judged(ground.client, ground.caller, ground.place(), wanted):
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
        return Found(worst, "; ".join(told) or counted(len(wanted), "permission"), advice)

    return question


def endpoint(ground: Ground) -> Found:
    name = ground.wishes.endpoint_name
    try:
        status = ground.client("sagemaker").describe_endpoint(EndpointName=name)["EndpointStatus"]
    except ClientError as error:
        if not clients.is_missing(error):
            raise
        told = f"there is no endpoint {name} in {ground.session.region_name}"
        return Found(Verdict.MISSING, told, "correct endpoint-name or aws-region")
    if status != "InService":
        return Found(Verdict.MISSING, f"{name} is {status}", "wait until it is InService, or repair it")
    return Found(Verdict.OK, f"{name} is {status}")


def quota(use: str) -> Callable[[Ground], Found]:
    def question(ground: Ground) -> Found:
        wishes = ground.wishes
        names = {f"{each} for {use}": each for each in wishes.instance_types}
        found: dict[str, float] = {}
        pages = ground.client("service-quotas").get_paginator("list_service_quotas")
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


def room(ground: Ground) -> Found:
    every = [fits(each, ground.wishes.weights_gib) for each in ground.wishes.instance_types]
    told = "; ".join(dict.fromkeys(each.told for each in every))
    if any(each.ok is False for each in every):
        return Found(Verdict.MISSING, told, "take such types out of instance-type")
    return Found(Verdict.OK if all(each.ok for each in every) else Verdict.UNKNOWN, told)


def bucket(ground: Ground) -> Found:
    name, _ = ground.wishes.bucket
    if not name:
        return Found(Verdict.MISSING, "batch-s3-uri is not set", _FOLDER)
    region = ground.session.region_name
    try:
        there = ground.client("s3").head_bucket(Bucket=name)
    except ClientError as error:
        if clients.code(error) in {"404", "NoSuchBucket"}:
            return Found(Verdict.MISSING, f"there is no bucket {name}", "create it, or correct batch-s3-uri")
        # S3 says where a bucket is even to those who may not look at all of it.
        headers = error.response.get("ResponseMetadata", {}).get("HTTPHeaders", {})
        if "x-amz-bucket-region" not in headers:
            raise
        there = {"BucketRegion": headers["x-amz-bucket-region"]}
    if there.get("BucketRegion", region) != region:
        told = f"{name} is in {there['BucketRegion']}, and the jobs would run in {region}"
        return Found(Verdict.MISSING, told, "use a bucket in the same region: batch transform reads no other")
    return Found(Verdict.OK, f"{name} in {region}")


def listed_price(ground: Ground) -> Found:
    instance_type = ground.wishes.instance_types[0]
    price = prices.hourly(ground.session, instance_type, prices.Use.ENDPOINT)
    if price.usd_per_hour is None:
        return Found(Verdict.MISSING, price.basis, "allow the role pricing:GetProducts")
    told = f"{instance_type} at {price.usd_per_hour:g} USD/h ({price.basis})"
    return Found(Verdict.OK, told)
