"""From the process's start to its first request to AWS, on the attach path: python bench/start.py [RUNS].

A server on loopback notes when the first request arrives. One more run under `python -X importtime` shows
which imports cost most. Exit code 1 when the median is over the limit, or a heavy package was imported.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

LIMIT = 1.5
"""Seconds."""
HEAVY = ("sagemaker", "pandas", "numpy", "py3langid", "pydantic", "github")
SHOWN = 12


class Handler(BaseHTTPRequestHandler):
    """Answers that there is no such endpoint, which ends the run."""

    def do_POST(self):
        self.server.arrived.append(time.perf_counter())
        self.rfile.read(int(self.headers["Content-Length"]))
        body = b'{"__type": "ValidationException", "message": "Could not find endpoint \\"x\\"."}'
        self.send_response(400)
        self.send_header("Content-Type", "application/x-amz-json-1.1")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def run(server, folder, *flags):
    """Seconds to the first request, and what the process wrote to stderr."""
    env = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{server.server_port}",
        "AWS_ACCESS_KEY_ID": "bench",
        "AWS_SECRET_ACCESS_KEY": "bench",
        "AWS_DEFAULT_REGION": "us-east-1",
    }
    command = [
        sys.executable,
        *flags,
        "-m",
        "polypost.cli",
        "translate",
        "--to",
        "es",
        "--endpoint-name",
        "x",
    ]
    server.arrived.clear()
    started = time.perf_counter()
    done = subprocess.run(
        command, cwd=folder, env=env, capture_output=True, text=True, timeout=120, check=False
    )
    if not server.arrived:
        raise SystemExit(f"no request arrived:\n{done.stdout}{done.stderr}")
    return server.arrived[0] - started, done.stderr


def imports(log):
    """(milliseconds with all it imports, name), dearest first, of the outermost modules of the log."""
    rows = []
    for line in log.splitlines():
        if line.startswith("import time:") and line.count("|") == 2:
            _, cumulative, name = line.removeprefix("import time:").split("|")
            if cumulative.strip().isdigit():
                rows.append((int(cumulative) / 1000, name.strip()))
    return sorted(rows, reverse=True)


def main():
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    server = HTTPServer(("127.0.0.1", 0), Handler)
    server.arrived = []
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "post.md").write_text("# Hello\n\nA small post.\n")
        run(server, folder)  # once for the caches
        seconds = [run(server, folder)[0] for _ in range(runs)]
        _, log = run(server, folder, "-X", "importtime")
    server.shutdown()
    server.server_close()
    rows = imports(log)
    heavy = sorted({name for _, module in rows if (name := module.split(".")[0]) in HEAVY})
    median = statistics.median(seconds)
    spread = f"{min(seconds):.2f} to {max(seconds):.2f}"
    print(f"first request after {median:.2f} s (median of {runs}, {spread}; limit {LIMIT})")
    print(f"{len(rows)} modules; the dearest, in ms with what they import:")
    print("\n".join(f"{cost:8.1f}  {module}" for cost, module in rows[:SHOWN]))
    if heavy:
        print(f"imported although attaching has no use for it: {', '.join(heavy)}")
    return 1 if heavy or median > LIMIT else 0


if __name__ == "__main__":
    raise SystemExit(main())
