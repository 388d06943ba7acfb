"""What can be made to go wrong with the next call of an operation; the words are those of AWS."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Refused:
    """An answer with an error code, without the call having had any effect."""

    code: str
    message: str
    status: int = 400


def Throttled() -> Refused:  # noqa: N802 - reads as a kind of fault, beside the classes
    return Refused("ThrottlingException", "Rate exceeded")


def ServerError(status: int = 500) -> Refused:  # noqa: N802 - as above
    code = {500: "InternalFailure", 503: "ServiceUnavailable"}[status]
    return Refused(code, "The service could not complete the request.", status)


def SlowDown() -> Refused:  # noqa: N802 - as above
    return Refused("SlowDown", "Please reduce your request rate.", 503)


def Conflict() -> Refused:  # noqa: N802 - as above
    return Refused(
        "ConflictException",
        "There was a conflict when you attempted to modify a SageMaker entity such as an Experiment or "
        "Artifact.",
    )


def ResourceLimitExceeded(  # noqa: N802 - as above
    instance_type: str = "ml.m5.xlarge",
    usage: str = "endpoint usage",
    *,
    limit: int = 0,
    used: int = 0,
    asked: int = 1,
) -> Refused:
    return Refused(
        "ResourceLimitExceeded",
        f"The account-level service limit '{instance_type} for {usage}' is {limit} Instances, with current "
        f"utilization of {used} Instances and a request delta of {asked} Instances. Please use AWS Service "
        "Quotas to request an increase for this quota. If AWS Service Quotas is not available, contact AWS "
        "support to request an increase for this quota.",
    )


def AccessDenied(  # noqa: N802 - as above
    operation: str = "sagemaker:CreateEndpoint",
    *,
    who: str = "arn:aws:sts::123456789012:assumed-role/blog/run",
) -> Refused:
    return Refused(
        "AccessDeniedException",
        f"User: {who} is not authorized to perform: {operation} because no identity-based policy allows the "
        f"{operation} action",
    )


@dataclass(frozen=True, slots=True)
class ModelError:
    """The container answered with an error; for the runtime only."""

    status: int = 400
    message: str = (
        '{\n  "code": 400,\n  "type": "InternalServerException",\n  "message": "a made-up failure"\n}\n'
    )


@dataclass(frozen=True, slots=True)
class Timeout:
    """SageMaker gave up on the container after 60 s; `seconds` is how long that takes here."""

    seconds: float = 0.2


@dataclass(frozen=True, slots=True)
class Late:
    """The true answer, `seconds` later."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Hang:
    """No answer before `reset()` or the end."""


@dataclass(frozen=True, slots=True)
class Dropped:
    """The connection is closed without an answer; with `after`, the call still took effect."""

    after: bool = False


@dataclass(frozen=True, slots=True)
class Then:
    """The call takes effect, then `action` is called (to kill who asked, for one), then comes the answer."""

    action: Callable[[], object]


Fault = Then | Refused | ModelError | Timeout | Late | Hang | Dropped

INSUFFICIENT_CAPACITY = (
    "Unable to provision requested ML compute capacity due to InsufficientInstanceCapacity error. "
    "Please retry using a different ML instance type or after some time."
)
CAPACITY_ERROR = (
    "CapacityError: Unable to provision requested ML compute capacity. Please retry using a different ML "
    "instance type."
)
UNHEALTHY = (
    "The primary container for production variant AllTraffic did not pass the ping health check. "
    "Please check CloudWatch logs for this endpoint."
)
TIMED_OUT = (
    "Your invocation timed out while waiting for a response from container primary. Review the latency "
    "metrics for each container in Amazon CloudWatch, resolve the issue, and try again."
)
NO_IMAGE = (
    "The role 'arn:aws:iam::123456789012:role/SageMakerRole' does not have BatchGetImage permission for the "
    "image: '763104351884.dkr.ecr.us-east-1.amazonaws.com/huggingface-pytorch-inference'."
)
NO_MODEL_DATA = (
    'Failed to download model data for container "container_1" from URL: "s3://blog/model.tar.gz". Please '
    "ensure that there is an object located at the URL and that the role passed to CreateModel has "
    "permissions to download the object."
)
FAILURES = (INSUFFICIENT_CAPACITY, UNHEALTHY, NO_IMAGE, NO_MODEL_DATA)
"""Reasons for which an endpoint ends as Failed, for `fail_with`."""
