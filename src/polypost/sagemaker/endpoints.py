"""Asking for an endpoint's state, and waiting until it is in service."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from polypost.errors import QuotaError, ServiceError
from polypost.sagemaker import clients
from polypost.sagemaker.surroundings import Stopwatch, Surroundings

WAIT_SECONDS = 2400
"""An instance, the image and 10 GB of weights take 5 to 15 minutes; after 40 nothing comes any more."""

_CHANGING = frozenset({"Creating", "Updating", "SystemUpdating", "RollingBack"})


@dataclass(frozen=True, slots=True)
class State:
    """An endpoint as AWS describes it."""

    status: str
    reason: str
    """Why it failed, in AWS's words; else empty."""
    instances: int
    """How many instances answer its requests."""


def describe(client: Any, name: str) -> State | None:
    """The endpoint's state; None when there is no such endpoint. Lets boto3's errors through."""
    try:
        told = client.describe_endpoint(EndpointName=name)
    except ClientError as error:
        if clients.is_missing(error):
            return None
        raise
    variants = told.get("ProductionVariants", [])
    return State(
        status=told["EndpointStatus"],
        reason=told.get("FailureReason", ""),
        instances=sum(variant.get("CurrentInstanceCount", 1) for variant in variants) or 1,
    )


def pauses() -> Iterator[float]:
    """How long to wait between questions, in seconds: soon at first, then every ten."""
    yield from (1.0, 2.0, 4.0)
    while True:
        yield 10.0


def wait(client: Any, name: str, around: Surroundings) -> State:
    """The endpoint's state once it is in service.

    Raises QuotaError when there was no capacity, ServiceError when it failed, vanished or took too long.
    """
    watch = Stopwatch(around.clock)
    told = "unknown"
    for pause in pauses():
        try:
            state = describe(client, name)
        except (ClientError, BotoCoreError) as error:
            if not clients.is_passing(error):
                raise clients.explain(error, f"describe the endpoint {name}") from error
        else:
            alive = _alive(name, state)
            if alive.status == "InService":
                return alive
            told = alive.status
        waited = watch.seconds()
        if waited > WAIT_SECONDS:
            raise ServiceError(
                f"The endpoint {name} is still {told} after {waited / 60:.0f} minutes. "
                "Its log in CloudWatch (/aws/sagemaker/Endpoints) may tell why."
            )
        around.console.progress(f"Endpoint {name} is {told}, seconds", int(waited), WAIT_SECONDS)
        around.sleep(pause)
    raise AssertionError("pauses() never ends")


def _alive(name: str, state: State | None) -> State:
    """The state of an endpoint that is in service or may become so; raises for any other."""
    if state is None:
        raise ServiceError(f"The endpoint {name} was deleted while polypost waited for it.")
    if state.status not in _CHANGING | {"InService"}:
        kind = QuotaError if clients.is_quota(state.reason) else ServiceError
        raise kind(f"The endpoint {name} is {state.status}: {state.reason or 'AWS gives no reason.'}")
    return state
