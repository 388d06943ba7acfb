"""git against a stand-in GitHub over real smart HTTP, from checkouts as the runner makes them."""

import os
import subprocess

import pytest

from polypost.errors import PostError, ServiceError, UsageError
from polypost.git import Branch, Git, GitRepository
from standins.github import TOKEN, ZERO, Hub

GONE = "ab" * 20


@pytest.fixture
def hub(tmp_path):
    with Hub(tmp_path / "hub") as hub:
        yield hub


@pytest.fixture
def work(hub, tmp_path):
    """A shallow checkout of one commit, and the commit before it."""
    before = hub.push({"posts/a.md": "one", "posts/old.md": "old", "posts/gone.md": "x"})
    hub.push({"posts/a.md": "two", "posts/old.md": None, "posts/new.md": "old", "posts/gone.md": None})
    folder = hub.checkout(tmp_path / "work")
    return folder, before


@pytest.fixture
def open_git(hub):
    opened = []

    def open_git(folder, token=TOKEN, **more):
        opened.append(Git(folder, token=token, server=hub.url, sleep=lambda _: None, **more))
        return opened[-1]

    yield open_git
    for each in opened:
        each.close()


def plain(folder, *arguments):
    return subprocess.run(
        ["git", *arguments], cwd=folder, capture_output=True, text=True, check=True
    ).stdout.strip()


def test_a_push_is_compared_from_a_shallow_checkout(hub, work, open_git):
    folder, before = work
    assert subprocess.run(
        ["git", "cat-file", "-e", before], cwd=folder, capture_output=True, check=False
    ).returncode
    repository = GitRepository(open_git(folder), hub.head(), before=before)
    assert repository.changed() == {"posts/a.md", "posts/old.md", "posts/new.md", "posts/gone.md"}
    assert set(repository.sources()) == {"posts/a.md", "posts/new.md"}
    assert repository.overlay() == repository.sources()
    assert repository.read(repository.sources()["posts/a.md"]) == b"two"
    assert plain(folder, "rev-parse", "--is-shallow-repository") == "true"


@pytest.mark.parametrize("before", [None, ZERO, GONE, "--upload-pack=id"])
def test_without_a_commit_to_compare_with_everything_is_looked_at(hub, work, open_git, before):
    assert GitRepository(open_git(work[0]), hub.head(), before=before).changed() is None


def test_a_forced_push_is_still_compared_while_the_server_has_the_old_commit(hub, work, open_git):
    folder, before = work
    old = hub.head()
    now = hub.push({"posts/b.md": "b"}, onto=before)
    assert GitRepository(open_git(folder), now, before=old).changed() >= {"posts/b.md", "posts/a.md"}


def test_a_whole_clone_stays_whole(hub, work, open_git, tmp_path):
    folder = hub.checkout(tmp_path / "whole", depth=0)
    later = hub.push({"posts/b.md": "b"}, branch="other", onto=hub.head())
    assert open_git(folder).fetch(later)
    assert plain(folder, "rev-parse", "--is-shallow-repository") == "false"


def test_the_token_replaces_what_the_checkout_left(hub, work, open_git):
    folder, before = work
    hub.private = True
    plain(folder, "config", f"http.{hub.url}/.extraheader", "AUTHORIZATION: basic c3RhbGU=")
    assert open_git(folder).fetch(before)


def test_without_a_token_the_checkout_s_own_is_used(hub, work, open_git):
    folder, before = work
    hub.private = True
    assert open_git(folder, token="").fetch(before)


def test_a_failing_server_is_asked_again_then_told_without_the_token(hub, work, open_git):
    folder, before = work
    hub.fail("GET", "info/refs", 502, times=2)
    assert open_git(folder).fetch(before)
    other = hub.push({"posts/b.md": "b"})
    hub.fail("GET", "info/refs", 502, times=3)
    with pytest.raises(ServiceError, match="git fetch failed") as caught:
        open_git(folder).fetch(other)
    assert TOKEN not in str(caught.value)
    assert open_git(folder).fetch(other), "the faults are used up"


def test_the_token_is_in_no_message_and_no_repr(hub, work, open_git):
    folder, _ = work
    git = open_git(folder, remote=f"{hub.url}/octo/{TOKEN}")
    with pytest.raises(ServiceError, match=r"octo/\*\*\*") as caught:
        git.fetch(GONE)
    assert TOKEN not in str(caught.value)
    assert TOKEN not in repr(open_git(folder))


