"""`polypost doctor` as a person starts it, before AWS's and GitHub's stand-ins."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from polypost.fronts.doctor import exit_code
from polypost.values import Check, Verdict
from standins.aws import Aws
from standins.github import TOKEN, Hub
from standins.oidc import Oidc

BASE = {key: value for key, value in os.environ.items() if not key.startswith(("GITHUB_", "INPUT_", "AWS_"))}


def check(verdict, *, optional=False):
    return Check("a", "b", verdict, "c", optional=optional)


@pytest.mark.parametrize(
    ("checks", "code"),
    [
        ([], 0),
        ([check(Verdict.OK), check(Verdict.UNKNOWN)], 0),
        ([check(Verdict.OK), check(Verdict.MISSING, optional=True)], 0),
        ([check(Verdict.UNREACHABLE), check(Verdict.OK)], 3),
        ([check(Verdict.UNREACHABLE), check(Verdict.MISSING)], 2),
    ],
)
def test_the_exit_code_is_that_of_the_worst_that_a_run_needs(checks, code):
    assert exit_code(checks) == code


@pytest.fixture(scope="module")
def aws():
    with Aws() as aws:
        aws.role("SageMakerRole")
        yield aws


@pytest.fixture
def hub(tmp_path):
    with Hub(tmp_path / "hub") as hub:
        hub.push({"posts/a.md": "a"})
        yield hub
        assert hub.violations == []


def doctor(*arguments, env, cwd):
    command = [sys.executable, "-I", "-m", "polypost.cli", "doctor", *arguments]
    return subprocess.run(
        command, cwd=cwd, env=BASE | env, capture_output=True, text=True, check=False, timeout=120
    )


def test_a_person_sees_what_is_there_and_a_program_too(aws, hub, tmp_path):
    env = {**aws.env, **hub.env(), "GITHUB_TOKEN": TOKEN}
    done = doctor("--json", "found.json", env=env, cwd=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stderr == ""
    found = json.loads((tmp_path / "found.json").read_text())["checks"]
    assert {"AWS credentials", "execution role", "GitHub token"} <= {each["name"] for each in found}
    for each in found:
        assert f"{each['name']}" in done.stdout
    assert TOKEN not in done.stdout
    assert aws.left() == []


def test_in_a_workflow_it_looks_with_the_role_that_runs_will_have(aws, tmp_path):
    subject = "repo:octo/blog:ref:refs/heads/main"
    role = aws.github_role("github", subject=subject)
    with Oidc(subject=subject) as oidc:
        env = {name: value for name, value in aws.env.items() if "KEY" not in name}
        env |= {**oidc.env, "GITHUB_ACTIONS": "true", "GITHUB_RUN_ID": "7"}
        done = doctor("--aws-role-arn", role, env=env, cwd=tmp_path)
        assert done.returncode == 0, done.stdout + done.stderr
        assert "assumed-role/github/polypost-7" in done.stdout
        assert "are renewed for as long as the run takes" in done.stdout
        assert done.stdout.count("::add-mask::") == 3
        oidc.subject = "repo:octo/blog:ref:refs/heads/draft"
        done = doctor("--aws-role-arn", role, env=env, cwd=tmp_path)
        assert (done.returncode, "trust policy" in done.stdout) == (2, True)


def test_what_is_missing_is_exit_code_2(aws, tmp_path):
    done = doctor("--endpoint-name", "none", env=aws.env, cwd=tmp_path)
    assert done.returncode == 2
    assert "there is no endpoint none in us-east-1" in done.stdout
    assert "Next: endpoint, to translate: correct --endpoint-name or --aws-region." in done.stdout


def test_without_a_region_nothing_is_asked(aws, tmp_path):
    env = {name: value for name, value in aws.env.items() if "REGION" not in name}
    done = doctor(env=env, cwd=tmp_path)
    assert done.returncode == 2
    assert "No AWS region is known" in done.stdout


def test_a_role_for_workflows_is_told_to_count_there_only(aws, tmp_path):
    role = "arn:aws:iam::123456789012:role/github"
    done = doctor("--aws-role-arn", role, env=aws.env, cwd=tmp_path)
    assert done.returncode == 0, done.stdout
    assert "it counts in a workflow only" in done.stdout
    assert "it counts in a workflow only" not in doctor(env=aws.env, cwd=tmp_path).stdout


def test_a_scheduler_role_that_is_not_there_is_exit_code_2(aws, tmp_path):
    role = "arn:aws:iam::123456789012:role/none"
    done = doctor("--scheduler-role-arn", role, env=aws.env, cwd=tmp_path)
    assert done.returncode == 2
    assert f"there is no role {role}" in done.stdout


def test_an_aws_out_of_reach_is_exit_code_3(aws, tmp_path):
    env = {**aws.env, "AWS_ENDPOINT_URL": "http://127.0.0.1:9", "AWS_MAX_ATTEMPTS": "1"}
    assert doctor(env=env, cwd=tmp_path).returncode == 3


def test_wrong_options_are_told_as_everywhere(tmp_path):
    done = doctor("--instance-count", "many", env={}, cwd=tmp_path)
    assert done.returncode == 2
    assert "--instance-count" in done.stderr


def test_github_is_looked_at_without_aws(hub, tmp_path):
    hub.contents_write = False
    env = {**hub.env(), "GITHUB_TOKEN": TOKEN, "AWS_EC2_METADATA_DISABLED": "true", "AWS_REGION": "us-east-1"}
    done = doctor(env=env, cwd=tmp_path)
    assert done.returncode == 2
    assert "contents: write" in done.stdout
