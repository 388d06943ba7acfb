"""The control plane: moto's server, with what it lets pass or leaves out put right in front of it.

moto 5.2.5 keeps the state. Added here: every request and answer is checked against AWS's description;
names can't be created twice; a role must exist and trust SageMaker; instance quotas; endpoints are Creating
for a while, can't be deleted meanwhile, and may end as Failed. Messages are AWS's own where one is known.
"""

from __future__ import annotations

import json
import logging
import re
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from botocore.model import OperationModel
from botocore.parsers import create_parser
from moto.iam.models import iam_backends
from moto.sagemaker.models import FakeEndpointConfig, sagemaker_backends
from moto.server import ThreadedMotoServer

from standins.aws.description import complaints, pruned, service
from standins.aws.faults import INSUFFICIENT_CAPACITY, Refused, ResourceLimitExceeded
from standins.aws.http import Request, Response, json_error, xml_error

ACCOUNT = "123456789012"
REGION = "us-east-1"
KINDS = {
    "CreateModel": ("model", "ModelName", "_models"),
    "CreateEndpointConfig": ("endpoint configuration", "EndpointConfigName", "endpoint_configs"),
    "CreateEndpoint": ("endpoint", "EndpointName", "endpoints"),
}


def error(request: Request, refused: Refused) -> Response:
    """`refused` in the protocol of the service that the request is for."""
    give = json_error if request.signed_for == "sagemaker" else xml_error
    return give(refused.status, refused.code, refused.message)


def parse(request: Request) -> tuple[OperationModel, dict[str, Any]]:
    """The operation and its input. Raises LookupError when the service or operation is not known here."""
    name = request.signed_for
    if name == "sagemaker":
        prefix, _, operation = request.headers.get("x-amz-target", "").partition(".")
        if prefix != "SageMaker":
            raise LookupError(f"no SageMaker operation in {request.method} {request.path}")
        return service(name).operation_model(operation), json.loads(request.body or b"{}")
    if name in {"iam", "sts"}:
        fields = dict(urllib.parse.parse_qsl(request.body.decode(), keep_blank_values=True))
        fields.pop("Version", None)
        return service(name).operation_model(fields.pop("Action", "")), fields
    raise LookupError(f"the stand-in has no service {name!r}")


def wrong_input(operation: OperationModel, given: Mapping[str, Any]) -> list[str]:
    """What the description has against this input (of query services: only the members' names)."""
    if operation.service_model.metadata["protocol"] == "json":
        return list(complaints(operation.input_shape, given))
    shape = operation.input_shape
    members = set(shape.members) if shape else set()
    required = set(shape.required_members) if shape else set()
    names = {name.partition(".")[0] for name in given}
    return [f".{name}: is no member of {operation.name}" for name in sorted(names - members)] + [
        f".{name}: is required" for name in sorted(required - names)
    ]


