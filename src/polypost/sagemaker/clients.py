"""boto3 sessions and clients, and what their errors mean to the user."""

from __future__ import annotations

import functools
import re
from typing import Any

import boto3
import botocore.loaders
import botocore.session
from botocore.config import Config
from botocore.credentials import CredentialProvider
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConfigParseError,
    CredentialRetrievalError,
    InvalidConfigError,
    LoginError,
    NoCredentialsError,
    PartialCredentialsError,
    ProfileNotFound,
    SSOError,
    TokenRetrievalError,
)

from polypost.errors import PolypostError, QuotaError, ServiceError, UsageError

READ_SECONDS = 63
"""SageMaker cuts a request off at 60 s and says so; waiting a little longer lets it."""

_NO_CREDENTIALS = (
    ConfigParseError,
    CredentialRetrievalError,
    InvalidConfigError,
    LoginError,
    NoCredentialsError,
    PartialCredentialsError,
    ProfileNotFound,
    SSOError,
    TokenRetrievalError,
)
"""AWS was never asked: the environment, or the files of the AWS command line, give no way in."""

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

_LIST = re.compile(r"\[([^\[\],]+(?:, [^\[\],]+){9,})\]")
"""AWS answers an unknown instance type with some 250 others."""

_QUOTA = ("ResourceLimitExceeded", "InsufficientInstanceCapacity", "InsufficientCapacity")
"""Codes, and words in a FailureReason, after which another instance type may do."""


class NotAssumedError(CredentialRetrievalError):  # type: ignore[misc]  # botocore has no types
    """The role of `aws-role-arn` could not be had; a botocore error, so that whoever calls AWS expects it."""

    def __init__(self, told: PolypostError, *, passing: bool = False) -> None:
        """`told`: what it means to the user; `passing`: whether asking again may do."""
        super().__init__(provider="GitHub", error_msg=str(told))
        self.told = told
        self.passing = passing


def open_session(region: str | None, credentials: CredentialProvider | None = None) -> Any:
    """A boto3 session with a region; `credentials` (see credentials.py) go before what boto3 finds itself.

    Asks nobody. Raises UsageError when no region is known, or when the files of the AWS command line lack the
    profile that the environment names, or can't be read.
    """
    try:
        core = botocore.session.get_session()
        if credentials is not None:
            credentials.session = core
            core.get_component("credential_provider").insert_before("env", credentials)
        session = boto3.Session(region_name=region, botocore_session=core)
        # Only now: each session of boto3 adds a folder to the loader that it finds.
        core.register_component("data_loader", _loader(core.get_config_variable("data_path")))
        known = session.region_name
    except _NO_CREDENTIALS as error:
        raise no_credentials(message(error)) from None
    if not known:
        raise UsageError("No AWS region is known. Set aws-region (or AWS_DEFAULT_REGION), e.g. us-east-1.")
    return session


@functools.cache
def _loader(folders: str | None) -> Any:
    """What botocore knows of AWS, read once: a run opens several sessions, and it is megabytes."""
    return botocore.loaders.create_loader(folders)


def control(session: Any) -> Any:
    """A client for endpoints, configurations and models; it retries on its own, but not for long."""
    return session.client("sagemaker", config=_config(read=20, attempts=3))


def runtime(session: Any, in_flight: int) -> Any:
    """A client for requests to an endpoint; retries are ours, because a slow request must shrink first."""
    return session.client("sagemaker-runtime", config=_config(READ_SECONDS, 1, in_flight))


def scheduler(session: Any) -> Any:
    """A client for the schedules that end what a killed run leaves."""
    return session.client("scheduler", config=_config(read=20, attempts=3))


def s3(session: Any) -> Any:
    """A client for the objects of batch jobs."""
    return session.client("s3", config=_config(read=60, attempts=4))


def iam(session: Any) -> Any:
    """A client for looking up a role."""
    return session.client("iam", config=_config(read=20, attempts=4))


def other(session: Any, service: str) -> Any:
    """A client for a question that is worth no long wait."""
    return session.client(service, config=_config(read=10, attempts=2))


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
    """The words of an error; lists of all that AWS would accept are cut short."""
    told = error.response["Error"].get("Message", "") if isinstance(error, ClientError) else error
    return _LIST.sub(_shortened, str(told))


def _shortened(listed: re.Match[str]) -> str:
    items = listed[1].split(", ")
    return f"[{', '.join(items[:3])} and {len(items) - 3} more]"


def is_missing(error: ClientError) -> bool:
    """Whether AWS says that what was named doesn't exist; SageMaker mostly has no code for that."""
    if code(error) == "ValidationException":
        return "could not find" in message(error).lower()
    return code(error) in {"ResourceNotFound", "ResourceNotFoundException"}


def is_taken(error: ClientError) -> bool:
    """Whether AWS says that the name is in use."""
    return code(error) == "ValidationException" and "already exist" in message(error).lower()


def is_stale(error: ClientError) -> bool:
    """Whether AWS no longer accepts the credentials."""
    return code(error) in _STALE


def is_denied(error: ClientError) -> bool:
    """Whether AWS says that the role may not."""
    return code(error).startswith("AccessDenied")


def is_passing(error: ClientError | BotoCoreError) -> bool:
    """Whether asking again may do: throttling, a fault on AWS's side, a connection that failed."""
    if isinstance(error, NotAssumedError):
        return error.passing
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
        return error.told if isinstance(error, NotAssumedError) else no_credentials(message(error))
    if isinstance(error, BotoCoreError):
        return ServiceError(
            f"AWS could not be reached to {doing}: {told.rstrip('.')}. Check aws-region and the network, and "
            "run again."
        )
    if is_stale(error):
        return ServiceError(
            f"AWS no longer accepts the credentials ({told}). Renew them and run again; in a workflow, set "
            "aws-role-arn: polypost then renews them itself."
        )
    if is_quota(code(error)):
        return QuotaError(f"AWS has no room to {doing}: {told}")
    if is_denied(error):
        return ServiceError(
            f"The role that runs polypost is not allowed to {doing}: {told.rstrip('.')}. The template in "
            "aws/ has all that it needs."
        )
    again = " Run again; if it stays so, see https://health.aws.amazon.com." if is_passing(error) else ""
    return ServiceError(f"AWS refused to {doing}: {told.rstrip('.')}.{again}")


def no_credentials(why: str = "none were found") -> UsageError:
    """The error of a run that has no way into the account."""
    return UsageError(
        f"There are no usable AWS credentials ({why}). In a workflow, set aws-role-arn, with the permission "
        "id-token: write; elsewhere, sign in with the AWS command line."
    )
