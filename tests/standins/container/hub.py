"""A stand-in for the Hugging Face hub, enough for the container to fetch `HF_MODEL_ID` as on SageMaker."""

from __future__ import annotations

import hashlib
import json
import re
import threading
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Self

API = re.compile(r"/api/models/(?P<model>[^/]+/[^/]+)(/revision/(?P<revision>[^/?]+))?(\?.*)?")
FILE = re.compile(r"/(?P<model>[^/]+/[^/]+)/resolve/(?P<revision>[^/]+)/(?P<name>[\w.-]+)")
REVISION = re.compile(r"main|[0-9a-f]{40}")
COMMIT = "c0ffee" + "0" * 34


class Hub:
    """Serves folders as models: `Hub({"facebook/seamless-m4t-v2-large": MODELS / "seamless"})`.

    Any commit's hash is a known revision, and `main`; other revisions and models are 404.
    """

    def __init__(self, models: Mapping[str, Path]) -> None:
        self.models = dict(models)
        self.log: list[str] = []
        """Method and path of each request."""
        hub = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                hub.log.append(f"{self.command} {self.path}")
                status, headers, body = hub.answer(self.path)
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                if self.command == "GET":
                    self.wfile.write(body)

            do_HEAD = do_GET  # noqa: N815 - the base class looks for this name

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads, self._server.block_on_close = True, False
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self.env = {"HF_ENDPOINT": self.url, "HF_HUB_OFFLINE": "0", "HF_HUB_DISABLE_XET": "1"}
        """Put this into the container's environment."""
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def answer(self, path: str) -> tuple[int, dict[str, str], bytes]:
        """Status, headers and body for a request."""
        match = API.fullmatch(path) or FILE.fullmatch(path)
        folder = self.models.get(match["model"]) if match else None
        if not match or not folder:
            return 404, {"X-Error-Code": "RepoNotFound"}, b"{}"
        if not REVISION.fullmatch(match["revision"] or "main"):
            return 404, {"X-Error-Code": "RevisionNotFound"}, b"{}"
        if match.re is API:
            siblings = [{"rfilename": file.name} for file in sorted(folder.iterdir())]
            told = {"id": match["model"], "sha": COMMIT, "siblings": siblings, "tags": [], "private": False}
            return 200, {"Content-Type": "application/json"}, json.dumps(told).encode()
        file = folder / match["name"]
        if not file.is_file():
            return 404, {"X-Error-Code": "EntryNotFound"}, b""
        body = file.read_bytes()
        return 200, {"ETag": f'"{hashlib.sha256(body).hexdigest()}"', "X-Repo-Commit": COMMIT}, body

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
