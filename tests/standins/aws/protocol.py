"""From a request to operation and input, and from an answer or a refusal to a response, by AWS's description.

Four protocols, as botocore's data names them: `json` (SageMaker, Pricing, Service Quotas), `query` (IAM,
STS), `rest-json` (Scheduler, the runtime) and `rest-xml` (S3).
"""

from __future__ import annotations

import base64
import json
import re
import urllib.parse
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from botocore.model import OperationModel
from moto.core.parse import PROTOCOL_PARSERS
from moto.core.serialize import get_serializer_class
from moto.core.utils import get_service_model

from standins.aws.description import complaints, service
from standins.aws.faults import Refused
from standins.aws.http import Request, Response, json_error, s3_error, xml_error

SERVICES = {
    "sagemaker": "sagemaker",
    "scheduler": "scheduler",
    "s3": "s3",
    "iam": "iam",
    "sts": "sts",
    "pricing": "pricing",
    "servicequotas": "service-quotas",
}
"""The services of the control plane: what a request is signed for, and botocore's name."""
BUCKETS = {"CreateBucket", "DeleteBucket", "HeadBucket", "ListBuckets", "ListObjectsV2", "DeleteObjects"}
OBJECTS = {"PutObject", "GetObject", "HeadObject", "DeleteObject"}
UNSIGNED = "AssumeRoleWithWebIdentity"


def called(request: Request) -> str:
    """The service that a request is for, as botocore names it; `` for none that is known here."""
    if request.signed_for:
        return SERVICES.get(request.signed_for, "")
    return "sts" if f"Action={UNSIGNED}&".encode() in request.body + b"&" else ""


def parse(request: Request) -> tuple[OperationModel, dict[str, Any]]:
    """The operation and its input. Raises LookupError when the service or operation is not known here."""
    name = called(request)
    if not name:
        raise LookupError(f"the stand-in has no service {request.signed_for!r}")
    described = service(name)
    match described.metadata["protocol"]:
        case "json":
            prefix, _, operation = request.headers.get("x-amz-target", "").partition(".")
            if prefix != described.metadata["targetPrefix"]:
                raise LookupError(f"no operation of {name} in {request.method} {request.path}")
            return described.operation_model(operation), json.loads(request.body or b"{}")
        case "query":
            fields = _fields(request)
            return described.operation_model(fields.get("Action", "")), _query(described, fields, request)
        case _:
            operation = _routed(name, request)
            return operation, dict(_rest(operation, request))


def wrong_input(operation: OperationModel, given: Mapping[str, Any], request: Request) -> list[str]:
    """What the description has against this input, its fields and headers."""
    shape = operation.input_shape
    problems = list(complaints(shape, given))
    if operation.service_model.metadata["protocol"] == "query":
        known = set(shape.members) if shape else set()
        names = {name.partition(".")[0] for name in _fields(request)} - {"Action", "Version"}
        unknown = [f".{name}: is no member of {operation.name}" for name in sorted(names - known)]
        return unknown + problems
    return problems


def error(request: Request, refused: Refused) -> Response:
    """`refused` in the protocol of the service that the request is for."""
    match called(request):
        case "iam" | "sts":
            return xml_error(refused.status, refused.code, refused.message)
        case "s3":
            return s3_error(refused.status, refused.code, refused.message, empty=request.method == "HEAD")
        case _:
            return json_error(refused.status, refused.code, refused.message)


def answered(operation: OperationModel, value: Mapping[str, Any]) -> Response:
    """`value`, the output's members, as the service would send it."""
    described = operation.service_model
    serializer = get_serializer_class(described.service_name, described.metadata["protocol"])
    made = serializer(_motos(operation)).serialize(dict(value))
    body = made["body"] if isinstance(made["body"], bytes) else made["body"].encode()
    return Response(made["status_code"], body, made["headers"])


def _fields(request: Request) -> dict[str, str]:
    return dict(urllib.parse.parse_qsl(request.body.decode(), keep_blank_values=True))


def _query(described: Any, fields: Mapping[str, str], request: Request) -> dict[str, Any]:
    operation = described.operation_model(fields.get("Action", ""))
    return dict(PROTOCOL_PARSERS["query"](_motos(operation)).parse({"body": fields, "values": fields}))


@cache
def _routes(name: str) -> list[tuple[str, re.Pattern[str], dict[str, str], OperationModel]]:
    """Method, path, required query and operation, the most particular first."""
    described, routes = service(name), []
    for operation in map(described.operation_model, described.operation_names):
        if name == "s3" and operation.name not in BUCKETS | OBJECTS:
            continue
        path, _, query = operation.http["requestUri"].partition("?")
        pattern = re.sub(r"\\\{(\w+)(\\\+)?\\\}", _part, re.escape(path))
        required = dict(urllib.parse.parse_qsl(query, keep_blank_values=True))
        routes.append((operation.http["method"], re.compile(pattern + "/?"), required, operation))
    return sorted(routes, key=lambda route: (-len(route[2]), -len(route[1].pattern)))


def _part(match: re.Match[str]) -> str:
    return f"(?P<{match[1]}>{'.+' if match[2] else '[^/]+'})"


def _routed(name: str, request: Request) -> OperationModel:
    path, _, query = request.path.partition("?")
    asked = dict(urllib.parse.parse_qsl(query, keep_blank_values=True))
    for method, pattern, required, operation in _routes(name):
        fits = all(asked.get(key) == value for key, value in required.items())
        if method == request.method and fits and pattern.fullmatch(path):
            return operation
    raise LookupError(f"no operation of {name} in {request.method} {request.path}")


def _rest(operation: OperationModel, request: Request) -> Iterator[tuple[str, Any]]:
    """The members of the input: from the path, the query, the headers and the body."""
    path, _, query = request.path.partition("?")
    pattern = next(
        route[1] for route in _routes(operation.service_model.service_name) if route[3] is operation
    )
    labels = (pattern.fullmatch(path) or {}).groupdict()
    asked = dict(urllib.parse.parse_qsl(query, keep_blank_values=True))
    shape = operation.input_shape
    sources = {"uri": labels, "querystring": asked, "header": request.headers}
    for name, member in (shape.members if shape else {}).items():
        where = member.serialization.get("location", "")
        key = member.serialization.get("name", name)
        text = sources.get(where, {}).get(key.lower() if where == "header" else key)
        if text is not None:
            yield name, _typed(member, urllib.parse.unquote(text) if where == "uri" else text)
    yield from _body(operation, request)


def _body(operation: OperationModel, request: Request) -> Iterator[tuple[str, Any]]:
    shape = operation.input_shape
    payload = shape.serialization.get("payload") if shape else None
    if payload and shape.members[payload].type_name == "blob":
        yield payload, request.body
    elif operation.service_model.metadata["protocol"] == "rest-json":
        yield from json.loads(request.body or b"{}").items()
    elif payload and request.body:
        known = _motos(operation)
        parser = PROTOCOL_PARSERS["rest-xml"](known)
        parsed = parser._initial_body_parse(request.body)
        yield payload, parser._parse_shape(known.input_shape.members[payload], parsed)


def _motos(operation: OperationModel) -> OperationModel:
    """The same operation in moto's own classes, which its parsers and serializers need."""
    return get_service_model(operation.service_model.service_name).operation_model(operation.name)


def _typed(shape: Any, text: str) -> Any:
    match shape.type_name:
        case "integer" | "long":
            return int(text)
        case "boolean":
            return text == "true"
        case "blob":
            return base64.b64decode(text)
        case _:
            return text
