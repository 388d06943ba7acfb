"""The stand-in without a network: botocore's own HTTP session hands requests over in process.

Everything above the transport is the real thing (clients, signing, retries, parsing); a call takes no socket,
and with a SimClock no real time either: what would be a read timeout is one at its moment, and the pauses
that botocore makes between its attempts pass in simulated time, as do its signatures' dates.
"""

from __future__ import annotations

import functools
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any
from unittest import mock

import botocore.auth
import botocore.endpoint
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from botocore.exceptions import ConnectionClosedError, ReadTimeoutError
from botocore.httpsession import URLLib3Session
from botocore.loaders import JSONFileLoader
from moto.core.botocore_stubber import MockRawResponse

from standins.aws.door import Door
from standins.aws.http import Drop, Request, Response
from standins.aws.sessions import quick_sessions

_load_file = JSONFileLoader.load_file
Answer = Callable[[Request], Response]


class Hung(Exception):  # noqa: N818 - an instruction, not an error
    """The client is to wait until its own patience ends."""


class Inside(Door):
    """`with aws.inside():` around what runs in this process."""

    _served: dict[str, Answer]

    @contextmanager
    def inside(self) -> Iterator[None]:
        """Until its end, this process's requests to the stand-in's addresses go straight to it."""
        send = URLLib3Session.send

        def handed(session: URLLib3Session, request: Any) -> AWSResponse:
            for url, answer in self._served.items():
                if request.url.startswith(url + "/"):
                    return self._hand(session, request, request.url.removeprefix(url), answer)
            return send(session, request)

        with (
            mock.patch.object(URLLib3Session, "send", handed),
            mock.patch.object(JSONFileLoader, "load_file", _read),
            quick_sessions(),
        ):
            if not self.clock.simulated:
                yield
                return
            pauses = SimpleNamespace(sleep=self.clock.sleep)
            with (
                mock.patch.object(botocore.endpoint, "time", pauses),
                mock.patch.object(botocore.auth, "get_current_datetime", self._date),
            ):
                yield

    def hang(self, released: threading.Event) -> None:
        if getattr(self._waited, "inside", False):
            raise Hung
        super().hang(released)

    def _hand(self, session: URLLib3Session, request: Any, path: str, answer: Answer) -> AWSResponse:
        body = request.body or b""
        body = body.read() if hasattr(body, "read") else body
        headers = {name.lower(): _text(value) for name, value in request.headers.items()}
        given = Request(
            request.method, path, headers, body.encode() if isinstance(body, str) else bytes(body)
        )
        patience = _patience(session, request)
        self._waited.inside = True
        try:
            with self.waits() as waited:
                response = answer(given)
        except Drop:
            closed = ConnectionError("the connection was closed without an answer")
            raise ConnectionClosedError(error=closed, request=request, endpoint_url=request.url) from None
        except Hung:
            self.clock.sleep(patience)
            raise ReadTimeoutError(endpoint_url=request.url, error="no answer") from None
        finally:
            self._waited.inside = False
        if waited[0] > patience:
            raise ReadTimeoutError(endpoint_url=request.url, error="a late answer")
        told = HTTPHeaders()
        for name, value in response.headers.items():
            told[name] = value
        if "Content-Length" not in told:
            told["Content-Length"] = str(len(response.body))
        return AWSResponse(request.url, response.status, told, MockRawResponse(response.body))

    def _date(self, remove_tzinfo: bool = True) -> datetime:
        moment = datetime.fromtimestamp(self.clock.now(), UTC)
        return moment.replace(tzinfo=None) if remove_tzinfo else moment


def _read(loader: JSONFileLoader, path: str) -> Any:
    """A file of botocore's data. S3's is read anew, since botocore changes it for each client."""
    return _load_file(loader, path) if f"{os.sep}s3{os.sep}" in path else _loaded(path)


@functools.cache
def _loaded(path: str) -> Any:
    """The others once per process: new sessions read them again, which is most of a short run's time."""
    return _load_file(JSONFileLoader(), path)


def _text(value: str | bytes) -> str:
    return value.decode() if isinstance(value, bytes) else value


def _patience(session: URLLib3Session, request: Any) -> float:
    """The read timeout of this request, in seconds."""
    timeout = session._get_request_timeout(request) or session._timeout
    return float(getattr(timeout, "read_timeout", timeout))
