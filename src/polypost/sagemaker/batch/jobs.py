"""Transform jobs: one is created or joined, watched until it ends, and stopped.

A job's name is unique for ever in an account and a region. It says what the job is to do, so the second
run that wants the same finds the first one's job and waits for it; when that has ended, the next name of
the row is free.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from polypost.errors import QuotaError, ServiceError, UsageError
from polypost.sagemaker import clients
from polypost.sagemaker.batch.orders import Order, request
from polypost.sagemaker.batch.settings import BatchSettings, Caller, Folder
from polypost.sagemaker.surroundings import Surroundings

GUARD_SECONDS = 3 * 3600.0
"""A job that nobody has waited for since is stopped. Long, because it ends by itself, and AWS keeps nothing
of a job that is stopped: what a killed run had begun shall be there for the next one."""

_RENEW_SECONDS = 900.0

_PATIENCE = 10
"""So many questions in a row may go unanswered."""

_GOING = frozenset({"InProgress", "Stopping"})

_RUN_TAG = "polypost:run"


@dataclass(frozen=True, slots=True)
class State:
    """A job as AWS describes it."""

    name: str
    status: str
    """`InProgress`, `Stopping`, `Stopped`, `Completed` or `Failed`."""
    reason: str = ""
    """Why it failed, in AWS's words."""
    seconds: float = 0.0
    """How long its machines worked, once it has ended."""
    arn: str = ""

    @property
    def ended(self) -> bool:
        """Whether nothing more comes of it."""
        return self.status not in _GOING


def describe(client: Any, name: str) -> State | None:
    """The job's state; None when there is no such job. Lets boto3's errors through."""
    try:
        told = client.describe_transform_job(TransformJobName=name)
    except ClientError as error:
        if clients.is_missing(error):
            return None
        raise
    start, end = told.get("TransformStartTime"), told.get("TransformEndTime")
    seconds = max(0.0, (end - start).total_seconds()) if start and end else 0.0
    reason = told.get("FailureReason", "")
    return State(name, told["TransformJobStatus"], reason, seconds, told["TransformJobArn"])


def running(client: Any, settings: BatchSettings) -> list[str]:
    """The jobs under way, of whichever run, whose answers are worth the same as ours would be."""
    try:
        pages = client.get_paginator("list_transform_jobs").paginate(
            NameContains=settings.job_prefix.strip("-"), StatusEquals="InProgress"
        )
        names = [told["TransformJobName"] for page in pages for told in page["TransformJobSummaries"]]
    except (ClientError, BotoCoreError) as error:
        raise clients.explain(error, "list batch jobs (sagemaker:ListTransformJobs)") from error
    return [name for name in names if name.startswith(settings.job_prefix)]


def stopped(client: Any, settings: BatchSettings, since: float) -> int:
    """How many jobs whose answers are worth the same were stopped since a moment, in seconds since 1970."""
    try:
        pages = client.get_paginator("list_transform_jobs").paginate(
            NameContains=settings.job_prefix.strip("-"),
            StatusEquals="Stopped",
            CreationTimeAfter=datetime.fromtimestamp(since, UTC),
        )
        return sum(len(page["TransformJobSummaries"]) for page in pages)
    except (ClientError, BotoCoreError) as error:
        raise clients.explain(error, "list batch jobs (sagemaker:ListTransformJobs)") from error


def digest_of(name: str, settings: BatchSettings) -> str:
    """What `Order.digest` was of the job that bears this name."""
    return name.removeprefix(settings.job_prefix)[:8]


