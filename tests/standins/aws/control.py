"""The control plane: AWS's description at the door, then what moto lets pass or leaves out, then moto.

Every request is checked against the description before anybody sees it, and every answer before it leaves.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Protocol

from botocore.model import OperationModel
from botocore.parsers import create_parser

from standins.aws.account import REGION
from standins.aws.description import complaints, pruned, service
from standins.aws.endpoints import Endpoints
from standins.aws.faults import Refused
from standins.aws.http import Request, Response
from standins.aws.identity import STATIC
from standins.aws.offers import Pricing, Quotas
from standins.aws.protocol import answered, called, error, wrong_input
from standins.aws.schedules import Firing, Schedules
from standins.aws.state import State
from standins.aws.storage import Storage
from standins.aws.sts import Sts
from standins.aws.tags import Lists, Tags
from standins.aws.transform import Transform

INVALID = {"s3": "InvalidArgument", "iam": "ValidationError", "sts": "ValidationError"}
"""The code for input that breaks the description, where it isn't ValidationException."""


JSON = {"json", "rest-json"}
SIGNED = (
    f"AWS4-HMAC-SHA256 Credential=SCHEDULER/20300101/{REGION}/sagemaker/aws4_request, SignedHeaders=host, "
    "Signature=" + "0" * 64
)
"""How the Scheduler's own calls are signed."""


class Part(Protocol):
    """What answers in moto's place, or refuses what moto would let pass."""

    def answer(self, operation: str, given: Mapping[str, Any]) -> Refused | dict[str, Any] | None: ...


class Control(State):
    """The services but the runtime; see `Aws` for the settings."""

    def settings(self) -> None:
        super().settings()
        self.credentials[STATIC.key] = STATIC
        self._endpoints = Endpoints(self)
        self._schedules = Schedules(self, self._scheduled)
        self._storage = Storage(self)
        self._transform = Transform(self, self._storage)
        self._parts: dict[str, tuple[Part, ...]] = {
            "sagemaker": (Tags(self), Lists(self), self._endpoints, self._transform),
            "scheduler": (self._schedules,),
            "s3": (self._storage,),
            "sts": (Sts(self),),
            "iam": (Sts(self),),
            "pricing": (Pricing(self),),
            "service-quotas": (Quotas(self),),
        }

    @property
    def fired(self) -> list[Firing]:
        """What schedules have called so far."""
        return self._schedules.fired

    def left(self) -> list[str]:
        """What still exists, each as `kind name`."""
        with self.lock:
            self._age()
            return [*self._endpoints.left(), *self._schedules.left(), *self._transform.left()]

    def status(self, endpoint: str) -> str | None:
        """The endpoint's status now; None when there is no such endpoint."""
        with self.lock:
            self._age()
            known = self.sagemaker.endpoints.get(endpoint)
            return known.endpoint_status if known else None

    def expire_credentials(self) -> None:
        """All credentials that there are at this moment have ended."""
        for key, issued in self.credentials.items():
            self.credentials[key] = replace(issued, ends=self.now())

    def run_schedules(self) -> list[Firing]:
        """Let due schedules go off (any request and `left` do too); everything that has been fired so far."""
        with self.lock:
            self._age()
            return self.fired

    def answer(self, request: Request, operation: OperationModel, given: Mapping[str, Any]) -> Response:
        """The checked answer to a parsed request."""
        name = called(request)
        if problems := wrong_input(operation, given, request):
            text = f"{len(problems)} validation error(s) detected: {'; '.join(problems)}"
            return error(request, Refused(INVALID.get(name, "ValidationException"), text))
        with self.lock:
            self._age()
            self.caller = request.key
            response = self._act(name, request, operation, given)
        return checked(request, operation, response)

    def _act(
        self, name: str, request: Request, operation: OperationModel, given: Mapping[str, Any]
    ) -> Response:
        parts = self._parts.get(name, ())
        for part in parts:
            own = part.answer(operation.name, given)
            if isinstance(own, Refused):
                return error(request, own)
            if own is not None:
                return answered(operation, own)
        response = tidied(operation, self.forward(name, request))
        if response.status < 300:
            for part in parts:
                getattr(part, "done", lambda *_: None)(operation.name, given)
        return response

    def _age(self) -> None:
        now = self.now()
        self._schedules.run(now)
        self._endpoints.age(now)
        self._transform.age(now)

    def _scheduled(self, operation: str, given: dict[str, Any], at: float) -> str:
        """A schedule's call, at its own moment; the refusal, `` for none."""
        self._endpoints.age(at)
        self._transform.age(at)
        headers = {"authorization": SIGNED, "x-amz-target": f"SageMaker.{operation}"}
        request = Request("POST", "/", headers, json.dumps(given).encode())
        with self.moment(at):
            response = self._act("sagemaker", request, service("sagemaker").operation_model(operation), given)
        if response.status < 300:
            return ""
        told = json.loads(response.body)
        return f"{told['__type']}: {told.get('message') or told['Message']}"


def tidied(operation: OperationModel, response: Response) -> Response:
    """moto's answer, of JSON services without the empty members that AWS leaves out."""
    if response.status >= 300 or operation.service_model.metadata["protocol"] not in JSON:
        return response
    value = pruned(operation.output_shape, json.loads(response.body or b"{}"))
    return replace(response, body=json.dumps(value).encode() if value else b"")


def checked(request: Request, operation: OperationModel, response: Response) -> Response:
    """The answer; InternalFailure when it breaks the description."""
    if response.status >= 300:
        return response
    shape, protocol = operation.output_shape, operation.service_model.metadata["protocol"]
    if protocol in JSON:
        value = json.loads(response.body or b"{}")
    else:
        raw = {"status_code": response.status, "headers": response.headers, "body": response.body}
        value = create_parser(protocol).parse(raw, shape)
        value.pop("ResponseMetadata", None)
    if problems := list(complaints(shape, value)):
        text = f"the stand-in's own answer to {operation.name} is wrong: {'; '.join(problems)}"
        return error(request, Refused("InternalFailure", text, 500))
    return response