class Control:
    """moto's state and AWS's behaviour over it; see `Aws` for the settings."""

    def __init__(self) -> None:
        logging.getLogger("werkzeug").setLevel(logging.WARNING)  # a line per request says nothing new
        # moto's own list stops at the types of 2021; the description's enum is checked before.
        FakeEndpointConfig.validate_instance_type = lambda *_: None
        self._moto = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
        self._moto.start()
        self._url = "http://{}:{}".format(*self._moto.get_host_and_port())
        self._lock = threading.Lock()
        self.settings()

    def settings(self) -> None:
        """Everything as at the start, but for moto's state."""
        self.creating_seconds = 0.0
        self.fail_with: str | None = None
        self.quota: set[str] = set()
        self.no_capacity: set[str] = set()
        self._born: dict[str, float] = {}

    def reset(self) -> None:
        urllib.request.urlopen(
            urllib.request.Request(self._url + "/moto-api/reset", method="POST"), timeout=10
        ).close()
        self.settings()

    def close(self) -> None:
        self._moto.stop()

    @property
    def _state(self) -> Any:
        return sagemaker_backends[ACCOUNT][REGION]

    def left(self) -> list[str]:
        """What still exists, each as `kind name`."""
        return [
            f"{kind} {name}"
            for kind, _, holder in KINDS.values()
            for name in sorted(getattr(self._state, holder))
        ]

    def status(self, endpoint: str) -> str | None:
        """The endpoint's status now; None when there is no such endpoint."""
        with self._lock:
            self._age()
            known = self._state.endpoints.get(endpoint)
            return known.endpoint_status if known else None

    def answer(self, request: Request, operation: OperationModel, given: Mapping[str, Any]) -> Response:
        """The checked answer to a parsed request."""
        if problems := wrong_input(operation, given):
            text = f"{len(problems)} validation error(s) detected: {'; '.join(problems)}"
            return error(request, Refused("ValidationException", text))
        with self._lock:
            self._age()
            refused = self._refuses(operation.name, given)
            if refused:
                return error(request, refused)
            response = self._forward(request)
            if operation.name == "CreateEndpoint" and response.status == 200:
                self._born[given["EndpointName"]] = time.monotonic()
                self._age()
        return checked(request, operation, response)

    def _refuses(self, operation: str, given: Mapping[str, Any]) -> Refused | None:
        if operation in KINDS:
            kind, member, holder = KINDS[operation]
            if given[member] in getattr(self._state, holder):
                arn = f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:{kind.replace('uration', '').replace(' ', '-')}"
                return Refused(
                    "ValidationException", f'Cannot create already existing {kind} "{arn}/{given[member]}".'
                )
        if operation == "CreateModel" and not assumable(given["ExecutionRoleArn"]):
            return Refused(
                "ValidationException",
                f"Could not assume role {given['ExecutionRoleArn']}. Please ensure that the role exists and "
                "allows principal 'sagemaker.amazonaws.com' to assume the role.",
            )
        if operation == "CreateEndpoint":
            for instance_type in self._instance_types(given["EndpointConfigName"]):
                if instance_type in self.quota:
                    return ResourceLimitExceeded(instance_type)
        if operation in {"DeleteEndpoint", "UpdateEndpoint"}:
            endpoint = self._state.endpoints.get(given["EndpointName"])
            if endpoint and endpoint.endpoint_status == "Creating":
                return Refused("ValidationException", f'Cannot update in-progress endpoint "{endpoint.arn}".')
        return None

    def _instance_types(self, config_name: str) -> set[str]:
        config = self._state.endpoint_configs.get(config_name)
        return (
            {variant.get("InstanceType", "") for variant in config.production_variants} if config else set()
        )

    def _age(self) -> None:
        """Give each endpoint the status of its age; moto's own is InService from the first moment."""
        now = time.monotonic()
        for name, endpoint in self._state.endpoints.items():
            if endpoint.endpoint_status == "Failed" or name not in self._born:
                continue
            short = self.no_capacity & self._instance_types(endpoint.endpoint_config_name)
            reason = INSUFFICIENT_CAPACITY if short else self.fail_with
            if now - self._born[name] < self.creating_seconds:
                endpoint.endpoint_status = "Creating"
            elif endpoint.endpoint_status == "Creating" or self.creating_seconds == 0:
                endpoint.endpoint_status = "Failed" if reason else "InService"
                endpoint.failure_reason = reason

    def _forward(self, request: Request) -> Response:
        headers = {name: value for name, value in request.headers.items() if name != "content-length"}
        onward = urllib.request.Request(
            self._url + request.path, request.body, headers, method=request.method
        )
        try:
            with urllib.request.urlopen(onward, timeout=30) as answer:
                return Response(answer.status, answer.read(), _kept(answer.headers))
        except urllib.error.HTTPError as failure:
            with failure:
                return Response(failure.code, _reworded(failure.read()), _kept(failure.headers))


def assumable(role_arn: str) -> bool:
    """Whether the role exists and its trust policy names SageMaker."""
    for role in iam_backends[ACCOUNT]["aws"].roles.values():
        if role.arn == role_arn:
            policy = role.assume_role_policy_document
            return "sagemaker.amazonaws.com" in (policy if isinstance(policy, str) else json.dumps(policy))
    return False


def checked(request: Request, operation: OperationModel, response: Response) -> Response:
    """The answer, of JSON services without empty members; InternalFailure when it breaks the description."""
    if response.status != 200:
        return response
    shape = operation.output_shape
    if operation.service_model.metadata["protocol"] == "json":
        value = pruned(shape, json.loads(response.body or b"{}"))
        response = replace(response, body=json.dumps(value).encode() if value else b"")
    else:
        raw = {"status_code": 200, "headers": {}, "body": response.body}
        value = create_parser("query").parse(raw, shape)
        del value["ResponseMetadata"]
    if problems := list(complaints(shape, value)):
        text = f"the stand-in's own answer to {operation.name} is wrong: {'; '.join(problems)}"
        return error(request, Refused("InternalFailure", text, 500))
    return response


def _kept(headers: Mapping[str, str]) -> dict[str, str]:
    names = ("content-type", "x-amzn-errortype", "x-amzn-requestid")
    return {name: value for name, value in headers.items() if name.lower() in names}


def _reworded(body: bytes) -> bytes:
    """AWS names what it could not find by its ARN between `"`; moto uses `'`, or the bare name."""
    model = rf"arn:aws:sagemaker:{REGION}:{ACCOUNT}:model/".encode()
    body = re.sub(rb"'(arn:aws:[^']+)'", rb'\\"\1\\"', body)
    return re.sub(rb'(Could not find model \\")([^:"\\]+\\")', rb"\g<1>" + model + rb"\2", body)
