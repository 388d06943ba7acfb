import dataclasses
import json

import pytest

from polypost.errors import ServiceError, UsageError
from polypost.github.api import Api, Pull
from polypost.github.trees import INLINE
from standins.github import TOKEN, ZERO

AWAY = "ab" * 20


@pytest.fixture
def base(hub):
    return hub.push({"posts/a.md": "a", "posts/old.md": "old", "run.sh": "#!"}, modes={"run.sh": "100755"})


def test_heads_and_merge_bases(hub, api, base):
    ours = hub.push({"posts/a.es.md": "a"}, branch="polypost/main", onto=base)
    later = hub.push({"posts/b.md": "b"})
    assert (api.head("main"), api.head("polypost/main"), api.head("none")) == (later, ours, None)
    assert api.heads("polypost/") == {"polypost/main": ours}
    assert api.heads("none") == {}
    history = api.history(later, ours)
    assert history.fork == base
    assert [(each.name, each.bot, each.merge) for each in history.commits] == [("Someone", False, False)]
    assert api.history(later, hub.push({"x": "x"}, branch="other", onto=ZERO)) is None
    assert hub.writes == []


def test_a_commit_lays_contents_over_the_base(hub, api, base):
    blob = hub.store.blob(b"carried")
    contents = {
        "posts/a.ja.md": "こんにちは\r\n".encode(),
        "posts/latin.es.md": b"se\xf1or",
        "posts/old.md": None,
        "posts/kept.md": ("100755", blob),
        "module": ("160000", base),
    }
    tree = api.tree(api.tree_of(base), contents)
    sha = api.commit(tree, base, "Localize posts\n\nMore.")
    assert api.move("polypost/main", sha, None)
    listed = hub.store.git("ls-tree", "-r", sha).splitlines()
    assert {line.split("\t")[1]: line.split()[0] for line in listed} == {
        "module": "160000",
        "posts/a.ja.md": "100644",
        "posts/a.md": "100644",
        "posts/kept.md": "100755",
        "posts/latin.es.md": "100644",
        "run.sh": "100755",
    }
    assert hub.read("posts/a.ja.md", "polypost/main") == "こんにちは\r\n"
    assert hub.store.resolve(f"{sha}:posts/latin.es.md") == hub.store.blob(b"se\xf1or")
    assert hub.store.git("log", "-1", "--format=%P %s", sha) == f"{base} Localize posts"
    commit = next(each for each in hub.log if each.path.endswith("/git/commits") and each.method == "POST")
    assert not {"author", "committer"} & commit.body.keys(), "or GitHub does not sign it"


def test_large_trees_are_chained_and_no_request_is_too_large(hub, api, base):
    # Escaped, a Japanese character takes six bytes where UTF-8 takes three.
    contents = {f"posts/{number}.ja.md": ("あ" * 200_000).encode() for number in range(9)}
    contents["posts/huge.ja.md"] = ("い" * 900_000).encode()
    tree = api.tree(api.tree_of(base), contents)
    assert api.move("polypost/main", api.commit(tree, base, "m"), None)
    assert hub.read("posts/huge.ja.md", "polypost/main") == "い" * 900_000
    assert set(hub.files("polypost/main")) == {*contents, "posts/a.md", "posts/old.md", "run.sh"}
    trees = [each for each in hub.writes if each.path.endswith("/git/trees")]
    assert len(trees) == 3
    assert max(each.size for each in trees) <= INLINE + 1000
    assert len(json.dumps(list(map(len, contents.values())))) < INLINE


def test_the_swap(hub, api, base):
    two = hub.push({"posts/a.md": "2"})
    assert not api.move("l10n", two, base), "it is missing, we thought it was at `base`"
    assert api.head("l10n") is None
    assert api.move("l10n", two, None)
    assert not api.move("l10n", base, None), "it is there, we thought it was missing"
    assert not api.move("l10n", base, AWAY), "it is elsewhere"
    assert api.head("l10n") == two
    assert api.move("l10n", base, two), "not a fast forward, but ours"


def test_a_swap_whose_answer_was_lost_is_seen_as_done(hub, api, base):
    hub.before("POST", "graphql", lambda: hub.store.git("update-ref", "refs/heads/l10n", base))
    assert api.move("l10n", base, None)


