"""Every state that a branch and its pull request can be in when a run comes, and what it makes of that."""

import time

import pytest

from polypost.errors import ServiceError
from polypost.values import Publication
from publishing import OURS, RECORD, REPORT, REQUEST, in_one, record
from standins.github.troubles import Act

ES, JA, FR = (f"posts/a.{tag}.md" for tag in ("es", "ja", "fr"))
BOTH = {ES: b"uno", JA: b"ichi", RECORD: record(es="uno", ja="ichi")}


@pytest.fixture
def base(hub):
    return hub.push({"posts/a.md": "a"})


@pytest.fixture
def begin(run, base):
    """Starts a run in which a post's files and its record belong together."""
    return lambda: run(REQUEST, together=in_one)


def mergeable(hub):
    """Whether git can merge our branch."""
    from standins.github.store import GitError

    try:
        hub.store.git("merge-tree", "--write-tree", "main", OURS)
    except GitError:
        return False
    return True


def alone(hub):
    return hub.store.git("rev-list", "--count", f"main..{OURS}") == "1"


def quiet(hub, begin):
    """Whether one more run with nothing to do writes nothing."""
    hub.log.clear()
    begin().publish({}, REPORT)
    return hub.writes == []


def test_a_base_that_moved_on_elsewhere_moves_nothing(hub, begin):
    begin().publish(BOTH, REPORT)
    head = hub.head(OURS)
    hub.push({"posts/b.md": "b"})
    assert quiet(hub, begin)
    assert hub.head(OURS) == head
    begin().publish({"posts/b.es.md": b"dos"}, REPORT)
    assert hub.store.resolve(f"{OURS}^") == hub.head(), "what comes next stands on the base of today"


def test_a_conflict_is_mended_though_the_run_brings_nothing(hub, begin):
    begin().publish(BOTH, REPORT)
    hub.push({ES: "a person's, in the base"})
    assert not mergeable(hub)
    begin().publish({}, REPORT)
    assert mergeable(hub)
    assert alone(hub)
    assert (hub.read(ES, OURS), hub.read(JA, OURS)) == ("a person's, in the base", "ichi")
    assert hub.read(RECORD, OURS) == record(ja="ichi").decode(), "it says nothing of the text that lost"
    assert len(hub.pulls) == 1
    assert quiet(hub, begin)


def test_two_branches_that_each_brought_a_language_lose_neither(hub, begin):
    """As when a person merged a localization of the same post that was made elsewhere."""
    begin().publish(BOTH, REPORT)
    hub.push({FR: "un", RECORD: record(fr="un").decode()})
    assert not mergeable(hub)
    begin().publish({}, REPORT)
    assert mergeable(hub)
    assert {ES, JA, FR} <= set(hub.files(OURS))
    assert hub.read(RECORD, OURS) == record(es="uno", fr="un", ja="ichi").decode()
    assert quiet(hub, begin)


def test_a_conflict_in_which_all_is_the_base_s_leaves_an_empty_pull_request(hub, begin):
    begin().publish({ES: b"uno", RECORD: record(es="uno")}, REPORT)
    hub.push({ES: "another", RECORD: record(es="another").decode()})
    begin().publish({}, REPORT)
    assert mergeable(hub)
    assert hub.store.git("diff", "--name-only", "main", OURS) == ""
    assert quiet(hub, begin)


def test_what_a_closed_pull_request_left_in_conflict_is_nobody_s(hub, begin):
    begin().publish({ES: b"uno", RECORD: record(es="uno")}, REPORT)
    hub.close(1)
    hub.push({ES: "another", RECORD: record(es="another").decode()})
    assert quiet(hub, begin)


def test_nor_is_it_opened_again_because_the_base_moved(hub, run, begin):
    begin().publish(BOTH, REPORT)
    hub.close(1)
    hub.push({ES: "another, in the base"})
    assert quiet(hub, begin)
    assert ["#1 was closed" in each for each in run.warnings] == [True]
    begin().publish({FR: b"un"}, REPORT)
    assert (hub.read(ES, OURS), hub.read(JA, OURS)) == ("another, in the base", "ichi")
    assert mergeable(hub)


def test_a_closed_one_is_told_of_and_stays_closed(hub, run, begin):
    begin().publish(BOTH, REPORT)
    hub.close(1)
    assert quiet(hub, begin)
    assert ["#1 was closed" in each and f"`{OURS}`" in each for each in run.warnings] == [True]


def test_after_a_closed_one_something_new_opens_another_that_says_so(hub, run, begin):
    begin().publish(BOTH, REPORT)
    hub.close(1)
    assert begin().publish({FR: b"un"}, REPORT) == Publication(
        "created", 2, f"{hub.url}/octo/blog/pull/2", OURS
    )
    assert run.warnings == []
    assert " after 1 " in hub.pulls[2].body
    begin().publish({"posts/b.es.md": b"dos"}, REPORT)
    assert " after 1 " in hub.pulls[2].body, "a later run keeps it"
    assert quiet(hub, begin)


