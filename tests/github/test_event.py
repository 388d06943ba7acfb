import pytest

from polypost.errors import UsageError
from polypost.github import Situation, read

BOT = "dependabot[bot]"
ZEROS = "0" * 40
ONE, TWO = "1" * 40, "2" * 40
REPO = {"full_name": "octo/blog"}


def env(kind, **more):
    return {"GITHUB_EVENT_NAME": kind, "GITHUB_REPOSITORY": "octo/blog"} | more


def pull(head="feature", repo=REPO, **more):
    return {
        "pull_request": {
            "head": {"ref": head, "sha": TWO, "repo": repo},
            "base": {"ref": "main", "sha": ONE},
        },
        **more,
    }


def push(ref="refs/heads/main", before=ONE, **more):
    return {"ref": ref, "before": before, "after": TWO, **more}


def situation(kind, **more):
    return Situation(kind, "octo/blog", **more)


WORKS = {
    "push": (env("push"), push(), {"base": "main", "before": ONE}),
    "first push": (env("push"), push(before=ZEROS, created=True), {"base": "main"}),
    "forced push": (env("push"), push(forced=True), {"base": "main", "before": ONE}),
    "branch with a slash": (env("push"), push("refs/heads/a/b"), {"base": "a/b", "before": ONE}),
    "pull request": (env("pull_request"), pull(), {"base": "feature", "compare": (ONE, TWO)}),
    "dispatch": (
        env("workflow_dispatch", GITHUB_REF_NAME="dev", GITHUB_REF_TYPE="branch"),
        {},
        {"base": "dev"},
    ),
    "dispatch on a tag": (
        env("workflow_dispatch", GITHUB_REF_NAME="v1", GITHUB_REF_TYPE="tag"),
        {"repository": {"default_branch": "trunk"}},
        {"base": "trunk"},
    ),
    "schedule": (env("schedule", GITHUB_REF_NAME="main"), {"schedule": "0 3 * * *"}, {"base": "main"}),
    "dispatch by Dependabot's name": (
        env("workflow_dispatch", GITHUB_REF_NAME="main", GITHUB_ACTOR=BOT),
        {},
        {"base": "main"},
    ),
    "comment on a pull request": (
        env("issue_comment", GITHUB_REF_NAME="7/merge"),
        {"repository": {"default_branch": "main"}},
        {"base": "main"},
    ),
    "enterprise": (
        env("push", GITHUB_API_URL="https://ghe.example/api/v3/", GITHUB_SERVER_URL="https://ghe.example"),
        push(),
        {
            "base": "main",
            "before": ONE,
            "api_url": "https://ghe.example/api/v3",
            "server_url": "https://ghe.example",
        },
    ),
}


@pytest.mark.parametrize(("env", "payload", "expected"), WORKS.values(), ids=WORKS)
def test_events_that_do_something(env, payload, expected):
    assert read(env, payload) == situation(env["GITHUB_EVENT_NAME"], **expected)


SKIPS = {
    "branch deleted": (env("push"), push(deleted=True), "deleted"),
    "tag": (env("push"), push("refs/tags/v1"), "no branch"),
    "our own branch": (env("push"), push("refs/heads/polypost/main"), "polypost itself"),
    "our own pull request": (env("pull_request"), pull("polypost/main"), "polypost itself"),
    "fork": (env("pull_request"), pull(repo={"full_name": "mallory/blog"}), "forks get no secrets"),
    "fork, since deleted": (env("pull_request"), pull(repo=None), "forks get no secrets"),
    "fork, with secrets": (env("pull_request_target"), pull(repo={"full_name": "mallory/blog"}), "forks"),
    "closed": (env("pull_request"), pull(action="closed"), "closed"),
    "dependabot": (
        env("pull_request", GITHUB_ACTOR=BOT),
        pull("dependabot/npm/x"),
        "Dependabot",
    ),
    "dependabot's push": (
        env("push", GITHUB_ACTOR=BOT),
        push("refs/heads/dependabot/x"),
        "Dependabot",
    ),
    "merge queue": (env("merge_group", GITHUB_REF_NAME="gh-readonly-queue/main/pr-1-x"), {}, "merge queue"),
}


@pytest.mark.parametrize(("env", "payload", "reason"), SKIPS.values(), ids=SKIPS)
def test_events_that_end_neutrally(env, payload, reason):
    assert reason in read(env, payload).skip


def test_the_option_wins_and_another_branch_is_looked_at_as_a_whole():
    assert read(env("push"), push(), base="main").before == ONE
    assert read(env("push"), push("refs/heads/dev"), base="main") == situation("push", base="main")
    assert read(env("pull_request"), pull(), base="main") == situation("pull_request", base="main")


def test_a_pull_request_at_hand_is_named():
    payload = pull()
    payload["pull_request"] |= {"number": 7, "html_url": "https://github.com/octo/blog/pull/7"}
    found = read(env("pull_request"), payload, mode="commit")
    assert (found.base, found.pull, found.pull_url) == ("feature", 7, "https://github.com/octo/blog/pull/7")
    with pytest.raises(UsageError, match="leave `base` out"):
        read(env("pull_request"), payload, mode="commit", base="main")
    assert read(env("pull_request"), payload, mode="none", base="main").base == "main"


@pytest.mark.parametrize("kind", ["push", "schedule", "workflow_dispatch", "issue_comment"])
def test_without_a_pull_request_at_hand_there_is_nothing_to_commit_to(kind):
    event = env(kind, GITHUB_REF_NAME="main")
    with pytest.raises(UsageError, match=f"started by `{kind}`.*mode: pull-request"):
        read(event, push(), mode="commit")
    assert read(event, push(), mode="pull-request").base == "main"


def test_own_branches_follow_the_pattern():
    assert read(env("push"), push("refs/heads/l10n"), branch="l10n").skip
    assert read(env("push"), push("refs/heads/l10n-part-2"), branch="l10n").skip
    assert not read(env("push"), push("refs/heads/l10n-2"), branch="l10n").skip
    assert not read(env("push"), push("refs/heads/polypost/main"), branch="l10n").skip
    assert not read(env("push"), push("refs/heads/polypost"), branch="polypost/{base}").skip


def test_garbage_commits_are_no_commits():
    assert read(env("push"), push(before="--upload-pack=id")).before is None


@pytest.mark.parametrize("name", ["$(id)", "a..b", "-x", "a b", "x.lock", "a\nb", ""])
def test_unsafe_branch_names_are_refused(name):
    with pytest.raises(UsageError, match="branch name"):
        read(env("push"), push(f"refs/heads/{name}"))


def test_outside_of_a_workflow_it_says_what_to_use():
    with pytest.raises(UsageError, match="polypost translate"):
        read({}, {})
