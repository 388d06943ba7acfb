#!/usr/bin/env python3
"""Start one step in the image as GitHub's runner starts a container action.

    runner.py ENTRYPOINT [ARGUMENT ...]

The environment is the step's, with paths of this machine, as a test prepares it. The folders are mounted and
the paths translated as in the runner's source (actions/runner, ContainerActionHandler.cs): the workspace, the
command files, the event and a home of its own; nothing else of this machine is seen, RUNNER_TEMP included.
The workspace belongs to another account than the container's, as it does there. The network is this
machine's, so that stand-ins on loopback are reached. Exits with the step's code.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from types import FrameType

from store import buildah, image

RUNNER_ACCOUNT = 1001
"""The account of GitHub's hosted runners, which owns the workspace."""

JOB_VARIABLES = ("ACTIONS_", "AWS_", "GITHUB_", "INPUT_", "RUNNER_", "STATE_", "CI")
"""Beginnings of the variables that a job has; the rest of this machine's environment stays outside."""

COMMAND_FILES = ("GITHUB_OUTPUT", "GITHUB_STATE", "GITHUB_STEP_SUMMARY", "GITHUB_ENV", "GITHUB_PATH")


def mounts(env: Mapping[str, str], home: Path) -> dict[Path, str]:
    """Folder of this machine -> where the container sees it. SystemExit when a variable is missing."""
    found = {Path(env[name]).parent for name in COMMAND_FILES if name in env}
    if len(found) > 1:
        raise SystemExit(
            f"error: the command files stand in one folder on a runner, here in {sorted(found)}."
        )
    folders = {home: "/github/home"} | dict.fromkeys(found, "/github/file_commands")
    if "GITHUB_EVENT_PATH" in env:
        folders[Path(env["GITHUB_EVENT_PATH"]).parent] = "/github/workflow"
    if "GITHUB_WORKSPACE" in env:
        folders[Path(env["GITHUB_WORKSPACE"])] = "/github/workspace"
    return folders


def translated(env: Mapping[str, str], folders: Mapping[Path, str]) -> dict[str, str]:
    """The job's variables as the container gets them: folders of this machine by their new names."""

    def translate(value: str) -> str:
        for folder, inside in sorted(folders.items(), key=lambda item: -len(str(item[0]))):
            if value == str(folder) or value.startswith(f"{folder}/"):
                return inside + value.removeprefix(str(folder))
        return value

    job = {name: translate(value) for name, value in env.items() if name.startswith(JOB_VARIABLES)}
    return job | {"HOME": "/github/home"}


def give_to_runner(workspace: Path) -> None:
    """Make the runner's account the owner of the workspace, which git then calls dubious."""
    for path in (workspace, *workspace.rglob("*")):
        os.chown(path, RUNNER_ACCOUNT, RUNNER_ACCOUNT, follow_symlinks=False)


def contained(pid: int) -> int:
    """The step's own process among the descendants of buildah's: the first with a name of its own.

    buildah kills the container at a signal, where Docker hands it on, so that it has to be sent past buildah.
    """
    for children in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in map(int, children.read_text().split()):
            if not Path(f"/proc/{child}/cmdline").read_bytes().startswith(b"buildah"):
                return child
            if found := contained(child):
                return found
    return 0


def start(command: list[str], env: Mapping[str, str]) -> int:
    """Run a command in a fresh container of the image; give its exit code, 128 + n after signal n."""
    home = Path(tempfile.mkdtemp())
    folders = mounts(env, home)
    if "GITHUB_WORKSPACE" in env:
        give_to_runner(Path(env["GITHUB_WORKSPACE"]))
    container = subprocess.run(
        buildah("from", "--pull-never", image()), check=True, capture_output=True, text=True
    ).stdout.strip()
    options = ["--isolation", "chroot"]
    for folder, inside in folders.items():
        options += ["--volume", f"{folder}:{inside}"]
    for name, value in translated(env, folders).items():
        options += ["--env", f"{name}={value}"]
    if "GITHUB_WORKSPACE" in env:
        options += ["--workingdir", "/github/workspace"]
    try:
        process = subprocess.Popen(buildah("run", *options, container, "--", *command))

        def forward(signum: int, _frame: FrameType | None) -> None:
            os.kill(contained(process.pid) or process.pid, signum)

        for signum in (signal.SIGINT, signal.SIGTERM):
            signal.signal(signum, forward)
        code = process.wait()
    finally:
        subprocess.run(buildah("rm", container), check=True, stdout=subprocess.DEVNULL)
        shutil.rmtree(home)
    return code if code >= 0 else 128 - code


if __name__ == "__main__":
    sys.exit(start(sys.argv[1:], os.environ))
