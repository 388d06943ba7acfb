"""The role of `aws-role-arn` through GitHub's token, its renewal, and how long credentials last."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from polypost.errors import ServiceError, UsageError
from polypost.sagemaker import clients, credentials
from standins.aws import Aws, Refused, ServerError
from standins.clock import SimClock
from standins.oidc import Oidc

SUBJECT = "repo:octo/blog:ref:refs/heads/main"
SECRET = "a-token-for-tokens"


@pytest.fixture(scope="module")
def simulated():
    with Aws(SimClock()) as aws:
        yield aws


@pytest.fixture
def sim(simulated, monkeypatch):
    """AWS in simulated time; the environment has no credentials."""
    simulated.reset()
    for name in ("AWS_PROFILE", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    for name, value in simulated.env.items():
        if "KEY" not in name:
            monkeypatch.setenv(name, value)
    return simulated


@pytest.fixture
def oidc(sim):
    with Oidc(subject=SUBJECT, clock=sim.clock) as oidc:
        yield oidc


@pytest.fixture
def role(sim):
    return sim.github_role("github", subject=SUBJECT)


@pytest.fixture
def masked():
    return []


@pytest.fixture
def environment(oidc):
    return {**oidc.env, "GITHUB_ACTIONS": "true", "GITHUB_RUN_ID": "4711"}


@pytest.fixture
def session(sim, environment, role, masked):
    provider = credentials.provider(environment, role, sim.clock, masked.append)
    return clients.open_session("us-east-1", provider)


def keys(session):
    return session.get_credentials().get_frozen_credentials().access_key


def assumed(sim):
    return sim.calls("AssumeRoleWithWebIdentity")


DENIED = Refused("AccessDenied", "Not authorized to perform sts:AssumeRoleWithWebIdentity", 403)


def test_the_role_is_had_for_a_token_of_github(sim, oidc, session, masked):
    assert oidc.log == [], "opening a session asks nobody"
    who = session.client("sts").get_caller_identity()["Arn"]
    assert who == "arn:aws:sts::123456789012:assumed-role/github/polypost-4711"
    (call,) = assumed(sim)
    given = session.get_credentials()
    assert masked == [call.input["WebIdentityToken"], given.secret_key, given.token]


def test_it_goes_before_credentials_of_the_environment(sim, session, monkeypatch):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAOTHER")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "x")
    assert keys(session).startswith("ASIA")
    assert keys(clients.open_session("us-east-1")) == "AKIAOTHER"


def test_it_is_renewed_for_as_long_as_the_run_takes(sim, session):
    client, seen = session.client("sagemaker"), set()
    for _ in range(30):
        client.list_endpoints()
        seen.add(keys(session))
        sim.clock.sleep(600)
    assert len(assumed(sim)) == len(seen) == 6, "five hours, and 45 minutes of each"


def test_credentials_of_the_environment_are_not_renewed(sim, session, monkeypatch):
    """The negative control of the test above: the same hours end badly without the role."""
    given = session.get_credentials().get_frozen_credentials()
    names = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")
    environment = dict(zip(names, given[:3], strict=True))
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    client = clients.open_session("us-east-1", credentials.given(environment)).client("sagemaker")
    client.list_endpoints()
    sim.clock.sleep(3601)
    with pytest.raises(ClientError) as caught:
        client.list_endpoints()
    assert clients.is_stale(caught.value)


def test_nothing_is_renewed_early(sim, session):
    first = keys(session)
    sim.clock.sleep(3600 - 15 * 60)
    assert keys(session) == first


def test_a_renewal_that_fails_is_tried_again_while_the_old_ones_do(sim, session):
    first = keys(session)
    sim.clock.sleep(3600 - 14 * 60)
    sim.script("AssumeRoleWithWebIdentity", DENIED)
    assert keys(session) == first
    assert keys(session) != first


def test_a_renewal_that_fails_for_good_is_told_where_aws_is_called(sim, session):
    keys(session)
    sim.clock.sleep(3600 - 9 * 60)
    sim.script("AssumeRoleWithWebIdentity", DENIED)
    with pytest.raises(clients.NotAssumedError) as caught:
        session.client("sagemaker").list_endpoints()
    told = clients.explain(caught.value, "delete the endpoint")
    assert isinstance(told, UsageError)
    assert "aws-role-arn" in str(told)
    assert not clients.is_passing(caught.value)


def test_a_refusal_says_what_the_role_has_to_trust(sim, oidc, session, role):
    oidc.subject = "repo:octo/blog:ref:refs/heads/draft"
    with pytest.raises(clients.NotAssumedError) as caught:
        keys(session)
    told = str(caught.value.told)
    assert "`repo:octo/blog:ref:refs/heads/draft`" in told
    assert role in told
    assert "aws/" in told
    (call,) = assumed(sim)
    assert call.input["WebIdentityToken"] not in told


def test_an_account_that_does_not_know_github_is_told_apart(sim, environment, masked):
    provider = credentials.provider(environment, sim.role("github"), sim.clock, masked.append)
    with pytest.raises(clients.NotAssumedError, match="doesn't know GitHub yet"):
        keys(clients.open_session("us-east-1", provider))


def test_a_role_that_is_none_is_told_with_aws_own_words(sim, session):
    sim.script("AssumeRoleWithWebIdentity", Refused("ValidationError", "Request ARN is invalid"))
    with pytest.raises(
        clients.NotAssumedError, match=r"ValidationError: Request ARN is invalid\. Correct aws-"
    ):
        keys(session)


def test_a_token_server_that_is_down_for_a_moment_is_asked_again(sim, oidc, session):
    oidc.script(503, 429, 0)
    start = sim.clock.now()
    assert keys(session)
    assert sim.clock.now() - start == 2 + 4 + 8


@pytest.mark.parametrize(
    ("answers", "passing", "told"),
    [
        ([500] * 4, True, "answer 500"),
        ([0] * 4, True, "Error"),
        ([403], False, "answer 403"),
        ([200], False, "answer 200"),
    ],
)
def test_without_a_token_there_is_no_role(oidc, session, answers, passing, told):
    oidc.script(*answers)
    with pytest.raises(clients.NotAssumedError, match=told) as caught:
        keys(session)
    assert clients.is_passing(caught.value) is passing
    assert isinstance(clients.explain(caught.value, "x"), ServiceError)
    assert SECRET not in str(caught.value)


def test_an_sts_that_is_down_may_be_asked_again(sim, session):
    sim.script("AssumeRoleWithWebIdentity", *[ServerError(503)] * 4)
    with pytest.raises(ClientError) as caught:
        keys(session)
    assert clients.is_passing(caught.value)


@pytest.mark.parametrize("missing", ["ACTIONS_ID_TOKEN_REQUEST_URL", "ACTIONS_ID_TOKEN_REQUEST_TOKEN"])
def test_without_the_permission_it_says_what_to_write(sim, environment, role, masked, missing):
    del environment[missing]
    with pytest.raises(UsageError, match="id-token: write"):
        credentials.provider(environment, role, sim.clock, masked.append)


def test_elsewhere_than_in_a_workflow_the_credentials_are_a_persons_own(sim, environment, role, masked):
    del environment["GITHUB_ACTIONS"]
    assert credentials.provider(environment, role, sim.clock, masked.append) is None


GIVEN = {"AWS_ACCESS_KEY_ID": "ASIAGIVEN", "AWS_SECRET_ACCESS_KEY": "x", "AWS_SESSION_TOKEN": "y"}


@pytest.fixture
def given(sim, masked, monkeypatch):
    """A session with credentials of the environment, and the environment."""

    def given(**more):
        environment = {**GIVEN, **more}
        environment = {name: value for name, value in environment.items() if value}
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        found = credentials.provider(environment, "", sim.clock, masked.append)
        return clients.open_session("us-east-1", found), environment

    return given


@pytest.mark.parametrize("text", ["2027-01-15T08:00:00Z", "2027-01-15T09:00:00+01:00", "2027-01-15T08:00:00"])
def test_credentials_of_the_environment_tell_when_they_end(given, text):
    session, environment = given(AWS_CREDENTIAL_EXPIRATION=text)
    assert credentials.lifetime(session, environment).ends_at == 1_800_000_000
    assert credentials.lifetime(session, environment).told == "end at 2027-01-15 08:00 UTC"


def test_credentials_that_have_ended_are_sent_so_that_aws_says_it(given):
    session, environment = given(AWS_CREDENTIAL_EXPIRATION="2020-01-01T00:00:00Z")
    assert keys(session) == "ASIAGIVEN"
    plain = clients.open_session("us-east-1")
    with pytest.raises(RuntimeError, match="still expired"):  # what boto3 alone makes of them
        keys(plain)
    assert credentials.lifetime(session, environment).ends_at == 1_577_836_800


@pytest.mark.parametrize("more", [{}, {"AWS_CREDENTIAL_EXPIRATION": "soon"}])
def test_credentials_that_end_without_a_word_say_so(given, more):
    found = credentials.lifetime(*given(**more))
    assert (found.ends_at, found.sure) == (None, False)
    assert "aws-role-arn" in found.told


def test_keys_of_a_user_do_not_end(given):
    assert credentials.lifetime(*given(AWS_SESSION_TOKEN="")) == credentials.Lifetime(None, True, "don't end")


def test_a_role_that_is_renewed_does_not_end(session, environment):
    found = credentials.lifetime(session, environment)
    assert (found.ends_at, found.sure) == (None, True)
    assert "renewed" in found.told


def test_no_credentials_at_all_are_an_error(sim):
    assert credentials.given({}) is None
    with pytest.raises(UsageError, match="no usable AWS credentials"):
        credentials.lifetime(clients.open_session("us-east-1"), {})


def test_a_refused_role_is_told_when_its_end_is_asked(oidc, session, environment):
    oidc.subject = "repo:octo/other:pull_request"
    with pytest.raises(UsageError, match="trust policy"):
        credentials.lifetime(session, environment)
