"""One request to an endpoint, and what its answer means; what goes wrong is a value here.

An outcome tells the caller what to do next: `Answered` is done, `TooSlow` and `Refused` want a smaller
batch, an error ends the run. What only needs patience (throttling, 5xx, a dropped connection) is tried
again in here, with exponential backoff and full jitter.
"""

from __future__ import annotations

import json
import random
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectionClosedError,
    HTTPClientError,
    ReadTimeoutError,
)
from botocore.exceptions import ConnectionError as UnreachableError

from polypost.errors import PolypostError, ServiceError
from polypost.models import Payload, answers
from polypost.sagemaker import clients

ATTEMPTS = 8
"""With the pauses below, throttling is waited out for a minute or so."""

_LONGEST_PAUSE = 20.0

_PATIENCE = frozenset(
    {
        "InternalDependencyException",
        "InternalFailure",
        "ModelNotReadyException",
        "RequestTimeout",
        "RequestTimeoutException",
        "ServiceUnavailable",
        "ServiceUnavailableException",
        "Throttling",
        "ThrottlingException",
        "TooManyRequestsException",
    }
)
"""Codes of SageMaker itself after which the same request may do."""

_SLOW = ("timed out", "worker died")
"""What SageMaker, and the model server, say when an answer took too long."""

_JITTER = random.SystemRandom()


@dataclass(frozen=True, slots=True)
class Answered:
    """The translations, as many as there were sentences."""

    texts: tuple[str, ...]
    seconds: float


@dataclass(frozen=True, slots=True)
class TooSlow:
    """The request ran into SageMaker's limit of 60 s, or killed the container's worker."""

    reason: str


@dataclass(frozen=True, slots=True)
class Refused:
    """The container, or the size limit, said no to this very request."""

    reason: str


Outcome = Answered | TooSlow | Refused | PolypostError


@dataclass(frozen=True, slots=True)
class _Busy:
    """The same request may do later."""

    reason: str


class Requests:
    """Sends requests to one endpoint; safe to call from several threads."""

    def __init__(
        self, client: Any, endpoint: str, clock: Callable[[], float], sleep: Callable[[float], None]
    ) -> None:
        """`client`: a boto3 client that doesn't retry; `sleep` is for the pauses between attempts."""
        self._client = client
        self._endpoint = endpoint
        self._clock = clock
        self._sleep = sleep
        self._lock = threading.Lock()
        self.count = 0
        """Attempts so far, the failed ones included."""

    def send(self, payload: Payload, sentences: int, given_up: threading.Event) -> Outcome:
        """The outcome of a request for so many sentences; no attempt is begun once `given_up` is set."""
        reason = "nothing was sent"
        for attempt in range(ATTEMPTS):
            if given_up.is_set():
                break
            outcome = self._attempt(payload, sentences)
            if not isinstance(outcome, _Busy):
                return outcome
            reason = outcome.reason
            if attempt < ATTEMPTS - 1:
                self._sleep(_JITTER.uniform(0, min(_LONGEST_PAUSE, 2.0**attempt)))
        return ServiceError(
            f"The endpoint {self._endpoint} could not be used in {ATTEMPTS} attempts: {reason}"
        )

    def _attempt(self, payload: Payload, sentences: int) -> Outcome | _Busy:
        with self._lock:
            self.count += 1
        start = self._clock()
        try:
            response = self._client.invoke_endpoint(
                EndpointName=self._endpoint,
                ContentType="application/json",
                Accept="application/json",
                Body=json.dumps(payload).encode(),
            )
            body = response["Body"].read()
        except ClientError as error:
            return _meaning(error)
        except BotoCoreError as error:
            return _silence(error)
        try:
            texts = answers(json.loads(body))
        except ValueError:
            texts = None
        if texts is None or len(texts) != sentences:
            said = body[:200].decode("utf-8", "replace")
            return Refused(f"The container's answer is not {sentences} translations but: {said}")
        return Answered(texts, self._clock() - start)


def _meaning(error: ClientError) -> Outcome | _Busy:
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    if clients.code(error) == "ModelError":
        return _container(error.response)
    if status == 413:
        return Refused("The request is larger than SageMaker takes.")
    if clients.code(error) in _PATIENCE or status == 429 or status >= 500:
        return _Busy(f"{clients.code(error)}: {clients.message(error)}")
    if clients.code(error) == "ValidationError" and "not found" in clients.message(error):
        return ServiceError(
            f"The endpoint is there no longer ({clients.message(error).rstrip('.')}): it was deleted while "
            "polypost used it. Run again on one that stays."
        )
    return clients.explain(error, "use the endpoint")


def _container(response: Any) -> Outcome | _Busy:
    """What a ModelError means: the container answered with an error, or (status 0) not in time."""
    status = response.get("OriginalStatusCode", 0)
    said = words(response.get("OriginalMessage") or response["Error"].get("Message", ""))
    if status in {0, 408, 504} or any(sign in said.lower() for sign in _SLOW):
        return TooSlow(said)
    if status in {429, 502, 503}:
        return _Busy(f"the container says {said}")
    return Refused(said)


def words(message: str) -> str:
    """What a container's error says, out of the JSON that the inference toolkit wraps around it."""
    try:
        told = json.loads(message)
    except ValueError:
        told = None
    if isinstance(told, dict) and isinstance(told.get("message"), str):
        message = told["message"]
    return " ".join(message.split())[:300]


def _silence(error: BotoCoreError) -> Outcome | _Busy:
    if isinstance(error, ReadTimeoutError):
        return TooSlow(f"No answer within {clients.READ_SECONDS} seconds.")
    if isinstance(error, UnreachableError | ConnectionClosedError | HTTPClientError):
        return _Busy(str(error))
    return clients.explain(error, "use the endpoint")
