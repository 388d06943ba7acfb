"""A repository on the stand-in GitHub, two models on the stand-in AWS, and runs of the action between them.

Every run is `polypost action run` as a workflow starts it, in an actor of a `Baton`: it hands on at each call
to GitHub or AWS. So runs go on side by side, people act while one is under way, and a killed one is never
woken again, all in one process and the same way every time.
"""

from __future__ import annotations

import contextlib
import functools
import gc
import io
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest import mock

from e2e.runner import Runner
from faults.world import OURS
from polypost import action
from polypost.errors import Stopped
from polypost.models import DEFAULT_MODEL
from polypost.sagemaker.asking import flights
from polypost.signals import Signals
from standins.aws import Aws, echo
from standins.baton import Actor, Baton, Killed, Queue, Threads
from standins.github import Hub
from standins.github.inside import answer as github_answer
from standins.github.inside import inside as github_inside

LANGUAGES = ("es", "fr")
MODELS = (DEFAULT_MODEL, "facebook/m2m100_418M")
"""They answer differently: the first with the language's code of three letters in front, the other of two."""

SOMEONE = {"name": "Someone", "email": "someone@example.com"}


@dataclass
class Run:
    """How a run goes; calls are those to GitHub and AWS, counted from 1."""

    latencies: Sequence[int] = (1,)
    """Seconds that its calls take, in turn, over and over."""
    end: str = ""
    """`killed` before a call takes effect, `killed after` it, or `cancelled` in it."""
    at: int = 0
    """The call of `end`."""
    meanwhile: Mapping[int, Callable[[], None]] = field(default_factory=dict)
    """Call -> what somebody does just before it takes effect."""
    calls: int = 0
    code: int | None = None
    """None: it was killed."""
    log: str = ""
    signals: Signals = field(default_factory=Signals)

    @property
    def finished(self) -> bool:
        """Whether nothing came in its way."""
        return self.code is not None and not self.signals.received