def test_a_swap_that_is_refused_is_an_error(hub, api, base):
    hub.contents_write = False
    with pytest.raises(ServiceError, match="contents: write"):
        api.move("l10n", base, None)


@pytest.fixture
def branch(hub, base):
    hub.push({"posts/a.es.md": "a"}, branch="l10n", onto=base)
    return "l10n"


def test_a_pull_request_is_opened_found_and_updated(hub, api, branch):
    assert api.find_pull(branch, "main") is None
    pull, new = api.create_pull(branch, "main", "Title", "body", draft=True)
    url = f"{hub.url}/octo/blog/pull/1"
    assert (pull, new) == (Pull(1, url, True, hub.head(branch), "Title", "body"), True)
    assert hub.pulls[1].draft
    assert api.find_pull(branch, "main") == pull
    assert api.find_pull(branch, "other") is None
    assert api.update_pull(1, "new") == dataclasses.replace(pull, body="new")
    assert (hub.pulls[1].title, hub.pulls[1].body) == ("Title", "new")


def test_one_that_is_open_already_is_updated(hub, api, branch):
    api.create_pull(branch, "main", "Title", "body", draft=False)
    assert api.create_pull(branch, "main", "Other", "new", draft=False)[1] is False
    assert len(hub.pulls) == 1
    assert hub.pulls[1].body == "new"


def test_the_open_one_is_preferred_to_closed_ones(hub, api, branch):
    api.create_pull(branch, "main", "One", "", draft=False)
    hub.close(1)
    assert api.find_pull(branch, "main").open is False
    api.create_pull(branch, "main", "Two", "", draft=False)
    assert api.find_pull(branch, "main").number == 2


def test_without_drafts_a_normal_one_is_opened(hub, api, branch):
    hub.drafts = False
    assert api.create_pull(branch, "main", "Title", "body", draft=True)[1]
    assert not hub.pulls[1].draft


def test_another_422_is_an_error(hub, api, base):
    hub.store.git("update-ref", "refs/heads/same", base)
    with pytest.raises(ServiceError, match="No commits between main and same"):
        api.create_pull("same", "main", "Title", "body", draft=True)


def test_branch_names_with_plus_signs_are_quoted(hub, api, base):
    hub.push({"posts/a.es.md": "a"}, branch="l10n/c++", onto=base)
    api.create_pull("l10n/c++", "main", "Title", "body", draft=False)
    assert api.find_pull("l10n/c++", "main")
    assert api.head("l10n/c++")


@pytest.mark.parametrize(
    ("method", "pattern", "call"),
    [
        ("GET", "/git/ref/", lambda api: api.head("main")),
        ("POST", "/pulls$", lambda api: api.create_pull("l10n", "main", "t", "b", draft=False)),
        ("PATCH", "/pulls/", lambda api: api.update_pull(1, "new")),
        ("POST", "/graphql", lambda api: api.move("l10n2", api.head("main"), None)),
    ],
)
def test_a_502_is_retried_and_told_when_it_stays(hub, api, branch, method, pattern, call):
    if method == "PATCH":
        api.create_pull("l10n", "main", "t", "b", draft=False)
    hub.fail(method, pattern, 502, "Bad gateway", times=2)
    call(api)
    hub.fail(method, pattern, 502, "Bad gateway", times=5)
    with pytest.raises(ServiceError, match="githubstatus") as caught:
        call(api)
    assert TOKEN not in str(caught.value)


def test_it_never_waits_an_hour(hub, api, branch):
    hub.fail("GET", "/git/ref/", 403, "slow down", headers={"Retry-After": "3600"})
    hub.fail("GET", "/git/ref/", 403, "You have exceeded a secondary rate limit.")
    assert api.head("main")
    hub.fail("GET", "/git/ref/", 403, "API rate limit exceeded for installation.")
    with pytest.raises(ServiceError, match="start the run again later"):
        api.head("main")


