"""More files than one pull request can show: several branches and pull requests, each post whole on one."""

import dataclasses
import re

import pytest

from polypost.github.parts import Parts, Seen
from polypost.gitnames import part_name, part_of
from polypost.overlay import Entry
from polypost.values import Outcome, Publication, Report, Status
from publishing import OURS, REQUEST, text

NAMES = "abcdefgh"
POSTS = {f"posts/{name}.md": name for name in NAMES}


def together(path):
    """As `sites.together` does it for `{dir}/{name}.{lang}{ext}`."""
    source = re.sub(r"^\.polypost/(.*)\.json$", r"\1", re.sub(r"\.l\d+\.md$", ".md", path))
    return path if source == path else f"localizations of {source}"


def files(*names, languages=2, text="one"):
    """Localizations and record of posts: `languages` + 1 files each."""
    made = {}
    for name in names:
        made |= {f"posts/{name}.l{at}.md": f"{text} {name} {at}".encode() for at in range(languages)}
        made[f".polypost/posts/{name}.md.json"] = f"{text} {name} {languages}".encode()
    return made


def report(*names):
    outcomes = [Outcome(f"posts/{n}.md", f"posts/{n}.l0.md", "l0", Status.NEW) for n in names]
    return Report(outcomes=tuple(outcomes))


def told(report, page):
    posts = ",".join(sorted({each.source[6:-3] for each in report.outcomes}))
    return f"{posts}; part {page.part}, others {page.others}{', going' if page.going else ''}"


WISH = dataclasses.replace(REQUEST, body=told)


@pytest.fixture
def base(hub):
    return hub.push(POSTS)


def start(run, **more):
    return run(WISH, together=together, limit=10, **more)


def carried(hub):
    """Part -> the posts that its branch adds to the base."""
    names = hub.store.git("for-each-ref", "--format=%(refname:short)", "refs/heads/polypost").splitlines()
    found = {}
    for name in names:
        paths = hub.store.git("diff", "--name-only", f"main...{name}").split()
        found[part_of(OURS, name)] = "".join(sorted(set(re.findall(r"posts/(\w)", " ".join(paths)))))
    return found


def test_names_of_parts():
    names = [part_name("l10n", number) for number in (1, 2, 12)]
    assert names == ["l10n", "l10n-part-2", "l10n-part-12"]
    assert [part_of("l10n", name) for name in names] == [1, 2, 12]
    for other in ("l10n-2", "l10n-part-", "l10n-part-1", "l10n-part-02", "l10n-part-2x", "l10nx", "x"):
        assert part_of("l10n", other) == 0


def entries(part, count):
    return {f"{part}-{at}": Entry("100644", f"{at}") for at in range(count)}


PLACES = {
    "the first is free": ({}, {1: "abc", 2: "d"}),
    "the last that has room": ({1: 5, 3: 6}, {3: "a", 1: "b", 2: "cd"}),
    "those that carry nothing are free": ({1: 0, 2: 0}, {1: "abc", 2: "d"}),
    "a full one": ({1: 10}, {2: "abc", 3: "d"}),
}


@pytest.mark.parametrize(("there", "expected"), PLACES.values(), ids=PLACES)
def test_where_new_posts_go(there, expected):
    parts = Parts({}, together, 10)
    parts.see({number: Seen("head", entries(number, size)) for number, size in there.items()})
    placed = parts.place(files(*"abcd"))
    assert {
        number: "".join(re.findall(r"(\w)\.l0", " ".join(each))) for number, each in placed.items()
    } == expected


def test_a_post_that_is_larger_than_a_part_is_alone_on_one():
    parts = Parts({}, together, 10)
    placed = parts.place({**files("a"), **files("b", languages=9), **files("c", languages=20), **files("d")})
    assert {number: len(each) for number, each in placed.items()} == {1: 6, 2: 10, 3: 21}


def test_three_parts_and_a_rerun_that_changes_nothing(hub, run, base):
    done = start(run).publish({".polypost/.gitattributes": b"x", **files(*NAMES)}, report(*NAMES))
    assert carried(hub) == {1: "abc", 2: "def", 3: "gh"}
    url = f"{hub.url}/octo/blog/pull"
    branches = (OURS, f"{OURS}-part-2", f"{OURS}-part-3")
    every = [Publication("created", at, f"{url}/{at}", branch) for at, branch in enumerate(branches, 1)]
    assert done == dataclasses.replace(every[0], more=tuple(every[1:]))
    assert [(pull.title, text(pull)) for pull in hub.pulls.values()] == [
        ("Localize posts", "a,b,c; part 1, others (2, 3)"),
        ("Localize posts, part 2", "d,e,f; part 2, others (1, 3)"),
        ("Localize posts, part 3", "g,h; part 3, others (1, 2)"),
    ]
    for branch in branches:
        assert hub.store.resolve(f"{branch}^") == base
    attributes = [branch for branch in branches if ".polypost/.gitattributes" in hub.files(branch)]
    assert attributes == [OURS]
    hub.log.clear()
    again = start(run).publish({}, report(*NAMES))
    assert [each.operation for each in (again, *again.more)] == ["none"] * 3
    start(run).publish(files(*NAMES), report(*NAMES))
    assert hub.writes == []