def test_a_needed_commit_that_is_missing_is_an_error_that_says_what_to_do(work, open_git):
    with pytest.raises(ServiceError, match="contents: write"):
        GitRepository(open_git(work[0]), GONE).sources()


def test_our_branch_lies_over_a_base_that_moved_on(hub, work, open_git):
    folder, _ = work
    fork = hub.head()
    branch = hub.push({"posts/a.es.md": "uno", "posts/new.es.md": "nuevo"}, branch="polypost/main", onto=fork)
    base = hub.push({"posts/new.es.md": "a person's", "posts/a.md": "three"})
    repository = GitRepository(open_git(folder), base, (Branch(branch, fork),))
    overlay = repository.overlay()
    assert set(repository.carried()) == {"posts/a.es.md"}
    assert repository.read(overlay["posts/a.es.md"]) == b"uno"
    assert repository.read(overlay["posts/new.es.md"]) == b"a person's"
    assert repository.read(overlay["posts/a.md"]) == b"three"
    assert "posts/a.es.md" not in repository.sources()


def test_symlinks_and_submodules_are_never_read(hub, open_git, tmp_path):
    head = hub.push({"a.md": "a"})
    hub.store.git(
        "update-ref",
        "refs/heads/main",
        hub.store.commit(
            hub.store.tree(
                f"{head}^{{tree}}",
                [
                    ("link.md", "120000", hub.store.blob(b"/etc/passwd")),
                    ("module", "160000", head),
                ],
            ),
            [head],
            "odd",
        ),
    )
    repository = GitRepository(open_git(hub.checkout(tmp_path / "work")), hub.head())
    assert set(repository.sources()) == {"a.md"}


def test_reading_keeps_bytes_and_order_and_refuses_what_is_too_large(hub, open_git, tmp_path):
    texts = {"crlf.md": b"\xef\xbb\xbfa\r\n\0\xff", "empty.md": b"", "big.md": b"x" * 3_000_000}
    hub.push({**texts, ".gitattributes": "*.md text=auto eol=lf filter=evil\n"})
    repository = GitRepository(open_git(hub.checkout(tmp_path / "work")), hub.head(), limit=2_999_999)
    ids = repository.sources()
    with pytest.raises(PostError, match="3,000,000") as caught:
        repository.read(ids["big.md"])
    assert caught.value.code == "too-large"
    assert repository.read(ids["crlf.md"]) == texts["crlf.md"]
    assert repository.read(ids["empty.md"]) == b""


@pytest.mark.parametrize("oid", [GONE, "HEAD", "a\nb", ""])
def test_reading_what_is_not_there_is_an_error_and_the_next_read_works(hub, work, open_git, oid):
    git = open_git(work[0])
    with pytest.raises(ServiceError):
        git.read(oid)
    entry = git.tree(hub.head())["posts/a.md"]
    assert git.read(entry.oid) == b"two"


def test_a_tree_is_not_read_as_a_file(hub, work, open_git):
    git = open_git(work[0])
    with pytest.raises(ServiceError):
        git.read(plain(work[0], "rev-parse", "HEAD^{tree}"))
    assert git.read(git.tree(hub.head())["posts/a.md"].oid) == b"two"


def test_hooks_and_filters_do_not_run(hub, work, open_git, tmp_path):
    folder, before = work
    trap = tmp_path / "ran"
    hook = folder / ".git" / "hooks" / "reference-transaction"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(f"#!/bin/sh\ntouch {trap}\n")
    hook.chmod(0o755)
    plain(folder, "config", "filter.evil.clean", f"touch {trap}")
    plain(folder, "config", "core.fsmonitor", f"touch {trap};")
    plain(folder, "tag", "proof")
    assert trap.exists(), "the trap works"
    trap.unlink()
    git = open_git(folder)
    git.fetch(before)
    git.commit(hub.head(), {"posts/a.es.md": b"uno\r\n"}, "m", "polypost/main")
    assert not trap.exists()