def start(client: Any, order: Order, settings: BatchSettings, caller: Caller) -> tuple[str, bool]:
    """Create the job, or find the one under way that does the same: its name, and whether it is this run's.

    Raises QuotaError when the instances can't be had, UsageError when AWS finds the settings wrong,
    ServiceError.
    """
    for number in itertools.count(1):
        name = f"{settings.job_prefix}{order.digest}" + (f"-r{number}" if number > 1 else "")
        doing = f"start the batch job {name} on {order.instance_type}"
        try:
            state = describe(client, name)
            if state is None:
                if _create(client, request(name, order, settings, caller.tags), caller):
                    return name, True
                # A retried request whose first answer was lost, or another run was faster.
                state = describe(client, name)
            elif state.ended:
                continue
            if state is not None:
                return name, _is_ours(client, state, caller.tags)
        except ClientError as error:
            if clients.code(error) == "ValidationException":
                told = clients.message(error)
                raise UsageError(f"AWS finds the settings wrong, trying to {doing}: {told}") from error
            raise clients.explain(error, doing) from error
        except BotoCoreError as error:
            raise clients.explain(error, doing) from error
    raise AssertionError("count() never ends")


def _create(client: Any, given: Mapping[str, Any], caller: Caller) -> bool:
    """Whether the job was created; False when there is one of that name."""
    name = given["TransformJobName"]
    caller.remember(name)
    caller.guard(name, GUARD_SECONDS)
    try:
        client.create_transform_job(**given)
    except ClientError as error:
        if clients.code(error) == "ResourceInUse":
            return False
        caller.unguard(name)
        raise
    return True


def _is_ours(client: Any, state: State, tags: Mapping[str, str]) -> bool:
    """Whether this very run created the job, so that it is this run's to stop."""
    pages = client.get_paginator("list_tags").paginate(ResourceArn=state.arn)
    found = {tag["Key"]: tag["Value"] for page in pages for tag in page.get("Tags", ())}
    return not state.status.startswith("Stopp") and found.get(_RUN_TAG) == tags.get(_RUN_TAG)


def watch(client: Any, name: str, caller: Caller, around: Surroundings) -> Iterator[State]:
    """The job's state again and again, with a pause between, until it has ended; the last one tells how.

    Raises ServiceError when AWS can't be asked any more, or the job has vanished; what `around.check` raises.
    """
    clock = around.clock
    renewed = clock.monotonic()
    silent = 0
    for pause in _pauses():
        try:
            state = describe(client, name)
            silent = 0
        except (ClientError, BotoCoreError) as error:
            silent += 1
            if silent > _PATIENCE or not clients.is_passing(error):
                raise clients.explain(error, f"describe the batch job {name}") from error
        else:
            if state is None:
                raise ServiceError(f"The batch job {name} is not there any more.")
            yield state
            if state.ended:
                caller.unguard(name)
                return
        if clock.monotonic() - renewed > _RENEW_SECONDS:
            caller.guard(name, GUARD_SECONDS)
            renewed = clock.monotonic()
        around.check()
        clock.sleep(pause)


def _pauses() -> Iterator[float]:
    """Seconds between questions: a failed start shows early, and a job takes long."""
    yield from (5.0, 10.0, 20.0)
    while True:
        yield 30.0


def stop_job(client: Any, name: str) -> bool:
    """Have a job stopped; whether it was still going. Idempotent. Lets boto3's errors through."""
    state = describe(client, name)
    if state is None or state.status != "InProgress":
        return False
    try:
        client.stop_transform_job(TransformJobName=name)
    except ClientError as error:
        if clients.code(error) == "ValidationException":  # it has just ended
            return False
        raise
    return True


def check(state: State, folder: Folder) -> None:
    """Raise what the end of this run's own job means for all of its objects, if it does.

    Raises QuotaError, ServiceError.
    """
    if state.status == "Stopped":
        raise ServiceError(
            f"The batch job {state.name} was stopped by somebody else, or by its guard, and AWS keeps "
            "nothing of it. What earlier jobs translated is kept: run again for the rest."
        )
    if clients.is_quota(state.reason) or state.reason.startswith("CapacityError"):
        raise QuotaError(f"The batch job {state.name} got no instances: {state.reason}")
    if re.search(r"access ?denied", state.reason, re.IGNORECASE):
        raise ServiceError(
            f"The batch job {state.name} failed: {state.reason} The model's execution role needs "
            f"s3:GetObject, s3:PutObject and s3:ListBucket in {folder.uri}. The template in aws/ grants them."
        )