SAML = "Resource protected by organization SAML enforcement. You must grant your OAuth token access to it."
WORKFLOW = (
    "refusing to allow a GitHub App to create or update workflow `x.yml` without `workflows` permission"
)
REFUSALS = {
    "opening": (
        lambda hub: setattr(hub, "may_open_pulls", False),
        lambda api: api.create_pull("l10n", "main", "t", "b", draft=False),
        "Settings > Actions > General",
    ),
    "pull requests": (
        lambda hub: setattr(hub, "pulls_write", False),
        lambda api: api.create_pull("l10n", "main", "t", "b", draft=False),
        "permissions: pull-requests: write",
    ),
    "contents": (
        lambda hub: setattr(hub, "contents_write", False),
        lambda api: api.tree(AWAY, {"a": b"a"}),
        "permissions: contents: write",
    ),
    "rule": (
        lambda hub: hub.fail("POST", "graphql", 422, "Repository rule violations found"),
        lambda api: api.move("l10n", api.head("main"), api.head("l10n")),
        "leave the branch out of the rule",
    ),
    "single sign-on": (
        lambda hub: hub.fail("GET", "/git/ref/", 403, SAML),
        lambda api: api.head("main"),
        "Configure SSO",
    ),
    "addresses": (
        lambda hub: hub.fail("GET", "/git/ref/", 403, "`octo` has an IP allow list enabled"),
        lambda api: api.head("main"),
        "add the runner's",
    ),
    "archived": (
        lambda hub: hub.fail("POST", "/git/trees", 403, "Repository was archived so is read-only."),
        lambda api: api.tree(AWAY, {"a": b"a"}),
        "unarchive",
    ),
    "a workflow": (
        lambda hub: hub.fail("POST", "graphql", 422, WORKFLOW),
        lambda api: api.move("l10n", api.head("main"), api.head("l10n")),
        "scope `workflow`",
    ),
    "a personal token": (
        lambda hub: hub.fail("POST", "/pulls", 403, "Resource not accessible by personal access token"),
        lambda api: api.create_pull("l10n", "main", "t", "b", draft=False),
        "permissions: pull-requests: write",
    ),
    "no row": (
        lambda hub: hub.fail("POST", "/pulls", 403, "A lesson was learned"),
        lambda api: api.create_pull("l10n", "main", "t", "b", draft=False),
        "githubstatus",
    ),
}
SERVERS = {
    "https://api.github.com": "https://api.github.com/graphql",
    "https://ghe.example/api/v3": "https://ghe.example/api/graphql",
    "https://api.octo.ghe.com": "https://api.octo.ghe.com/graphql",
}


@pytest.mark.parametrize(("url", "expected"), SERVERS.items())
def test_each_server_s_graphql_is_where_github_says(url, expected):
    """What the runner names as GITHUB_API_URL and GITHUB_GRAPHQL_URL."""
    api = Api("octo/blog", TOKEN, url)
    assert api._requester.graphql_url.replace(":443", "") == expected
    api.close()


@pytest.mark.parametrize(("switch", "call", "advice"), REFUSALS.values(), ids=REFUSALS)
def test_a_refusal_names_the_right_or_the_setting(hub, api, branch, switch, call, advice):
    switch(hub)
    with pytest.raises(ServiceError, match=advice) as caught:
        call(api)
    assert TOKEN not in str(caught.value)


def test_a_wrong_token_or_repository_is_a_usage_error(hub, base):
    for repository, token, advice in (
        (hub.repository, "ghs_wrongSentinel", "check `github-token`"),
        ("octo/none", TOKEN, "may not read it"),
        (hub.repository, "", "set `github-token`"),
    ):
        api = Api(repository, token, hub.api, patience=0)
        with pytest.raises(UsageError, match=advice) as caught:
            api.head("main")
        assert not token or token not in str(caught.value) + repr(api)
        api.close()


def test_an_unreachable_server_is_told_without_details(caplog):
    caplog.set_level("DEBUG")
    api = Api("octo/blog", TOKEN, "http://127.0.0.1:9/api/v3", patience=0)
    with pytest.raises(ServiceError, match="can't be reached") as caught:
        api.head("main")
    assert TOKEN not in str(caught.value) + caplog.text
    api.close()


def test_the_token_is_not_logged(hub, api, branch, caplog):
    caplog.set_level("DEBUG")
    api.create_pull(branch, "main", "t", "b", draft=False)
    assert caplog.text
    assert TOKEN not in caplog.text


def test_the_run_may_renew_what_it_holds_before_each_request(hub, base):
    beats = []
    api = Api(hub.repository, TOKEN, hub.api, beat=lambda: beats.append(len(hub.log)))
    assert api.move("ours", base, api.head("ours"))
    api.close()
    assert beats == list(range(len(hub.log)))
    assert len(beats) >= 3
