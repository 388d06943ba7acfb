"""Whole runs with `split-by: language` over the stand-in GitHub: nothing lost, whatever is merged when."""

import dataclasses
import io
import itertools
from pathlib import Path

import pytest

from polypost import pseudo
from polypost.clock import SystemClock
from polypost.fronts import wiring
from polypost.fronts.branches import Branches
from polypost.git import Git
from polypost.github import Situation
from polypost.github.api import Api
from polypost.options import Options
from polypost.records.file import load
from polypost.report.consoles import WorkflowConsole
from polypost.run.pipeline import run
from polypost.values import Status
from standins.github import TOKEN, Hub
from standins.github.store import GitError

POSTS = {f"posts/{name}.md": f"# Post {name}\n\nIt has a sentence of {name}.\n" for name in "ab"}
ONE = Options(languages=("es", "fr", "ja"), translator="pseudo", reviewers=("alice", "ja: bob"))
SPLIT = dataclasses.replace(ONE, split_by="language")
BRANCHES = {tag: f"polypost/main-language-{tag}" for tag in ("es", "fr", "ja")}


@pytest.fixture
def hub(tmp_path):
    with Hub(tmp_path / "hub") as hub:
        hub.push(POSTS)
        yield hub
        assert hub.violations == []


@pytest.fixture
def job(hub, tmp_path):
    """Does one run; gives its report, and what its console said."""
    numbers = itertools.count()

    def do(options=SPLIT, publish=None):
        clock, api = SystemClock(), Api(hub.repository, TOKEN, hub.api, patience=0)
        situation = Situation(
            "workflow_dispatch", hub.repository, base="main", api_url=hub.api, server_url=hub.url
        )
        folder, log = hub.checkout(tmp_path / f"work{next(numbers)}"), io.StringIO()
        with Git(folder, token=TOKEN, server=hub.url) as git, WorkflowConsole(log) as console:
            blog = Branches(options, situation, api, git)
            wishes = dataclasses.replace(wiring.job(options, None, Path(), dry_run=False), apart=blog.apart)
            console.warn(blog.waits()) if blog.waits() else None
            translators = pseudo.PseudoTranslators(clock)
            publisher = blog.publisher(console)
            if publish:
                publish(publisher)
            report = run(wishes, blog.repository, translators, publisher, console, clock)
        api.close()
        assert report.problem == ""
        return report, log.getvalue()

    return do


def added(hub, branch):
    return set(hub.store.git("diff", "--name-only", f"main...{branch}").split())


def quiet(hub, job, options=SPLIT):
    """Whether another run sends and writes nothing."""
    written = len(hub.writes)
    report, _ = job(options)
    return report.usage.characters == 0 and len(hub.writes) == written


def merge(hub, number):
    """As GitHub does it when a person presses the button; raises GitError for a conflict."""
    hub.close(number, merged=True)


def test_each_language_has_a_branch_a_pull_request_and_reviewers(hub, job):
    report, _ = job()
    assert [each.branch for each in (report.publication, *report.publication.more)] == [*BRANCHES.values()]
    assert [(pull.title, pull.reviewers) for pull in hub.pulls.values()] == [
        ("Localize posts (es)", ["alice"]),
        ("Localize posts (fr)", ["alice"]),
        ("Localize posts (ja)", ["alice", "bob"]),
    ]
    for tag, branch in BRANCHES.items():
        assert added(hub, branch) == {
            ".polypost/.gitattributes",
            *(f"posts/{name}.{tag}.md" for name in "ab"),
            *(f".polypost/posts/{name}.md.{tag}.json" for name in "ab"),
        }
    for number, tag in enumerate(BRANCHES, 1):
        body = hub.pulls[number].body
        assert f"/blob/{BRANCHES[tag]}/posts/a.{tag}.md" in body
        assert not [other for other in BRANCHES if other != tag and f"a.{other}.md" in body]
    assert quiet(hub, job)


@pytest.mark.parametrize("order", list(itertools.permutations((1, 2, 3))), ids=str)
def test_they_are_merged_in_any_order_and_nothing_is_lost(hub, job, order):
    job()
    for number in order:
        merge(hub, number)
        assert quiet(hub, job)
    files = hub.files()
    assert {f"posts/{name}.{tag}.md" for name in "ab" for tag in BRANCHES} <= set(files)
    hub.push({"posts/a.md": POSTS["posts/a.md"] + "\nIt grew.\n"})
    report, _ = job()
    assert report.usage.characters == 3 * len("It grew."), "the records still tell of all the rest"


def test_a_change_between_two_merges_reaches_every_language(hub, job):
    job()
    merge(hub, 2)
    hub.push({"posts/a.md": POSTS["posts/a.md"] + "\nIt grew.\n"})
    job()
    assert [pull.state for pull in hub.pulls.values()] == ["open", "closed", "open", "open"]
    for number in (4, 3, 1):
        merge(hub, number)
    files = hub.files()
    for tag in BRANCHES:
        assert len(files[f"posts/a.{tag}.md"].splitlines()) == 5
    assert quiet(hub, job)


