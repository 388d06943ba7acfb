"""tools/container_env.py: quick when there is nothing to do, and it names what is missing."""

import hashlib
import os
import subprocess
import sys

from standins.container import ROOT

TOOL = ROOT / "tools/container_env.py"
REQUIREMENTS = ROOT / "tests/standins/container/requirements.txt"


def run(folder, path):
    env = {"PATH": str(path), "POLYPOST_CONTAINER_ENV": str(folder)}
    return subprocess.run([sys.executable, TOOL], env=env, capture_output=True, text=True, check=False)


def java(folder, version):
    """A folder with a `java` that says it is `version`."""
    folder.mkdir()
    (folder / "java").write_text(f"#!/bin/sh\necho 'openjdk version \"{version}\" 2025-04-15' >&2\n")
    (folder / "java").chmod(0o755)
    return f"{folder}{os.pathsep}/bin{os.pathsep}/usr/bin"


def test_missing_java_is_named(tmp_path):
    ran = run(tmp_path / "env", tmp_path)
    assert ran.returncode == 2
    assert ran.stderr.startswith("container tests: Java is missing: install it, e.g. `apt-get install")
    assert not (tmp_path / "env").exists()


def test_an_old_java_is_named(tmp_path):
    ran = run(tmp_path / "env", java(tmp_path / "bin", "1.8.0_302"))
    assert ran.returncode == 2
    assert "is too old" in ran.stderr


def test_an_environment_from_the_same_pins_is_left_alone(tmp_path):
    path = java(tmp_path / "bin", "17.0.15")
    env = tmp_path / "env"
    env.mkdir()
    (env / "made-from").write_text(hashlib.sha256(REQUIREMENTS.read_bytes()).hexdigest())
    (env / "witness").touch()
    ran = run(env, path)
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "", "")
    assert (env / "witness").exists()


def test_every_pin_is_exact():
    lines = [line for line in REQUIREMENTS.read_text().splitlines() if line and not line.startswith("#")]
    assert [line for line in lines if "==" not in line] == []
    assert {"transformers==4.51.3", "torch==2.13.0"} <= set(lines)
