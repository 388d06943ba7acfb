"""GitHub's endpoint for OIDC tokens, on loopback, and the tokens that the AWS stand-in's STS believes.

    with Oidc(subject="repo:octo/blog:ref:refs/heads/main") as oidc:
        subprocess.run([...], env={**aws.env, **oidc.env})

As on GitHub: GET the URL in ACTIONS_ID_TOKEN_REQUEST_URL (which has a query already) with `&audience=...` and
`Authorization: bearer` with ACTIONS_ID_TOKEN_REQUEST_TOKEN; the answer is `{"value": token}`. A token is a
JWT whose signature is nobody's: a digest of the rest, which shows a token cut or changed on the way, and no
more.
"""

from __future__ import annotations

import base64
import hashlib
import json
import urllib.parse
from collections import deque
from typing import Any, Self

from standins.aws.http import Drop, Request, Response, Server
from standins.clock import Clock, RealClock

ISSUER = "https://token.actions.githubusercontent.com"
LIFE_SECONDS = 300.0
"""How long a token of GitHub's is good."""


class Oidc:
    """Gives tokens from construction to `close()`."""

    def __init__(self, *, subject: str, clock: Clock | None = None) -> None:
        self.subject = subject
        self.clock: Clock = clock or RealClock()
        self.life_seconds = LIFE_SECONDS
        self.log: list[int] = []
        """The status of each answer; 0 for none."""
        self._faults: deque[int | None] = deque()
        self._server = Server(self._logged)
        self.env = {
            "ACTIONS_ID_TOKEN_REQUEST_URL": f"{self._server.url}/idtoken?api-version=2.0",
            "ACTIONS_ID_TOKEN_REQUEST_TOKEN": "a-token-for-tokens",
        }

    def script(self, *faults: int | None) -> None:
        """The next requests are answered with these statuses, 0 for not at all; None: as usual."""
        self._faults.extend(faults)

    def token(self, audience: str = "sts.amazonaws.com", **more: Any) -> str:
        """A token of now; claims on top."""
        now = int(self.clock.now())
        claims = {
            "iss": ISSUER,
            "aud": audience,
            "sub": self.subject,
            "iat": now,
            "nbf": now - 300,
            "exp": now + int(self.life_seconds),
        }
        return signed(claims | more)

    def _logged(self, request: Request) -> Response:
        fault = self._faults.popleft() if self._faults else None
        response = self._answer(request) if fault is None else Response(fault, b"{}")
        self.log.append(response.status)
        if fault == 0:
            raise Drop
        return response

    def _answer(self, request: Request) -> Response:
        path, _, query = request.path.partition("?")
        asked = dict(urllib.parse.parse_qsl(query))
        if request.headers.get("authorization") != f"bearer {self.env['ACTIONS_ID_TOKEN_REQUEST_TOKEN']}":
            return Response(401, b'{"message": "Unauthorized"}')
        if (request.method, path, asked.get("api-version")) != ("GET", "/idtoken", "2.0"):
            return Response(404, b'{"message": "Not Found"}')
        value = self.token(asked.get("audience", "https://github.com/octo"))
        return Response(200, json.dumps({"value": value}).encode(), {"Content-Type": "application/json"})

    def close(self) -> None:
        self._server.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def signed(claims: dict[str, Any]) -> str:
    """The claims as a token."""
    head = _text(json.dumps({"typ": "JWT", "alg": "RS256", "kid": "nobodys"}).encode())
    body = f"{head}.{_text(json.dumps(claims).encode())}"
    return f"{body}.{_text(hashlib.sha256(body.encode()).digest())}"


def claims(token: str) -> dict[str, Any]:
    """What a token says. Raises ValueError when it isn't one, or not whole."""
    body, _, signature = token.rpartition(".")
    if signature != _text(hashlib.sha256(body.encode()).digest()):
        raise ValueError("not a token of this issuer")
    part = body.partition(".")[2]
    return dict(json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))))


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
