"""The stand-in without a network: urllib3 hands requests for the API over in process.

Everything above the transport is the real thing (PyGithub, requests, urllib3's retries). What would be a read
timeout is one at its moment, and pauses between attempts pass, on the clock that is given.
"""

import http.client
import io
import types
from collections.abc import Callable, Mapping
from contextlib import contextmanager
from typing import Any
from unittest import mock

import urllib3.util.retry
from urllib3.connectionpool import HTTPConnectionPool
from urllib3.exceptions import ProtocolError, ReadTimeoutError
from urllib3.response import HTTPResponse

from standins.github.server import api_answer, refusal
from standins.github.troubles import Act, Answer, Drop, Hang


class Dropped(Exception):  # noqa: N818 - an instruction, not an error
    """The connection ends without an answer."""


class Hung(Exception):  # noqa: N818 - an instruction, not an error
    """The client is to wait until its own patience ends."""


Served = tuple[int, Mapping[str, str], bytes]


def answer(hub: Any, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Served:
    """What the stand-in answers to one request for its API. Raises Dropped or Hung."""
    index = hub.number()
    trouble = hub.intercept(method, path.partition("?")[0], index)
    if trouble and not trouble.after and (instead := _suffer(trouble)):
        return instead
    served = api_answer(hub, method, path, headers.get("Authorization", ""), body, index)
    return (trouble and trouble.after and _suffer(trouble)) or served


def _suffer(trouble: Any) -> Served | None:
    """Do what a trouble says; the answer that it gives, if any."""
    match trouble:
        case Act():
            trouble.action()
        case Answer():
            return refusal(trouble.status, trouble.message, trouble.headers)
        case Hang():
            raise Hung
        case Drop():
            raise Dropped
    return None


@contextmanager
def inside(url: str, serve: Callable[[str, str, Mapping[str, str], bytes], Served], clock: Any):
    """Until its end, this process's requests for the API below `url` go to `serve` (see `answer`)."""
    make = HTTPConnectionPool._make_request

    def handed(pool, conn, method, path, *, timeout=None, response_conn=None, **how):
        if f"{pool.scheme}://{pool.host}:{pool.port}" != url:
            return make(pool, conn, method, path, timeout=timeout, response_conn=response_conn, **how)
        body = how.get("body") or b""
        raw = body.encode() if isinstance(body, str) else bytes(body)
        try:
            status, told, content = serve(method, path, dict(how.get("headers") or {}), raw)
        except Dropped:
            gone = http.client.RemoteDisconnected("Remote end closed connection without response")
            raise ProtocolError("Connection aborted.", gone) from None
        except Hung:
            patience = pool._get_timeout(timeout).read_timeout
            clock.sleep(patience)
            text = f"Read timed out. (read timeout={patience})"
            raise ReadTimeoutError(pool, path, text) from None
        response = HTTPResponse(
            io.BytesIO(content),
            headers=told,
            status=status,
            reason=http.client.responses.get(status, ""),
            version=11,
            preload_content=how.get("preload_content", True),
            decode_content=how.get("decode_content", True),
            request_method=method,
            request_url=path,
        )
        response.retries, response._connection, response._pool = how.get("retries"), response_conn, pool
        return response

    pauses = types.SimpleNamespace(sleep=clock.sleep, time=clock.now)
    with (
        mock.patch.object(HTTPConnectionPool, "_make_request", handed),
        mock.patch.object(urllib3.util.retry, "time", pauses),
    ):
        yield
