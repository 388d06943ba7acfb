import pytest

from polypost.github.api import Api
from publishing import Runs
from standins.github import TOKEN, Hub


@pytest.fixture
def hub(tmp_path):
    """A stand-in GitHub; whatever a test does with it must fit the official descriptions."""
    with Hub(tmp_path / "hub") as hub:
        yield hub
        assert hub.violations == []


@pytest.fixture
def api(hub):
    api = Api(hub.repository, TOKEN, hub.api, patience=0)
    yield api
    api.close()


@pytest.fixture
def run(hub, api, tmp_path):
    """What one run publishes: it reads the branches as they are, then `publish` is called."""
    runs = Runs(hub, api, tmp_path)
    yield runs
    runs.close()
