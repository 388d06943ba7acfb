"""The role of `aws-role-arn` through GitHub's token, its renewal, and how long credentials last."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest
from botocore.exceptions import ClientError

from polypost.errors import ServiceError, UsageError
from polypost.sagemaker import clients, credentials
from standins.aws.http import Response, Server, xml_error

ROLE = "arn:aws:iam::123456789012:role/polypost-GitHubRole"
START = 1_800_000_000.0
SUBJECT = "repo:octo/blog:ref:refs/heads/draft"
TOKEN = f"e30.{base64.urlsafe_b64encode(json.dumps({'sub': SUBJECT}).encode()).decode().rstrip('=')}.c2ln"


@dataclass
class Time:
    """A clock that moves only when it is told to, or slept on."""

    at: float = START

    def now(self):
        return self.at

    monotonic = now

    def sleep(self, seconds):
        self.at += seconds


@dataclass
class Outside:
    """GitHub's token server and AWS's STS on loopback: who asked, and what they are to answer."""

    clock: Time = field(default_factory=Time)
    asked: list = field(default_factory=list)
    github: list = field(default_factory=list)
    """What GitHub answers next; then tokens."""
    sts: list = field(default_factory=list)
    masked: list = field(default_factory=list)

    def answer(self, request):
        if request.path.startswith("/token"):
            self.asked.append((request.method, request.path, request.headers.get("authorization")))
            return self.github.pop(0) if self.github else Response(200, json.dumps({"value": TOKEN}).encode())
        given = dict(pair.split("=", 1) for pair in request.body.decode().split("&"))
        self.asked.append((given["Action"], given["RoleSessionName"], request.headers.get("authorization")))
        if self.sts:
            return self.sts.pop(0)
        number = sum(each[0] == "AssumeRoleWithWebIdentity" for each in self.asked)
        end = datetime.fromtimestamp(self.clock.now() + 3600, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        body = (
            '<AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">'
            f"<AssumeRoleWithWebIdentityResult><Credentials><AccessKeyId>ASIAEXAMPLE{number:05}</AccessKeyId>"
            f"<SecretAccessKey>secret-{number}</SecretAccessKey><SessionToken>session-{number}</SessionToken>"
            f"<Expiration>{end}</Expiration></Credentials></AssumeRoleWithWebIdentityResult>"
            "</AssumeRoleWithWebIdentityResponse>"
        )
        return Response(200, body.encode(), {"Content-Type": "text/xml"})


@pytest.fixture
def outside(monkeypatch):
    found = Outside()
    for name in ("AWS_PROFILE", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1,localhost")
    with Server(found.answer) as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL_STS", server.url)
        found.environment = {
            "ACTIONS_ID_TOKEN_REQUEST_URL": f"{server.url}/token?api-version=2.0",
            "ACTIONS_ID_TOKEN_REQUEST_TOKEN": "runner-secret",
            "GITHUB_RUN_ID": "4711",
        }
        yield found


@pytest.fixture
def session(outside):
    role = credentials.provider(outside.environment, ROLE, outside.clock, outside.masked.append)
    return clients.open_session("eu-west-1", role)


def keys(session):
    return session.get_credentials().get_frozen_credentials().access_key


def refused(code, message):
    return xml_error(403 if code == "AccessDenied" else 400, code, message)


def test_the_role_is_had_for_a_token_of_github(outside, session):
    assert outside.asked == [], "opening a session asks nobody"
    assert keys(session) == "ASIAEXAMPLE00001"
    assert outside.asked == [
        ("GET", "/token?api-version=2.0&audience=sts.amazonaws.com", "bearer runner-secret"),
        ("AssumeRoleWithWebIdentity", "polypost-4711", None),
    ]
    assert outside.masked == [TOKEN, "secret-1", "session-1"]


def test_it_goes_before_credentials_of_the_environment(outside, session, monkeypatch):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAOTHER")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "x")
    assert keys(session) == "ASIAEXAMPLE00001"
    assert keys(clients.open_session("eu-west-1")) == "AKIAOTHER"


def test_it_is_renewed_for_as_long_as_the_run_takes(outside, session):
    seen = []
    for _ in range(30):
        seen.append(keys(session))
        outside.clock.sleep(600)
    assert len(set(seen)) == 6, "five hours, and 45 minutes of each"
    assert outside.masked.count(TOKEN) == 6


def test_nothing_is_renewed_early(outside, session):
    keys(session)
    outside.clock.sleep(3600 - 15 * 60)
    assert keys(session) == "ASIAEXAMPLE00001"


def test_a_renewal_that_fails_is_tried_again_while_the_old_ones_do(outside, session):
    assert keys(session) == "ASIAEXAMPLE00001"
    outside.clock.sleep(3600 - 14 * 60)
    outside.sts.append(refused("AccessDenied", "no"))
    assert keys(session) == "ASIAEXAMPLE00001"
    assert keys(session) == "ASIAEXAMPLE00003"


def test_a_renewal_that_fails_for_good_is_told_where_aws_is_called(outside, session):
    keys(session)
    outside.clock.sleep(3600 - 9 * 60)
    outside.sts += [refused("AccessDenied", "Not authorized to perform sts:AssumeRoleWithWebIdentity")] * 2
    with pytest.raises(clients.NotAssumedError) as caught:
        keys(session)
    told = clients.explain(caught.value, "delete the endpoint")
    assert isinstance(told, UsageError)
    assert "aws-role-arn" in str(told)
    assert not clients.is_passing(caught.value)


def test_a_refusal_says_what_the_role_has_to_trust(outside, session):
    outside.sts.append(refused("AccessDenied", "Not authorized to perform sts:AssumeRoleWithWebIdentity"))
    with pytest.raises(clients.NotAssumedError) as caught:
        keys(session)
    told = str(caught.value.told)
    assert f"`{SUBJECT}`" in told
    assert ROLE in told
    assert "aws/" in told
    assert TOKEN not in told


def test_an_account_that_does_not_know_github_is_told_apart(outside, session):
    outside.sts.append(
        refused(
            "InvalidIdentityToken", "No OpenIDConnect provider found in your account for https://token..."
        )
    )
    with pytest.raises(clients.NotAssumedError, match="doesn't know GitHub yet"):
        keys(session)


def test_a_role_that_is_none_is_told_with_aws_own_words(outside, session):
    outside.sts.append(refused("ValidationError", "Request ARN is invalid"))
    with pytest.raises(
        clients.NotAssumedError, match=r"ValidationError: Request ARN is invalid\. Correct aws-"
    ):
        keys(session)


def test_a_token_server_that_is_down_for_a_moment_is_asked_again(outside, session):
    outside.github += [Response(503, b""), Response(429, b"")]
    assert keys(session) == "ASIAEXAMPLE00001"
    assert outside.clock.now() == START + 2 + 4


@pytest.mark.parametrize(
    ("answers", "passing", "told"),
    [
        ([Response(500, b"")] * 4, True, "answer 500"),
        ([Response(403, b"denied runner-secret")], False, "answer 403"),
        ([Response(200, b'{"count": 0}')], False, "answer 200"),
        ([Response(200, b"<html>")], False, "answer 200"),
    ],
)
def test_without_a_token_there_is_no_role(outside, session, answers, passing, told):
    outside.github += answers
    with pytest.raises(clients.NotAssumedError, match=told) as caught:
        keys(session)
    assert clients.is_passing(caught.value) is passing
    assert isinstance(clients.explain(caught.value, "x"), ServiceError)
    assert "runner-secret" not in str(caught.value)


def test_an_sts_that_is_down_may_be_asked_again(outside, session):
    outside.sts += [xml_error(503, "ServiceUnavailable", "later")] * 4
    with pytest.raises(ClientError) as caught:
        keys(session)
    assert clients.is_passing(caught.value)


@pytest.mark.parametrize("missing", ["ACTIONS_ID_TOKEN_REQUEST_URL", "ACTIONS_ID_TOKEN_REQUEST_TOKEN"])
def test_without_the_permission_it_says_what_to_write(outside, missing):
    del outside.environment[missing]
    with pytest.raises(UsageError, match="id-token: write"):
        credentials.provider(outside.environment, ROLE, outside.clock, outside.masked.append)


GIVEN = {"AWS_ACCESS_KEY_ID": "ASIAGIVEN", "AWS_SECRET_ACCESS_KEY": "x", "AWS_SESSION_TOKEN": "y"}


@pytest.fixture
def given(outside, monkeypatch):
    """A session with credentials of the environment, and the environment."""

    def given(**more):
        environment = {**GIVEN, **more}
        environment = {name: value for name, value in environment.items() if value}
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        found = credentials.provider(environment, "", outside.clock, outside.masked.append)
        return clients.open_session("eu-west-1", found), environment

    return given


@pytest.mark.parametrize("text", ["2027-01-15T08:00:00Z", "2027-01-15T09:00:00+01:00", "2027-01-15T08:00:00"])
def test_credentials_of_the_environment_tell_when_they_end(given, text):
    session, environment = given(AWS_CREDENTIAL_EXPIRATION=text)
    assert credentials.ends_at(session, environment) == START
    assert credentials.lifetime(session, environment).told == "end at 2027-01-15 08:00 UTC"


def test_credentials_that_have_ended_are_sent_so_that_aws_says_it(given):
    session, environment = given(AWS_CREDENTIAL_EXPIRATION="2020-01-01T00:00:00Z")
    assert keys(session) == "ASIAGIVEN"
    plain = clients.open_session("eu-west-1")
    with pytest.raises(RuntimeError, match="still expired"):  # what boto3 alone makes of them
        keys(plain)
    assert credentials.ends_at(session, environment) < START


@pytest.mark.parametrize("more", [{}, {"AWS_CREDENTIAL_EXPIRATION": "soon"}])
def test_credentials_that_end_without_a_word_say_so(given, more):
    found = credentials.lifetime(*given(**more))
    assert (found.ends_at, found.sure) == (None, False)
    assert "aws-role-arn" in found.told


def test_keys_of_a_user_do_not_end(given):
    assert credentials.lifetime(*given(AWS_SESSION_TOKEN="")) == credentials.Lifetime(None, True, "don't end")


def test_a_role_that_is_renewed_does_not_end(outside, session):
    found = credentials.lifetime(session, outside.environment)
    assert (found.ends_at, found.sure) == (None, True)
    assert "renewed" in found.told


def test_no_credentials_at_all_are_an_error(outside):
    found = credentials.provider({}, "", outside.clock, outside.masked.append)
    assert found is None
    with pytest.raises(UsageError, match="no usable AWS credentials"):
        credentials.lifetime(clients.open_session("eu-west-1", found), {})


def test_a_refused_role_is_told_when_its_end_is_asked(outside, session):
    outside.sts.append(refused("AccessDenied", "Not authorized to perform sts:AssumeRoleWithWebIdentity"))
    with pytest.raises(UsageError, match="trust policy"):
        credentials.lifetime(session, outside.environment)
