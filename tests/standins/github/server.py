"""HTTP: the API as JSON, and the repository by `git http-backend`."""

import base64
import binascii
import json
import os
import socket
import subprocess
import sys
import urllib.parse
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from standins.github.rest import ApiError
from standins.github.troubles import Act, Answer, Drop, Hang

LIMITS = {"X-RateLimit-Limit": "5000", "X-RateLimit-Remaining": "4999", "X-RateLimit-Reset": "9999999999"}
KEPT = 200_000
"""Bytes of a request whose body is kept in the log at most."""


@dataclass(frozen=True)
class Request:
    """One request as it came in."""

    method: str
    path: str
    body: Any
    """None also for one that is too large to keep."""
    size: int


class Server(ThreadingHTTPServer):
    """A server whose clients may be killed."""

    def handle_error(self, request, client_address):
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)


class Handler(BaseHTTPRequestHandler):
    """One connection; a subclass names its hub."""

    protocol_version = "HTTP/1.1"
    hub: Any

    def log_message(self, *_):
        pass

    def serve(self):
        url = urllib.parse.urlsplit(self.path)
        raw = self._body()
        serve = self._api if url.path.startswith("/api/") else self._git
        self.index = self.hub.number()
        trouble = self.hub.intercept(self.command, url.path, self.index)
        if trouble and not trouble.after and self._suffer(trouble):
            return
        answer = serve(url, raw)
        if not (trouble and trouble.after and self._suffer(trouble)):
            self._send(*answer)

    # The names are what http.server looks for.
    do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = serve  # noqa: N815

    def _suffer(self, trouble):
        """Do what a trouble says; whether the request ends with it."""
        match trouble:
            case Act():
                trouble.action()
                return False
            case Answer():
                self._send(*refusal(trouble.status, trouble.message, trouble.headers))
            case Hang():
                self.hub.closing.wait()
            case Drop():
                self.connection.shutdown(socket.SHUT_RDWR)
        self.close_connection = not isinstance(trouble, Answer)
        return True

    def _body(self):
        if self.headers.get("Transfer-Encoding") != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length") or 0))
        raw = b""
        while size := int(self.rfile.readline().strip() or b"0", 16):
            raw += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return raw

    def _api(self, url, raw):
        return api_answer(
            self.hub, self.command, self.path, self.headers.get("Authorization", ""), raw, self.index
        )

    def _git(self, url, raw):
        given = self.headers.get_all("Authorization") or []
        if len(given) > 1:
            # What GitHub answers to two Authorization headers.
            return 400, {}, b'Duplicate header: "Authorization"'
        if not self._may_git(given[0] if given else ""):
            return 401, {"WWW-Authenticate": 'Basic realm="GitHub"'}, b""
        try:
            self.hub.due(self.command, url.path)
        except ApiError as error:
            return error.status, {}, json.dumps(error.body).encode()
        return self._backend(url, raw)

    def _backend(self, url, raw):
        owner, _, rest = url.path.partition(f"/{self.hub.name}")
        env = {
            **os.environ,
            "GIT_PROJECT_ROOT": str(self.hub.root),
            "GIT_HTTP_EXPORT_ALL": "1",
            "PATH_INFO": f"{owner}/{self.hub.name}.git{rest.removeprefix('.git')}",
            "QUERY_STRING": url.query,
            "REQUEST_METHOD": self.command,
            "CONTENT_TYPE": self.headers.get("Content-Type", ""),
            "CONTENT_LENGTH": str(len(raw)),
            "REMOTE_USER": "someone",
            "GIT_PROTOCOL": self.headers.get("Git-Protocol", ""),
            "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding", ""),
        }
        done = subprocess.run(["git", "http-backend"], input=raw, env=env, capture_output=True, check=False)
        head, _, content = done.stdout.partition(b"\r\n\r\n")
        headers = dict(line.split(": ", 1) for line in head.decode().split("\r\n") if line)
        return int(headers.pop("Status", "200").split()[0]), headers, content

    def _may_git(self, given):
        if not given:
            return not self.hub.private and "receive-pack" not in self.path
        scheme, _, coded = given.partition(" ")
        try:
            user, _, token = base64.b64decode(coded).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            return False
        valid = _valid(self.hub, token, self.index)
        return scheme.lower() == "basic" and user == "x-access-token" and valid

    def _send(self, status, headers, content):
        self.send_response(status)
        for name, value in ({"Content-Length": str(len(content))} | headers).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)


def api_answer(hub, method, path, authorization, raw, index):
    """Status, headers and body of the answer to a request for the API, the `index`-th."""
    url = urllib.parse.urlsplit(path)
    path = urllib.parse.unquote(url.path)
    body = json.loads(raw) if raw else None
    kept = body if len(raw) <= KEPT else None
    hub.log.append(Request(method, path.removeprefix("/api/v3"), kept, len(raw)))
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() not in {"token", "bearer"} or not _valid(hub, token, index):
        return refusal(401, "Bad credentials")
    return _as_json(*hub.serve(method, path, dict(urllib.parse.parse_qsl(url.query)), body))


def refusal(status, message, headers=()):
    """An answer that is no success, ready to send."""
    return _as_json(status, headers, ApiError(status, message).body)


def _valid(hub, token, index):
    """Whether a token is the right one, and does not have its end behind it."""
    return token == hub.token and (hub.token_ends is None or index < hub.token_ends)


def _as_json(status, headers, body):
    """An answer of the API, ready to send."""
    return status, {"Content-Type": "application/json"} | LIMITS | dict(headers), json.dumps(body).encode()
