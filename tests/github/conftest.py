import pytest

from polypost.github.api import Api
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
