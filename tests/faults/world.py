"""A GitHub, an AWS and the jobs between them, all in this process and on one simulated clock."""

from __future__ import annotations

import contextlib
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

import botocore.loaders
import botocore.session

from e2e.runner import Runner, Step, command_file
from faults.remote import Child, Remote, RemoteClock
from faults.tape import Tape, Trouble
from polypost import cli
from polypost.signals import Signals, listening
from standins.aws import Aws, Dropped, Hang, Refused, Then
from standins.aws.http import Drop, Request, Response
from standins.aws.inside import Hung
from standins.clock import SimClock
from standins.github import Hub
from standins.github.inside import answer as github_answer
from standins.github.inside import inside as github_inside
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

    def __init__(self, folder: Path) -> None:
        self.clock = SimClock()
        hub = Hub(folder / "hub")
        super().__init__(folder, hub, Aws(self.clock))
        self.oidc = Oidc(subject="repo:octo/blog:ref:refs/heads/main", clock=self.clock)
        self.hub.__enter__()
        self.aws._served[self.oidc._server.url] = self._token
        self.tape, self.back, self.signals = Tape(), Back(), Signals()
        self._doors = dict(self.aws._served)
        front, runtime, _ = self._doors
        self.aws._served[runtime] = functools.partial(self._heard, self._doors[runtime])
        self.template = folder / "template"
        self.refs = folder / "refs"
        self.over_http = False
        """Whether git asks GitHub by HTTP too; else it looks into the stand-in's folder."""

    def close(self) -> None:
        self.aws.close()
        self.oidc.close()
        self.hub.__exit__()

    def blog(self, posts: Mapping[str, str]) -> None:
        """The repository as every case finds it."""
        self.hub.push(posts)
        self.hub.checkout(self.template)
        shutil.rmtree(self.template / ".git/hooks", ignore_errors=True)
        if not self.over_http:
            config = self.template / ".git/config"
            config.write_text(config.read_text().replace(self.hub.url + "/", f"{self.hub.root}/"))
        shutil.copytree(self.hub.store.folder / "refs", self.refs)

    def begin(self) -> None:
        """An empty account, the repository as `blog` left it, time at its start."""
        self.clock = SimClock()
        self.aws.clock = self.oidc.clock = self.clock
        self.aws.reset()
        shutil.rmtree(self.hub.store.folder / "refs")
        shutil.copytree(self.refs, self.hub.store.folder / "refs")
        self.hub.pulls.clear()
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
        self.aws.intercept = lambda arrival: tape.aws(arrival.service, arrival.operation)
        self.hub.intercept = lambda method, path, index: tape.github(method, path)

    def checkout(self, folder: Path, branch: str) -> Path:
        """A copy of a fresh checkout."""
        shutil.copytree(self.template, folder)
        return folder

    def step(self, command: str, env: dict[str, str], log: Path) -> int:
        """Do one step of a job, or a command, in this process; its exit code."""
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

    @contextlib.contextmanager
    def inside(
        self, clock: SimClock | RemoteClock, serve: Callable[..., object] | None = None
    ) -> Iterator[None]:
        """The process's calls go to the stand-ins without a network, and its time is theirs."""
        serve = serve or functools.partial(self._github, self.hub)
        loader = shared_loader()
        with (
            self.aws.inside(),
            github_inside(self.hub.url, serve, clock),
            mock.patch.object(cli, "SystemClock", lambda: clock),
            mock.patch.object(botocore.session, "create_loader", lambda _: loader),
        ):
            yield

    def main(self, job: Path, env: dict[str, str]) -> Step:
        """The main step of a job."""
        return self._done("action run", job, env, "log")

    def main_killed(self, job: Path, env: dict[str, str], trouble: Trouble) -> Step:
        """The main step in a process of its own, which is killed at a call."""
        child = Child()
        self.use(Tape(trouble, child.kill))
        serve = {
            **{url: door for url, door in self.aws._served.items()},
            "github": functools.partial(self._github, self.hub),
            "now": self.clock.now,
            "monotonic": self.clock.monotonic,
            "sleep": self.clock.sleep,
        }
        started = time.monotonic()
        code = child.run(lambda remote: self._in_child(remote, job, env), serve)
        return self._read(code, job, env, "log", started)

    def _in_child(self, remote: Remote, job: Path, env: dict[str, str]) -> int:
        self.clock = self.aws.clock = RemoteClock(remote)
        self.aws._served = {url: functools.partial(remote, url) for url in self.aws._served}
        self._github = lambda hub, *given: remote("github", *given)
        return self.step("action run", env, job / "log")

    def post_step(self, job: Path, env: dict[str, str], main: Step) -> Step:
        """The post step, with the state that main saved."""
        return self._done(
            "action cleanup",
            job,
            env | {f"STATE_{key}": text for key, text in main.state.items()},
            "post-log",
        )

    def _done(self, command: str, job: Path, env: dict[str, str], log: str) -> Step:
        started = time.monotonic()
        return self._read(self.step(command, env, job / log), job, env, log, started)

    def _read(self, code: int, job: Path, env: dict[str, str], log: str, started: float) -> Step:
        files = {
            name: Path(env[name]).read_text()
            for name in ("GITHUB_OUTPUT", "GITHUB_STATE", "GITHUB_STEP_SUMMARY")
        }
        return Step(
            code,
            (job / log).read_text(errors="replace") if (job / log).exists() else "",
            time.monotonic() - started,
            command_file(files["GITHUB_OUTPUT"]),
            command_file(files["GITHUB_STATE"]),
            files["GITHUB_STEP_SUMMARY"],
        )

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


@functools.cache
def shared_loader() -> botocore.loaders.Loader:
    """AWS's descriptions, read once per process and not once per session."""
    return botocore.loaders.create_loader(None)
