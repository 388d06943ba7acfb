"""What the image leaves out is nothing that polypost opens."""

from __future__ import annotations

import ast
import importlib.util
import sys
from collections.abc import Iterable
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]


def load(name: str) -> ModuleType:
    """A program of tools/image, imported; they import one another as scripts do."""
    folder = ROOT / "tools" / "image"
    sys.path.insert(0, str(folder))
    try:
        spec = importlib.util.spec_from_file_location(f"image_{name}", folder / f"{name}.py")
        assert spec
        assert spec.loader
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
    finally:
        sys.path.remove(str(folder))
    return module


OPENERS = {"client": 0, "resource": 0, "other": 1}
"""What opens a service (`clients.other` is ours), and where among its arguments the name stands."""


def opened(sources: Iterable[str]) -> set[str]:
    """The services whose client or resource is opened by a literal name."""
    return {
        node.args[OPENERS[node.func.attr]].value
        for source in sources
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in OPENERS
        and len(node.args) > (place := OPENERS[node.func.attr])
        and isinstance(node.args[place], ast.Constant)
        and isinstance(node.args[place].value, str)
    }


def test_every_service_that_the_code_opens_stays() -> None:
    found = opened(path.read_text("utf-8") for path in (ROOT / "src").rglob("*.py"))
    assert {"sagemaker-runtime", "service-quotas"} <= found
    assert found <= load("trim").SERVICES


def test_a_service_that_is_left_out_would_be_seen() -> None:
    assert opened(["session.client('scheduler')", "boto3.resource('dynamodb')"]) == {"scheduler", "dynamodb"}


@pytest.fixture
def packages(tmp_path: Path) -> Path:
    trim = load("trim")
    for service in (*trim.SERVICES, "ec2"):
        (tmp_path / "botocore" / "data" / service / "2020-01-01").mkdir(parents=True)
    (tmp_path / "botocore" / "data" / "endpoints.json").write_text("{}")
    tests = tmp_path / "numpy" / "_core" / "tests"
    (tests / "data").mkdir(parents=True)
    for file in ("__init__.py", "_natype.py", "test_umath.py", "data/values.csv"):
        (tests / file).write_text("")
    (tmp_path / "numpy" / "testing.py").write_text("")
    return tmp_path


def test_only_services_and_test_files_go(packages: Path) -> None:
    before = {path.relative_to(packages).as_posix() for path in packages.rglob("*")}
    load("trim").trim(packages)
    after = {path.relative_to(packages).as_posix() for path in packages.rglob("*")}
    assert before - after == {
        "botocore/data/ec2",
        "botocore/data/ec2/2020-01-01",
        "numpy/_core/tests/data/values.csv",
        "numpy/_core/tests/test_umath.py",
    }


def test_a_table_that_names_an_unknown_service_is_an_error(packages: Path) -> None:
    (packages / "botocore" / "data" / "sts" / "2020-01-01").rmdir()
    (packages / "botocore" / "data" / "sts").rmdir()
    with pytest.raises(FileNotFoundError, match="'sts'"):
        load("trim").trim(packages)


def test_a_step_sees_the_paths_of_its_container(tmp_path: Path) -> None:
    env = {
        "GITHUB_WORKSPACE": f"{tmp_path}/work",
        "GITHUB_OUTPUT": f"{tmp_path}/commands/output",
        "GITHUB_EVENT_PATH": f"{tmp_path}/event/event.json",
        "INPUT_PATHS": f"{tmp_path}/workshop",
        "RUNNER_TEMP": str(tmp_path),
        "PATH": "/usr/bin",
    }
    runner = load("runner")
    folders = runner.mounts(env, tmp_path / "home")
    assert runner.translated(env, folders) == {
        "GITHUB_WORKSPACE": "/github/workspace",
        "GITHUB_OUTPUT": "/github/file_commands/output",
        "GITHUB_EVENT_PATH": "/github/workflow/event.json",
        "INPUT_PATHS": f"{tmp_path}/workshop",  # only begins like the workspace
        "RUNNER_TEMP": str(tmp_path),
        "HOME": "/github/home",
    }


def test_command_files_in_two_folders_are_refused(tmp_path: Path) -> None:
    env = {"GITHUB_OUTPUT": f"{tmp_path}/a/output", "GITHUB_STATE": f"{tmp_path}/b/state"}
    with pytest.raises(SystemExit, match="one folder"):
        load("runner").mounts(env, tmp_path)
