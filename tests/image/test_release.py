"""The release's step that stamps the image's digest and moves the tags, run for real on a bare repository."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
DIGEST = "sha256:" + "0123456789abcdef" * 4


def git(folder: Path, *arguments: str) -> str:
    return subprocess.run(
        ["git", "-C", folder, *arguments], check=True, capture_output=True, text=True
    ).stdout


@pytest.fixture
def script() -> str:
    workflow = yaml.safe_load((ROOT / ".github" / "workflows" / "release.yml").read_text("utf-8"))
    (step,) = [step for step in workflow["jobs"]["tags"]["steps"] if step.get("id") == "stamp"]
    return step["run"]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A clone on a pushed tag, as actions/checkout leaves it, with this repository's own action.yml."""
    origin, clone = tmp_path / "origin.git", tmp_path / "clone"
    subprocess.run(["git", "init", "--quiet", "--bare", origin], check=True)
    subprocess.run(["git", "init", "--quiet", "--initial-branch=main", clone], check=True)
    (clone / "action.yml").write_bytes((ROOT / "action.yml").read_bytes())
    git(clone, "config", "user.name", "Test")
    git(clone, "config", "user.email", "test@example.org")
    git(clone, "add", "action.yml")
    git(clone, "commit", "--quiet", "--message", "Add the action")
    git(clone, "remote", "add", "origin", str(origin))
    for tag in ("v1", "v1.2.3"):
        git(clone, "tag", tag)
    git(clone, "push", "--quiet", "--tags", "origin", "main")
    git(clone, "checkout", "--quiet", "--detach", "v1.2.3")
    return clone


def stamp(script: str, checkout: Path, digest: str = DIGEST) -> subprocess.CompletedProcess[str]:
    env = {
        "PATH": os.environ["PATH"],
        "HOME": str(checkout.parent),
        "GITHUB_REPOSITORY": "Octocat/polypost",
        "TAG": "v1.2.3",
        "DIGEST": digest,
    }
    # The shell and its options are those of a step without `shell`.
    return subprocess.run(
        ["bash", "-e", "-c", script], cwd=checkout, env=env, capture_output=True, text=True, check=False
    )


def test_both_tags_lead_to_the_stamped_action(script: str, checkout: Path, tmp_path: Path) -> None:
    before = (checkout / "action.yml").read_text("utf-8")
    done = stamp(script, checkout)
    assert done.returncode == 0, done.stderr
    for tag in ("v1", "v1.2.3"):
        after = git(tmp_path / "origin.git", "show", f"{tag}:action.yml")
        assert yaml.safe_load(after)["runs"]["image"] == f"docker://ghcr.io/octocat/polypost@{DIGEST}"
        changed = [
            pair for pair in zip(before.splitlines(), after.splitlines(), strict=True) if len(set(pair)) > 1
        ]
        assert len(changed) == 1
    assert git(tmp_path / "origin.git", "show", "main:action.yml") == before


@pytest.mark.parametrize("digest", ["", "latest"])
def test_without_a_digest_nothing_is_moved(script: str, checkout: Path, tmp_path: Path, digest: str) -> None:
    before = git(tmp_path / "origin.git", "show-ref")
    assert stamp(script, checkout, digest).returncode == 1
    assert git(tmp_path / "origin.git", "show-ref") == before


def test_a_released_tag_is_not_stamped_again(script: str, checkout: Path, tmp_path: Path) -> None:
    stamp(script, checkout)
    before = git(tmp_path / "origin.git", "show-ref")
    done = stamp(script, checkout, "sha256:" + "f" * 64)
    assert done.returncode == 1
    assert "released already" in done.stdout
    assert git(tmp_path / "origin.git", "show-ref") == before
