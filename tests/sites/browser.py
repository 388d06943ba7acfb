"""Opens one page of a built site in headless Chromium, served as a static host serves it."""

from __future__ import annotations

import mimetypes
import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

from sites.built import Built, Page

NAMES = ("chromium", "chromium-browser", "google-chrome")
_UNASKED = "/favicon.ico"
"""What a browser looks for by itself."""
_SETTLED_MS = 10_000
"""Virtual time for a page's scripts; passes as soon as nothing is left to do."""


def opened(site: Built, url: str, picture: Path) -> tuple[Page, list[str]]:
    """The page that a reader sees at `url` when its scripts have run, and the paths it asked for in vain.

    A picture of it is left at `picture`, a PNG.
    """
    with _served(site) as (host, missed):
        shown = _chromium(host + quote(url), picture)
    return Page(url, shown), missed


def _chromium(address: str, picture: Path) -> str:
    program = next(filter(None, map(shutil.which, NAMES)))
    # A container has neither a sandbox nor much shared memory.
    quiet = ["--headless", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--no-first-run"]
    asked = ["--dump-dom", f"--screenshot={picture}", "--window-size=1000,1200"]
    command = [program, *quiet, f"--virtual-time-budget={_SETTLED_MS}", *asked, address]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@contextmanager
def _served(site: Built) -> Iterator[tuple[str, list[str]]]:
    """On this machine alone: the address, and a list to which each path is added that isn't there."""
    missed: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = unquote(urlsplit(self.path).path)
            file = site.file(path)
            if file is None:
                missed.extend([path] if path != _UNASKED else [])
                self.send_error(404)
                return
            content = file.read_bytes()
            self.send_response(200)
            self.send_header("Content-Type", mimetypes.guess_type(file.name)[0] or "application/octet-stream")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}", missed
        finally:
            server.shutdown()
            thread.join()
