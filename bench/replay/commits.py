"""The last commits of a repository that touch posts, oldest first, as changes of paths to blobs."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

Changes = Mapping[str, str | None]
"""Path -> the blob that stands there now; None where there is none any more."""
REGULAR = frozenset({"100644", "100755"})


@dataclass(frozen=True, slots=True)
class Commit:
    """One push to the base: a commit of its first-parent line, and what lay between it and the one before."""

    sha: str
    title: str
    changes: Changes
    """Of posts and of files that tell what builds the site, nothing else."""


@dataclass(frozen=True, slots=True)
class Past:
    """What there was before the first of the commits, and the commits."""

    files: Mapping[str, str]
    """Path -> blob."""
    commits: tuple[Commit, ...]


def past(repository: Path, count: int, post: Callable[[str], bool], also: Callable[[str], bool]) -> Past:
    """Read the last `count` commits that touch a `post`; what is `also` of interest is carried along."""
    newest_first: list[Commit] = []
    oldest = ""
    for sha, title, changed in _log(repository):
        changes = {path: blob for path, blob in changed.items() if post(path) or also(path)}
        if any(map(post, changes)):
            if len(newest_first) == count:
                break
            newest_first.append(Commit(sha, title, changes))
        elif newest_first and changes:
            later = newest_first[-1]
            newest_first[-1] = Commit(later.sha, later.title, {**changes, **later.changes})
        oldest = sha
    if not newest_first:
        raise SystemExit(f"{repository}: no commit touches such a post; see --paths and --exclude")
    commits = tuple(reversed(newest_first))
    before = _git(repository, "rev-parse", "--verify", "--quiet", f"{oldest}^", check=False).strip()
    if not before:  # the first commit of all is the back catalogue
        return Past({p: b for p, b in commits[0].changes.items() if b}, commits[1:])
    files = {path: blob for path, blob in _tree(repository, before) if post(path) or also(path)}
    return Past(files, commits)


def _log(repository: Path) -> Iterator[tuple[str, str, dict[str, str | None]]]:
    """Each commit of the first-parent line, newest first: (id, title, what it changed)."""
    asked = ["log", "--first-parent", "--diff-merges=first-parent", "--raw", "--no-abbrev", "--no-renames"]
    with subprocess.Popen(
        ["git", "-c", "core.quotePath=false", *asked, "--format=%x01%H %s", "HEAD"],
        cwd=repository,
        stdout=subprocess.PIPE,
        text=True,
        errors="surrogateescape",
    ) as process:
        sha = title = ""
        changed: dict[str, str | None] = {}
        assert process.stdout
        for line in process.stdout:
            if line.startswith("\x01"):
                if sha:
                    yield sha, title, changed
                sha, _, title = line[1:].rstrip("\n").partition(" ")
                changed = {}
            elif line.startswith(":"):
                about, _, path = line.rstrip("\n").partition("\t")
                _, mode, _, blob, _ = about.split(" ")
                changed[path] = blob if mode in REGULAR else None
        if sha:
            yield sha, title, changed
        process.kill()


def _tree(repository: Path, commit: str) -> Iterator[tuple[str, str]]:
    for line in _git(repository, "ls-tree", "-r", "-z", "--full-tree", commit).split("\0"):
        about, _, path = line.partition("\t")
        if path and about.split()[0] in REGULAR:
            yield path, about.split()[2]


def _git(repository: Path, *arguments: str, check: bool = True) -> str:
    asked = ["git", *arguments]
    done = subprocess.run(asked, cwd=repository, capture_output=True, check=check)
    return done.stdout.decode("utf-8", "surrogateescape")
