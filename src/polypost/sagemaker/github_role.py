"""A role of AWS in exchange for GitHub's token: what a credentials step of a workflow would do.

GitHub gives a token that says which workflow this is, and AWS the role in exchange, for an hour; before that
is over both are asked again, for as long as the run takes.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from botocore import UNSIGNED
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import CredentialProvider, RefreshableCredentials
from botocore.exceptions import ClientError, HTTPClientError
from botocore.httpsession import URLLib3Session
from botocore.utils import get_environ_proxies

from polypost.errors import PolypostError, ServiceError, UsageError
from polypost.ports import Clock
from polypost.sagemaker import clients

AUDIENCE = "sts.amazonaws.com"

_ADDRESS, _KEY = "ACTIONS_ID_TOKEN_REQUEST_URL", "ACTIONS_ID_TOKEN_REQUEST_TOKEN"
_ATTEMPTS = 4
_SECONDS = 20

_NO_PERMISSION = (
    "aws-role-arn needs a token of GitHub for this workflow, and the job may not have one. Write "
    "`permissions: { contents: write, pull-requests: write, id-token: write }` in the job: what a job grants "
    "replaces the rest, so name all three."
)


class GitHubRole(CredentialProvider):  # type: ignore[misc]  # botocore has no types
    """Gives boto3 the credentials of a role for a token of GitHub, and new ones before they end."""

    METHOD = "polypost-github-role"
    CANONICAL_NAME = "custom-polypost-github-role"

    def __init__(
        self, role_arn: str, environment: Mapping[str, str], clock: Clock, mask: Callable[[str], None]
    ) -> None:
        """Asks nobody yet; `mask` is told each secret. Raises UsageError where the job may not ask."""
        if not (environment.get(_ADDRESS) and environment.get(_KEY)):
            raise UsageError(_NO_PERMISSION)
        super().__init__()
        self._role_arn = role_arn
        self._environment = environment
        self._clock = clock
        self._mask = mask

    def load(self) -> RefreshableCredentials:
        """The first credentials; they renew themselves, at the earliest 15 minutes before their end.

        In these 15 minutes a failure to renew is nothing (the old ones still do); in the last ten it is
        raised by whatever call needs them.
        """
        first = self._fetch()
        return RefreshableCredentials(
            first["access_key"],
            first["secret_key"],
            first["token"],
            datetime.fromisoformat(first["expiry_time"]),
            refresh_using=self._fetch,
            method=self.METHOD,
            time_fetcher=lambda: datetime.fromtimestamp(self._clock.now(), UTC),
        )

    def _fetch(self) -> dict[str, str]:
        token = self._token()
        run = re.sub(r"[^\w+=,.@-]", "", self._environment.get("GITHUB_RUN_ID", ""), flags=re.ASCII)
        try:
            answer = self._sts().assume_role_with_web_identity(
                RoleArn=self._role_arn,
                RoleSessionName=f"polypost-{run}"[:64],
                WebIdentityToken=token,
            )
        except ClientError as error:
            if clients.is_passing(error):
                raise
            raise clients.NotAssumedError(_refusal(error, self._role_arn, token)) from None
        given = answer["Credentials"]
        for secret in (given["SecretAccessKey"], given["SessionToken"]):
            self._mask(secret)
        return {
            "access_key": given["AccessKeyId"],
            "secret_key": given["SecretAccessKey"],
            "token": given["SessionToken"],
            "expiry_time": given["Expiration"].isoformat(),
        }

    def _sts(self) -> Any:
        """A client of the run's own region: the global endpoint is another region's."""
        config = Config(
            signature_version=UNSIGNED,
            connect_timeout=10,
            read_timeout=_SECONDS,
            retries={"total_max_attempts": _ATTEMPTS, "mode": "standard"},
        )
        return self.session.create_client("sts", config=config)

    def _token(self) -> str:
        """A token of GitHub that says which workflow this is; it lives for minutes."""
        address = self._environment[_ADDRESS]
        address += f"{'&' if '?' in address else '?'}audience={AUDIENCE}"
        asked = AWSRequest(
            "GET", address, headers={"Authorization": f"bearer {self._environment[_KEY]}"}
        ).prepare()
        reason = ""
        for attempt in range(_ATTEMPTS):
            if attempt:
                self._clock.sleep(2.0**attempt)
            try:
                answer = URLLib3Session(timeout=_SECONDS, proxies=get_environ_proxies(address)).send(asked)
            except HTTPClientError as error:
                # Its text may hold the address with all that is in it; the class says enough.
                reason = type(error).__name__
                continue
            reason = f"answer {answer.status_code}"
            if answer.status_code < 500 and answer.status_code != 429:
                break
        else:
            raise clients.NotAssumedError(_no_token(reason), passing=True)
        token = _value(answer.content) if answer.status_code == 200 else ""
        if not token:
            raise clients.NotAssumedError(_no_token(reason))
        self._mask(token)
        return token


def _value(content: bytes) -> str:
    try:
        return str(json.loads(content)["value"])
    except (ValueError, LookupError, TypeError):
        return ""


def _no_token(reason: str) -> PolypostError:
    return ServiceError(
        f"GitHub gives no token for aws-role-arn ({reason}). Run again; if it stays so, see "
        "https://www.githubstatus.com, and that the job has `id-token: write`."
    )


def _refusal(error: ClientError, role_arn: str, token: str) -> PolypostError:
    """What AWS's refusal means; what the role has to trust is what GitHub wrote into the token."""
    told = f"{clients.code(error)}: {clients.message(error).rstrip('.')}"
    if clients.code(error) == "InvalidIdentityToken" and "provider" in clients.message(error).lower():
        return UsageError(
            f"The AWS account doesn't know GitHub yet ({told}). Deploy the template in aws/, which adds the "
            "provider token.actions.githubusercontent.com."
        )
    if clients.is_denied(error) or clients.code(error) in {"InvalidIdentityToken", "IDPRejectedClaim"}:
        return UsageError(
            f"AWS doesn't give the role {role_arn} to this workflow ({told}). The role has to exist, and its "
            f"trust policy has to allow the subject `{_subject(token)}` with the audience {AUDIENCE}: deploy "
            "the template in aws/ with this repository and branch (Repository, Ref, PullRequests), or "
            "correct aws-role-arn."
        )
    return UsageError(f"AWS doesn't give the role {role_arn}: {told}. Correct aws-role-arn or aws-region.")


def _subject(token: str) -> str:
    """Whom GitHub says the token is about, e.g. `repo:octo/blog:ref:refs/heads/main`."""
    try:
        body = token.split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
        return str(claims["sub"])
    except (ValueError, LookupError, TypeError):
        return "repo:OWNER/NAME:ref:refs/heads/BRANCH"
