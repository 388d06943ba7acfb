"""What is told about requests: when one arrives, and how it went."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from standins.aws.http import Response


@dataclass(frozen=True, slots=True)
class Arrival:
    """One request that has reached the stand-in and isn't answered yet."""

    service: str
    """What the request is signed for (`sagemaker`, `scheduler`, `s3`, `iam`, `sts`, ...), or
    `sagemaker-runtime`.
    """
    operation: str
    input: dict[str, Any]
    """The parsed input (without an object's bytes); of the runtime the parsed JSON body."""
    index: int
    """How many requests have arrived before it."""


@dataclass(frozen=True, slots=True)
class Call:
    """One request that reached the stand-in, in the order of arrival of the answers."""

    service: str
    """As in `Arrival`."""
    operation: str
    input: dict[str, Any]
    size: int
    """Bytes of the request's body."""
    status: int
    """The HTTP status of the answer; 0 when the connection was dropped."""
    error: str
    """The answer's error code, `` for none."""
    at: float
    """When it arrived, on the clock's `monotonic`."""
    seconds: float
    """How long the answer took, on that clock."""
    index: int = 0
    """How many requests had arrived before it."""


def error_code(response: Response) -> str:
    """AWS's error code of an answer, `` for a good one."""
    if response.status < 400:
        return ""
    named = {name.lower(): value for name, value in response.headers.items()}.get("x-amzn-errortype", "")
    found = re.search(
        r'<Code>(\w+)</Code>|"__type": ?"([\w.#]*?)(\w+)"', response.body.decode(errors="replace")
    )
    return named or (found[1] or found[3] if found else str(response.status))
