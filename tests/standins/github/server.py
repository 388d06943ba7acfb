"""HTTP: the API as JSON, and the repository by `git http-backend`."""

import base64
import binascii
import json
import os
import subprocess
import urllib.parse
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler
from typing import Any

from standins.github.rest import ApiError

LIMITS = {"X-RateLimit-Limit": "5000", "X-RateLimit-Remaining": "4999", "X-RateLimit-Reset": "9999999999"}


@dataclass(frozen=True)
class Request:
    """One request as it came in."""

    method: str
    path: str
    body: Any
    size: int


class Handler(BaseHTTPRequestHandler):
    """One connection; a subclass names its hub."""

    protocol_version = "HTTP/1.1"
    hub: Any

    def log_message(self, *_):
        pass

    def serve(self):
        url = urllib.parse.urlsplit(self.path)
        raw = self._body()
        if url.path.startswith("/api/"):
            self._api(url, raw)
        else:
            self._git(url, raw)

    # The names are what http.server looks for.
    do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = serve  # noqa: N815

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
        path = urllib.parse.unquote(url.path)
        body = json.loads(raw) if raw else None
        self.hub.log.append(Request(self.command, path.removeprefix("/api/v3"), body, len(raw)))
        scheme, _, token = self.headers.get("Authorization", "").partition(" ")
        if scheme.lower() not in {"token", "bearer"} or token != self.hub.token:
            status, headers, answer = 401, {}, ApiError(401, "Bad credentials").body
        else:
            query = dict(urllib.parse.parse_qsl(url.query))
            status, headers, answer = self.hub.serve(self.command, path, query, body)
        self._send(
            status, {"Content-Type": "application/json"} | LIMITS | headers, json.dumps(answer).encode()
        )

    def _git(self, url, raw):
        given = self.headers.get_all("Authorization") or []
        if len(given) > 1:
            # What GitHub answers to two Authorization headers.
            self._send(400, {}, b'Duplicate header: "Authorization"')
        elif not self._may_git(given[0] if given else ""):
            self._send(401, {"WWW-Authenticate": 'Basic realm="GitHub"'}, b"")
        else:
            try:
                self.hub.due(self.command, url.path)
            except ApiError as error:
                self._send(error.status, {}, json.dumps(error.body).encode())
            else:
                self._send(*self._backend(url, raw))

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
            word = base64.b64decode(coded).decode()
        except (binascii.Error, UnicodeDecodeError):
            return False
        return scheme.lower() == "basic" and word == f"x-access-token:{self.hub.token}"

    def _send(self, status, headers, content):
        self.send_response(status)
        for name, value in ({"Content-Length": str(len(content))} | headers).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)
