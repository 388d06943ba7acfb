"""A small HTTP server on loopback: one function answers every request."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

SIGNATURE = re.compile(
    r"AWS4-HMAC-SHA256 Credential=(?P<key>[^/]+)/\d{8}/(?P<region>[^/]+)/(?P<service>[^/]+)/aws4_request, ?"
    r"SignedHeaders=[^,]+, ?Signature=[0-9a-f]{64}"
)


@dataclass(frozen=True, slots=True)
class Request:
    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def signed_for(self) -> str:
        """The service that the request is signed for, `` when it isn't signed."""
        return self._signature("service")

    @property
    def key(self) -> str:
        """The access key that the request is signed with, `` when it isn't signed."""
        return self._signature("key")

    def _signature(self, part: str) -> str:
        match = SIGNATURE.fullmatch(self.headers.get("authorization", ""))
        return match[part] if match else ""


@dataclass(frozen=True, slots=True)
class Response:
    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


class Drop(Exception):  # noqa: N818 - an instruction, not an error
    """Close the connection without an answer."""


def json_error(status: int, code: str, message: str, **more: Any) -> Response:
    """An error as AWS's JSON services give it; botocore reads the code from the header or `__type`."""
    body = json.dumps({"__type": code, "message": message, "Message": message, **more}).encode()
    return Response(status, body, {"Content-Type": "application/x-amz-json-1.1", "x-amzn-ErrorType": code})


def xml_error(status: int, code: str, message: str) -> Response:
    """An error as AWS's query services (IAM, STS) give it."""
    text = message.replace("&", "&amp;").replace("<", "&lt;")
    body = (
        f"<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code><Message>{text}</Message></Error>"
        "<RequestId>00000000-0000-0000-0000-000000000000</RequestId></ErrorResponse>"
    )
    return Response(status, body.encode(), {"Content-Type": "text/xml"})


def s3_error(status: int, code: str, message: str, *, empty: bool) -> Response:
    """An error as S3 gives it; `empty`: an answer to HEAD, which has no body."""
    text = message.replace("&", "&amp;").replace("<", "&lt;")
    body = (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>{code}</Code><Message>{text}</Message></Error>'
    )
    return Response(status, b"" if empty else body.encode(), {"Content-Type": "application/xml"})


class Server:
    """Answers on `127.0.0.1`, a port picked by the system, from construction to `close()`."""

    def __init__(self, answer: Callable[[Request], Response]) -> None:
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                headers = {name.lower(): value for name, value in self.headers.items()}
                try:
                    response = answer(Request(self.command, self.path, headers, body))
                    self.send_response_only(response.status)
                    for name, value in response.headers.items():
                        self.send_header(name, value)
                    if "content-length" not in map(str.lower, response.headers):
                        self.send_header("Content-Length", str(len(response.body)))
                    self.end_headers()
                    self.wfile.write(response.body)
                except (Drop, ConnectionError):
                    self.close_connection = True

            do_GET = do_HEAD = do_PUT = do_DELETE = do_POST  # noqa: N815 - the base class looks for these names

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class's name
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._server.block_on_close = False
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
