import pytest

from e2e.runner import Runner
from standins.aws import Aws
from standins.github import TOKEN, Hub


@pytest.fixture(scope="session")
def account():
    with Aws() as aws:
        yield aws


@pytest.fixture
def aws(account):
    account.reset()
    account.role("SageMakerRole")
    yield account
    assert account.left() == [], "something is still running in the account"


@pytest.fixture
def hub(tmp_path):
    with Hub(tmp_path / "hub") as hub:
        yield hub
    assert hub.violations == []


@pytest.fixture
def runner(tmp_path, hub, aws):
    runner = Runner(tmp_path, hub, aws)
    yield runner
    for step in runner.steps:
        assert TOKEN not in step.log.replace(f"::add-mask::{TOKEN}", ""), "the token is in a log"
        assert "Traceback" not in step.log, step.log


@pytest.fixture
def pseudo():
    """Inputs for jobs in which AWS plays no part."""
    return {"translator": "pseudo"}
