"""The real thing behind an endpoint: SageMaker's inference toolkit and multi-model-server, on loopback.

    with Container(MODELS / "seamless") as container:
        aws.backend = container.url

What a translation is, see make_models.py: the target's code, a space, the source. Starting takes some
seconds, so tests that only translate share one: `shared("nllb").url`.
"""

from __future__ import annotations

import atexit
import contextlib
import functools
import os
import random
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from typing import Self

ROOT = Path(__file__).parents[3]
MODELS = ROOT / "tests/fixtures/models"
"""`seamless` and `nllb`."""
START_SECONDS = 90.0
CONVENIENT = {"HF_TASK": "translation", "SAGEMAKER_MODEL_SERVER_WORKERS": "1"}


def python() -> Path:
    """The environment's interpreter. Raises RuntimeError when it isn't there."""
    folder = Path(os.environ.get("POLYPOST_CONTAINER_ENV") or ROOT / ".cache/container")
    if not (folder / "made-from").is_file():
        raise RuntimeError(
            f"{folder} is missing: run `python tools/container_env.py` first (`make test` does)."
        )
    return folder / "bin/python"


def free_ports(count: int) -> list[int]:
    """Ports that nobody listens on at this moment, under 32767: multi-model-server takes no others.

    Each of pytest's workers has its own to choose from: seconds go by until a server listens.
    """
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    sockets: list[socket.socket] = []
    for port in random.SystemRandom().sample(range(20_000 + worker, 32_000, workers), 200):
        if len(sockets) < count:
            with contextlib.suppress(OSError):
                sockets.append(socket.create_server(("127.0.0.1", port)))
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


def broken(model: Path, folder: Path) -> Path:
    """A copy of `model` in `folder` whose weights can't be loaded: `/ping` is 200, and no request works."""
    copy = Path(shutil.copytree(model, folder / f"broken-{model.name}"))
    weights = copy / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:1000])
    return copy


class Container:
    """A running container: up when made, gone with everything it started after `stop()`."""

    url: str
    """Where `/ping` and `/invocations` are."""

    def __init__(self, model: Path | None, env: Mapping[str, str] | None = None) -> None:
        """`model` is put where SageMaker unpacks model data; None where `HF_MODEL_ID` in `env` names one.

        `env` is what CreateModel gives as `Environment`; with a `model` the task and one worker are put in
        unless it says otherwise. Raises RuntimeError with the end of the server's output when `/ping` does
        not answer.
        """
        interpreter = python()
        self._base = Path(tempfile.mkdtemp(prefix="container-"))
        (self._base / "tmp").mkdir()
        if model:
            shutil.copytree(model, self._base / "model")
        inference, management = free_ports(2)
        self.url = f"http://127.0.0.1:{inference}"
        self.management_url = f"http://127.0.0.1:{management}"
        script = Path(__file__).with_name("serve.py")
        with (self._base / "log").open("wb") as log:
            self._process = subprocess.Popen(
                [interpreter, script, self._base, str(inference), str(management)],
                cwd=self._base,
                env=self._environment(interpreter, {**(CONVENIENT if model else {}), **(env or {})}),
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        try:
            self._wait()
        except BaseException:
            self.stop()
            raise

    def _environment(self, interpreter: Path, given: Mapping[str, str]) -> dict[str, str]:
        kept = {name: os.environ[name] for name in ("JAVA_HOME", "LANG", "HOME") if name in os.environ}
        return {
            **kept,
            "PATH": f"{interpreter.parent}:{os.environ['PATH']}",
            "PYTHONWARNINGS": "ignore",
            "SAGEMAKER_BASE_DIR": str(self._base),
            "TMPDIR": str(self._base / "tmp"),
            "TEMP": str(self._base / "tmp"),
            "HF_HUB_OFFLINE": "1",
            "HF_HOME": str(self._base / "hub"),
            "OMP_NUM_THREADS": "1",  # tiny models are slower on more
            **given,
        }

    def _wait(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and self._process.poll() is None:
            try:
                with urllib.request.urlopen(self.url + "/ping", timeout=2):
                    return
            except (OSError, urllib.error.HTTPError):
                time.sleep(0.1)
        raise RuntimeError(
            f"the model server does not answer /ping; the end of its output:\n{self.log()[-3000:]}"
        )

    def log(self) -> str:
        """What the server and its workers have printed so far."""
        return (self._base / "log").read_text(errors="replace")

    def processes(self) -> list[int]:
        """What is running of the server, Java and the workers; they share a process group of their own."""
        listed = subprocess.run(
            ["ps", "-A", "-o", "pid=,pgid=,stat="], capture_output=True, text=True, check=True
        )
        rows = [line.split() for line in listed.stdout.splitlines()]
        return [int(pid) for pid, group, state in rows if int(group) == self._process.pid and state[0] != "Z"]

    def stop(self) -> None:
        """End all of them, and wait until they are gone."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        deadline = time.monotonic() + 10
        while self.processes() and time.monotonic() < deadline:
            time.sleep(0.05)
        shutil.rmtree(self._base, ignore_errors=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


@functools.cache
def shared(family: str) -> Container:
    """A container of `family` that runs until the process ends."""
    container = Container(MODELS / family)
    atexit.register(container.stop)
    return container
