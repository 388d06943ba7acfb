"""The one pull request: with the real git edge for what the branch carries, as the wiring joins them."""

import dataclasses

import pytest

from polypost.errors import ServiceError, UsageError
from polypost.records.record import Entry
from polypost.values import Publication
from publishing import OURS, RECORD, REPORT, REQUEST, in_one, record, text


@pytest.fixture
def base(hub):
    return hub.push({"posts/a.md": "a", "posts/a.de.md": "alt"})


def published(operation, number, hub):
    return Publication(operation, number, f"{hub.url}/octo/blog/pull/{number}", OURS)


def test_a_first_run_opens_one_pull_request(hub, run, base):
    people = {"reviewers": ("alice",), "team_reviewers": ("docs",), "assignees": ("bob",)}
    wish = dataclasses.replace(REQUEST, labels=("l10n",), draft=True, **people)
    done = run(wish).publish({"posts/a.es.md": b"uno", "posts/a.de.md": None}, REPORT)
    assert done == published("created", 1, hub)
    pull = hub.pulls[1]
    assert (pull.title, text(pull), pull.draft) == ("Localize posts", "posts: posts/a.md", True)
    assert (pull.labels, pull.reviewers, pull.team_reviewers, pull.assignees) == (
        ["l10n"],
        ["alice"],
        ["docs"],
        ["bob"],
    )
    assert hub.files(OURS) == {"posts/a.md": "a", "posts/a.es.md": "uno"}
    assert (
        hub.store.git("log", "--format=%P %s %an", OURS, "^main")
        == f"{base} Localize posts github-actions[bot]"
    )


def test_nothing_to_do_writes_nothing(hub, run, base):
    assert run().publish({}, REPORT) == Publication("none", branch=OURS)
    run().publish({"posts/a.es.md": b"uno"}, REPORT)
    hub.log.clear()
    assert run().publish({}, REPORT) == published("none", 1, hub)
    assert hub.writes == []


def test_a_later_run_carries_what_is_there_and_updates_the_same(hub, run, base):
    run().publish({"posts/a.es.md": b"uno"}, REPORT)
    hub.pulls[1].title = "A person's title"
    hub.push({"posts/a.es.md": "a person's words"}, branch=OURS)
    later = hub.push({"posts/b.md": "b"})
    report = dataclasses.replace(REPORT, posts=("posts/b.md",))
    assert run().publish({"posts/b.es.md": b"dos"}, report) == published("updated", 1, hub)
    assert hub.files(OURS) == {
        "posts/a.md": "a",
        "posts/a.de.md": "alt",
        "posts/b.md": "b",
        "posts/a.es.md": "a person's words",
        "posts/b.es.md": "dos",
    }
    assert hub.store.git("rev-list", f"main..{OURS}") == hub.head(OURS), "one commit"
    assert hub.store.resolve(f"{OURS}^") == later
    assert (len(hub.pulls), hub.pulls[1].title, text(hub.pulls[1])) == (
        1,
        "A person's title",
        "posts: posts/b.md",
    )


def test_corrections_in_the_base_and_on_the_branch_stand_side_by_side(hub, run, base):
    hub.push({"posts/a.es.md": "uno\n\ndos\n\ntres\n", "posts/a.ja.md": "ichi\n", RECORD: "{}"})
    run(together=in_one).publish({"posts/a.es.md": b"uno\n\ndos\n\nTRES\n", RECORD: b"{ }"}, REPORT)
    hub.push({"posts/a.es.md": "uno\n\ndos\n\na reviewer's\n"}, branch=OURS)
    hub.push({"posts/a.es.md": "a reader's\n\ndos\n\ntres\n", "posts/a.ja.md": "a reader's\n"})
    run(together=in_one).publish({"posts/b.es.md": b"dos"}, REPORT)
    there = hub.files(OURS)
    assert there["posts/a.es.md"] == "a reader's\n\ndos\n\na reviewer's\n"
    assert there["posts/a.ja.md"] == "a reader's\n"
    assert there[RECORD] == "{ }"


def test_where_both_corrected_the_same_the_branch_s_stands_and_the_base_s_is_told(hub, run, base):
    hub.push({"posts/a.es.md": "uno\n\ndos\n"})
    run(together=in_one).publish({"posts/a.es.md": b"uno\n\nDOS\n"}, REPORT)
    hub.push({"posts/a.es.md": "uno\n\na reviewer's\n"}, branch=OURS)
    hub.push({"posts/a.es.md": "uno\n\na reader's\n"})
    later = run(together=in_one)
    later.publish({"posts/b.es.md": b"dos"}, REPORT)
    assert hub.files(OURS)["posts/a.es.md"] == "uno\n\na reviewer's\n"
    (told,) = run.repository.superseded()
    assert (told.code, told.path) == ("human-text-superseded", "posts/a.es.md")
    assert told.message.endswith("Theirs were: a reader's Now it is: a reviewer's")