def test_a_closed_one_that_a_person_reopens_is_kept_up_to_date(hub, begin):
    begin().publish(BOTH, REPORT)
    hub.close(1)
    hub.pulls[1].state, hub.pulls[1].closed_at_sha = "open", ""
    assert begin().publish({FR: b"un"}, REPORT).number == 1
    assert len(hub.pulls) == 1


def test_a_deleted_branch_is_a_fresh_start(hub, run, begin):
    begin().publish(BOTH, REPORT)
    hub.close(1)
    hub.store.git("update-ref", "-d", f"refs/heads/{OURS}")
    time.sleep(1.1)  # within a second the same commit would come about, the one that was refused
    assert begin().publish(BOTH, REPORT).number == 2
    assert run.warnings == []


def deletions(hub, times=1):
    """Before a pull request is opened, so often, somebody deletes the branch."""
    left = [Act(lambda: hub.store.git("update-ref", "-d", f"refs/heads/{OURS}"))] * times

    def trouble(method, path, index):
        return left.pop() if left and (method, path.endswith("/pulls")) == ("POST", True) else None

    return trouble


@pytest.mark.parametrize("final", [True, False])
def test_a_branch_that_is_deleted_before_its_pull_request_is_opened_comes_back(hub, run, begin, final):
    hub.intercept = deletions(hub)
    publisher = begin()
    done = publisher.publish(BOTH, REPORT, final=final)
    assert (done.operation, done.number, done.yielded) == ("created", 1, ())
    assert {ES, JA, RECORD} <= set(hub.files(OURS))
    publisher.publish({FR: b"un"}, REPORT)
    assert {ES, JA, FR} <= set(hub.files(OURS))
    assert (len(hub.pulls), run.warnings) == (1, [])


def test_whoever_deletes_it_again_and_again_means_it(hub, begin):
    hub.intercept = deletions(hub, 2)
    with pytest.raises(ServiceError, match="Opening the pull request"):
        begin().publish(BOTH, REPORT)
    assert (hub.pulls, hub.head(OURS)) == ({}, None)


def test_a_merged_one_whose_branch_stays_is_followed_by_another(hub, run, begin):
    begin().publish(BOTH, REPORT)
    hub.close(1, merged=True)
    assert quiet(hub, begin)
    assert run.warnings == [], "it was not refused"
    begin().publish({FR: b"un", RECORD: record(es="uno", fr="un", ja="ichi")}, REPORT)
    assert mergeable(hub)
    assert " after " not in hub.pulls[2].body
    assert hub.store.git("diff", "--name-only", "main", OURS).split() == [RECORD, FR]


@pytest.mark.parametrize("final", [True, False], ids=["in the end", "in a wave"])
def test_one_that_is_merged_between_two_waves_and_whose_branch_stays(hub, begin, final):
    publisher = begin()
    publisher.publish({ES: b"uno", RECORD: record(es="uno")}, REPORT, final=False)
    hub.close(1, merged=True)
    publisher.publish({FR: b"un", RECORD: record(es="uno", fr="un")}, REPORT, final=final)
    publisher.publish({JA: b"ichi", RECORD: record(es="uno", fr="un", ja="ichi")}, REPORT)
    assert mergeable(hub)
    assert alone(hub)
    assert hub.store.git("diff", "--name-only", "main", OURS).split() == [RECORD, FR, JA]
    assert [(pull.state, pull.merged) for pull in hub.pulls.values()] == [("closed", True), ("open", False)]
    assert quiet(hub, begin)


def test_a_branch_that_a_person_merged_the_base_into_is_built_anew(hub, begin):
    begin().publish(BOTH, REPORT)
    base = hub.push({"posts/b.md": "b"})
    ours = hub.head(OURS)
    tree = hub.store.git("merge-tree", "--write-tree", base, ours)
    merge = hub.store.commit(tree, [ours, base], "Merge branch 'main'", {"name": "Bob", "email": "bob@x"})
    hub.store.git("update-ref", f"refs/heads/{OURS}", merge)
    begin().publish({}, REPORT)
    assert hub.head(OURS) == merge, "the page tells of it, and that is all"
    begin().publish({FR: b"un"}, REPORT)
    assert alone(hub)
    assert {ES, JA, FR} <= set(hub.files(OURS))
    assert "Bob" not in hub.store.git("log", "-1", "--format=%B", OURS)


def test_the_loser_of_the_swap_starts_over_and_loses_nothing(hub, begin):
    one, other = begin(), begin()
    one.publish({ES: b"uno", RECORD: record(es="uno")}, REPORT)
    other.publish({JA: b"ichi", RECORD: record(ja="ichi")}, REPORT)
    assert {ES, JA} <= set(hub.files(OURS))
    assert hub.read(RECORD, OURS) == record(es="uno", ja="ichi").decode()
    assert len(hub.pulls) == 1
    assert alone(hub)
    assert quiet(hub, begin)
