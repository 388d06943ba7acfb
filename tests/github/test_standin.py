"""The stand-in itself: it must catch what GitHub would not accept, or the other tests prove nothing."""

import json
import subprocess
import urllib.error
import urllib.request

import pytest

from standins.github import TOKEN, ZERO, Hub


@pytest.fixture
def hub(tmp_path):
    with Hub(tmp_path) as hub:
        yield hub


def ask(hub, method, path, body=None, token=TOKEN):
    headers = {"Authorization": f"token {token}", "Content-Type": "application/json"}
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(hub.api + path, data=data, headers=headers, method=method)
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.load(error)


def swap(hub, before, after, *, force=False, ref="refs/heads/l10n", fields="clientMutationId"):
    update = {"name": ref, "beforeOid": before, "afterOid": after, "force": force}
    query = f"mutation M($input: UpdateRefsInput!) {{ updateRefs(input: $input) {{ {fields} }} }}"
    body = {"query": query, "variables": {"input": {"repositoryId": hub.node_id, "refUpdates": [update]}}}
    headers = {"Authorization": f"token {TOKEN}"}
    request = urllib.request.Request(hub.graphql, json.dumps(body).encode(), headers)
    with urllib.request.urlopen(request) as answer:
        return json.load(answer).get("errors", [])


REPO = "/repos/octo/blog"
PULL = {"title": "t", "head": "l10n", "base": "main", "body": "b"}


def test_a_good_exchange_leaves_no_violation(hub):
    hub.push({"a.md": "a"})
    hub.push({"a.es.md": "a"}, branch="l10n", onto=hub.head())
    status, pull = ask(hub, "POST", f"{REPO}/pulls", PULL)
    assert (status, pull["number"], pull["head"]["sha"]) == (201, 1, hub.head("l10n"))
    assert ask(hub, "GET", f"{REPO}/pulls?state=open&head=octo:l10n&base=main")[1][0]["number"] == 1
    assert hub.violations == []


@pytest.mark.parametrize(
    ("method", "path", "body", "complaint"),
    [
        ("POST", f"{REPO}/pulls", PULL | {"title": 3}, "not of type 'string'"),
        ("POST", f"{REPO}/pulls", PULL | {"bogus": 1}, "undocumented body key 'bogus'"),
        ("POST", f"{REPO}/pulls", None, "no body"),
        ("GET", f"{REPO}/pulls?hed=x", None, "unknown query parameter 'hed'"),
        ("GET", f"{REPO}/pulls?state=ajar", None, "'ajar' is not one of"),
        ("POST", f"{REPO}/git/trees", {"tree": [{"path": "a", "mode": "644"}]}, "'644' is not one of"),
        ("POST", f"{REPO}/git/trees", {}, "'tree' is a required property"),
        ("POST", f"{REPO}/issues/1/labels", ["bare"], "is not valid under any of the given schemas"),
        ("GET", f"{REPO}/branches", None, "no such operation is described"),
    ],
)
def test_a_request_that_breaks_the_description_is_noticed(hub, method, path, body, complaint):
    hub.push({"a.md": "a"})
    assert ask(hub, method, path, body)[0] >= 400
    assert any(complaint in each for each in hub.violations), hub.violations


def test_an_answer_that_breaks_the_description_is_noticed(hub, monkeypatch):
    hub.push({"a.md": "a"})
    monkeypatch.setattr(hub.rest, "git_get_ref", lambda *_: (200, {"ref": 7}))
    ask(hub, "GET", f"{REPO}/git/ref/heads/main")
    assert any(each.startswith("answer to GET") and "7 is not of type" in each for each in hub.violations)


def test_the_graphql_schema_is_held(hub):
    sha = hub.push({"a.md": "a"})
    assert swap(hub, ZERO, sha, fields="nope")
    assert any("nope" in each for each in hub.violations)


def test_the_swap_is_a_real_compare_and_swap(hub):
    one = hub.push({"a.md": "a"})
    two = hub.push({"a.md": "b"})
    assert swap(hub, one, two), "the branch is missing, so it can't be at `one`"
    assert swap(hub, ZERO, two) == []
    assert swap(hub, ZERO, two), "the branch is there now"
    assert swap(hub, two, one), "no fast forward, not forced"
    assert hub.head("l10n") == two
    assert swap(hub, two, one, force=True) == []
    assert hub.head("l10n") == one
    assert swap(hub, ZERO, one, ref="refs/heads/$(id)..x"), "no name for a ref"
    assert hub.violations == []


def test_a_second_pull_request_and_an_empty_one_are_refused(hub):
    hub.push({"a.md": "a"})
    hub.push({"a.es.md": "a"}, branch="l10n", onto=hub.head())
    hub.store.git("update-ref", "refs/heads/same", hub.head())
    ask(hub, "POST", f"{REPO}/pulls", PULL)
    assert "already exists" in ask(hub, "POST", f"{REPO}/pulls", PULL)[1]["errors"][0]["message"]
    assert (
        "No commits" in ask(hub, "POST", f"{REPO}/pulls", PULL | {"head": "same"})[1]["errors"][0]["message"]
    )


@pytest.mark.parametrize("path", ["../a", "a/../b", ".git/config", "/a"])
def test_a_tree_with_a_malformed_path_is_refused(hub, path):
    entry = {"path": path, "mode": "100644", "type": "blob", "content": "x"}
    assert ask(hub, "POST", f"{REPO}/git/trees", {"tree": [entry]})[0] == 422


def test_a_wrong_token_gets_nothing(hub):
    assert ask(hub, "GET", REPO, token="other")[0] == 401


def test_faults_are_counted(hub):
    hub.push({"a.md": "a"})
    hub.fail("GET", r"/git/ref/", 502, times=2)
    assert [ask(hub, "GET", f"{REPO}/git/ref/heads/main")[0] for _ in range(3)] == [502, 502, 200]


def git(folder, *arguments):
    done = subprocess.run(["git", *arguments], cwd=folder, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout.strip() + done.stderr.strip()


def test_a_private_repository_is_cloned_only_with_the_token(hub, tmp_path):
    hub.private = True
    sha = hub.push({"a.md": "a"})
    folder = hub.checkout(tmp_path / "work")
    assert git(folder, "rev-parse", "HEAD") == (0, sha)
    code, said = git(tmp_path, "-c", "credential.helper=", "clone", f"{hub.url}/octo/blog", "other")
    assert code, said


def test_two_authorization_headers_are_refused(hub, tmp_path):
    hub.push({"a.md": "a"})
    folder = hub.checkout(tmp_path / "work")
    header = f"http.{hub.url}/.extraheader=AUTHORIZATION: basic eA=="
    assert git(folder, "fetch")[0] == 0
    code, said = git(folder, "-c", header, "fetch")
    assert code, said
    assert "400" in said