def test_a_second_run_finds_everything_on_the_parts(hub, run, base):
    start(run).publish(files(*NAMES), report(*NAMES))
    start(run)
    found = run.repository.overlay()
    assert set(found) == {*POSTS, *files(*NAMES)}
    for path, content in files(*NAMES).items():
        assert run.repository.read(found[path]) == content


def test_a_post_stays_on_its_part_and_new_ones_go_on(hub, run, base):
    start(run).publish(files(*"abcd"), report(*"abcd"))
    assert carried(hub) == {1: "abc", 2: "d"}
    other = {"posts/b.l5.md": b"b in one more", "posts/d.l5.md": b"d in one more"}
    start(run).publish({**other, **files("e", "f")}, report(*"abcdef"))
    assert carried(hub) == {1: "abc", 2: "def"}
    assert "posts/b.l5.md" in hub.files(OURS)
    assert [text(pull) for pull in hub.pulls.values()] == [
        "a,b,c; part 1, others (2,)",
        "d,e,f; part 2, others (1,)",
    ]


def test_waves_over_parts(hub, run, base):
    publisher = start(run)
    for at, name in enumerate(NAMES):
        publisher.publish(files(name), report(*NAMES[: at + 1]), final=False)
    assert [(pull.title, text(pull)) for pull in hub.pulls.values()] == [
        ("Localize posts (in progress)", "a,b,c; part 1, others (), going"),
        ("Localize posts, part 2 (in progress)", "d,e,f; part 2, others (1,), going"),
        ("Localize posts, part 3 (in progress)", "g,h; part 3, others (1, 2), going"),
    ]
    publisher.publish({}, report(*NAMES))
    assert [(pull.title, text(pull)) for pull in hub.pulls.values()] == [
        ("Localize posts", "a,b,c; part 1, others (2, 3)"),
        ("Localize posts, part 2", "d,e,f; part 2, others (1, 3)"),
        ("Localize posts, part 3", "g,h; part 3, others (1, 2)"),
    ]
    assert carried(hub) == {1: "abc", 2: "def", 3: "gh"}


def test_the_next_run_puts_right_every_part_of_a_killed_one(hub, run, base):
    start(run).publish(files(*NAMES), report(*NAMES), final=False)
    start(run).publish({}, report(*NAMES))
    assert [pull.title for pull in hub.pulls.values()] == [
        "Localize posts",
        "Localize posts, part 2",
        "Localize posts, part 3",
    ]
    assert not any("going" in pull.body for pull in hub.pulls.values())


def test_numbers_of_merged_parts_are_used_again(hub, run, base):
    start(run).publish(files(*"abcdefg"), report(*"abcdefg"))
    hub.close(2, merged=True)
    hub.close(1, merged=True)
    hub.store.git("update-ref", "-d", f"refs/heads/{OURS}")  # The other merged branch is left there.
    done = start(run).publish(files("h"), report("h"))
    assert (done.number, done.branch) == (3, f"{OURS}-part-3")
    hub.close(3, merged=True)
    changed = files(*"abcdefg", text="two")
    done = start(run).publish(changed, report(*"abcdefg"))
    assert [(each.operation, each.branch) for each in (done, *done.more)] == [
        ("created", OURS),
        ("created", f"{OURS}-part-2"),
        ("created", f"{OURS}-part-3"),
    ]
    assert carried(hub) == {1: "abc", 2: "def", 3: "g"}


def test_a_run_beside_another_places_anew_what_finds_no_room(hub, run, base):
    one, other = start(run), start(run)
    one.publish(files(*"abc"), report(*"abc"))
    other.publish(files(*"def"), report(*"def"))
    one.publish(files("g"), report(*"abcg"))
    assert carried(hub) == {1: "abc", 2: "def", 3: "g"}


def test_a_persons_push_on_a_part_stays(hub, run, base):
    publisher = start(run)
    publisher.publish(files(*"abcd"), report(*"abcd"), final=False)
    hub.push({"posts/d.l0.md": "a person's"}, branch=f"{OURS}-part-2")
    publisher.publish({**files("d", text="two"), **files("e")}, report(*"abcde"))
    there = hub.files(f"{OURS}-part-2")
    assert there["posts/d.l0.md"] == "a person's"
    assert there["posts/d.l1.md"] == "two d 1"
    assert "posts/e.l0.md" in there


def test_another_bases_branch_is_no_part(hub, run, base):
    hub.push({"x.md": "x"}, branch="polypost/main-2", onto=base)
    hub.push({"x.md": "x"}, branch="polypost/mainly", onto=base)
    start(run).publish(files(*"abcd"), report(*"abcd"))
    assert set(hub.files("polypost/main-2")) == {*POSTS, "x.md"}


def test_it_is_one_pull_request_up_to_the_limit(hub, run, base):
    run(WISH, together=together).publish(files(*NAMES), report(*NAMES))
    assert [(pull.title, text(pull)) for pull in hub.pulls.values()] == [
        ("Localize posts", "a,b,c,d,e,f,g,h; part 1, others ()")
    ]
