"""Starts the action as GitHub's runner does: environment, inputs, event and command files; main, then post.

With POLYPOST_IMAGE_RUNNER set, the same steps run in the image (see tools/image/runner.py).
"""

import json
import os
import re
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

from standins.github import TOKEN, ZERO

ROOT = Path(__file__).parents[2]
IMAGE_RUNNER = os.environ.get("POLYPOST_IMAGE_RUNNER", "")
AUTHOR = {"login": "someone"}


@dataclass
class Step:
    """What one step left behind."""

    code: int
    log: str
    seconds: float
    outputs: dict = field(default_factory=dict)
    state: dict = field(default_factory=dict)
    summary: str = ""


class Runner:
    """One repository on a stand-in GitHub, one account on a stand-in AWS, and jobs that use the action."""

    def __init__(self, folder, hub, aws):
        self.folder, self.hub, self.aws = Path(folder), hub, aws
        self.jobs = 0
        self.steps = []
        self.env = {}
        """More variables of the job."""

    def push(self, before, **inputs):
        """The job of a push to main whose previous head was `before`."""
        after = self.hub.head()
        event = {"ref": "refs/heads/main", "before": before or ZERO, "after": after, "deleted": False}
        return self.job("push", event, {"GITHUB_REF": "refs/heads/main", "GITHUB_REF_NAME": "main"}, **inputs)

    def dispatch(self, **inputs):
        """A job that somebody starts by hand: it looks at everything."""
        return self.job("workflow_dispatch", {}, {"GITHUB_REF_NAME": "main"}, **inputs)

    def job(self, kind, event, names, **inputs):
        """Main and post step of one job; gives the main step, the post step is in `steps`."""
        step, post = self.start(kind, event, names, **inputs), None
        process = step.process
        step.finish(process.wait(timeout=240))
        post = self.post(step)
        self.steps += [step.result, post]
        return step.result

    def start(self, kind, event, names, **inputs):
        """Start the main step and don't wait for it."""
        return Running(self, *self.prepared(kind, event, names, **inputs))

    def checkout(self, folder, branch):
        """Check the repository out; gives the folder."""
        return self.hub.checkout(folder, branch=branch)

    def prepared(self, kind, event, names, **inputs):
        """The folder and the environment of a job."""
        self.jobs += 1
        job = self.folder / f"job-{self.jobs}"
        workspace = self.checkout(job / "workspace", names.pop("checkout", "main"))
        (job / "commands").mkdir(parents=True)
        (job / "event").mkdir()
        payload = {"repository": {"default_branch": "main", "full_name": self.hub.repository}, **event}
        (job / "event/event.json").write_text(json.dumps(payload))
        env = self.environment(job, workspace, kind, names)
        for name, value in {"github-token": TOKEN, "languages": "es, ja", "checks": "off", **inputs}.items():
            env[f"INPUT_{name.replace('_', '-').upper()}"] = value
        return job, env

    def environment(self, job, workspace, kind, names):
        """What a step gets; the rest of this machine's environment stays outside."""
        kept = (
            "PATH",
            "HOME",
            "SSL_CERT_FILE",
            "LANG",
            "XDG_CACHE_HOME",
            "POLYPOST_IMAGE_STORE",
            "POLYPOST_IMAGE",
        )
        files = {
            name: job / "commands" / name for name in ("GITHUB_OUTPUT", "GITHUB_STATE", "GITHUB_STEP_SUMMARY")
        }
        for file in files.values():
            file.touch()
        return {
            **{name: os.environ[name] for name in kept if name in os.environ},
            **self.hub.env(),
            **self.aws.env,
            **{name: str(file) for name, file in files.items()},
            "GITHUB_ACTIONS": "true",
            "CI": "true",
            "GITHUB_EVENT_NAME": kind,
            "GITHUB_EVENT_PATH": str(job / "event/event.json"),
            "GITHUB_WORKSPACE": str(workspace),
            "GITHUB_RUN_ID": str(1000 + self.jobs),
            "GITHUB_RUN_ATTEMPT": "1",
            "GITHUB_REF_TYPE": "branch",
            "GITHUB_ACTOR": "someone",
            **names,
            **self.env,
        }

    def post(self, running):
        """The post step, with the state that main saved."""
        env = running.env | {f"STATE_{name}": value for name, value in running.result.state.items()}
        started = time.monotonic()
        done = subprocess.run(
            command("post_entrypoint.py"), env=env, capture_output=True, text=True, timeout=240, check=False,
            cwd=env["GITHUB_WORKSPACE"],
        )  # fmt: skip
        return Step(done.returncode, done.stdout + done.stderr, time.monotonic() - started)


class Running:
    """A main step that is under way."""

    def __init__(self, runner, job, env):
        self.runner, self.job, self.env, self.started = runner, job, env, time.monotonic()
        self.log = (job / "log").open("wb")
        self.process = subprocess.Popen(
            command("entrypoint.py"),
            env=env,
            stdout=self.log,
            stderr=subprocess.STDOUT,
            cwd=env["GITHUB_WORKSPACE"],
        )
        self.result = None

    def finish(self, code):
        """Read what the step left behind."""
        self.log.close()
        seconds = time.monotonic() - self.started
        text = (self.job / "log").read_text(errors="replace")
        files = {name: Path(self.env[name]).read_text() for name in ("GITHUB_OUTPUT", "GITHUB_STATE")}
        self.result = Step(
            code,
            text,
            seconds,
            command_file(files["GITHUB_OUTPUT"]),
            command_file(files["GITHUB_STATE"]),
            Path(self.env["GITHUB_STEP_SUMMARY"]).read_text(),
        )
        return self.result

    def wait_for(self, condition, seconds=60):
        """Wait until something is so, or the step has ended."""
        end = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < end, f"not within {seconds} s; log:\n{(self.job / 'log').read_text()}"
            assert self.process.poll() is None, f"the step ended:\n{(self.job / 'log').read_text()}"
            time.sleep(0.02)


def command(entrypoint):
    """How the runner starts a step of ours, on this machine or in the image."""
    return [IMAGE_RUNNER, f"/app/{entrypoint}"] if IMAGE_RUNNER else [sys.executable, str(ROOT / entrypoint)]


def command_file(text):
    """Outputs or state, as the runner reads them: NAME=VALUE, or NAME<<DELIMITER."""
    found, lines = {}, iter(text.splitlines())
    for line in lines:
        if heredoc := re.fullmatch(r"([\w-]+)<<(.+)", line):
            value = []
            for inner in lines:
                if inner == heredoc[2]:
                    break
                value.append(inner)
            found[heredoc[1]] = "\n".join(value)
        elif line:
            name, _, found_value = line.partition("=")
            found[name] = found_value
    return found
