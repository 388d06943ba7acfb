"""What `polypost doctor` finds out about GitHub: by requests that change nothing, whatever the token may."""

import pytest

from polypost.github.api import Api
from polypost.github.checks import examine
from polypost.values import Verdict
from standins.github import TOKEN

OK, MISSING, UNKNOWN, UNREACHABLE = Verdict.OK, Verdict.MISSING, Verdict.UNKNOWN, Verdict.UNREACHABLE


@pytest.fixture(autouse=True)
def posts(hub):
    hub.push({"posts/a.md": "a"})
    yield
    assert set(hub.files()) == {"posts/a.md"}
    assert hub.pulls == {}
    assert hub.store.git("for-each-ref", "--format=%(refname)") == "refs/heads/main"


def verdicts(api):
    return [check.verdict for check in examine(api)]


def test_a_token_that_may_everything(hub, api):
    hub.administers = True
    assert verdicts(api) == [OK, OK, OK, OK]


def test_the_setting_is_for_administrators_to_read(api):
    *_, setting = examine(api)
    assert setting.verdict is UNKNOWN
    assert "Settings > Actions > General" in setting.advice


@pytest.mark.parametrize("administers", [True, False])
def test_a_setting_that_forbids_pull_requests_is_found(hub, api, administers):
    hub.may_open_pulls, hub.administers = False, administers
    assert verdicts(api) == [OK, OK, MISSING, MISSING if administers else UNKNOWN]
    pull = list(examine(api))[2]
    assert "Allow GitHub Actions to create and approve pull requests" in pull.advice


@pytest.mark.parametrize(
    ("switch", "expected", "permission"),
    [
        ("contents_write", [OK, MISSING, OK, UNKNOWN], "contents: write"),
        ("pulls_write", [OK, OK, MISSING, UNKNOWN], "pull-requests: write"),
    ],
)
def test_a_permission_that_is_missing_is_named(hub, api, switch, expected, permission):
    setattr(hub, switch, False)
    assert verdicts(api) == expected
    (missing,) = (check for check in examine(api) if check.verdict is MISSING)
    assert permission in missing.advice


def test_single_sign_on_is_named(hub, api):
    told = "Resource protected by organization SAML enforcement."
    hub.fail("GET", "/repos/octo/blog$", 403, told)
    (check,) = examine(api)
    assert (check.verdict, "Configure SSO" in check.advice) == (MISSING, True)


def test_a_wrong_token_ends_the_questions(hub):
    api = Api(hub.repository, "ghs_wrong", hub.api, patience=0)
    assert verdicts(api) == [MISSING]
    api.close()


def test_a_repository_that_is_not_there_ends_them_too(hub):
    api = Api("octo/none", TOKEN, hub.api, patience=0)
    (check,) = examine(api)
    assert (check.verdict, "GITHUB_REPOSITORY" in check.advice) == (MISSING, True)
    api.close()


def test_a_github_that_is_down_is_told_apart_from_a_refusal(hub, api):
    hub.fail("GET", "/repos/octo/blog$", 503, times=9)
    assert verdicts(api) == [UNREACHABLE]


def test_a_github_that_cannot_be_reached():
    api = Api("octo/blog", TOKEN, "http://127.0.0.1:9/api/v3", patience=0)
    (check,) = examine(api)
    assert check.verdict is UNREACHABLE
    assert TOKEN not in check.told
    api.close()


def test_an_odd_answer_is_no_verdict(hub, api):
    hub.fail("POST", "/git/commits$", 409, "Git Repository is empty.")
    assert verdicts(api) == [OK, UNKNOWN, OK, UNKNOWN]