def test_corrections_in_neighbouring_rows_are_both_kept(hub, run, base):
    hub.push({"posts/a.es.md": "| a |\n|---|\n| uno |\n| dos |"})
    run(together=in_one).publish({"posts/a.es.md": b"| a |\n|---|\n| uno |\n| DOS |"}, REPORT)
    hub.push({"posts/a.es.md": "| a |\n|---|\n| a reader's |\n| dos |"})
    later = run(together=in_one)
    later.publish({"posts/b.es.md": b"dos"}, REPORT)
    assert hub.files(OURS)["posts/a.es.md"] == "| a |\n|---|\n| a reader's |\n| DOS |"
    assert run.repository.superseded() == ()


def test_corrections_in_two_cells_of_a_row_are_both_kept(hub, run, base):
    hub.push({"posts/a.es.md": "| a | b |\n|---|---|\n| uno | dos |\n"})
    run(together=in_one).publish({"posts/a.es.md": b"| a | b |\n|---|---|\n| uno | DOS |\n"}, REPORT)
    hub.push({"posts/a.es.md": "| a | b |\n|---|---|\n| a reader's | dos |\n"})
    run(together=in_one).publish({"posts/b.es.md": b"dos"}, REPORT)
    assert hub.files(OURS)["posts/a.es.md"] == "| a | b |\n|---|---|\n| a reader's | DOS |\n"
    assert run.repository.superseded() == ()


def test_a_record_that_the_base_changed_is_the_base_s_with_its_files(hub, run, base):
    hub.push({"posts/a.es.md": "uno\n\ndos\n", RECORD: "{}"})
    run(together=in_one).publish({"posts/a.es.md": b"uno\n\nDOS\n", RECORD: b"{ }"}, REPORT)
    hub.push({"posts/a.es.md": "UNO\n\ndos\n", RECORD: "{  }"})
    run(together=in_one).publish({"posts/b.es.md": b"dos"}, REPORT)
    assert hub.files(OURS)["posts/a.es.md"] == "UNO\n\ndos\n"


def both_changed(hub, run, mine, reviewer="", **base):
    """What a run tells where the base and the branch, with its record, have both changed a localization."""
    hub.push({"posts/a.es.md": "uno\n\ndos\n", RECORD: record(es="uno\n\ndos\n").decode()})
    run(together=in_one).publish({"posts/a.es.md": mine.encode(), RECORD: record(es=mine)}, REPORT)
    if reviewer:
        hub.push({"posts/a.es.md": reviewer}, branch=OURS)
    hub.push(base or {"posts/a.es.md": "UNO\n\ndos\n", RECORD: record(es="UNO\n\ndos\n").decode()})
    later = run(together=in_one)
    later.publish({"posts/b.es.md": b"dos"}, REPORT)
    assert hub.files(OURS).get("posts/a.es.md") == hub.files("main").get("posts/a.es.md")
    return run.repository.superseded()


def test_a_reviewer_s_words_that_the_base_overrides_are_told(hub, run, base):
    (told,) = both_changed(hub, run, "uno\n\nDOS\n", "uno\n\na reviewer's\n")
    assert (told.code, told.path) == ("human-text-superseded", "posts/a.es.md")
    assert told.message.endswith("What only the pull request said: a reviewer's Now it is: UNO dos")


def test_those_that_a_later_run_has_taken_up_are_told_too(hub, run, base, monkeypatch):
    monkeypatch.setattr("publishing.ENTRIES", (Entry((), "AAAAA", "BBBB", person=True),))
    (told,) = both_changed(hub, run, "uno\n\na reviewer's\n")
    assert told.message.endswith("said: a reviewer's Now it is: UNO dos")


def test_those_in_a_file_that_the_base_removed_are_told(hub, run, base):
    (told,) = both_changed(
        hub, run, "uno\n\nDOS\n", "uno\n\na reviewer's\n", **{"posts/a.es.md": None, RECORD: None}
    )
    assert "the base has removed it" in told.message
    assert told.message.endswith("said: a reviewer's")


def test_no_machine_s_words_are_told_where_the_base_stands(hub, run, base):
    assert both_changed(hub, run, "uno\n\nDOS\n") == ()


def test_what_the_base_says_alike_is_not_told(hub, run, base):
    assert both_changed(hub, run, "uno\n\nDOS\n", "UNO\n\ndos\n") == ()


def test_what_the_branch_added_can_be_taken_back(hub, run, base):
    run().publish({"posts/a.es.md": b"uno", "posts/a.ja.md": b"ichi"}, REPORT)
    assert run().publish({"posts/a.es.md": None}, REPORT) == published("updated", 1, hub)
    assert set(hub.files(OURS)) == {"posts/a.md", "posts/a.de.md", "posts/a.ja.md"}


def test_removing_what_is_not_there_is_no_pull_request(hub, run, base):
    assert run().publish({"posts/none.es.md": None}, REPORT) == Publication("none", branch=OURS)
    assert run().publish({"posts/a.de.md": b"alt"}, REPORT) == Publication("none", branch=OURS)
    assert hub.head(OURS) is None
    assert hub.pulls == {}


