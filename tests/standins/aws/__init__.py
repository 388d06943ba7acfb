"""A stand-in for AWS on loopback: moto's control plane behind AWS's own description, and a runtime of ours.

    with Aws() as aws:
        aws.backend = container.url            # or a function: request -> answer
        aws.role("SageMakerRole")
        subprocess.run([...], env={**clean_environment, **aws.env})
        assert aws.left() == []
        assert [call.operation for call in aws.log] == [...]

One at a time per process: moto's state is the process's.
"""

from __future__ import annotations

import json
import os
import re
import threading
import time
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Self

import boto3
from botocore.config import Config
from botocore.model import OperationNotFoundError
from moto.iam.models import iam_backends

from standins.aws.control import ACCOUNT, REGION, Control, error, parse
from standins.aws.faults import (
    INSUFFICIENT_CAPACITY,
    TIMED_OUT,
    UNHEALTHY,
    AccessDenied,
    Dropped,
    Fault,
    Hang,
    Late,
    ModelError,
    Refused,
    ResourceLimitExceeded,
    ServerError,
    Throttled,
    Timeout,
)
from standins.aws.http import Drop, Request, Response, Server
from standins.aws.runtime import PATH, Backend, echo, invoke, model_error

__all__ = [
    "ACCOUNT",
    "INSUFFICIENT_CAPACITY",
    "REGION",
    "UNHEALTHY",
    "AccessDenied",
    "Aws",
    "Call",
    "Dropped",
    "Fault",
    "Hang",
    "Late",
    "ModelError",
    "Refused",
    "ResourceLimitExceeded",
    "ServerError",
    "Throttled",
    "Timeout",
    "echo",
]


@dataclass(frozen=True, slots=True)
class Call:
    """One request that reached the stand-in, in the order of arrival of the answers."""

    service: str
    """`sagemaker`, `iam`, `sts` or `sagemaker-runtime`."""
    operation: str
    input: dict[str, Any]
    """The parsed input; of the runtime the parsed JSON body."""
    size: int
    """Bytes of the request's body."""
    status: int
    """The HTTP status of the answer; 0 when the connection was dropped."""
    error: str
    """The answer's error code, `` for none."""
    at: float
    """When it arrived, on `time.monotonic`'s clock."""
    seconds: float
    """How long the answer took."""


class Aws(Control):
    """See the module's text; the settings are `Control`'s and those of `settings`."""

    def __init__(self) -> None:
        self._counting = threading.Lock()
        self._released = threading.Event()
        super().__init__()
        self._front = Server(self._answer_control)
        self._runtime = Server(self._answer_runtime)
        self.env = {
            "AWS_ENDPOINT_URL": self._front.url,
            "AWS_ENDPOINT_URL_SAGEMAKER_RUNTIME": self._runtime.url,
            "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",
            "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
            "AWS_DEFAULT_REGION": REGION,
            "AWS_REGION": REGION,
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "AWS_EC2_METADATA_DISABLED": "true",
            "NO_PROXY": "127.0.0.1,localhost",
        }

    def settings(self) -> None:
        """Everything as at the start, but for moto's state."""
        super().settings()
        self._released.set()
        self._released = threading.Event()
        self.backend: Backend = echo
        """Where invocations go: a container's URL, or a function from the parsed request to the answer."""
        self.invocation_seconds = 60.0
        """How long SageMaker waits for the container."""
        self.log: list[Call] = []
        self._faults: defaultdict[str, deque[Fault | None]] = defaultdict(deque)

    def close(self) -> None:
        self._released.set()
        self._front.close()
        self._runtime.close()
        super().close()

    def __enter__(self) -> Self:
        self.reset()  # moto's state is the process's, and may be another stand-in's
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def script(self, operation: str, *faults: Fault | None) -> None:
        """The next calls of `operation` (`CreateEndpoint`, `InvokeEndpoint`, ...) go so; None: as usual.

        boto3 retries on its own (3 attempts by default), and each attempt takes one fault.
        """
        with self._counting:
            self._faults[operation].extend(faults)

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

    def role(self, name: str, *, trusts: str = "sagemaker.amazonaws.com") -> str:
        """Create an IAM role that the service `trusts` may assume; its ARN."""
        statement = {"Effect": "Allow", "Principal": {"Service": trusts}, "Action": "sts:AssumeRole"}
        policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        return (
            iam_backends[ACCOUNT]["aws"]
            .create_role(
                role_name=name,
                assume_role_policy_document=policy,
                path="/",
                permissions_boundary=None,
                description="",
                tags=[],
                max_session_duration="3600",
            )
            .arn
        )

    def calls(self, operation: str) -> list[Call]:
        """The logged calls of one operation."""
        return [call for call in self.log if call.operation == operation]

    def _answer_control(self, request: Request) -> Response:
        try:
            operation, given = parse(request)
        except (LookupError, ValueError, OperationNotFoundError) as failure:
            refused = Refused("UnknownOperationException", str(failure), 404)
            return self._logged(request, request.signed_for, "?", {}, lambda: error(request, refused))
        return self._logged(
            request,
            request.signed_for,
            operation.name,
            given,
            lambda: self._faulty(request, operation.name, lambda: self.answer(request, operation, given)),
        )

    def _answer_runtime(self, request: Request) -> Response:
        match = PATH.fullmatch(request.path)
        if not match or request.method != "POST" or request.signed_for != "sagemaker":
            refused = Refused(
                "UnknownOperationException", f"no invocation: {request.method} {request.path}", 404
            )
            return self._logged(request, "sagemaker-runtime", "?", {}, lambda: error(request, refused))
        endpoint = match[1]

        def usual() -> Response:
            return invoke(request, endpoint, self.status(endpoint), self.backend, self.invocation_seconds)

        return self._logged(
            request,
            "sagemaker-runtime",
            "InvokeEndpoint",
            _json(request.body),
            lambda: self._faulty(request, "InvokeEndpoint", usual, endpoint),
        )

    def _faulty(
        self, request: Request, operation: str, usual: Callable[[], Response], endpoint: str = ""
    ) -> Response:
        with self._counting:
            waiting = self._faults[operation]
            fault = waiting.popleft() if waiting else None
            released = self._released
        match fault:
            case Refused():
                return error(request, fault)
            case ModelError(status, message):
                return model_error(endpoint, status, message)
            case Timeout(seconds):
                released.wait(seconds)
                return model_error(endpoint, 0, TIMED_OUT)
            case Late(seconds):
                released.wait(seconds)
            case Hang():
                released.wait()
                raise Drop
            case Dropped(after):
                if after:
                    usual()
                raise Drop
        return usual()

    def _logged(
        self,
        request: Request,
        service: str,
        operation: str,
        given: dict[str, Any],
        act: Callable[[], Response],
    ) -> Response:
        at, log = time.monotonic(), self.log
        status, code = 0, ""
        try:
            response = act()
            status, code = response.status, error_code(response)
            return response
        finally:
            seconds = time.monotonic() - at
            log.append(Call(service, operation, given, len(request.body), status, code, at, seconds))


def _json(body: bytes) -> dict[str, Any]:
    try:
        return json.loads(body)
    except ValueError:
        return {}


def error_code(response: Response) -> str:
    """AWS's error code of an answer, `` for a good one."""
    if response.status < 400:
        return ""
    named = {name.lower(): value for name, value in response.headers.items()}.get("x-amzn-errortype", "")
    found = re.search(
        r'<Code>(\w+)</Code>|"__type": ?"([\w.#]*?)(\w+)"', response.body.decode(errors="replace")
    )
    return named or (found[1] or found[3] if found else str(response.status))
