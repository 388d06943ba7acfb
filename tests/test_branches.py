"""The base and our branches as one repository: whole runs over the stand-in GitHub, in several parts."""

import dataclasses
import io
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
from polypost.report.consoles import WorkflowConsole
from polypost.run.pipeline import run
from polypost.values import Status
from standins.github import TOKEN, Hub

POSTS = {f"posts/{name}.md": f"# Post {name}\n\nIt has a sentence of {name}.\n" for name in "abcdefgh"}
OPTIONS = Options(languages=("es", "ja"), translator="pseudo", labels=("l10n",))
OURS = "polypost/main"


@pytest.fixture
def hub(tmp_path):
    with Hub(tmp_path / "hub") as hub:
        hub.push(POSTS)
        yield hub
        assert hub.violations == []


def job(hub, folder, limit=10, options=OPTIONS):
    """One run, with no more than `limit` files in a pull request; its report."""
    clock, api = SystemClock(), Api(hub.repository, TOKEN, hub.api, patience=0)
    situation = Situation(
        "workflow_dispatch", hub.repository, base="main", api_url=hub.api, server_url=hub.url
    )
    with Git(hub.checkout(folder), token=TOKEN, server=hub.url) as git, WorkflowConsole(io.StringIO()) as log:
        blog = Branches(options, situation, api, git)
        publisher = dataclasses.replace(blog.publisher(log), limit=limit)
        translators = pseudo.PseudoTranslators(clock)
        report = run(
            wiring.job(options, None, Path(), dry_run=False),
            blog.repository,
            translators,
            publisher,
            log,
            clock,
        )
    api.close()
    return report


def test_several_pull_requests_and_a_second_run_that_sends_nothing(hub, tmp_path):
    first = job(hub, tmp_path / "first")
    assert first.problem == ""
    assert [each.number for each in (first.publication, *first.publication.more)] == [1, 2, 3]
    assert [pull.labels for pull in hub.pulls.values()] == [["l10n"]] * 3
    for number, pull in hub.pulls.items():
        assert pull.body.startswith(f"This is part {number} of the localizations; the others are in #")
        assert pull.body.count("🆕 [new]") == 6 if number < 3 else 4
        assert f"/blob/{pull.head}/posts/" in pull.body
    written = len(hub.writes)
    again = job(hub, tmp_path / "again")
    assert {outcome.status for outcome in again.outcomes} == {Status.UNCHANGED}
    assert (again.usage.characters, len(hub.writes)) == (0, written)


def test_one_post_that_changes_touches_its_part_alone(hub, tmp_path):
    job(hub, tmp_path / "first")
    heads = [hub.head(pull.head) for pull in hub.pulls.values()]
    hub.push({"posts/e.md": POSTS["posts/e.md"] + "\nIt grew.\n"})
    report = job(hub, tmp_path / "later")
    assert [each.operation for each in (report.publication, *report.publication.more)] == [
        "none",
        "updated",
        "none",
    ]
    now = [hub.head(pull.head) for pull in hub.pulls.values()]
    assert [one == other for one, other in zip(heads, now, strict=True)] == [True, False, True]
    told = [hub.pulls[2].body.count(each) for each in ("🆕 [new]", "🔄 [updated]")]
    assert told == [4, 2], "what the part held before is told too"


def test_parts_that_are_merged_leave_nothing_to_do(hub, tmp_path):
    job(hub, tmp_path / "first")
    for number in (2, 1, 3):
        hub.close(number, merged=True)
    written = len(hub.writes)
    report = job(hub, tmp_path / "again")
    assert {outcome.status for outcome in report.outcomes} == {Status.UNCHANGED}
    assert (report.publication.operation, len(hub.writes)) == ("none", written)


def test_a_small_blog_is_asked_about_as_before(hub, tmp_path):
    job(hub, tmp_path / "first", limit=3_000)
    hub.log.clear()
    job(hub, tmp_path / "again", limit=3_000)
    base, ours = hub.head(), hub.head(OURS)
    assert [f"{each.method} {each.path.removeprefix('/repos/octo/blog')}" for each in hub.log] == [
        "GET /git/ref/heads/main",
        f"GET /git/matching-refs/heads/{OURS}",
        f"GET /compare/{base}...{ours}",
        "GET /pulls",
    ]


def test_what_the_base_has_lost_does_not_come_back_with_our_branch(hub, tmp_path):
    before = hub.head()
    hub.push({"posts/secret.md": "# Secret\n\nIt was pushed by mistake.\n"})
    job(hub, tmp_path / "first", limit=3_000)
    assert "posts/secret.md" in hub.files(OURS)
    hub.push({"posts/new.md": "# New\n\nIt stands here instead.\n"}, onto=before)
    job(hub, tmp_path / "later", limit=3_000)
    files = hub.files(OURS)
    assert not [path for path in files if "secret" in path]
    assert "posts/new.es.md" in files
    assert "posts/a.es.md" in files