class World(Runner):
    """One for many examples; `begin` and `close` around each."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, Hub(folder / "hub"), Aws(Baton()))
        self._whole = contextlib.ExitStack()
        self._whole.enter_context(self.hub)
        self._whole.enter_context(self.aws)
        self._whole.enter_context(mock.patch.dict(os.environ, self.aws.env))
        _unlock_cached_properties()
        self.aws.creating_seconds = 0.0
        self._skeleton = folder / "skeleton"
        subprocess.run(["git", "init", "-q", str(self._skeleton)], check=True)
        shutil.rmtree(self._skeleton / ".git/hooks", ignore_errors=True)
        objects = self._skeleton / ".git/objects/info/alternates"
        objects.write_text(f"{self.hub.store.folder}/objects\n")
        self._texts: dict[str, str] = {}
        self._trees: dict[str, dict[str, str]] = {}
        self._merges: dict[tuple[str, str], tuple[str, bool]] = {}
        self._stand()

    def _stand(self) -> None:
        """An endpoint for each model, which stays."""
        role = self.aws.role("SageMakerRole")
        with self.aws.inside():
            client = self.aws.client("sagemaker")
            for name in map(endpoint, MODELS):
                variant = {"VariantName": "AllTraffic", "ModelName": name, "InstanceType": "ml.m5.xlarge"}
                image = {"Image": "x.y/z:1"}
                client.create_model(ModelName=name, ExecutionRoleArn=role, PrimaryContainer=image)
                client.create_endpoint_config(
                    EndpointConfigName=name, ProductionVariants=[variant | {"InitialInstanceCount": 1}]
                )
                client.create_endpoint(EndpointName=name, EndpointConfigName=name)

    def end(self) -> None:
        self._whole.close()

    def begin(self, posts: Mapping[str, str]) -> None:
        """An empty repository, with these posts pushed to it."""
        shutil.rmtree(self.hub.store.folder / "refs/heads")
        (self.hub.store.folder / "refs/heads").mkdir()
        for kept in (self.hub.pulls, self.hub.log, self.hub.faults, self.hub.violations):
            kept.clear()
        for folder in self.folder.glob("job-*"):
            shutil.rmtree(folder)
        self.jobs = 0
        self.clock = self.aws.clock = Baton()
        self.asked: list[tuple[str, str]] = []
        self.aws.backend = self._translate
        self._runs: dict[Actor, Run] = {}
        self._open = contextlib.ExitStack()
        self._open.enter_context(self.aws.inside())
        self._open.enter_context(github_inside(self.hub.url, self._github, self.clock))
        self._open.enter_context(_threads_of(self.clock))
        self.aws.intercept = lambda arrival: self._call()
        self.hub.push(posts)
        self.looked = self.hub.head()

    def close(self) -> None:
        """Nobody is at work any more."""
        self.clock.close()
        self.aws.intercept = None
        self._open.close()

    # Runs

    def play(self, *runs: Run, model: str = MODELS[0], everything: bool = True) -> None:
        """Runs that start at once; `everything`: somebody starts them by hand, else the last push does."""
        outputs: dict[Actor, io.StringIO] = {}
        for run in runs:
            env = self._job(model, everything=everything)
            actor = self.clock.spawn(f"run-{self.jobs}", self._work(run, env))
            self._runs[actor], outputs[actor] = run, io.StringIO()
        self.looked = self.hub.head()
        with contextlib.redirect_stdout(_Streams(self.clock, outputs)), _quietly():
            self.clock.run()
        for actor, output in outputs.items():
            self._runs[actor].log = output.getvalue()
            if actor.error:
                raise actor.error

    def _job(self, model: str, *, everything: bool) -> dict[str, str]:
        inputs = {"model": model, "endpoint_name": endpoint(model), "languages": ", ".join(LANGUAGES)}
        names = {"GITHUB_REF": "refs/heads/main", "GITHUB_REF_NAME": "main"}
        push = {"ref": "refs/heads/main", "before": self.looked, "after": self.hub.head(), "deleted": False}
        event = ("workflow_dispatch", {}) if everything else ("push", push)
        return self.prepared(*event, names, **inputs)[1]

    def checkout(self, folder: Path, branch: str) -> Path:
        """What a checkout leaves of git, without the files: a run reads commits."""
        return shutil.copytree(self._skeleton, folder)

    def _work(self, run: Run, env: Mapping[str, str]) -> Callable[[], None]:
        def work() -> None:
            try:
                run.code = action.run(env, run.signals, self.clock)
            except Stopped:  # as in cli.py: nothing had begun
                run.code = run.signals.exit_code(0)
            print(Path(env["GITHUB_STEP_SUMMARY"]).read_text())

        return work

    def _translate(self, request: dict[str, Any]) -> Any:
        self.asked += [(request["parameters"]["tgt_lang"], text) for text in request["inputs"]]
        return echo(request)

    def _github(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Any:
        run = self._call()
        answer = github_answer(self.hub, method, path, headers, body)
        if run and run.end == "killed after" and run.at == run.calls:
            self._kill()
        return answer

    def _call(self) -> Any:
        """A call on its way: others go on meanwhile, and things happen."""
        if self.clock.closing:
            raise Killed
        if (actor := self.clock.actor) is None or actor.root not in self._runs:
            return None
        run = self._runs[actor.root]
        run.calls += 1
        number = run.calls
        self.clock.sleep(run.latencies[number % len(run.latencies)])
        if act := run.meanwhile.get(number):
            act()
        if run.at == number and run.end == "killed":
            self._kill()
        if run.at == number and run.end == "cancelled" and actor is actor.root:
            run.signals.handle(15, None)
        return run

    def _kill(self) -> None:
        actor = self.clock.actor
        assert actor
        actor.root.dead = True
        self.clock.wait(actor, float("inf"))

    # What people do

    def merge(self, number: int, *, squash: bool) -> bool:
        """Merge a pull request; False where GitHub would not, for conflicts."""
        pull, store = self.hub.pulls[number], self.hub.store
        base, head = self.hub.head(pull.base), self.hub.head(pull.head)
        tree, clean = self._merged(base, head)
        if not clean:
            return False
        sha = store.commit(tree, [base] if squash else [base, head], pull.title)
        store.git("update-ref", f"refs/heads/{pull.base}", sha)
        pull.closed_at_sha, pull.state, pull.merged = head, "closed", True
        return True

    def update_branch(self) -> None:
        """The button of that name: the base is merged into our branch."""
        base, head = self.hub.head(), self.hub.head(OURS)
        tree, clean = self._merged(base, head)
        if clean:
            sha = self.hub.store.commit(tree, [head, base], "Merge branch 'main'", SOMEONE)
            self.hub.store.git("update-ref", f"refs/heads/{OURS}", sha)

    def close_pull(self, number: int) -> None:
        self.hub.close(number)

    def delete_branch(self) -> None:
        """As GitHub does it: a pull request of the branch is closed with it."""
        for number, pull in self.hub.pulls.items():
            if pull.state == "open":
                self.hub.close(number)
        self.hub.store.git("update-ref", "-d", f"refs/heads/{OURS}")

    # What is there

    @property
    def open_pulls(self) -> list[int]:
        return [number for number, pull in self.hub.pulls.items() if pull.state == "open"]

    def fork(self, head: str) -> str:
        """Where a commit left the base."""
        return self.hub.store.git("merge-base", self.hub.head(), head)

    def merged(self) -> dict[str, str]:
        """The base with our branch merged into it: what its readers would get; conflicts hold both sides."""
        base, head = self.hub.head(), self.hub.head(OURS)
        return self.tree(self._merged(base, head)[0] if head else base)

    def _merged(self, base: str, head: str) -> tuple[str, bool]:
        """The tree of a merge, and whether it has no conflicts."""
        if (base, head) in self._merges:
            return self._merges[base, head]
        command = ["git", "-C", self.hub.store.folder, "merge-tree", "--write-tree", base, head]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode in {0, 1}, done.stderr
        self._merges[base, head] = done.stdout.split("\n", 1)[0], not done.returncode
        return self._merges[base, head]

    def tree(self, oid: str | None) -> dict[str, str]:
        """Path -> text of every file of a commit or a tree; empty when there is none."""
        if oid and oid not in self._trees:
            self._trees[oid] = self._read(oid)
        return dict(self._trees[oid]) if oid else {}

    def _read(self, name: str) -> dict[str, str]:
        listed = self.hub.store.git("ls-tree", "-r", "-z", name).split("\0")
        entries = (each.partition("\t") for each in listed if each)
        oids = {path: about.split()[2] for about, _, path in entries}
        if fresh := {oid for oid in oids.values() if oid not in self._texts}:
            asked = "".join(f"{oid}\n" for oid in fresh).encode()
            told = self.hub.store.git("cat-file", "--batch", stdin=asked) + "\n"
            while told:
                about, _, rest = told.partition("\n")
                oid, _, size = about.split()
                text = rest.encode()[: int(size)].decode()
                self._texts[oid], told = text, rest[len(text) + 1 :]
        return {path: self._texts[oid] for path, oid in oids.items()}


def endpoint(model: str) -> str:
    """The name of a model's endpoint."""
    return model.rpartition("/")[2].replace("_", "-")


class _Streams(io.TextIOBase):
    """What each run prints, apart."""

    def __init__(self, clock: Baton, outputs: Mapping[Actor, io.StringIO]) -> None:
        self._clock, self._outputs = clock, outputs

    def write(self, text: str) -> int:
        actor = self._clock.actor
        output = self._outputs.get(actor.root) if actor else None
        return output.write(text) if output else len(text)


@contextlib.contextmanager
def _quietly() -> Iterator[None]:
    with contextlib.redirect_stderr(io.StringIO()):
        yield


@contextlib.contextmanager
def _threads_of(clock: Baton) -> Iterator[None]:
    """The requests that a run has under way at once are actors too."""
    queue = SimpleNamespace(SimpleQueue=lambda: Queue(clock), Empty=flights.queue.Empty)
    with mock.patch.multiple(flights, queue=queue, threading=Threads(clock)):
        yield


def _unlock_cached_properties() -> None:
    """Until Python 3.12 the property of a class has one lock for all of its objects, held over a call.

    Runs are processes of their own; these ones would wait for each other for ever.
    """
    for each in gc.get_objects():
        if type(each) is functools.cached_property:
            each.lock = contextlib.nullcontext()
