"""What errors of AWS mean to the user."""

from __future__ import annotations

import pytest
from botocore.exceptions import (
    ClientError,
    ConnectTimeoutError,
    SSOTokenLoadError,
    TokenRetrievalError,
    UnauthorizedSSOTokenError,
)
from botocore.loaders import JSONFileLoader

from polypost.errors import ServiceError, UsageError
from polypost.sagemaker import clients

CONSTRAINT = "Member must satisfy enum value set: ["


def told(items):
    message = f"Value 'ml.x9.huge' failed to satisfy constraint: {CONSTRAINT}{', '.join(items)}]"
    error = ClientError({"Error": {"Code": "ValidationException", "Message": message}}, "CreateModel")
    return str(clients.explain(error, "deploy it"))


def test_a_list_of_all_instance_types_is_cut_short():
    types = [f"ml.m{number}.xlarge" for number in range(250)]
    assert f"{CONSTRAINT}ml.m0.xlarge, ml.m1.xlarge, ml.m2.xlarge and 247 more]" in told(types)


@pytest.mark.parametrize("items", [["ml.a.b"], ["Enabled", "Disabled"]])
def test_a_short_list_stays(items):
    assert f"{CONSTRAINT}{', '.join(items)}]" in told(items)


def test_a_second_session_reads_nothing_of_botocores_data_again(monkeypatch):
    monkeypatch.setenv("AWS_DATA_PATH", "/nonexistent")  # no other test's
    read = []
    load = JSONFileLoader.load_file
    monkeypatch.setattr(
        JSONFileLoader, "load_file", lambda loader, path: read.append(path) or load(loader, path)
    )
    counts = []
    for _ in range(2):
        clients.control(clients.open_session("us-east-1"))
        counts.append(len(read))
    assert 0 < counts[0] == counts[1]


@pytest.fixture
def configured(tmp_path, monkeypatch):
    """Writes the AWS command line's configuration and names a profile of it."""

    def write(text, profile):
        (tmp_path / "config").write_text(text)
        monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
        monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
        monkeypatch.setenv("AWS_PROFILE", profile)

    return write


def test_a_profile_that_is_not_there_is_wrong_usage(configured):
    configured("[profile blog]\nregion = eu-west-1\n", "blgo")
    with pytest.raises(UsageError, match=r"config profile \(blgo\) could not be found.* sign in"):
        clients.open_session("us-east-1")
    configured("[profile blog]\nregion = eu-west-1\n", "blog")
    assert clients.open_session(None).region_name == "eu-west-1"


def test_a_configuration_that_can_not_be_read_is_wrong_usage(configured):
    configured("[profile blog\nregion = eu-west-1\n", "blog")
    with pytest.raises(UsageError, match="Unable to parse config file"):
        clients.open_session("us-east-1")


@pytest.mark.parametrize(
    "error",
    [
        SSOTokenLoadError(error_msg="Token for https://my.awsapps.com/start does not exist"),
        TokenRetrievalError(provider="sso", error_msg="Token has expired and refresh failed"),
        UnauthorizedSSOTokenError(),
    ],
)
def test_who_is_not_signed_in_is_told_to_sign_in(error):
    told = clients.explain(error, "sign in")
    assert isinstance(told, UsageError)
    assert "sign in with the AWS command line" in str(told)
    assert not clients.is_passing(error), "asking again does not help"


def test_an_account_that_is_out_of_reach_is_no_lack_of_credentials():
    error = ConnectTimeoutError(endpoint_url="https://api.sagemaker.us-east-1.amazonaws.com/")
    assert isinstance(clients.explain(error, "sign in"), ServiceError)
    assert clients.is_passing(error)
