"""A GitHub, an AWS and the jobs between them, all in this process and on one simulated clock."""

from __future__ import annotations

import contextlib
import copy
import functools
import json
import os
import shutil
import signal
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from unittest import mock

from e2e.runner import Runner, Step, command_file
from faults.remote import Child, Remote, RemoteClock
from faults.tape import Tape, Trouble
from polypost import cli
from polypost.signals import Signals, listening
from standins.aws import Arrival, Aws, Dropped, Hang, Refused, Then
from standins.aws.description import service
from standins.aws.http import Drop, Request, Response
from standins.aws.inside import Hung
from standins.aws.protocol import SERVICES
from standins.clock import SimClock
from standins.github import Hub
from standins.github.inside import answer as github_answer
from standins.github.inside import inside as github_inside
from standins.github.rest import Pull
from standins.oidc import Oidc

OURS = "polypost/main"


@dataclass
class Back:
    """What came back from the model."""

    answers: list[tuple[str, str]] = field(default_factory=list)
    """Language's code and sentence of each answer that reached the run."""
    asked: list[tuple[str, str]] = field(default_factory=list)
    """The same of each request that reached AWS."""
    published: int = 0
    """How many of them had come when our branch was last moved."""


class World(Runner):
    """One per process; `begin` makes it new."""

    def __init__(self, folder: Path, *, over_http: bool = False) -> None:
        """`over_http`: git asks GitHub by HTTP too, as it does; else it looks into the stand-in's folder."""
        self.clock = SimClock()
        hub = Hub(folder / "hub")
        super().__init__(folder, hub, Aws(self.clock))
        self.oidc = Oidc(subject="repo:octo/blog:ref:refs/heads/main", clock=self.clock)
        self.hub.__enter__()
        for name in SERVICES.values():
            service(name)  # before any client of S3 rewrites the paths in the data that sessions share
        self.aws._served[self.oidc._server.url] = self._token
        self.tape, self.back, self.signals = Tape(), Back(), Signals()
        self._doors = dict(self.aws._served)
        _, runtime, _ = self._doors
        self.aws._served[runtime] = functools.partial(self._heard, self._doors[runtime])
        self.template = folder / "template"
        self.refs = folder / "refs"
        self.over_http = over_http
        self.event: tuple[str, dict[str, object], dict[str, str]]
        self.pulls: dict[int, Pull] = {}
        self.whose: Callable[[Arrival], str] = lambda _: ""
        """Tells apart who calls AWS; see `Call.whose`."""
        self.grace = 0.001
        """Of the clocks to come: more where threads that work side by side wait and compute in turns."""

    def close(self) -> None:
        self.aws.close()
        self.oidc.close()
        self.hub.__exit__()

    def blog(self, posts: Mapping[str, str]) -> None:
        """Somebody pushes posts: so every case finds the repository, until the next call."""
        before = self.hub.head()
        after = self.hub.push(posts)
        names = {"GITHUB_REF": "refs/heads/main", "GITHUB_REF_NAME": "main"}
        push = {"ref": "refs/heads/main", "before": before, "after": after, "deleted": False}
        self.event = ("push", push, names) if before else ("workflow_dispatch", {}, names)
        for folder in (self.template, self.refs):
            shutil.rmtree(folder, ignore_errors=True)
        self.hub.checkout(self.template)
        shutil.rmtree(self.template / ".git/hooks", ignore_errors=True)
        if not self.over_http:
            config = self.template / ".git/config"
            config.write_text(config.read_text().replace(self.hub.url + "/", f"{self.hub.root}/"))
        shutil.copytree(self.hub.store.folder / "refs", self.refs)
        self.pulls = copy.deepcopy(self.hub.pulls)

    def begin(self) -> None:
        """An empty account, the repository as `blog` left it, time at its start."""
        self.clock = SimClock(grace=self.grace)
        self.aws.clock = self.oidc.clock = self.clock
        self.aws.reset()
        shutil.rmtree(self.hub.store.folder / "refs")
        shutil.copytree(self.refs, self.hub.store.folder / "refs")
        self.hub.pulls.clear()
        self.hub.pulls |= copy.deepcopy(self.pulls)
        self.hub.log.clear()
        self.hub.count_from(0)
        self.jobs = 0
        for folder in self.folder.glob("job-*"):
            shutil.rmtree(folder)
        self.back, self.env = Back(), {}
        self.use(Tape())

    def use(self, tape: Tape) -> None:
        """From here on, calls go onto this tape."""
        self.tape = tape
        self.aws.intercept = lambda arrival: tape.aws(arrival.service, arrival.operation, self.whose(arrival))
        self.hub.intercept = lambda method, path, index: tape.github(method, path)

    def checkout(self, folder: Path, branch: str) -> Path:
        """A copy of a fresh checkout."""
        shutil.copytree(self.template, folder)
        return folder

    def command(self, command: str, env: dict[str, str], log: Path) -> int:
        """Do what a command line says in this process; its exit code."""
        with (
            log.open("a", encoding="utf-8") as stream,
            mock.patch.dict(os.environ, env, clear=True),
            contextlib.redirect_stdout(stream),
            contextlib.redirect_stderr(stream),
            self.inside(self.clock),
            listening() as signals,
        ):
            self.signals = signals
            return cli._run(command.split(), signals)

    def swept(self) -> str:
        """One `polypost endpoint sweep`; what it says when it fails."""
        log = self.folder / "sweep-log"
        log.unlink(missing_ok=True)
        code = self.command("endpoint sweep", self.aws.env | {"PATH": "/nonexistent"}, log)
        return log.read_text() if code else ""

    @contextlib.contextmanager
    def inside(
        self, clock: SimClock | RemoteClock, serve: Callable[..., object] | None = None
    ) -> Iterator[None]:
        """The process's calls go to the stand-ins without a network, and its time is theirs."""
        serve = serve or functools.partial(self._github, self.hub)
        with (
            self.aws.inside(),
            github_inside(self.hub.url, serve, clock),
            mock.patch.object(cli, "SystemClock", return_value=clock),
        ):
            yield

    def step(self, command: str, job: Path, env: dict[str, str]) -> Step:
        """A step of a job, `run` or `cleanup`."""
        started = time.monotonic()
        return _read(self.command(f"action {command}", env, job / command), job / command, env, started)

    def step_killed(self, command: str, job: Path, env: dict[str, str], trouble: Trouble) -> Step:
        """A step in a process of its own, which is killed at a call."""
        child, started = Child(), time.monotonic()
        self.use(Tape(trouble, child.kill))
        clock = {name: getattr(self.clock, name) for name in ("now", "monotonic", "sleep")}
        serve = {**self.aws._served, **clock, "github": functools.partial(self._github, self.hub)}

        def work(remote: Remote) -> int:
            self.clock = self.aws.clock = RemoteClock(remote)
            self.aws._served = {url: functools.partial(remote, url) for url in self.aws._served}
            self._github = lambda hub, *given: remote("github", *given)
            return self.command(f"action {command}", env, job / command)

        return _read(child.run(work, serve), job / command, env, started)

    def stop(self, signum: int) -> None:
        """Send this process a signal, as a runner does, and go on when it was noticed."""
        time.sleep(0.01)  # answers that are on their way to the main thread reach it
        signal.pthread_kill(threading.main_thread().ident or 0, signum)
        end = time.monotonic() + 2
        while not self.signals.received and time.monotonic() < end:
            time.sleep(0.001)

    def branch(self) -> dict[str, str]:
        """What our branch holds: path -> content id."""
        if not self.hub.head(OURS):
            return {}
        lines = self.hub.store.git("ls-tree", "-r", f"refs/heads/{OURS}").splitlines()
        return {path: about.split()[2] for about, _, path in (line.partition("\t") for line in lines)}

    def _github(self, hub: Hub, method: str, path: str, headers: dict[str, str], body: bytes) -> object:
        ref = hub.store.folder / f"refs/heads/{OURS}"
        before = ref.read_text() if ref.exists() else ""
        try:
            return github_answer(hub, method, path, headers, body)
        finally:
            if path.endswith("/graphql") and ref.exists() and ref.read_text() != before:
                self.back.published = len(self.back.answers)

    def _heard(self, runtime: Callable[[Request], Response], request: Request) -> Response:
        given = json.loads(request.body)
        asked = [(given["parameters"]["tgt_lang"], text) for text in given["inputs"]]
        self.back.asked += asked
        response = runtime(request)
        if response.status == 200 and not self.signals.received:
            self.back.answers += asked
        return response

    def _token(self, request: Request) -> Response:
        fault = self.tape.aws("GitHub", "OIDC token")
        match fault:
            case Refused():
                return Response(fault.status, b"{}")
            case Hang():
                raise Hung
        response = self.oidc._logged(request)
        match fault:
            case Dropped():
                raise Drop
            case Then(action):
                action()
        return response


def _read(code: int, log: Path, env: dict[str, str], started: float) -> Step:
    state, outputs = (command_file(Path(env[name]).read_text()) for name in ("GITHUB_STATE", "GITHUB_OUTPUT"))
    text = log.read_text(errors="replace") if log.exists() else ""
    summary = Path(env["GITHUB_STEP_SUMMARY"]).read_text()
    return Step(code, text, time.monotonic() - started, outputs, state, summary)
