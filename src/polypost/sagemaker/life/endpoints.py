"""Asking for an endpoint's state, and waiting until it is in service."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from polypost.errors import QuotaError, ServiceError
from polypost.sagemaker import clients
from polypost.sagemaker.surroundings import Stopwatch, Surroundings

WAIT_SECONDS = 2400
"""An instance, the image and 10 GB of weights take 5 to 15 minutes; after 40 nothing comes any more."""

_CHANGING = frozenset({"Creating", "Updating", "SystemUpdating", "RollingBack"})


class VanishedError(Exception):
    """There is no such endpoint any more: somebody deleted it while it was waited for."""


@dataclass(frozen=True, slots=True)
class State:
    """An endpoint as AWS describes it."""

    arn: str
    status: str
    reason: str
    """Why it failed, in AWS's words; else empty."""
    instances: int
    """How many instances answer its requests."""

    @property
    def alive(self) -> bool:
        """Whether it is in service, or may become so."""
        return self.status == "InService" or self.status in _CHANGING


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
        arn=told["EndpointArn"],
        status=told["EndpointStatus"],
        reason=told.get("FailureReason", ""),
        instances=sum(variant.get("CurrentInstanceCount", 1) for variant in variants) or 1,
    )


def pauses() -> Iterator[float]:
    """How long to wait between questions, in seconds: soon at first, then every ten."""
    yield from (1.0, 2.0, 4.0)
    while True:
        yield 10.0


def wait(
    client: Any,
    name: str,
    around: Surroundings,
    *,
    until: Callable[[State | None], bool],
    beat: Callable[[], None] = lambda: None,
) -> State | None:
    """The endpoint's state as soon as `until` says that this is what is waited for.

    `beat` is called between the questions. Raises ServiceError when it takes too long or AWS can't be asked.
    """
    watch = Stopwatch(around.clock)
    told = "unknown"
    for pause in pauses():
        around.check()
        waited = watch.seconds()  # taken before the question: who was frozen asks once more
        try:
            state = describe(client, name)
        except (ClientError, BotoCoreError) as error:
            if not clients.is_passing(error):
                raise clients.explain(error, f"describe the endpoint {name}") from error
        else:
            if until(state):
                return state
            told = state.status if state else "missing"
        if waited > WAIT_SECONDS:
            raise ServiceError(
                f"The endpoint {name} is still {told} after {waited / 60:.0f} minutes. {_log(name)}"
            )
        around.console.progress(f"Endpoint {name} is {told}, seconds", int(waited), WAIT_SECONDS)
        beat()
        around.clock.sleep(pause)
    raise AssertionError("pauses() never ends")


def in_service(
    client: Any, name: str, around: Surroundings, beat: Callable[[], None] = lambda: None
) -> State:
    """The endpoint's state once it is in service.

    Raises VanishedError when it is deleted meanwhile, QuotaError when there was no capacity, ServiceError
    when it failed or took too long.
    """
    state = wait(
        client, name, around, until=lambda now: now is None or now.status not in _CHANGING, beat=beat
    )
    if state is None or state.status == "Deleting":
        raise VanishedError
    if state.status != "InService":
        kind = QuotaError if clients.is_quota(state.reason) else ServiceError
        told = f"The endpoint {name} is {state.status}: {state.reason or 'AWS gives no reason.'}"
        raise kind(told if kind is QuotaError else f"{told} {_log(name)}")
    return state


def _log(name: str) -> str:
    """Where to read why an endpoint did not come up."""
    return f"Its log in CloudWatch, log group /aws/sagemaker/Endpoints/{name}, may tell why."
