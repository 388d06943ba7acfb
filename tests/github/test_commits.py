"""`mode: commit`: commits onto the branch of somebody's pull request, which is never rewritten."""

import pytest

from polypost.errors import ServiceError, UsageError
from polypost.git import Git, GitRepository
from polypost.github.commits import Commits
from polypost.values import Publication
from publishing import RECORD, REPORT, in_one, record
from standins.github import TOKEN

ES, JA = "posts/a.es.md", "posts/a.ja.md"
PULL = Publication("none", 7, "https://github.com/octo/blog/pull/7", "writing")
WROTE = Publication("updated", 7, PULL.url, "writing")


@pytest.fixture
def begin(hub, api, tmp_path):
    """Starts a run on the branch as it is now."""
    hub.push({"posts/b.md": "b"})
    hub.push({"posts/a.md": "a"}, branch="writing", onto=hub.head())
    opened, warnings = [], []

    def start():
        folder = hub.checkout(tmp_path / f"work{len(opened)}", branch="writing")
        opened.append(git := Git(folder, token=TOKEN, server=hub.url))
        repository = GitRepository(git, api.head("writing"))
        return Commits(
            api,
            "Localize posts",
            branch="writing",
            head=repository.base,
            files=repository.sources(),
            read=repository.read,
            files_of=repository.files_of,
            together=in_one,
            pull=PULL,
            warn=warnings.append,
        )

    start.warnings = warnings
    yield start
    for git in opened:
        git.close()


def log(hub):
    return hub.store.git("log", "--reverse", "--format=%s", "main..writing").splitlines()


def test_it_is_one_commit_on_top_and_no_pull_request(hub, begin):
    before = hub.head("writing")
    assert begin().publish({ES: b"uno", "posts/none.md": None}, REPORT) == WROTE
    assert hub.store.resolve("writing^") == before
    assert log(hub) == ["Write", "Localize posts"]
    assert hub.read(ES, "writing") == "uno"
    assert hub.pulls == {}


def test_nothing_new_is_no_commit(hub, begin):
    begin().publish({ES: b"uno"}, REPORT)
    hub.log.clear()
    assert begin().publish({ES: b"uno", JA: None}, REPORT) == PULL
    assert hub.writes == []


def test_waves_stand_on_one_another(hub, begin):
    run = begin()
    run.publish({ES: b"uno"}, REPORT, final=False)
    assert run.publish({JA: b"ichi", ES: None}, REPORT) == WROTE
    assert log(hub) == ["Write", "Localize posts", "Localize posts"]
    assert (hub.read(JA, "writing"), ES in hub.files("writing")) == ("ichi", False)


def test_a_push_during_the_run_is_built_upon(hub, begin):
    run = begin()
    run.publish({ES: b"uno", RECORD: record(es="uno")}, REPORT, final=False)
    theirs = hub.push({ES: "a person's"}, branch="writing")
    done = run.publish({ES: b"dos", JA: b"ichi", RECORD: record(es="dos", ja="ichi")}, REPORT)
    assert done.yielded == (ES,)
    assert ["`writing`" in each for each in begin.warnings] == [True]
    assert hub.store.resolve("writing^") == theirs
    assert (hub.read(ES, "writing"), hub.read(JA, "writing")) == ("a person's", "ichi")
    assert hub.read(RECORD, "writing") == record(es="uno", ja="ichi").decode()


def test_two_runs_at_once_lose_nothing(hub, begin):
    one, other = begin(), begin()
    one.publish({ES: b"uno", RECORD: record(es="uno")}, REPORT)
    other.publish({JA: b"ichi", RECORD: record(ja="ichi")}, REPORT)
    assert {ES, JA} <= set(hub.files("writing"))
    assert hub.read(RECORD, "writing") == record(es="uno", ja="ichi").decode()


def test_a_branch_that_is_gone_meanwhile_is_told(hub, begin):
    run = begin()
    hub.store.git("update-ref", "-d", "refs/heads/writing")
    with pytest.raises(ServiceError, match="merged or given up"):
        run.publish({ES: b"uno"}, REPORT)
    assert hub.head("writing") is None, "it is not brought back"


def test_one_that_never_stands_still_ends_in_an_error(hub, begin):
    run = begin()
    for number in range(5):
        hub.before("POST", "graphql", lambda at=number: hub.push({f"{at}": "x"}, branch="writing"))
    with pytest.raises(ServiceError, match="concurrency"):
        run.publish({ES: b"uno"}, REPORT)


def test_unsafe_paths_are_refused_and_an_expired_token_is_no_usage_error(hub, begin):
    run = begin()
    hub.log.clear()
    with pytest.raises(UsageError):
        run.publish({".github/workflows/x.yml": b"x"}, REPORT)
    assert hub.log == []
    hub.token = "another"
    with pytest.raises(ServiceError, match="check `github-token`"):
        run.publish({ES: b"uno"}, REPORT)
