"""Publishing in waves: one run calls `publish` many times; what comes between is neither lost nor left."""

import dataclasses
import itertools

import pytest

from polypost.action import _Rescue
from polypost.errors import ServiceError
from polypost.github.api import Api
from polypost.values import Publication
from publishing import OURS, REPORT, REQUEST, Runs, text
from standins.github import TOKEN, Drop, Hub, Nth
from standins.github.troubles import LOST

TITLE, GOING = "Localize posts", "Localize posts (in progress)"
POSTS = {f"posts/{name}.md": name for name in "abcde"}
DRESSED = dataclasses.replace(REQUEST, labels=("l10n",), reviewers=("alice",))


def wave(*names):
    return {f"posts/{name}.es.md": f"{name} es".encode() for name in names}


@pytest.fixture
def base(hub):
    return hub.push({**POSTS, "posts/old.es.md": "old"})


def test_waves_grow_one_commit_and_one_pull_request(hub, run, base):
    publisher = run(DRESSED)
    assert publisher.publish(wave("a"), REPORT, final=False).operation == "created"
    assert (hub.pulls[1].title, hub.pulls[1].labels, hub.pulls[1].reviewers) == (GOING, ["l10n"], ["alice"])
    publisher.publish({**wave("b"), "posts/old.es.md": None}, REPORT, final=False)
    hub.pulls[1].labels.clear()  # A person's doing, and it stays so.
    publisher.publish(wave("c"), REPORT, final=False)
    assert publisher.publish(wave("d"), REPORT) == Publication(
        "created", 1, f"{hub.url}/octo/blog/pull/1", OURS
    )
    assert set(hub.files(OURS)) == {*POSTS, *wave("a", "b", "c", "d")}
    assert hub.store.git("rev-list", f"main..{OURS}") == hub.head(OURS), "one commit"
    assert hub.store.resolve(f"{OURS}^") == base
    assert (len(hub.pulls), hub.pulls[1].title, hub.pulls[1].labels) == (1, TITLE, [])


def test_a_wave_sends_only_itself(hub, run, base):
    publisher = run()
    for name in "abcd":
        hub.log.clear()
        publisher.publish(wave(name), REPORT, final=False)
        if name != "a":
            assert [(each.method, each.path.rpartition("/")[2]) for each in hub.log] == [
                ("POST", "trees"),
                ("POST", "commits"),
                ("POST", "graphql"),
                ("PATCH", "1"),
            ]
        [tree] = [each.body for each in hub.log if each.path.endswith("/git/trees")]
        assert [entry["path"] for entry in tree["tree"]] == [f"posts/{name}.es.md"]
    hub.log.clear()
    publisher.publish({}, REPORT, final=False)
    assert hub.log == []


def test_without_waves_it_asks_what_it_always_asked(hub, run, base):
    publisher = run()
    hub.log.clear()
    publisher.publish(wave("a"), REPORT)
    assert [each.path.removeprefix("/repos/octo/blog") for each in hub.log] == [
        f"/git/commits/{base}",
        "/git/trees",
        "/git/commits",
        "",
        "/api/graphql",
        "/pulls",
        "/pulls",
    ]


def test_what_a_wave_has_published_may_come_again(hub, run, base):
    publisher = run()
    publisher.publish(wave("a"), REPORT, final=False)
    head = hub.head(OURS)
    hub.log.clear()
    publisher.publish(wave("a"), REPORT, final=False)
    assert (hub.head(OURS), hub.log) == (head, [])


def test_a_later_wave_takes_back_and_changes_what_an_earlier_one_brought(hub, run, base):
    publisher = run()
    publisher.publish(wave("a", "b"), REPORT, final=False)
    publisher.publish({"posts/a.es.md": None, "posts/b.es.md": b"better"}, REPORT, final=False)
    publisher.publish({"posts/old.es.md": None}, REPORT, final=False)
    publisher.publish({"posts/old.es.md": b"old"}, REPORT)
    assert "posts/a.es.md" not in hub.files(OURS)
    assert hub.read("posts/b.es.md", OURS) == "better"
    assert hub.store.git("diff", "--name-only", "main", OURS) == "posts/b.es.md"


