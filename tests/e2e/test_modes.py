"""`mode`: whether a job makes a pull request, a commit, or only files."""

import json
import subprocess

import pytest

POST = "---\ntitle: Post {n}\n---\n\nThis is the text of post {n}.\n"


def posts(*numbers):
    return {f"posts/{n}.md": POST.format(n=n) for n in numbers}


def looked_at(step):
    return {each["source"] for each in json.loads(step.outputs["localizations"])}


@pytest.fixture
def writing(runner, hub, pseudo):
    """A person's pull request from `writing`; gives the job that its event starts."""
    base = hub.push(posts(1, 2))
    hub.push(posts(3), branch="writing", onto=base)

    def job(repository=hub.repository, **inputs):
        event = {
            "action": "synchronize",
            "number": 7,
            "pull_request": {
                "number": 7,
                "html_url": f"{hub.url}/{hub.repository}/pull/7",
                "head": {"ref": "writing", "sha": hub.head("writing"), "repo": {"full_name": repository}},
                "base": {"ref": "main", "sha": base, "repo": {"full_name": hub.repository}},
            },
        }
        names = {"GITHUB_REF_NAME": "7/merge", "checkout": "writing"}
        return runner.job("pull_request", event, names, **pseudo, **inputs)

    return job


def test_a_commit_goes_onto_the_branch_of_the_pull_request_and_starts_no_loop(hub, writing):
    before = hub.head("writing")
    step = writing(mode="commit")
    assert step.code == 0, step.log
    assert looked_at(step) == {"posts/3.md"}
    assert hub.store.resolve("writing^") == before
    assert {"posts/3.es.md", "posts/3.ja.md", ".polypost/posts/3.md.json"} <= set(hub.files("writing"))
    assert "posts/1.es.md" not in hub.files("writing")
    assert (hub.pulls, hub.head("polypost/writing")) == ({}, None)
    told = {name: step.outputs[name] for name in ("pull-request-number", "pull-request-operation")}
    assert told == {"pull-request-number": "7", "pull-request-operation": "updated"}
    assert f"{hub.url}/{hub.repository}/blob/writing/posts/3.es.md" in step.summary
    # With a token of one's own, that commit starts the workflow again.
    written = len(hub.writes)
    again = writing(mode="commit")
    assert (again.code, len(hub.writes), again.outputs["characters-sent"]) == (0, written, "0")
    assert again.outputs["pull-request-operation"] == "none"


def test_what_a_person_corrects_on_that_branch_stays(hub, writing):
    writing(mode="commit")
    theirs = hub.read("posts/3.es.md", "writing").splitlines()
    hub.push({"posts/3.es.md": "\n".join([*theirs[:-1], "De una persona."]) + "\n"}, branch="writing")
    writing(mode="commit")
    hub.push({"posts/3.md": POST.format(n=3) + "\nOne more.\n"}, branch="writing")
    writing(mode="commit")
    assert "De una persona." in hub.read("posts/3.es.md", "writing")
    assert "De una persona." not in hub.read("posts/3.ja.md", "writing")


def test_a_commit_to_a_fork_or_without_a_pull_request_is_refused_clearly(runner, hub, writing, pseudo):
    fork = writing("stranger/blog", mode="commit")
    assert (fork.code, hub.writes) == (0, [])
    assert "does not write to their branches" in fork.log
    push = runner.push(None, mode="commit", **pseudo)
    assert (push.code, hub.writes) == (2, [])
    assert "started by `push`" in push.log


def test_files_alone_stand_in_the_workspace(runner, hub, pseudo):
    before = hub.push(posts(1))
    hub.push(posts(2))
    first = runner.push(before, mode="none", **pseudo)
    assert first.code == 0, first.log
    assert (looked_at(first), hub.writes, hub.pulls) == ({"posts/2.md"}, [], {})
    assert "posts/2.es.md" in json.loads(first.outputs["changed-files"])
    workspace = runner.folder / f"job-{runner.jobs}/workspace"
    status = subprocess.run(
        ["git", "status", "--porcelain", "-uall"], cwd=workspace, capture_output=True, text=True, check=True
    )
    assert {line[3:] for line in status.stdout.splitlines()} == {
        ".polypost/.gitattributes",
        ".polypost/posts/2.md.json",
        "posts/2.es.md",
        "posts/2.ja.md",
    }
    assert looked_at(runner.dispatch(mode="none", **pseudo)) == {"posts/1.md", "posts/2.md"}


def test_files_alone_of_a_pull_request_are_those_of_its_posts(hub, writing):
    step = writing(mode="none")
    assert (step.code, looked_at(step), hub.writes) == (0, {"posts/3.md"}, [])


def test_a_changed_configuration_looks_at_everything_in_the_workspace_too(runner, hub, pseudo):
    hub.push(posts(1))
    before = hub.push({".polypost.toml": 'languages = ["fr"]\nmode = "none"\n'})
    assert looked_at(runner.push(before, languages="", **pseudo)) == set()
    hub.push({".polypost.toml": 'languages = ["fr", "es"]\nmode = "none"\n'})
    assert looked_at(runner.push(before, languages="", **pseudo)) == {"posts/1.md"}


def test_each_language_goes_apart(runner, hub, pseudo):
    hub.push(posts(1))
    step = runner.dispatch(split_by="language", reviewers="alice, ja: bob", **pseudo)
    assert step.code == 0, step.log
    assert [(pull.head, pull.reviewers) for pull in hub.pulls.values()] == [
        ("polypost/main-language-es", ["alice"]),
        ("polypost/main-language-ja", ["alice", "bob"]),
    ]
    told = json.loads(step.outputs["pull-requests"])
    assert [(each["number"], each["branch"], each["operation"]) for each in told] == [
        (number, pull.head, "created") for number, pull in hub.pulls.items()
    ]
    assert [each["url"].endswith(f"/pull/{each['number']}") for each in told] == [True, True]
    assert step.outputs["pull-request-number"] == "1"
    for number in (2, 1):
        hub.close(number, merged=True)
    assert {".polypost/posts/1.md.es.json", ".polypost/posts/1.md.ja.json"} <= set(hub.files())
    written = len(hub.writes)
    again = runner.dispatch(split_by="language", **pseudo)
    assert (again.outputs["characters-sent"], len(hub.writes)) == ("0", written)
    assert (again.outputs["pull-requests"], again.outputs["pull-request-number"]) == ("[]", "")
    own = runner.job(
        "push",
        {"ref": "refs/heads/polypost/main-language-es", "before": hub.head(), "after": hub.head()},
        {"GITHUB_REF": "refs/heads/polypost/main-language-es"},
        **pseudo,
    )
    assert "polypost itself writes" in own.log
