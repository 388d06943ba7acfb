"""Where the AWS credentials come from, and when they end."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from botocore.credentials import CredentialProvider, EnvProvider, RefreshableCredentials
from botocore.exceptions import BotoCoreError, ClientError

from polypost.ports import Clock
from polypost.sagemaker import clients
from polypost.sagemaker.github_role import GitHubRole

RESERVE_SECONDS = 600
"""So long before credentials end nothing more is translated: publishing and deleting need them."""

ASSUMED_SECONDS = 3600
"""How long from the run's start credentials last whose end nothing tells: what GitHub's action asks for by
default. A run that outlives them can't delete its endpoint."""

_EXPIRY = "AWS_CREDENTIAL_EXPIRATION"


@dataclass(frozen=True, slots=True)
class Lifetime:
    """How long a session's credentials last."""

    ends_at: float | None
    """Seconds since 1970; None where they don't end in the run, or where nothing says when."""
    sure: bool
    """Whether that is known."""
    told: str
    """The same in words, to go on after "the AWS credentials"."""


def provider(
    environment: Mapping[str, str], role_arn: str, clock: Clock, mask: Callable[[str], None]
) -> CredentialProvider | None:
    """What `clients.open_session` is to take credentials from; None leaves it to boto3.

    The role is for workflows; elsewhere, where the same configuration file may name it, the credentials are a
    person's own. `mask` is told each secret before it is used. Raises UsageError where the job may not ask
    for a token.
    """
    if role_arn and environment.get("GITHUB_ACTIONS") == "true":
        return GitHubRole(role_arn, environment, clock, mask)
    return given(environment)


def given(environment: Mapping[str, str]) -> CredentialProvider | None:
    """The credentials of the environment, as they are; None where there are none.

    boto3 "renews" them from the same variables, and raises a bare RuntimeError once they have ended. Without
    their end it goes on sending them, and AWS says what is wrong.
    """
    if not environment.get(EnvProvider.ACCESS_KEY):
        return None
    return EnvProvider({name: value for name, value in environment.items() if name != _EXPIRY})


def lifetime(session: Any, environment: Mapping[str, str]) -> Lifetime:
    """How long the credentials of a session last. Raises ServiceError or UsageError where there are none."""
    try:
        found = session.get_credentials()
        token = found and found.token
    except (ClientError, BotoCoreError) as error:
        raise clients.explain(error, "sign in") from error
    if found is None:
        raise clients.no_credentials()
    if not token:
        return Lifetime(None, True, "don't end")
    if found.method != EnvProvider.METHOD and isinstance(found, RefreshableCredentials):
        return Lifetime(None, True, "are renewed for as long as the run takes")
    end = _moment(environment.get(_EXPIRY, "")) if found.method == EnvProvider.METHOD else None
    if end is not None:
        return Lifetime(end, True, f"end at {datetime.fromtimestamp(end, UTC):%Y-%m-%d %H:%M} UTC")
    return Lifetime(
        None,
        False,
        f"end, and nothing says when: a run takes it that they last {ASSUMED_SECONDS // 60} minutes from its "
        "start, and ends before, since without them it can't delete its endpoint. For more time set "
        f"aws-role-arn, which renews them, or {_EXPIRY}",
    )


def _moment(text: str) -> float | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