def test_a_persons_push_between_two_waves_stays(hub, run, base):
    publisher = run()
    publisher.publish(wave("a", "b"), REPORT, final=False)
    hub.push({"posts/a.es.md": "a person's", "posts/new.es.md": "theirs"}, branch=OURS)
    publisher.publish({**wave("c"), "posts/a.es.md": b"a machine's"}, REPORT, final=False)
    publisher.publish(wave("d"), REPORT)
    files = hub.files(OURS)
    assert files["posts/a.es.md"] == "a person's"
    assert {"posts/new.es.md", *wave("b", "c", "d")} <= set(files)
    assert len(run.warnings) == 1
    assert hub.store.git("rev-list", "--count", f"main..{OURS}") == "1"


def test_two_runs_at_a_time_lose_nothing(hub, run, base):
    one, other = run(), run()
    one.publish(wave("a"), REPORT, final=False)
    other.publish(wave("b"), REPORT, final=False)
    one.publish(wave("c"), REPORT, final=False)
    other.publish(wave("d"), REPORT)
    one.publish(wave("e"), REPORT)
    assert set(hub.files(OURS)) == {*POSTS, "posts/old.es.md", *wave(*"abcde")}
    assert [(pull.state, pull.title) for pull in hub.pulls.values()] == [("open", TITLE)]


def test_a_title_that_a_person_chose_stays(hub, run, base):
    first = run()
    first.publish(wave("a"), REPORT, final=False)
    hub.pulls[1].title = "Mine (in progress)"
    first.publish(wave("b"), REPORT, final=False)
    first.publish(wave("c"), REPORT)
    assert hub.pulls[1].title == "Mine (in progress)"
    later = run()
    later.publish(wave("d"), REPORT, final=False)
    later.publish(wave("e"), REPORT)
    assert hub.pulls[1].title == "Mine (in progress)"


def test_an_open_pull_request_is_retitled_while_a_run_goes_on(hub, run, base):
    run().publish(wave("a"), REPORT)
    later = run()
    later.publish(wave("b"), REPORT, final=False)
    assert hub.pulls[1].title == GOING
    later.publish({}, REPORT)
    assert hub.pulls[1].title == TITLE


@pytest.mark.parametrize("request_", [REQUEST, dataclasses.replace(REQUEST, title="Another title")])
def test_the_next_run_puts_right_what_a_killed_one_left(hub, run, base, request_):
    run().publish(wave("a"), REPORT, final=False)
    assert "going" in hub.pulls[1].body
    assert run(request_).publish({}, REPORT).operation == "updated"
    assert (hub.pulls[1].title, text(hub.pulls[1])) == (request_.title, "posts: posts/a.md")
    assert "going" not in hub.pulls[1].body
    hub.log.clear()
    assert run(request_).publish({}, REPORT).operation == "none"
    assert hub.writes == []


def test_a_pull_request_merged_between_two_waves_is_followed_by_another(hub, run, base):
    publisher = run()
    publisher.publish(wave("a"), REPORT, final=False)
    hub.close(1, merged=True)
    hub.store.git("update-ref", "-d", f"refs/heads/{OURS}")
    done = publisher.publish(wave("b"), REPORT)
    assert (done.number, hub.pulls[2].title) == (2, TITLE)
    assert {*wave("a")} <= set(hub.files("main"))
    assert {*wave("b")} <= set(hub.files(OURS))


def test_a_pull_request_closed_between_two_waves_is_followed_by_another(hub, run, base):
    publisher = run()
    publisher.publish(wave("a"), REPORT, final=False)
    hub.close(1)
    publisher.publish(wave("b"), REPORT, final=False)
    assert publisher.publish(wave("c"), REPORT).number == 2
    assert [(pull.state, pull.title) for pull in hub.pulls.values()] == [("closed", GOING), ("open", TITLE)]


