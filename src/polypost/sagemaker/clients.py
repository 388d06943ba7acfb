"""boto3 sessions and clients, and what their errors mean to the user."""

from __future__ import annotations

from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    CredentialRetrievalError,
    NoCredentialsError,
    PartialCredentialsError,
)

from polypost.errors import PolypostError, QuotaError, ServiceError, UsageError

READ_SECONDS = 63
"""SageMaker cuts a request off at 60 s and says so; waiting a little longer lets it."""

_NO_CREDENTIALS = (NoCredentialsError, PartialCredentialsError, CredentialRetrievalError)

_STALE = frozenset(
    {
        "ExpiredToken",
        "ExpiredTokenException",
        "InvalidClientTokenId",
        "InvalidSignatureException",
        "RequestExpired",
        "SignatureDoesNotMatch",
        "UnrecognizedClientException",
    }
)

_QUOTA = ("ResourceLimitExceeded", "InsufficientInstanceCapacity", "InsufficientCapacity")
"""Codes, and words in a FailureReason, after which another instance type may do."""


def open_session(region: str | None) -> Any:
    """A boto3 session with a region. Raises UsageError when none is known."""
    session = boto3.Session(region_name=region)
    if not session.region_name:
        raise UsageError("No AWS region is known. Set aws-region (or AWS_DEFAULT_REGION), e.g. us-east-1.")
    return session


def control(session: Any) -> Any:
    """A client for endpoints, configurations and models; it retries on its own, but not for long."""
    return session.client("sagemaker", config=_config(read=20, attempts=3))


def runtime(session: Any, in_flight: int) -> Any:
    """A client for requests to an endpoint; retries are ours, because a slow request must shrink first."""
    return session.client("sagemaker-runtime", config=_config(READ_SECONDS, 1, in_flight))


def s3(session: Any) -> Any:
    """A client for the objects of batch jobs."""
    return session.client("s3", config=_config(read=60, attempts=4))


def iam(session: Any) -> Any:
    """A client for looking up a role."""
    return session.client("iam", config=_config(read=20, attempts=4))


def _config(read: float, attempts: int, connections: int = 10) -> Config:
    return Config(
        connect_timeout=10,
        read_timeout=read,
        retries={"total_max_attempts": attempts, "mode": "standard"},
        max_pool_connections=connections,
    )


def code(error: Exception) -> str:
    """AWS's code for an error, e.g. `ThrottlingException`; empty for what never reached AWS."""
    return str(error.response["Error"].get("Code", "")) if isinstance(error, ClientError) else ""


def message(error: Exception) -> str:
    """The words of an error."""
    return str(error.response["Error"].get("Message", "")) if isinstance(error, ClientError) else str(error)


def is_missing(error: ClientError) -> bool:
    """Whether AWS says that what was named doesn't exist; it has no code of its own for that."""
    return code(error) in {"ValidationException", "ResourceNotFound"} and (
        "could not find" in message(error).lower() or code(error) == "ResourceNotFound"
    )


def is_stale(error: ClientError) -> bool:
    """Whether AWS no longer accepts the credentials."""
    return code(error) in _STALE


def is_denied(error: ClientError) -> bool:
    """Whether AWS says that the role may not."""
    return code(error).startswith("AccessDenied")


def is_passing(error: ClientError | BotoCoreError) -> bool:
    """Whether asking again may do: throttling, a fault on AWS's side, a connection that failed."""
    if isinstance(error, BotoCoreError):
        return not isinstance(error, _NO_CREDENTIALS)
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    return code(error).startswith("Throttling") or status == 429 or status >= 500


def is_quota(text: str) -> bool:
    """Whether a code or a reason says that an instance can't be had, now or in this account."""
    return any(word in text for word in _QUOTA)


def explain(error: ClientError | BotoCoreError, doing: str) -> PolypostError:
    """The error to raise in place of boto3's; `doing` completes "AWS refused to ..."."""
    told = f"{code(error)}: {message(error)}".removeprefix(": ")
    if isinstance(error, _NO_CREDENTIALS):
        return UsageError(
            f"There are no usable AWS credentials ({message(error)}). In a workflow, run "
            "aws-actions/configure-aws-credentials before polypost, with the permission id-token: write."
        )
    if isinstance(error, BotoCoreError):
        return ServiceError(
            f"AWS could not be reached to {doing}: {told.rstrip('.')}. Check aws-region and the network, and "
            "run again."
        )
    if is_stale(error):
        return ServiceError(
            f"AWS no longer accepts the credentials ({told}). Renew them and run again; in a workflow they "
            "last an hour, unless role-duration-seconds of aws-actions/configure-aws-credentials says more."
        )
    if is_quota(code(error)):
        return QuotaError(f"AWS has no room to {doing}: {told}")
    if is_denied(error):
        return ServiceError(
            f"The role that runs polypost is not allowed to {doing}: {told.rstrip('.')}. The template in "
            "aws/ has all that it needs."
        )
    return ServiceError(f"AWS refused to {doing}: {told}")
