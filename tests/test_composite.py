"""The composite action's steps, run by bash as the runner runs them."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from polypost.options import ACTION, ROWS, from_environment, resolve

ROOT = Path(__file__).parent.parent
STEPS = yaml.safe_load((ROOT / "composite/action.yml").read_text(encoding="utf-8"))["runs"]["steps"]
NASTY = "$(touch owned) `touch owned` \"quoted\" 'single' ; & | ${HOME}\n::error::no"

ECHO = f"""#!{sys.executable}
import json, os, signal, sys, time
inputs = {{name: value for name, value in os.environ.items() if name.startswith(("INPUT_", "POLYPOST_"))}}
print(json.dumps([os.getpid(), sys.argv[1:], inputs]), flush=True)
if os.environ.get("WAIT"):
    signal.signal(signal.SIGINT, lambda *_: sys.exit(42))
    print("waiting", flush=True)
    time.sleep(20)
"""
"""In place of the installed interpreter: tells how it was started."""


def step(name):
    return next(step for step in STEPS if step["name"] == name)


def start(name, folder, inputs=None, **more):
    """Popen of a step, its expressions evaluated as far as this action uses them."""
    given = dict.fromkeys((row.name for row in ROWS if ACTION in row.fronts), "") | (inputs or {})
    known = {f"inputs.{key}": value for key, value in given.items()} | {"runner.temp": str(folder)}
    env = {
        key: re.sub(r"\$\{\{ (.*?) \}\}", lambda match: known[match[1]], value)
        for key, value in step(name)["env"].items()
    }
    script = folder / "step.sh"
    script.write_text(step(name)["run"])
    python = folder / "polypost/bin/python"
    python.parent.mkdir(parents=True, exist_ok=True)
    python.write_text(ECHO)
    python.chmod(0o755)
    return subprocess.Popen(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", script],
        env={"PATH": os.environ["PATH"], "RUNNER_TEMP": str(folder)} | env | more,
        cwd=folder,
        stdout=subprocess.PIPE,
        text=True,
    )


def test_every_input_arrives_as_it_was_given(tmp_path):
    inputs = {"languages": "es, ja", "role-arn": "arn", "title": NASTY, "body": "two\nlines"}
    with start("Localize", tmp_path, inputs) as process:
        out, _ = process.communicate(timeout=30)
    _, arguments, env = json.loads(out)
    assert arguments == ["-I", "-u", "-m", "polypost.cli", "action", "run"]
    assert from_environment(env) == inputs
    assert not (tmp_path / "owned").exists()


def test_nothing_given_means_the_defaults(tmp_path):
    with start("Localize", tmp_path, {"languages": "es"}) as process:
        out, _ = process.communicate(timeout=30)
    given = from_environment(json.loads(out)[2])
    assert resolve(given, None, front=ACTION) == resolve({"languages": "es"}, None, front=ACTION)


@pytest.mark.parametrize("name", ["Localize", "Delete what is left"])
def test_a_signal_reaches_python_itself(tmp_path, name):
    with start(name, tmp_path, WAIT="1") as process:
        told = json.loads(process.stdout.readline())
        assert process.stdout.readline() == "waiting\n"
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=30) == 42
    assert told[0] == process.pid


def test_both_steps_share_one_state_file_outside_the_workspace(tmp_path):
    files = set()
    for name in ("Localize", "Delete what is left"):
        with start(name, tmp_path) as process:
            files.add(json.loads(process.communicate(timeout=30)[0])[2]["POLYPOST_STATE"])
    (file,) = files
    assert Path(file).parent == tmp_path


def test_only_deploying_installs_the_sdk():
    extras = step("Install polypost")["env"]["EXTRAS"]
    assert extras == "${{ inputs.endpoint-name == '' && '--extra deploy' || '' }}"
