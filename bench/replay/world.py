"""The repository with polypost in it: a base that people push to, and the branch of its pull request."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from polypost.clock import SystemClock
from polypost.git import Branch, Git, GitRepository
from polypost.job import Job
from polypost.markdown.rules import Rules
from polypost.plan.discover import records_in
from polypost.records.file import dump, load
from polypost.records.record import Localization
from polypost.run.library import rules_of
from polypost.run.pipeline import run
from polypost.sites import Layouts
from polypost.values import Publication, Report
from replay.commits import Changes
from replay.translator import Writer

BASE = "main"
File = bytes | str | None
"""Its bytes, or the blob that has them; None where it is removed."""


@dataclass(frozen=True, slots=True)
class Ran:
    """A run and what it asked its translator."""

    report: Report
    asked: tuple[str, ...]

    @property
    def sentences(self) -> int:
        """Characters sent for sentences, without those that only serve to place marks."""
        return self.report.usage.characters - self.report.usage.characters_probing

    @property
    def probes(self) -> int:
        return self.report.usage.characters_probing


class World:
    """A bare repository of its own that reads the blobs of the replayed one where they are."""

    def __init__(self, folder: Path, replayed: Path, job: Job) -> None:
        self.job, self.translator = job, Writer()
        self._folder = folder
        self.git = Git(folder)
        # No commit's tree ever changes, and each is looked at again and again.
        self.git.tree, self.git.fetch = lru_cache(16)(self.git.tree), lru_cache(16)(self.git.fetch)
        self.git.init(BASE)
        asked = ["git", "rev-parse", "--git-path", "objects"]
        objects = subprocess.run(asked, cwd=replayed, capture_output=True, text=True, check=True).stdout
        (folder / ".git/objects/info/alternates").write_text(f"{(replayed / objects.strip()).resolve()}\n")
        self.base = ""
        self.branch: Branch | None = None
        self._merged: dict[str, bytes] = {}
        """Blobs that stand in no commit."""
        self._ran_on: str | None = None
        self._rules_of: tuple[str, Callable[[str], Rules]] = "", lambda _: job.rules

    def push(self, changes: Mapping[str, File] | Changes) -> None:
        """Put a commit on the base."""
        self.base = self.commit(self.base, changes)

    def review(self, changes: Mapping[str, File]) -> None:
        """Put a reviewer's commit on the branch of the open pull request."""
        assert self.branch
        self.branch = Branch(self.commit(self.branch.head, changes), self.branch.fork)

    def merge(self) -> None:
        """Merge the pull request, when there is one."""
        if self.branch and self.branch.fork != self.base:
            self.push(_carried(self.repository()))
        elif self.branch:
            self.base = self.branch.head
        self.branch = None

    def know_paragraphs_only(self, ran: Ran) -> None:
        """Take out of the records what tells the sentences of a segment apart (negative control)."""
        files, stripped = self.files(), dict[str, File]()
        for path in ran.report.changed:
            if path in records_in(files):
                record = load(self.git.read(files[path]), path)
                stripped[path] = dump(replace(record, localizations=_uncut(record.localizations)))
        self.push(stripped)

    def files(self, commit: str = "") -> Mapping[str, str]:
        """Path -> blob of a commit, or else of the base with the pull request over it."""
        repository = self.repository()
        files = repository.files_of(commit) if commit else repository.overlay()
        self._merged.update(repository.merged)
        return files

    def read(self, blob: str) -> bytes:
        """The bytes of a file that `files` has named."""
        return self._merged[blob] if blob in self._merged else self.git.read(blob)

    def repository(self) -> GitRepository:
        """What polypost reads."""
        return GitRepository(
            self.git,
            self.base,
            (self.branch,) if self.branch else (),
            self._ran_on,
            together=lambda path: Layouts(self.job.output).together(path),
        )

    def rules(self) -> Callable[[str], Rules]:
        """How each post of the base is read."""
        if self._rules_of[0] != self.base:
            self._rules_of = self.base, rules_of(self.job, self.repository())
        return self._rules_of[1]

    def run(self) -> Ran:
        """Run polypost as a workflow does; what it publishes stands on the branch."""
        repository = self.repository()
        publisher = _Publisher(self, repository)
        report = run(self.job, repository, self.translator, publisher, _Quiet(), SystemClock())
        if report.problem:
            raise SystemExit(report.problem)
        if publisher.head:
            self.branch = Branch(publisher.head, self.base)
        self._ran_on = self.base
        return Ran(report, self.translator.heard())

    def again_from(self, base: str) -> None:
        """Go back to when `base` was the base, and nothing was open."""
        self.base, self.branch, self._ran_on = base, None, base

    def commit(self, after: str, files: Mapping[str, File]) -> str:
        """Make a commit by git's own fast import, on a ref that nobody reads; give its id."""
        process = subprocess.Popen(
            ["git", "fast-import", "--quiet", "--force"],
            cwd=self._folder,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        who = "committer someone <someone@example.org> 0 +0000\ndata 1\nx\n"
        parts = [f"commit refs/heads/new\nmark :1\n{who}".encode()]
        if after:
            parts.append(f"from {after}\n".encode())
        # Removals first: a folder may stand now where a file was.
        for path, file in sorted(files.items(), key=lambda item: item[1] is not None):
            name = json.dumps(path, ensure_ascii=False).encode("utf-8", "surrogateescape")
            if file is None:
                parts.append(b"D %s\n" % name)
            elif isinstance(file, str):
                parts.append(b"M 100644 %s %s\n" % (file.encode(), name))
            else:
                parts.append(b"M 100644 inline %s\ndata %d\n%s\n" % (name, len(file), file))
        told, _ = process.communicate(b"".join((*parts, b"get-mark :1\n")))
        if process.returncode:
            raise SystemExit("git fast-import failed")
        return told.decode().split()[0]


def _uncut(localizations: Mapping[str, Localization]) -> dict[str, Localization]:
    return {
        tag: replace(item, entries=tuple(replace(entry, cuts=None) for entry in item.entries))
        for tag, item in localizations.items()
    }


def _carried(repository: GitRepository) -> dict[str, File]:
    """What the pull request adds to the base."""
    return {
        path: repository.merged.get(entry.oid, entry.oid) if entry else None
        for path, entry in repository.carried().items()
    }


class _Publisher:
    """One commit on the base, with what the branch carried and what the run changed."""

    pause = float("inf")

    def __init__(self, world: World, repository: GitRepository) -> None:
        self._world, self._repository = world, repository
        self.head = ""

    def publish(
        self, changes: Mapping[str, bytes | None], report: Report, *, final: bool = True
    ) -> Publication:
        del report, final
        if changes:
            files = changes if self.head else {**_carried(self._repository), **changes}
            self.head = self._world.commit(self.head or self._world.base, files)
        return Publication("updated")


class _Quiet:
    """A console that shows nothing."""

    def step(self, text: str) -> None:
        del text

    say = warn = step

    def progress(self, text: str, done: int, total: int) -> None:
        del text, done, total
