"""What the stand-in can do to a request: the tests of waves and the fault matrix stand on it."""

import http.client
import json
import urllib.error
import urllib.parse
import urllib.request

import pytest

from polypost.errors import DeniedError, PolypostError, ServiceError
from polypost.github.api import Api
from publishing import REPORT, Runs
from standins.github import TOKEN, Act, Answer, Drop, Hang, Hub, Nth
from standins.github.troubles import EXPIRED, FORBIDDEN, LOST, SLOW_DOWN, TOO_FAST

REPO = "/repos/octo/blog"


@pytest.fixture
def hub(tmp_path):
    with Hub(tmp_path) as hub:
        hub.push({"a.md": "a"})
        yield hub


def blob(hub, timeout=5):
    """Ask for a blob once, without any retry; its status."""
    headers = {"Authorization": f"token {TOKEN}", "Content-Type": "application/json"}
    data = json.dumps({"content": "x"}).encode()
    request = urllib.request.Request(f"{hub.api}{REPO}/git/blobs", data, headers, method="POST")
    try:
        with urllib.request.urlopen(request, timeout=timeout) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        with error:
            return error.code


def there(hub):
    return hub.store.resolve(hub.store.git("hash-object", "--stdin", stdin=b"x") + "^{blob}") is not None


@pytest.mark.parametrize("after", [False, True])
def test_an_answer_in_place_of_the_real_one(hub, after):
    hub.intercept = Nth(0, Answer(503, "busy", after=after))
    assert (blob(hub), there(hub)) == (503, after)
    assert blob(hub) == 201


@pytest.mark.parametrize("after", [False, True])
def test_a_connection_that_ends_without_an_answer(hub, after):
    hub.intercept = Nth(0, Drop(after=after))
    with pytest.raises((http.client.RemoteDisconnected, ConnectionError)):
        blob(hub)
    assert there(hub) == after
    assert blob(hub) == 201


@pytest.mark.parametrize("after", [False, True])
def test_a_connection_on_which_nothing_comes(hub, after):
    hub.intercept = Nth(0, Hang(after=after))
    with pytest.raises(TimeoutError):
        blob(hub, timeout=0.3)
    assert there(hub) == after


def test_something_done_before_or_after_a_request(hub):
    seen = []
    hub.intercept = Nth(0, Act(lambda: seen.append(there(hub)), after=False))
    assert blob(hub) == 201
    hub.intercept = Nth(1, Act(lambda: seen.append(there(hub)), after=True))
    assert blob(hub) == 201
    assert seen == [False, True]


def test_for_good_means_every_request_like_it(hub):
    hub.intercept = Nth(1, LOST, forever=True)
    assert [blob(hub), blob(hub), blob(hub)] == [201, 502, 502]
    with urllib.request.urlopen(
        urllib.request.Request(f"{hub.api}{REPO}", headers={"Authorization": f"token {TOKEN}"})
    ) as answer:
        assert answer.status == 200
    assert hub.intercept.hit == ("POST", f"/api/v3{REPO}/git/blobs")


def test_gits_requests_are_counted_too(hub, tmp_path):
    hub.count_from(0)
    hub.intercept = counted = Nth(0, Act(lambda: None))
    hub.checkout(tmp_path / "work")
    assert counted.hit == ("GET", "/octo/blog/info/refs")
    hub.intercept = lambda method, path, index: LOST if "/octo/blog" in path else None
    with pytest.raises(Exception, match="returned non-zero"):
        hub.checkout(tmp_path / "other")


def test_a_token_that_ends(hub):
    hub.count_from(0)
    hub.token_ends = 1
    assert [blob(hub), blob(hub)] == [201, 401]


@pytest.mark.parametrize(
    ("trouble", "overcome"), [(TOO_FAST, True), (SLOW_DOWN, True), (FORBIDDEN, False), (EXPIRED, False)]
)
def test_what_polypost_makes_of_them(hub, trouble, overcome):
    api = Api(hub.repository, TOKEN, hub.api, patience=1)
    hub.count_from(0)
    hub.intercept = Nth(0, trouble)
    if overcome:
        assert api.head("main") == hub.head()
    else:
        with pytest.raises(PolypostError):
            api.head("main")
    api.close()


def test_a_server_that_hangs_for_good_is_told(hub):
    api = Api(hub.repository, TOKEN, hub.api, patience=0, timeout=1)
    hub.intercept = lambda *_: Hang()
    with pytest.raises(ServiceError, match="can't be reached"):
        api.head("main")
    api.close()


def test_thousands_of_files_in_one_tree(hub):
    base = hub.store.git("rev-parse", "main^{tree}")
    entries = [
        {"path": f"posts/{n}.md", "mode": "100644", "type": "blob", "content": ""} for n in range(3_000)
    ]
    api = Api(hub.repository, TOKEN, hub.api, patience=0)
    tree = api.tree(base, {each["path"]: each["content"].encode() for each in entries})
    assert len(hub.store.git("ls-tree", "-r", "--name-only", tree).splitlines()) == 3_001
    assert [len(each.body["tree"]) for each in hub.writes] == [1_500] * 2
    less = api.tree(tree, {"posts/7.md": None})
    assert len(hub.store.git("ls-tree", "-r", "--name-only", less).splitlines()) == 3_000
    with pytest.raises(ServiceError):
        api.tree(less, {"posts/7.md": None})
    api.close()
    assert hub.violations == []


def test_one_wrong_file_among_thousands_is_noticed(hub):
    entries = [{"path": f"{n}.md", "mode": "100644", "type": "blob", "content": ""} for n in range(100)]
    entries[70] |= {"mode": "644"}
    headers = {"Authorization": f"token {TOKEN}", "Content-Type": "application/json"}
    data = json.dumps({"tree": entries}).encode()
    with pytest.raises(urllib.error.HTTPError):
        urllib.request.urlopen(urllib.request.Request(f"{hub.api}{REPO}/git/trees", data, headers))
    assert any("'644' is not one of" in each for each in hub.violations)


@pytest.mark.parametrize(
    ("trouble", "final"), [(EXPIRED, True), (FORBIDDEN, True), (TOO_FAST, False), (SLOW_DOWN, False)]
)
def test_a_publication_tells_what_will_not_change_from_what_may(hub, tmp_path, trouble, final):
    api = Api(hub.repository, TOKEN, hub.api, patience=0)
    runs = Runs(hub, api, tmp_path)
    publisher = runs()
    hub.intercept = lambda *_: trouble
    with pytest.raises(ServiceError) as refused:
        publisher.publish({"posts/a.es.md": b"Hola.\n"}, REPORT, final=False)
    assert isinstance(refused.value, DeniedError) == final
    runs.close()
    api.close()