def test_without_a_record_for_each_they_would_conflict(hub, job):
    """The negative control: a record of all languages on two branches."""
    shared = {
        ".polypost/posts/a.md.json": "es",
        ".polypost/posts/b.md.json": "es",
    }
    base = hub.head()
    hub.push(shared, branch="one", onto=base)
    hub.push(dict.fromkeys(shared, "ja"), branch="other", onto=base)
    tree = hub.store.git("merge-tree", "--write-tree", "main", "one")
    hub.store.git("update-ref", "refs/heads/main", hub.store.commit(tree, [base], "one"))
    with pytest.raises(GitError):
        hub.store.git("merge-tree", "--write-tree", "main", "other")


def test_a_reviewer_s_words_stay_in_their_language(hub, job):
    job()
    theirs = hub.read("posts/a.ja.md", BRANCHES["ja"]).replace("sentence", "SENTENCE")
    hub.push({"posts/a.ja.md": "# De una persona\n\nSus palabras.\n"}, branch=BRANCHES["ja"])
    assert theirs
    hub.push({"posts/b.md": POSTS["posts/b.md"] + "\nIt grew.\n"})
    job()
    assert hub.read("posts/a.ja.md", BRANCHES["ja"]) == "# De una persona\n\nSus palabras.\n"
    message = hub.store.git("log", "-1", "--format=%B", BRANCHES["ja"])
    assert "Co-authored-by: Someone <someone@example.com>" in message
    assert "Co-authored-by" not in hub.store.git("log", "-1", "--format=%B", BRANCHES["es"])


def test_two_runs_at_once_lose_nothing(hub, job):
    job(publish=lambda _: job())
    assert len(hub.pulls) == 3
    assert quiet(hub, job)
    for number in (1, 2, 3):
        merge(hub, number)
    assert quiet(hub, job)


def test_what_is_open_in_one_piece_is_merged_first(hub, job):
    job(ONE)
    hub.push({"posts/c.md": "# Post c\n\nNew.\n"})
    _, log = job()
    assert "`split-by: language` waits" in log
    assert list(hub.pulls) == [1]
    assert "posts/c.es.md" in hub.files("polypost/main")
    merge(hub, 1)
    assert quiet(hub, job), "what is in the base is known by the record of all"
    hub.push({"posts/a.md": POSTS["posts/a.md"] + "\nIt grew.\n"})
    report, log = job()
    assert "waits" not in log
    assert report.usage.characters == 3 * len("It grew.")
    assert [pull.head for pull in hub.pulls.values()] == ["polypost/main", *BRANCHES.values()]
    for number in (4, 2, 3):
        merge(hub, number)
    assert quiet(hub, job)


def test_and_back_again(hub, job):
    job()
    _, log = job(ONE)
    assert "`split-by: none` waits" in log
    assert "polypost/main" not in {pull.head for pull in hub.pulls.values()}
    for number in (1, 2, 3):
        merge(hub, number)
    assert quiet(hub, job, ONE)
    hub.push({"posts/a.md": POSTS["posts/a.md"] + "\nIt grew.\n"})
    report, _ = job(ONE)
    assert report.usage.characters == 3 * len("It grew.")
    assert {".polypost/posts/a.md.json", "posts/a.es.md"} <= set(hub.files("polypost/main"))
    assert not [path for path in hub.files("polypost/main") if path.startswith(".polypost/posts/a.md.es")]
    merge(hub, 4)
    assert quiet(hub, job, ONE)


def test_a_post_that_moves_takes_its_languages_along(hub, job):
    job()
    for number in (1, 2, 3):
        merge(hub, number)
    hub.push({"posts/a.md": None, "posts/z.md": POSTS["posts/a.md"]})
    report, _ = job()
    assert report.usage.characters == 0
    for number in (5, 4, 6):
        merge(hub, number)
    files = hub.files()
    assert not [path for path in files if "/a." in path]
    assert {f".polypost/posts/z.md.{tag}.json" for tag in BRANCHES} <= set(files)
    assert {outcome.status for outcome in job()[0].outcomes} == {Status.UNCHANGED}


def test_a_language_s_record_that_is_damaged_is_written_anew(hub, job):
    job()
    for number in (1, 2, 3):
        merge(hub, number)
    path = ".polypost/posts/a.md.es.json"
    hub.push({path: "{", "posts/a.md": POSTS["posts/a.md"] + "\nIt grew.\n"})
    report, _ = job()
    told = {each.language: each.status for each in report.outcomes if each.source == "posts/a.md"}
    assert told == dict.fromkeys(BRANCHES, Status.UPDATED)
    assert load(hub.read(path, BRANCHES["es"]).encode(), path).localizations.keys() == {"es"}
