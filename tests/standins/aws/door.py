"""What every request goes through: counted, made to go wrong where a test wants it, answered and logged."""

from __future__ import annotations

import itertools
import json
import threading
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import replace
from email.utils import formatdate
from typing import Any

from botocore.model import OperationNotFoundError

from standins.aws.calls import Arrival, Call, error_code
from standins.aws.control import Control
from standins.aws.faults import TIMED_OUT, Dropped, Fault, Hang, Late, ModelError, Refused, Then, Timeout
from standins.aws.http import Drop, Request, Response
from standins.aws.identity import refused
from standins.aws.protocol import error, parse
from standins.aws.runtime import PATH, invoke, model_error
from standins.clock import Clock


class Door(Control):
    """`front` answers the control plane, `runtime` invocations; see `Aws` for the settings."""

    def __init__(self, clock: Clock) -> None:
        self._counting = threading.Lock()
        super().__init__(clock)

    def settings(self) -> None:
        """Everything as at the start, but for moto's state."""
        super().settings()
        self.invocation_seconds = 60.0
        """How long SageMaker waits for the container."""
        self.log: list[Call] = []
        self.intercept: Callable[[Arrival], Fault | None] | None = None
        """Asked about every request, before the scripted faults: how it is to go; None: as usual."""
        self._arrived = itertools.count()
        self._faults: defaultdict[str, deque[Fault | None]] = defaultdict(deque)

    def script(self, operation: str, *faults: Fault | None) -> None:
        """The next calls of `operation` (`CreateEndpoint`, `InvokeEndpoint`, ...) go so; None: as usual.

        boto3 retries on its own (3 attempts by default), and each attempt takes one fault.
        """
        with self._counting:
            self._faults[operation].extend(faults)

    def at(self, index: int, fault: Fault) -> None:
        """The request that arrives after `index` others goes so; sets `intercept`."""
        self.intercept = lambda arrival: fault if arrival.index == index else None

    def calls(self, operation: str) -> list[Call]:
        """The logged calls of one operation."""
        return [call for call in self.log if call.operation == operation]

    def front(self, request: Request) -> Response:
        """The control plane's answer. Raises Drop for none at all."""
        try:
            operation, given = parse(request)
        except (LookupError, ValueError, OperationNotFoundError) as failure:
            unknown = Refused("UnknownOperationException", str(failure), 404)
            return self._logged(request, request.signed_for, "?", {}, lambda _: error(request, unknown))
        name = operation.name
        told = {member: value for member, value in given.items() if not isinstance(value, bytes)}
        service = operation.service_model.signing_name

        def usual() -> Response:
            no = refused(self, request, service, name)
            return error(request, no) if no else self.answer(request, operation, given)

        def act(arrival: Arrival) -> Response:
            return self._faulty(request, arrival, usual)

        return self._logged(request, service, name, told, act)

    def runtime(self, request: Request) -> Response:
        """The answer to an invocation. Raises Drop for none at all."""
        match = PATH.fullmatch(request.path)
        if not match or request.method != "POST" or request.signed_for != "sagemaker":
            unknown = Refused(
                "UnknownOperationException", f"no invocation: {request.method} {request.path}", 404
            )
            return self._logged(request, "sagemaker-runtime", "?", {}, lambda _: error(request, unknown))
        endpoint = match[1]

        def usual() -> Response:
            if no := refused(self, request, "sagemaker", "InvokeEndpoint"):
                return error(request, no)
            patience = self.invocation_seconds
            own = (backend for part, backend in self.backends.items() if part in endpoint)
            backend = next(own, self.backend)
            return invoke(request, endpoint, self.status(endpoint), backend, patience, self.clock)

        def act(arrival: Arrival) -> Response:
            return self._faulty(request, arrival, usual, endpoint)

        return self._logged(request, "sagemaker-runtime", "InvokeEndpoint", _json(request.body), act)

    def _faulty(
        self, request: Request, arrival: Arrival, usual: Callable[[], Response], endpoint: str = ""
    ) -> Response:
        fault = self.intercept(arrival) if self.intercept else None
        with self._counting:
            waiting = self._faults[arrival.operation]
            fault = fault or (waiting.popleft() if waiting else None)
            released = self.released
        match fault:
            case Refused():
                return error(request, fault)
            case ModelError(status, message):
                return model_error(endpoint, status, message)
            case Timeout(seconds):
                self.wait(seconds)
                return model_error(endpoint, 0, TIMED_OUT)
            case Late(seconds):
                self.wait(seconds)
            case Hang():
                self.hang(released)
                raise Drop
            case Then(action):
                response = usual()
                action()
                return response
            case Dropped(after):
                if after:
                    usual()
                raise Drop
        return usual()

    def hang(self, released: threading.Event) -> None:
        """No answer before `reset()` or the end."""
        released.wait()

    def _logged(
        self,
        request: Request,
        service: str,
        operation: str,
        given: dict[str, Any],
        act: Callable[[Arrival], Response],
    ) -> Response:
        with self._counting:
            arrival = Arrival(service, operation, given, next(self._arrived))
        at, log = self.clock.monotonic(), self.log
        status, code = 0, ""
        try:
            with self.clock.busy():
                response = act(arrival)
            status, code = response.status, error_code(response)
            return replace(
                response, headers={**response.headers, "Date": formatdate(self.now(), usegmt=True)}
            )
        finally:
            seconds, size = self.clock.monotonic() - at, len(request.body)
            log.append(Call(service, operation, given, size, status, code, at, seconds, arrival.index))


def _json(body: bytes) -> dict[str, Any]:
    try:
        return json.loads(body)
    except ValueError:
        return {}
