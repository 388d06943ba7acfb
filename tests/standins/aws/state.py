"""What the stand-in knows: moto's backends (called in process, on the stand-in's clock) and the settings.

moto 5.2.5 keeps the state of every service that it has; its backends are the process's.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import moto.iam.models
import moto.s3.models
import moto.sagemaker.models
import moto.scheduler.models
from botocore.awsrequest import AWSPreparedRequest
from botocore.compat import HTTPHeaders
from moto.core.base_backend import BackendDict
from moto.core.botocore_stubber import BotocoreStubber
from moto.core.model_instances import reset_model_data
from moto.iam.models import iam_backends
from moto.s3.models import s3_backends
from moto.sagemaker.models import FakeEndpointConfig, sagemaker_backends
from moto.scheduler.models import scheduler_backends

from standins.aws.account import ACCOUNT, REGION
from standins.aws.http import Request, Response
from standins.aws.runtime import Backend, echo
from standins.clock import Clock

HOSTS = {
    "sagemaker": f"api.sagemaker.{REGION}.amazonaws.com",
    "scheduler": f"scheduler.{REGION}.amazonaws.com",
    "s3": f"s3.{REGION}.amazonaws.com",
    "iam": "iam.amazonaws.com",
    "sts": f"sts.{REGION}.amazonaws.com",
}
TIMED = (moto.sagemaker.models, moto.s3.models, moto.scheduler.models, moto.iam.models)


class State:
    """moto's state, a clock, and the settings that every part reads; see `Aws` for how they are used."""

    def __init__(self, clock: Clock) -> None:
        # moto's own list stops at the types of 2021; the description's enum is checked before.
        FakeEndpointConfig.validate_instance_type = lambda *_: None
        self.clock = clock
        self.lock = threading.RLock()
        self._waited = threading.local()
        self._moment: float | None = None
        self.released = threading.Event()
        self.settings()

    def settings(self) -> None:
        """Everything as at the start, but for moto's state."""
        self.released.set()
        self.released = threading.Event()
        self.creating_seconds = 0.0
        """How long an endpoint is Creating."""
        self.deleting_seconds = 0.0
        """How long an endpoint is Deleting; its name is taken meanwhile, and it answers nothing."""
        self.fail_with: str | None = None
        """The FailureReason with which endpoints end instead of being InService."""
        self.no_capacity: set[str] = set()
        """Instance types of which there is none at the moment."""
        self.quota: set[str] = set()
        """Instance types (`ml.g5.xlarge`), or quotas by name (`ml.g5.xlarge for endpoint usage`), of 0."""
        self.quota_instances = 20
        """How many instances of a type every other quota allows."""
        self.backend: Backend = echo
        """Where invocations and records go: a container's URL, or a function from the parsed request to the
        answer."""
        self.backends: dict[str, Backend] = {}
        """Part of an endpoint's name -> where its invocations go instead."""
        self.job_seconds = 0.0
        """How long a transform job takes before its first record."""
        self.seconds_per_record = 0.0
        """How long a record takes, on one instance."""
        self.stopping_seconds = 0.0
        """How long a transform job is Stopping."""
        self.early_output = False
        """Whether a transform job writes an object's output at once instead of at its end."""
        self.job_failures: list[str] = []
        """FailureReasons with which the next transform jobs end, one each, without having done anything."""
        self.failing_objects: set[str] = set()
        """Keys of input objects that fail, once each."""
        self.lost_outputs: set[str] = set()
        """Keys of input objects whose output is not written, once each, though nothing is said of it."""
        self.skew_seconds = 0.0
        """How far AWS's clock is ahead of ours."""
        self.credentials: dict[str, Any] = {}
        """Who has which access key: `identity.Issued` by key."""
        self.denied_actions: set[str] = set()
        """Permissions (`sagemaker:CreateEndpoint`) that nobody has."""
        self.prices = {"ml.m5.xlarge": 0.23, "ml.g4dn.xlarge": 0.736, "ml.g5.xlarge": 1.408}
        """USD per hour of the instance types that have a price."""
        self.caller = ""
        """The access key of the request at hand."""
        self.checks_time = not self.clock.simulated
        """Whether a request signed more than 5 minutes (S3: 15) off AWS's time is refused."""

    def reset(self) -> None:
        with self.lock:
            BackendDict.reset()
            reset_model_data()
            for module in TIMED:
                module.utcnow = self.utcnow
                if hasattr(module, "unix_time"):
                    module.unix_time = self._unix_time
            self.settings()

    def now(self) -> float:
        """AWS's time, in seconds since 1970; what was due in the past happens at its own moment."""
        return self._moment or self.clock.now() + self.skew_seconds

    @contextmanager
    def moment(self, at: float) -> Iterator[None]:
        """Make it so late, for what is done in the `with`."""
        self._moment = at
        try:
            yield
        finally:
            self._moment = None

    def utcnow(self) -> datetime:
        """AWS's time as moto wants it: UTC, without a zone."""
        return datetime.fromtimestamp(self.now(), UTC).replace(tzinfo=None)

    def _unix_time(self, moment: datetime | None = None) -> float:
        return (moment or self.utcnow()).replace(tzinfo=UTC).timestamp()

    def wait(self, seconds: float) -> None:
        """Be slow: in simulated time, or until `reset()` at the latest."""
        self._waited.seconds = getattr(self._waited, "seconds", 0.0) + seconds
        if self.clock.simulated:
            self.clock.sleep(seconds)
        else:
            self.released.wait(seconds)

    @contextmanager
    def waits(self) -> Iterator[list[float]]:
        """The seconds (one number, there after the `with`) that this thread spent in `wait`."""
        self._waited.seconds, spent = 0.0, []
        try:
            yield spent
        finally:
            spent.append(self._waited.seconds)

    @property
    def sagemaker(self) -> Any:
        return sagemaker_backends[ACCOUNT][REGION]

    @property
    def schedules(self) -> dict[str, Any]:
        """moto's schedules of the default group, by name."""
        return scheduler_backends[ACCOUNT][REGION].schedule_groups["default"].schedules

    @property
    def storage(self) -> Any:
        return s3_backends[ACCOUNT]["aws"]

    @property
    def roles(self) -> dict[str, Any]:
        """moto's roles, by ARN."""
        return {role.arn: role for role in iam_backends[ACCOUNT]["aws"].roles.values()}

    @property
    def providers(self) -> list[str]:
        """The ARNs of the account's OIDC providers."""
        return list(iam_backends[ACCOUNT]["aws"].open_id_providers)

    def forward(self, service: str, request: Request) -> Response:
        """moto's own answer."""
        headers = HTTPHeaders()
        for name, value in request.headers.items():
            if name not in {"host", "content-length"}:
                headers[name] = value
        asked = AWSPreparedRequest(
            request.method, f"https://{HOSTS[service]}{request.path}", headers, request.body, False
        )
        status, answered, body = BotocoreStubber().process_request(asked)
        raw = body if isinstance(body, bytes) else body.encode()
        response = Response(status, raw, _kept(answered))
        return response if status < 400 else Response(status, _reworded(raw), response.headers)


def _kept(headers: Mapping[str, Any]) -> dict[str, str]:
    dropped = {"server", "date", "status", "connection"}
    return {name: str(value) for name, value in headers.items() if name.lower() not in dropped}


def _reworded(body: bytes) -> bytes:
    """AWS names what it could not find by its ARN between `"`; moto uses `'`, or the bare name."""
    model = rf"arn:aws:sagemaker:{REGION}:{ACCOUNT}:model/".encode()
    body = re.sub(rb"'(arn:aws:sagemaker:[^']+)'", rb'\\"\1\\"', body)
    return re.sub(rb'(Could not find model \\")([^:"\\]+\\")', rb"\g<1>" + model + rb"\2", body)
