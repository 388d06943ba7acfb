"""A role of `aws-role-arn` that does not trust this repository: the commonest mistake in setting up."""

import json

import pytest

from standins.oidc import Oidc

TRUSTED = "repo:octo/blog:ref:refs/heads/main"
CREATED = {"name": "polypost-x", "region": "us-east-1", "run": "1", "kind": "endpoint"}


@pytest.fixture
def oidc(runner):
    with Oidc(subject=TRUSTED) as oidc:
        runner.env = {**oidc.env, "AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": ""}
        yield oidc


@pytest.fixture
def pushed(hub):
    before = hub.push({"README.md": "A blog.\n"})
    hub.push({"posts/first.md": "It has two sentences. This is the second.\n"})
    return before


@pytest.mark.parametrize("inputs", [{}, {"endpoint_name": "blog"}])
def test_a_role_that_trusts_another_branch_is_told_in_log_and_summary(runner, hub, aws, oidc, pushed, inputs):
    role = aws.github_role("github", subject=TRUSTED)
    oidc.subject = "repo:octo/blog:ref:refs/heads/draft"
    step = runner.push(pushed, aws_role_arn=role, languages="es", **inputs)
    assert step.code == 2, step.log
    for told in (step.log, step.summary):
        assert "trust policy" in told
        assert "refs/heads/draft" in told.replace("\u200b", "")
    assert "bug in polypost" not in step.log
    assert hub.writes == []


def test_the_post_step_of_such_a_role_says_what_it_could_not_delete(runner, aws, oidc, pushed):
    role = aws.github_role("github", subject=TRUSTED)
    running = runner.start("schedule", {}, {"GITHUB_REF_NAME": "main"}, dry_run="true", aws_role_arn=role)
    running.finish(running.process.wait(timeout=60))
    running.result.state = {"created": json.dumps([CREATED])}
    assert runner.post(running).code == 0, "the role is right: there is nothing to delete"
    oidc.subject = "repo:octo/blog:ref:refs/heads/draft"
    post = runner.post(running)
    assert post.code == 1
    assert "polypost-x could not be deleted" in post.log
    assert "trust policy" in post.log
    assert "Traceback" not in post.log
