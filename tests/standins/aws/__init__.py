"""A stand-in for AWS: moto's state behind AWS's own description, what moto lacks in front, and a runtime of
ours.

    with Aws() as aws:                         # or Aws(SimClock()): what takes time takes simulated time
        aws.backend = container.url            # or a function: request -> answer
        aws.role("SageMakerRole")
        subprocess.run([...], env={**clean_environment, **aws.env})
        assert aws.left() == []
        assert [call.operation for call in aws.log] == [...]

    with aws.inside():                         # this process's own boto3 calls, without a network
        ...

SageMaker (models, endpoints, tags, batch transform that does the work), its runtime, EventBridge Scheduler
(schedules go off), S3, STS with GitHub's tokens (`standins.oidc`), IAM, Pricing and Service Quotas. Any
request can be made to go wrong: by operation (`script`), by its place (`at`), or as a function decides
(`intercept`).

One at a time per process: moto's state is the process's.
"""

from __future__ import annotations

import json
import os
from typing import Any, Self

import boto3
from botocore.config import Config
from moto.iam.models import iam_backends

from standins.aws.account import ACCOUNT, REGION
from standins.aws.calls import Arrival, Call
from standins.aws.faults import (
    FAILURES,
    INSUFFICIENT_CAPACITY,
    UNHEALTHY,
    AccessDenied,
    Conflict,
    Dropped,
    Fault,
    Hang,
    Late,
    ModelError,
    Refused,
    ResourceLimitExceeded,
    ServerError,
    SlowDown,
    Then,
    Throttled,
    Timeout,
)
from standins.aws.http import Server
from standins.aws.identity import STATIC, Issued
from standins.aws.inside import Inside
from standins.aws.runtime import echo
from standins.aws.schedules import Firing
from standins.aws.sts import PROVIDER
from standins.clock import Clock, RealClock
from standins.oidc import ISSUER

__all__ = [
    "ACCOUNT",
    "FAILURES",
    "INSUFFICIENT_CAPACITY",
    "REGION",
    "UNHEALTHY",
    "AccessDenied",
    "Arrival",
    "Aws",
    "Call",
    "Conflict",
    "Dropped",
    "Fault",
    "Firing",
    "Hang",
    "Late",
    "ModelError",
    "Refused",
    "ResourceLimitExceeded",
    "ServerError",
    "SlowDown",
    "Then",
    "Throttled",
    "Timeout",
    "echo",
]


class Aws(Inside):
    """See the module; the settings are those of the `settings` methods, here and in the classes below."""

    def __init__(self, clock: Clock | None = None) -> None:
        """`clock` decides when what takes time is over; the machine's when not given."""
        super().__init__(clock or RealClock())
        self._servers = Server(self.front), Server(self.runtime)
        front, runtime = self._servers
        self._served = {front.url: self.front, runtime.url: self.runtime}
        self.env = {
            "AWS_ENDPOINT_URL": front.url,
            "AWS_ENDPOINT_URL_SAGEMAKER_RUNTIME": runtime.url,
            "AWS_ACCESS_KEY_ID": STATIC.key,
            "AWS_SECRET_ACCESS_KEY": STATIC.secret,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_REGION": REGION,
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "AWS_EC2_METADATA_DISABLED": "true",
            "NO_PROXY": "127.0.0.1,localhost",
        }

    def close(self) -> None:
        self.released.set()
        for server in self._servers:
            server.close()

    def __enter__(self) -> Self:
        self.reset()  # moto's state is the process's, and may be another stand-in's
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def client(self, name: str, config: Config | None = None) -> Any:
        """A boto3 client of this stand-in, for a test's own questions; its calls are logged too."""
        url = self.env["AWS_ENDPOINT_URL" + ("_SAGEMAKER_RUNTIME" if name == "sagemaker-runtime" else "")]
        return boto3.client(
            name,
            config=config,
            endpoint_url=url,
            region_name=REGION,
            aws_access_key_id=self.env["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=self.env["AWS_SECRET_ACCESS_KEY"],
        )

    def session(self, seconds: float) -> dict[str, str]:
        """Environment variables with credentials that end in so long, as another step of a workflow gives
        them.
        """
        key = f"ASIA{len(self.credentials):016}"
        arn = f"arn:aws:sts::{ACCOUNT}:assumed-role/blog/run"
        issued = Issued(key, "secret", f"token-{key}", arn, "AROAIOSFODNN7EXAMPLE:run", self.now() + seconds)
        self.credentials[key] = issued
        return {
            "AWS_ACCESS_KEY_ID": key,
            "AWS_SECRET_ACCESS_KEY": issued.secret,
            "AWS_SESSION_TOKEN": issued.token,
        }

    def role(self, name: str, *, trusts: str = "sagemaker.amazonaws.com") -> str:
        """Create an IAM role that the service `trusts` may assume; its ARN."""
        return self._role(name, {"Principal": {"Service": trusts}, "Action": "sts:AssumeRole"})

    def github_role(self, name: str, *, subject: str, seconds: int = 3600) -> str:
        """Create an IAM role for GitHub's tokens of this subject (`*` allowed), and their provider; its ARN.

        `seconds` is the longest that its credentials may live.
        """
        known = [arn for arn in self.providers if arn.endswith(f"/{PROVIDER}")]
        provider = (
            known[0]
            if known
            else iam_backends[ACCOUNT]["aws"]
            .create_open_id_connect_provider(
                url=ISSUER, thumbprint_list=[], client_id_list=["sts.amazonaws.com"], tags=[]
            )
            .arn
        )
        condition = {
            "StringEquals": {f"{PROVIDER}:aud": "sts.amazonaws.com"},
            "StringLike": {f"{PROVIDER}:sub": subject},
        }
        trust = {"Principal": {"Federated": provider}, "Action": "sts:AssumeRoleWithWebIdentity"}
        return self._role(name, {**trust, "Condition": condition}, seconds)

    def _role(self, name: str, statement: dict[str, Any], seconds: int = 3600) -> str:
        policy = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **statement}]}
        return (
            iam_backends[ACCOUNT]["aws"]
            .create_role(
                role_name=name,
                assume_role_policy_document=json.dumps(policy),
                path="/",
                permissions_boundary=None,
                description="",
                tags=[],
                max_session_duration=str(seconds),
            )
            .arn
        )

    def bucket(self, name: str) -> str:
        """Create an S3 bucket; its URI."""
        self.storage.create_bucket(name, REGION)
        return f"s3://{name}"
