"""What polypost has in an account, and what each thing is there for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from polypost.sagemaker import clients
from polypost.sagemaker.account import Account
from polypost.sagemaker.life import ownership, tags
from polypost.sagemaker.life.ownership import Claim
from polypost.sagemaker.settings import PREFIX


class Verdict(StrEnum):
    """What is to become of a thing."""

    USED = "in use"
    KEPT = "kept"
    EXPIRED = "expired"
    WAITING = "not expired"
    FOREIGN = "not ours"
    UNCLEAR = "can't tell"


@dataclass(frozen=True, slots=True)
class Thing:
    """One thing in the account whose name begins like ours."""

    kind: str
    """`endpoint`, `endpoint configuration`, `model` or `transform job`."""
    name: str
    status: str
    """In AWS's words; empty where it has none."""
    claim: Claim
    verdict: Verdict
    instance_type: str = ""
    instances: int = 0
    model: str = ""
    """Of a job: the name of its model, on which its run holds a lease."""


def survey(account: Account) -> tuple[Thing, ...]:
    """Every endpoint, configuration, model and running job of polypost's, in this order.

    What belongs to an endpoint that is there shares its fate. Raises ServiceError when AWS can't be asked.
    """
    try:
        return tuple(_things(account))
    except (ClientError, BotoCoreError) as error:
        raise clients.explain(error, "list what polypost has in the account") from error


def _things(account: Account) -> Iterator[Thing]:
    standing: dict[str, Verdict] = {}
    for kind, listed in LISTS.items():
        for name, arn, status in _listed(account.sagemaker, *listed):
            model = _model(account, name) if kind == "transform job" else ""
            claim = _claim(account, arn, model)
            verdict = standing.get(name) or judged(claim, account.now())
            if kind == "endpoint":
                standing[name] = verdict
            machine = _machine(account.sagemaker, name) if kind == "endpoint" else ("", 0)
            yield Thing(kind, name, status, claim, verdict, *machine, model)


LISTS: dict[str, tuple[str, str, str, dict[str, str]]] = {
    "endpoint": ("list_endpoints", "Endpoints", "Endpoint", {}),
    "endpoint configuration": ("list_endpoint_configs", "EndpointConfigs", "EndpointConfig", {}),
    "transform job": (
        "list_transform_jobs",
        "TransformJobSummaries",
        "TransformJob",
        {"StatusEquals": "InProgress"},
    ),
    "model": ("list_models", "Models", "Model", {}),
}


def judged(claim: Claim, now: float) -> Verdict:
    """What the tags of a thing say should become of it. `now`: seconds since 1970, AWS's clock."""
    if not claim.ours:
        return Verdict.FOREIGN
    if claim.kept:
        return Verdict.KEPT
    if claim.live(now):
        return Verdict.USED
    if claim.expires_at is None:
        return Verdict.UNCLEAR
    return Verdict.EXPIRED if claim.expires_at <= now else Verdict.WAITING


def _listed(
    client: Any, method: str, member: str, stem: str, more: dict[str, str]
) -> Iterator[tuple[str, str, str]]:
    pages = client.get_paginator(method).paginate(NameContains=PREFIX, **more)
    for page in pages:
        for item in page.get(member, ()):
            name = item[f"{stem}Name"]
            if name.startswith(PREFIX):
                yield name, item[f"{stem}Arn"], item.get(f"{stem}Status", "")


def _model(account: Account, job: str) -> str:
    """The name of a job's model."""
    try:
        return str(account.sagemaker.describe_transform_job(TransformJobName=job)["ModelName"])
    except ClientError as error:
        if clients.is_missing(error):
            return ""
        raise


def _claim(account: Account, arn: str, model: str) -> Claim:
    """What the tags of a thing say; of a job those of its model, while that is there."""
    of_model = f"{arn.partition(':transform-job/')[0]}:model/{model}"
    return ownership.read((_tags(account, of_model) if model else {}) or _tags(account, arn))


def _tags(account: Account, arn: str) -> dict[str, str]:
    """The tags of a thing that may go away while it is looked at."""
    try:
        return tags.of(account.sagemaker, arn)
    except ClientError as error:
        if clients.is_missing(error):
            return {}
        raise


def _machine(client: Any, name: str) -> tuple[str, int]:
    """Instance type and count of an endpoint, by its configuration; ("", 0) when that is gone."""
    try:
        variants = client.describe_endpoint_config(EndpointConfigName=name)["ProductionVariants"]
    except ClientError as error:
        if clients.is_missing(error):
            return "", 0
        raise
    return variants[0].get("InstanceType", ""), variants[0].get("InitialInstanceCount", 0)