def test_a_lost_swap_is_tried_again_on_what_came(hub, run, base):
    hub.before("POST", "graphql", lambda: hub.push({"posts/a.fr.md": "un"}, branch=OURS, onto=base))
    assert run().publish({"posts/a.es.md": b"uno"}, REPORT).operation == "created"
    assert {"posts/a.fr.md", "posts/a.es.md"} <= set(hub.files(OURS))


def test_an_edit_that_comes_during_the_run_stays_with_its_record(hub, run, base):
    before, after = record(es="uno", ja="ichi"), record(es="dos", ja="ni")
    run().publish({"posts/a.es.md": b"uno", RECORD: before, "posts/a.ja.md": b"ichi"}, REPORT)
    late = run(together=in_one)
    hub.push({"posts/a.es.md": "a person's"}, branch=OURS)
    late.publish({"posts/a.es.md": b"dos", RECORD: after, "posts/a.ja.md": b"ni"}, REPORT)
    assert hub.read("posts/a.es.md", OURS) == "a person's"
    assert hub.read(RECORD, OURS) == record(es="uno", ja="ni").decode()
    assert hub.read("posts/a.ja.md", OURS) == "ni"
    assert ["posts/a.es.md was changed" in each for each in run.warnings] == [True]


def test_when_all_gives_way_the_branch_is_left_as_it_came(hub, run, base):
    run().publish({"posts/a.es.md": b"uno"}, REPORT)
    late = run()
    theirs = hub.push({"posts/a.es.md": "a person's"}, branch=OURS)
    done = late.publish({"posts/a.es.md": b"dos"}, REPORT)
    assert done.yielded == ("posts/a.es.md",)
    assert done.operation == "updated", "the page tells of the branch as it is now"
    assert hub.head(OURS) == theirs
    hub.log.clear()
    assert run().publish({}, REPORT) == published("none", 1, hub)
    assert hub.writes == []
    assert run.warnings


def test_a_branch_that_never_stands_still_ends_in_an_error(hub, run, base):
    def rival(path):
        return lambda: hub.push({path: "x"}, branch=OURS, onto=hub.head(OURS) or base)

    for number in range(5):
        hub.before("POST", "graphql", rival(f"posts/{number}.md"))
    with pytest.raises(ServiceError, match="concurrency"):
        run().publish({"posts/a.es.md": b"uno"}, REPORT)
    assert hub.pulls == {}


def test_a_branch_without_its_pull_request_gets_one(hub, run, base):
    hub.may_open_pulls = False
    with pytest.raises(ServiceError, match="Settings"):
        run().publish({"posts/a.es.md": b"uno"}, REPORT)
    assert hub.head(OURS), "what was done is kept"
    hub.may_open_pulls = True
    assert run().publish({}, REPORT) == published("created", 1, hub)


def test_a_person_s_closing_is_respected_until_something_changes(hub, run, base):
    run().publish({"posts/a.es.md": b"uno"}, REPORT)
    hub.close(1)
    assert run().publish({}, REPORT) == Publication("none", branch=OURS)
    assert run().publish({"posts/a.ja.md": b"ichi"}, REPORT) == published("created", 2, hub)


def test_after_a_merge_the_old_branch_adds_nothing(hub, run, base):
    run().publish({"posts/a.es.md": b"uno"}, REPORT)
    hub.push({"posts/a.es.md": "uno"})  # what a squash merge leaves on the base
    hub.close(1)
    assert run().publish({}, REPORT) == Publication("none", branch=OURS)
    assert run().publish({"posts/a.ja.md": b"ichi"}, REPORT).number == 2
    changed = hub.store.git("diff", "--name-only", "main", OURS)
    assert changed == "posts/a.ja.md"


def test_what_github_refuses_of_labels_and_people_is_a_warning(hub, run, base):
    wish = dataclasses.replace(REQUEST, labels=("l10n",), reviewers=("mallory",), team_reviewers=("docs",))
    assert run(wish).publish({"posts/a.es.md": b"uno"}, REPORT).operation == "created"
    assert ["mallory is not one" in each for each in run.warnings] == [True]
    assert (hub.pulls[1].labels, hub.pulls[1].team_reviewers) == (["l10n"], ["docs"])


def test_a_token_that_expires_during_the_run_is_no_usage_error(hub, run, base):
    publisher = run()
    hub.token = "another"
    with pytest.raises(ServiceError, match="check `github-token`"):
        publisher.publish({"posts/a.es.md": b"uno"}, REPORT)


@pytest.mark.parametrize("path", ["../x", ".github/workflows/x.yml", ".git/config", "/x"])
def test_unsafe_paths_are_refused_before_any_request(hub, run, base, path):
    publisher = run()
    hub.log.clear()
    with pytest.raises(UsageError):
        publisher.publish({path: b"x"}, REPORT)
    assert hub.log == []


def test_unsafe_branches_are_refused_before_any_request(hub, run, base):
    publisher = dataclasses.replace(run(), branch="$(id)")
    with pytest.raises(UsageError):
        publisher.publish({"a.md": b"x"}, REPORT)
    assert hub.writes == []