def test_what_a_wave_could_not_publish_is_left_in_the_workspace_in_the_end(hub, run, base, tmp_path):
    publisher = _Rescue(run(), tmp_path / "workspace")
    (tmp_path / "workspace").mkdir()
    publisher.publish(wave("a"), REPORT, final=False)
    hub.fail("POST", "/git/trees", 500, "Server Error", times=100)
    with pytest.raises(ServiceError):
        publisher.publish(wave("b"), REPORT, final=False)
    assert not list((tmp_path / "workspace").iterdir())
    with pytest.raises(ServiceError, match=r"What is finished \(2 files\) stands in the workspace"):
        publisher.publish(wave("b", "c"), REPORT)
    assert {path.name for path in (tmp_path / "workspace/posts").iterdir()} == {"b.es.md", "c.es.md"}


def test_a_pull_request_that_may_not_be_opened_costs_no_file(hub, run, base):
    publisher = run()
    hub.may_open_pulls = False
    for names in ("a", "ab"):
        with pytest.raises(ServiceError, match="Settings"):
            publisher.publish(wave(*names), REPORT, final=False)
    assert {*wave("a", "b")} <= set(hub.files(OURS))
    hub.may_open_pulls = True
    assert publisher.publish(wave("a", "b", "c"), REPORT, final=False).operation == "created"


def rerun(hub, api, folder):
    """What a run makes of it that finds the same posts and sends what it does not find."""
    runs = Runs(hub, api, folder)
    publisher = runs(DRESSED)
    missing = {
        path: content for path, content in wave(*"abcde").items() if path not in runs.repository.overlay()
    }
    publisher.publish(missing, REPORT)
    runs.close()
    return missing


def check(hub):
    assert set(hub.files(OURS)) == {*POSTS, "posts/old.es.md", *wave(*"abcde")}
    [pull] = hub.pulls.values()
    assert (pull.title, text(pull), pull.labels, pull.reviewers) == (
        TITLE,
        "posts: posts/a.md",
        ["l10n"],
        ["alice"],
    )
    assert hub.violations == []


def waves(hub, folder):
    """A run over a new stand-in, ready to publish; and how to go on after it."""
    hub.push({**POSTS, "posts/old.es.md": "old"})
    api = Api(hub.repository, TOKEN, hub.api, patience=0)
    runs = Runs(hub, api, folder / "run")
    publisher = runs(DRESSED)

    def publish():
        publisher.publish(wave("a", "b", "c"), REPORT, final=False)
        publisher.publish(wave("d", "e"), REPORT)

    return api, publish


TROUBLES = {
    "answer lost": LOST,
    "dropped": Drop(after=True),
}


@pytest.mark.parametrize("trouble", TROUBLES.values(), ids=TROUBLES)
def test_trouble_with_any_one_request_of_two_waves_is_overcome(tmp_path, trouble):
    met = []
    for index in itertools.count():
        with Hub(tmp_path / f"hub{index}") as hub:
            api, publish = waves(hub, tmp_path / str(index))
            hub.count_from(0)
            hub.intercept = Nth(index, trouble)
            publish()
            api.close()
            if not hub.intercept.hit:
                break
            met.append(hub.intercept.hit)
            check(hub)
    assert len(met) == 15, met


@pytest.mark.parametrize("after", [False, True])
def test_a_run_killed_at_any_request_is_put_right_by_the_next(tmp_path, after):
    """To GitHub a killed process is one of which nothing more is heard; its last request may have arrived."""
    for index in itertools.count():
        with Hub(tmp_path / f"hub{index}") as hub:
            api, publish = waves(hub, tmp_path / str(index))
            hub.count_from(0)
            last = Nth(index, Drop(after=after))
            hub.intercept = lambda *asked, last=last: Drop() if last.hit else last(*asked)
            if last_wave := not raises(publish):
                assert not last.hit
            api.close()
            hub.intercept = lambda *_: None
            api = Api(hub.repository, TOKEN, hub.api, patience=0)
            rerun(hub, api, tmp_path / str(index))
            check(hub)
            written = len(hub.writes)
            assert rerun(hub, api, tmp_path / f"{index}again") == {}
            assert len(hub.writes) == written
            api.close()
            if last_wave:
                break
    assert index == 15


def raises(action):
    try:
        action()
    except ServiceError:
        return True
    return False
