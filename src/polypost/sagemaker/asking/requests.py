"""One request to an endpoint, and what its answer means; what goes wrong is a value here.

An outcome tells the caller what to do next: `Answered` is done, `TooSlow` and `Refused` want a smaller
batch, `Busy` the same again after a pause, `Gone` another endpoint; an error ends the run.
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

from polypost.counts import counted
from polypost.errors import PolypostError, ServiceError
from polypost.models import Payload, answers
from polypost.ports import Clock
from polypost.sagemaker import clients
from polypost.sagemaker.redact import Redact, unchanged

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

_SLOW = ("timed out", "worker died", "out of memory")
"""What SageMaker, the model server and PyTorch say when a batch was too much."""

chance = random.SystemRandom().random
"""A number between 0 and 1."""


@dataclass(frozen=True, slots=True)
class Answered:
    """The translations, as many as there were sentences."""

    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TooSlow:
    """The request ran into SageMaker's limit of 60 s, killed the container's worker, or filled its memory."""

    reason: str


@dataclass(frozen=True, slots=True)
class Refused:
    """The container, or the size limit, said no to this very request."""

    reason: str


@dataclass(frozen=True, slots=True)
class Busy:
    """Throttling, a fault on their side, a dropped connection: the same request may do later."""

    reason: str


@dataclass(frozen=True, slots=True)
class Gone:
    """There is no such endpoint any more."""

    reason: str


class GoneError(ServiceError):
    """There is no such endpoint any more, and nobody brought it back."""


Outcome = Answered | TooSlow | Refused | Busy | Gone | PolypostError


def pause(tries: int, chance: Callable[[], float]) -> float:
    """Seconds to wait after so many tries that met `Busy`: exponential backoff with full jitter.

    `chance` gives a number between 0 and 1.
    """
    return chance() * min(_LONGEST_PAUSE, 2.0 ** (tries - 1))


class Requests:
    """Sends requests to one endpoint; safe to call from several threads."""

    def __init__(self, client: Any, endpoint: str, clock: Clock, redact: Redact = unchanged) -> None:
        """`client`: a boto3 client that doesn't retry."""
        self._redact = redact
        self._client = client
        self.endpoint = endpoint
        self._clock = clock
        self._lock = threading.Lock()
        self.count = 0
        """Attempts so far, the failed ones included."""

    def send(self, payload: Payload, sentences: int, given_up: threading.Event) -> Outcome:
        """The outcome of a request for so many sentences, tried again with pauses while it meets `Busy`.

        Never `Busy` or `Gone`, but the errors that they end in; nothing is begun once `given_up` is set.
        """
        met = Busy("nothing was sent")
        for tries in range(1, ATTEMPTS + 1):
            if given_up.is_set():
                break
            outcome = self.attempt(payload, sentences)
            if isinstance(outcome, Gone):
                return vanished(outcome)
            if not isinstance(outcome, Busy):
                return outcome
            met = outcome
            if tries < ATTEMPTS:
                self._clock.sleep(pause(tries, chance))
        return worn_out(met)

    def attempt(self, payload: Payload, sentences: int) -> Outcome:
        """The outcome of one request for so many sentences."""
        with self._lock:
            self.count += 1
        try:
            response = self._client.invoke_endpoint(
                EndpointName=self.endpoint,
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
            said = self._redact(body.decode("utf-8", "replace"))[:200]
            return Refused(f"The container's answer is not {counted(sentences, 'translation')} but: {said}")
        return Answered(texts)


def worn_out(met: Busy) -> ServiceError:
    """The error that ends the run after `ATTEMPTS` tries that met `Busy`."""
    return ServiceError(
        f"The endpoint could not be used in {ATTEMPTS} attempts: {met.reason.rstrip('.')}. What came back "
        "before is kept: run again for the rest. The container's own log stands in CloudWatch, "
        "/aws/sagemaker/Endpoints."
    )


def vanished(met: Gone) -> GoneError:
    """The error that ends the run when its endpoint is there no longer."""
    return GoneError(
        f"The endpoint is there no longer ({met.reason}): it was deleted while polypost used it. "
        "Run again on one that stays."
    )


def _meaning(error: ClientError) -> Outcome:
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    if clients.code(error) == "ModelError":
        return _container(error.response)
    if status == 413:
        return Refused("The request is larger than SageMaker takes.")
    if clients.code(error) in _PATIENCE or status == 429 or status >= 500:
        return Busy(f"{clients.code(error)}: {clients.message(error)}")
    if clients.code(error) == "ValidationError" and "not found" in clients.message(error):
        return Gone(clients.message(error).rstrip("."))
    return clients.explain(error, "use the endpoint")


def _container(response: Any) -> Outcome:
    """What a ModelError means: the container answered with an error, or (status 0) not in time."""
    status = response.get("OriginalStatusCode", 0)
    said = words(response.get("OriginalMessage") or response["Error"].get("Message", ""))
    if status in {0, 408, 504} or any(sign in said.lower() for sign in _SLOW):
        return TooSlow(said)
    if status in {429, 502, 503}:
        return Busy(f"the container says {said}")
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


def _silence(error: BotoCoreError) -> Outcome:
    if isinstance(error, ReadTimeoutError):
        return TooSlow(f"No answer within {clients.READ_SECONDS} seconds.")
    if isinstance(error, UnreachableError | ConnectionClosedError | HTTPClientError):
        return Busy(str(error))
    return clients.explain(error, "use the endpoint")
