"""Who is named in a commit that takes the place of others."""

import pytest

from polypost.github.authors import Commit, co_authors, signed
from publishing import OURS, RECORD, REPORT, REQUEST, in_one, record

MESSAGE = "Localize posts\n\nes, ja"
ALICE = {"name": "Alice", "email": "alice@example.com"}
BOB = {"name": "Bob", "email": "Bob@example.com"}
BOT = {"name": "github-actions[bot]", "email": "41898282+github-actions[bot]@users.noreply.github.com"}
OWN = Commit("Owner", "owner@example.com", MESSAGE)

CASES = {
    "ours alone": ([OWN], []),
    "ours of a token's owner, who then edits": (
        [OWN, Commit("Owner", "owner@example.com", "Typo")],
        ["Owner <owner@example.com>"],
    ),
    "names of before": (
        [Commit("o", "o@x", f"{MESSAGE}\n\nCo-authored-by: Alice <alice@example.com>")],
        ["Alice <alice@example.com>"],
    ),
    "each once": (
        [
            Commit("o", "o@x", f"{MESSAGE}\n\nCo-authored-by: Alice <alice@example.com>"),
            Commit("Alice", "Alice@Example.com", "Typo"),
            Commit("Alice B.", "alice@example.com", "Another"),
        ],
        ["Alice <alice@example.com>"],
    ),
    "a suggestion that was committed": (
        [OWN, Commit("Bob", "bob@x", "Update\n\nCo-authored-by: Alice <alice@x>\r\n")],
        ["Bob <bob@x>", "Alice <alice@x>"],
    ),
    "bots": (
        [
            OWN,
            Commit("dependabot[bot]", "1+dependabot[bot]@users.noreply.github.com", "Bump"),
            Commit("My App", "app@x", "Format", bot=True),
            Commit("Bob", "bob@x", "x\n\nCo-authored-by: other[bot] <2+other[bot]@users.noreply.github.com>"),
        ],
        ["Bob <bob@x>"],
    ),
    "an update of the branch": ([OWN, Commit("Bob", "bob@x", "Merge branch 'main'", merge=True)], []),
    "a person who rebuilt the branch": ([Commit("Bob", "bob@x", "All of it, by hand")], ["Bob <bob@x>"]),
    "names that would forge a trailer": (
        [OWN, Commit("Eve\nCo-authored-by: Alice <a@x>", "eve@x", "x"), Commit("Eve", "e ve@x", "x")],
        ["Eve Co-authored-by: Alice a@x <eve@x>"],
    ),
}


@pytest.mark.parametrize(("commits", "expected"), CASES.values(), ids=CASES)
def test_who_is_named(commits, expected):
    assert list(co_authors(commits, MESSAGE)) == expected


MESSAGES = {
    "one line": ("Localize", "Localize\n\nCo-authored-by: A <a@x>"),
    "with a body": ("Localize\n\nes: all", "Localize\n\nes: all\nCo-authored-by: A <a@x>"),
    "with prose": ("Localize\n\nAll of it.\n", "Localize\n\nAll of it.\n\nCo-authored-by: A <a@x>"),
    "with a trailer": ("L\n\nSigned-off-by: B <b@x>", "L\n\nSigned-off-by: B <b@x>\nCo-authored-by: A <a@x>"),
    "named already": ("L\n\nCo-authored-by: Me <A@x>", "L\n\nCo-authored-by: Me <A@x>"),
    "a trailer's look in the first line": ("fix: it", "fix: it\n\nCo-authored-by: A <a@x>"),
}


@pytest.mark.parametrize(("message", "expected"), MESSAGES.values(), ids=MESSAGES)
def test_where_names_stand(message, expected):
    assert signed(message, ["A <a@x>"]) == expected
    assert signed(message, []) == message


def trailers(hub):
    message = hub.store.git("log", "-1", "--format=%B", OURS)
    return [line for line in message.splitlines() if line.startswith("Co-authored-by")]


@pytest.fixture
def base(hub):
    return hub.push({"posts/a.md": "a"})


def test_reviewers_are_named_for_as_long_as_the_branch_lives(hub, run, base):
    run().publish({"posts/a.es.md": b"uno"}, REPORT)
    assert trailers(hub) == []
    hub.push({"posts/a.es.md": "a person's"}, branch=OURS, author=ALICE)
    hub.push({"posts/a.de.md": "eins"}, branch=OURS, author=BOB)
    hub.push({"posts/a.de.md": "formatted"}, branch=OURS, author=BOT)
    named = ["Co-authored-by: Alice <alice@example.com>", "Co-authored-by: Bob <Bob@example.com>"]
    for at in range(3):  # what comes next builds the commit again and again
        run().publish({f"posts/b{at}.es.md": b"dos"}, REPORT)
        assert trailers(hub) == named
        assert hub.store.git("rev-list", "--count", f"main..{OURS}") == "1"
    hub.close(1, merged=True)
    run().publish({"posts/c.es.md": b"tres"}, REPORT)
    assert trailers(hub) == [], "what they wrote is in the base"


def test_who_pushes_during_a_run_is_named_too(hub, run, base):
    publisher = run()
    publisher.publish({"posts/a.es.md": b"uno"}, REPORT, final=False)
    hub.push({"posts/a.es.md": "a person's"}, branch=OURS, author=ALICE)
    publisher.publish({"posts/a.ja.md": b"ichi"}, REPORT)
    assert trailers(hub) == ["Co-authored-by: Alice <alice@example.com>"]
    assert hub.read("posts/a.es.md", OURS) == "a person's"


def test_of_more_commits_than_one_answer_holds_all_are_named(hub, run, base):
    run().publish({"posts/a.es.md": b"uno"}, REPORT)
    hub.push({"posts/a.es.md": "first"}, branch=OURS, author=ALICE)
    tree, head = hub.store.resolve(f"{OURS}^{{tree}}"), hub.head(OURS)
    for at in range(100):
        head = hub.store.commit(tree, [head], f"{at}", BOB)
    hub.store.git("update-ref", f"refs/heads/{OURS}", head)
    hub.push({"posts/a.es.md": "last"}, branch=OURS, author={"name": "Carol", "email": "carol@x"})
    run().publish({"posts/b.es.md": b"dos"}, REPORT)
    assert [line.split()[1] for line in trailers(hub)] == ["Alice", "Bob", "Carol"]
    assert hub.read("posts/a.es.md", OURS) == "last"


def test_a_conflict_keeps_the_reviewers_of_what_is_left(hub, run, base):
    before = {"posts/a.es.md": b"uno", "posts/a.ja.md": b"ichi", RECORD: record(es="uno", ja="ichi")}
    run(REQUEST, together=in_one).publish(before, REPORT)
    hub.push({"posts/a.ja.md": "a person's"}, branch=OURS, author=ALICE)
    hub.push({"posts/a.es.md": "in the base"})
    run(REQUEST, together=in_one).publish({}, REPORT)
    assert trailers(hub) == ["Co-authored-by: Alice <alice@example.com>"]
    assert hub.read("posts/a.ja.md", OURS) == "a person's"
