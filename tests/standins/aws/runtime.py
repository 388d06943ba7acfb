"""The data plane: `InvokeEndpoint`, handed to a real container or to a Python function.

What SageMaker does around a container: the endpoint must be InService; bodies are limited; an error of the
container comes back as 424 ModelError with the container's own words inside; after 60 s it gives up.
"""

from __future__ import annotations

import json
import re
import urllib.error
import urllib.request
from collections.abc import Callable
from typing import Any

from standins.aws.account import ACCOUNT, REGION
from standins.aws.description import complaints, service
from standins.aws.faults import TIMED_OUT
from standins.aws.http import Request, Response, json_error
from standins.clock import Clock

LIMIT = 6_291_456
"""Bytes of a request's body (the description's maximum of `Body`)."""
PATH = re.compile(r"/endpoints/([^/]+)/invocations")

Backend = str | Callable[[dict[str, Any]], Any]


def echo(request: dict[str, Any]) -> list[dict[str, str]]:
    """The answer of the tiny models, without a container: the target's code, a space, the source."""
    code = request["parameters"]["tgt_lang"].partition("_")[0]
    inputs = request["inputs"]
    return [
        {"translation_text": f"{code} {text}"} for text in ([inputs] if isinstance(inputs, str) else inputs)
    ]


def invoke(
    request: Request, endpoint: str, status: str | None, backend: Backend, seconds: float, clock: Clock
) -> Response:
    """The answer to an invocation of `endpoint`, which is `status`; `seconds` is SageMaker's patience."""
    if problems := wrong_headers(request, endpoint):
        return json_error(400, "ValidationError", "; ".join(problems))
    if len(request.body) > LIMIT:
        # No code of its own: botocore then shows the status, "An error occurred (413)".
        return Response(413, json.dumps({"Message": f"HTTP content length exceeded {LIMIT} bytes."}).encode())
    if status != "InService":
        return json_error(400, "ValidationError", f"Endpoint {endpoint} of account {ACCOUNT} not found.")
    start = clock.monotonic()
    code, body, kind = ask(backend, request, seconds)
    if code == 0 or clock.monotonic() - start > seconds:
        return model_error(endpoint, 0, TIMED_OUT)
    if code != 200:
        return model_error(endpoint, code, body.decode(errors="replace"))
    headers = {"Content-Type": kind, "x-Amzn-Invoked-Production-Variant": "AllTraffic"}
    return Response(200, body, headers)


def ask(backend: Backend, request: Request, seconds: float) -> tuple[int, bytes, str]:
    """Status (0: none came in time), body and content type of the container's answer."""
    return _call(backend, request, seconds) if isinstance(backend, str) else _run(backend, request)


def model_error(endpoint: str, status: int, message: str) -> Response:
    """424 as SageMaker words it; `status` is the container's, 0 for none."""
    side = "client" if 400 <= status < 500 else "server"
    log = f"https://{REGION}.console.aws.amazon.com/cloudwatch/home?region={REGION}#logEventViewer:group="
    text = (
        f'Received {side} error ({status}) from primary with message "{message}". See {log}'
        f"/aws/sagemaker/Endpoints/{endpoint} in account {ACCOUNT} for more information."
    )
    stream = f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:/aws/sagemaker/Endpoints/{endpoint}"
    return json_error(
        424, "ModelError", text, OriginalStatusCode=status, OriginalMessage=message, LogStreamArn=stream
    )


def wrong_headers(request: Request, endpoint: str) -> list[str]:
    """What the description has against the endpoint's name and the headers of the request."""
    shape = service("sagemaker-runtime").operation_model("InvokeEndpoint").input_shape
    names = {
        member.serialization["name"].lower(): name
        for name, member in shape.members.items()
        if member.serialization.get("location") == "header"
    }
    given = {names[name]: value for name, value in request.headers.items() if name in names}
    ours = [name for name in request.headers if name.startswith("x-amzn-sagemaker-")]
    return [f"{name}: is no header of InvokeEndpoint" for name in ours if name not in names] + list(
        complaints(shape, {**given, "EndpointName": endpoint, "Body": b""})
    )


def _call(url: str, request: Request, seconds: float) -> tuple[int, bytes, str]:
    headers = {
        "Content-Type": request.headers.get("content-type", "application/json"),
        "Accept": request.headers.get("accept", "application/json"),
    }
    try:
        onward = urllib.request.Request(url + "/invocations", request.body, headers, method="POST")
        with urllib.request.urlopen(onward, timeout=seconds) as answer:
            return answer.status, answer.read(), answer.headers.get("Content-Type", "application/json")
    except urllib.error.HTTPError as failure:
        with failure:
            return failure.code, failure.read(), ""
    except OSError as failure:
        late = isinstance(failure, TimeoutError) or isinstance(getattr(failure, "reason", None), TimeoutError)
        return (0, b"", "") if late else (503, str(failure).encode(), "")


def _run(function: Callable[[dict[str, Any]], Any], request: Request) -> tuple[int, bytes, str]:
    try:
        return 200, json.dumps(function(json.loads(request.body))).encode(), "application/json"
    except Exception as failure:  # noqa: BLE001 - whatever a model raises is the container's 400
        # The inference toolkit answers every exception so (every container error is a 400).
        text = json.dumps({"code": 400, "type": "InternalServerException", "message": str(failure)}, indent=2)
        return 400, text.encode(), ""
