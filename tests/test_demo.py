"""The demo: two runs on this machine, and people in between."""

import re
import subprocess
import time

import pytest

from polypost.errors import UsageError
from polypost.fronts import demo


@pytest.fixture(scope="module")
def done(tmp_path_factory):
    """The folder that the demo left, what it printed, and how long it took."""
    folder = tmp_path_factory.mktemp("demo") / "result"
    started = time.monotonic()
    assert demo.demo(folder) == 0
    return folder, time.monotonic() - started


def git(folder, *arguments):
    command = ["git", "-C", str(folder / "blog"), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def cells(body, post):
    (row,) = (line for line in body.splitlines() if line.startswith(f"| `{post}` |"))
    return [cell.strip() for cell in row.split("|")[2:-1]]


def body(done):
    return (done[0] / "pull-request.md").read_text("utf-8")


def test_it_takes_under_10_seconds(done):
    assert done[1] < 10


def test_the_pull_request_shows_every_post_with_what_became_of_it(done):
    posts = re.findall(r"^\| `(.+?)` \|", body(done), re.MULTILINE)
    there = [path for path in git(done[0], "ls-tree", "-r", "--name-only", demo.BASE).split() if "md" in path]
    assert sorted(posts) == sorted(there)
    states = ("🆕 new", "🔄 updated", "✋ kept", "🔄 updated ⚠️ 1", "⏭️ skipped", "")
    assert {cell for post in posts for cell in cells(body(done), post)} == set(states)


def test_what_a_person_wrote_stays_and_is_shown_where_its_source_changed(done):
    (kept, _, theirs), (superseded, _, lost) = demo.EDITS
    assert cells(body(done), "about.md").count("✋ kept") == 1
    assert theirs in git(done[0], "show", f"{demo.BRANCH}:{kept}")
    assert lost in body(done)
    assert lost not in git(done[0], "show", f"{demo.BRANCH}:{superseded}")


def test_only_the_changed_sentence_was_sent_again(done):
    sent = len(demo.OPTIONS.languages) * len(demo.REWORDED)
    assert f"The latest run sent {sent} characters in 3 requests" in body(done)


def test_a_renamed_post_takes_its_localizations_along(done):
    names = git(done[0], "ls-tree", "-r", "--name-only", demo.BRANCH).split()
    old, new = (path.removesuffix(".md") for path in demo.RENAMED)
    assert [name for name in names if name.startswith("posts/") and old in name] == []
    assert {f"{new}{end}" for end in (".md", ".es.md", ".ja.md", ".ar.md")} <= set(names)


def test_it_leaves_a_repository_with_our_branch_checked_out(done):
    assert git(done[0], "status", "--porcelain") == ""
    assert git(done[0], "branch", "--show-current").strip() == demo.BRANCH
    base = git(done[0], "rev-parse", demo.BASE)
    assert git(done[0], "rev-parse", f"{demo.BRANCH}^") == base, "one commit on the newest base"


def test_a_folder_in_use_is_refused(tmp_path):
    (tmp_path / "mine").touch()
    with pytest.raises(UsageError, match="is not empty"):
        demo.demo(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]