def test_what_a_person_wrote_on_our_branch_outlives_a_base_that_was_rewound(hub, tmp_path):
    before = hub.head()
    hub.push({"posts/later.md": "# Later\n\nIt is taken back.\n"})
    job(hub, tmp_path / "first", limit=3_000)
    theirs = hub.files(OURS)["posts/a.es.md"].replace("# ", "# HUMAN ")
    hub.push({"posts/a.es.md": theirs, "posts/pic.es.svg": "<svg/>"}, branch=OURS)
    hub.push({"posts/new.md": "# New\n\nIt stands here instead.\n"}, onto=before)
    job(hub, tmp_path / "later", limit=3_000)
    files = hub.files(OURS)
    assert files["posts/a.es.md"] == theirs
    assert "posts/pic.es.svg" in files
    assert "posts/later.md" not in files


def test_a_localization_that_was_never_merged_goes_with_its_post_unless_a_person_wrote_in_it(hub, tmp_path):
    job(hub, tmp_path / "first", limit=3_000)
    theirs = hub.files(OURS)["posts/a.es.md"].replace("# ", "# HUMAN ")
    hub.push({"posts/a.es.md": theirs}, branch=OURS)
    hub.push({"posts/a.md": None, "posts/b.md": None})
    report = job(hub, tmp_path / "later", limit=3_000)
    files = hub.files(OURS)
    assert files["posts/a.es.md"] == theirs
    assert not {"posts/a.ja.md", "posts/b.es.md", "posts/b.ja.md"} & files.keys()
    told = {(note.path, note.code) for note in report.notes}
    assert told == {("posts/a.md", "source-gone"), ("posts/a.md", "pruned"), ("posts/b.md", "pruned")}
    assert "posts/b.es.md" not in hub.pulls[1].body.partition("Remarks")[0]


def test_and_unless_it_has_a_paragraph_of_theirs_that_a_run_has_seen_since(hub, tmp_path):
    job(hub, tmp_path / "first", limit=3_000)
    theirs = hub.files(OURS)["posts/a.es.md"] + "\nA person's own.\n"
    hub.push({"posts/a.es.md": theirs}, branch=OURS)
    hub.push({"posts/a.md": POSTS["posts/a.md"].replace("a sentence", "one sentence")})
    job(hub, tmp_path / "seen", limit=3_000)
    hub.push({"posts/a.md": None})
    report = job(hub, tmp_path / "gone", limit=3_000)
    assert "A person's own." in hub.files(OURS)["posts/a.es.md"]
    assert {note.code for note in report.notes} == {"source-gone", "pruned"}


def test_what_our_branch_moves_to_another_output_is_no_post_where_it_still_stands(hub, tmp_path):
    job(hub, tmp_path / "first", limit=3_000)
    hub.close(1, merged=True)
    elsewhere = dataclasses.replace(OPTIONS, output="i18n/{lang}/{dir}/{name}{ext}")
    moved = job(hub, tmp_path / "moved", limit=3_000, options=elsewhere)
    assert "i18n/es/posts/a.md" in moved.changed
    assert "posts/a.es.md" in hub.files()
    again = job(hub, tmp_path / "again", limit=3_000, options=elsewhere)
    assert again.posts == tuple(POSTS)
    assert again.changed == ()


def test_what_a_person_wrote_and_a_run_replaced_is_told_until_the_pull_request_is_merged(hub, tmp_path):
    job(hub, tmp_path / "first", limit=3_000)
    theirs = "WORDS OF A PERSON"
    hub.push(
        {"posts/a.es.md": f"# {theirs}\n\n{hub.files(OURS)['posts/a.es.md'].splitlines()[2]}\n"}, branch=OURS
    )
    hub.push({"posts/a.md": POSTS["posts/a.md"].replace("Post a", "Post A, renamed")})
    job(hub, tmp_path / "replaced", limit=3_000)
    assert theirs not in hub.files(OURS)["posts/a.es.md"]
    assert hub.pulls[1].body.count(theirs) == 1
    for number, path in enumerate(("posts/b.md", "posts/c.md")):
        hub.push({path: POSTS[path] + "\nIt grew.\n"})
        job(hub, tmp_path / f"later{number}", limit=3_000)
        assert hub.pulls[1].body.count(theirs) == 1
    hub.close(1, merged=True)
    hub.push({"posts/d.md": POSTS["posts/d.md"] + "\nIt grew.\n"})
    job(hub, tmp_path / "next", limit=3_000)
    assert theirs not in hub.pulls[2].body