def test_a_local_commit_leaves_the_work_tree_alone(work, open_git):
    folder, _ = work
    git = open_git(folder)
    base = plain(folder, "rev-parse", "HEAD")
    sha = git.commit(
        base, {"posts/a.es.md": b"uno\r\n", "posts/new.md": None}, "Localize posts\n\nMore.", "polypost/main"
    )
    assert plain(folder, "rev-parse", "polypost/main") == sha
    assert plain(folder, "log", "-1", "--format=%P %s %an", sha) == f"{base} Localize posts polypost"
    assert plain(folder, "ls-tree", "-r", "--name-only", sha).split() == ["posts/a.es.md", "posts/a.md"]
    assert git.read(git.tree(sha)["posts/a.es.md"].oid) == b"uno\r\n"
    assert plain(folder, "status", "--porcelain") == ""
    assert plain(folder, "rev-parse", "HEAD") == base


@pytest.mark.parametrize(
    ("path", "branch"),
    [
        *[(path, "b") for path in ("../x", "a/../x", "/x", "a//b", "a\\b", "a\nb", "")],
        *[(path, "b") for path in (".git/config", ".GitHub/x", "a/.gitmodules", "GIT~1/config")],
        *[("x", branch) for branch in ("$(id)", "-x", "a..b", "a.lock", "")],
    ],
)
def test_unsafe_paths_and_branches_are_not_written(tmp_path, path, branch):
    git = Git(tmp_path)
    git.init("main")
    with pytest.raises(UsageError):
        git.commit(None, {path: b"x"}, "m", branch)
    git.commit(None, {"x": b"x"}, "m", "b")


def test_a_missing_folder_or_git_is_told(tmp_path):
    with pytest.raises(ServiceError, match="install git"):
        Git(tmp_path / "none").tree("HEAD")
    with pytest.raises(ServiceError, match="install git"):
        Git(tmp_path, environ={"PATH": str(tmp_path)}).tree("HEAD")


def test_git_inherits_no_git_variables(work, open_git):
    folder, _ = work
    environ = {
        **os.environ,
        "GIT_DIR": "/nowhere",
        "GIT_INDEX_FILE": "/nowhere",
        "GIT_CONFIG_PARAMETERS": "'x",
    }
    assert open_git(folder, environ=environ).tree("HEAD") == open_git(folder).tree("HEAD")


def test_a_work_tree_of_another_user_is_accepted(work, open_git, monkeypatch):
    """As in a container, where the runner's folder belongs to nobody that the image knows."""
    folder, _ = work
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    with pytest.raises(subprocess.CalledProcessError) as caught:
        plain(folder, "rev-parse", "HEAD")
    assert "dubious ownership" in caught.value.stderr
    git = open_git(folder)
    git._env["GIT_TEST_ASSUME_DIFFERENT_OWNER"] = "1"
    assert git.tree("HEAD")


def test_the_token_is_in_no_argument_list(hub, work, open_git, tmp_path):
    folder, before = work
    seen, spy = tmp_path / "seen", tmp_path / "bin" / "git"
    spy.parent.mkdir()
    spy.write_text(f'#!/bin/sh\nprintf "%s\\n" "$*" >>{seen}\nPATH="${{PATH#*:}}" exec git "$@"\n')
    spy.chmod(0o755)
    hub.private = True
    environ = {**os.environ, "PATH": f"{spy.parent}:{os.environ['PATH']}"}
    assert open_git(folder, environ=environ).fetch(before)
    assert "fetch -q" in seen.read_text()
    assert TOKEN not in seen.read_text()
    assert "basic" not in seen.read_text()


def test_a_new_repository_and_its_first_commit(tmp_path):
    with Git(tmp_path) as git:
        git.init("main")
        base = git.commit(None, {"a.md": b"a"}, "First", "main")
        git.commit(base, {"a.es.md": b"uno"}, "Second", "polypost/main")
        assert not (tmp_path / "a.md").exists()
        git.check_out("polypost/main")
    assert {each.name for each in tmp_path.glob("*.md")} == {"a.md", "a.es.md"}
    assert plain(tmp_path, "log", "--format=%s") == "Second\nFirst"


def test_several_commits_come_by_one_request(hub, work, open_git):
    heads = [hub.push({f"{n}.md": f"{n}"}, branch=f"b{n}", onto=hub.head()) for n in range(3)]
    seen = []
    hub.intercept = lambda method, path, index: seen.append(path)
    git = open_git(work[0])
    git.fetch_together([*heads, "--upload-pack=id"])
    count = len(seen)
    assert count
    assert all(map(git.fetch, heads))
    assert len(seen) == count
    git.fetch_together([hub.push({"x": "x"}), GONE])
    assert git.fetch(hub.head()), "one that is gone takes nothing from the others"
