"""Where a workflow's run reads and writes: one row for each value of `mode`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

from polypost.errors import UsageError
from polypost.files import FolderPublisher, FolderRepository
from polypost.fronts.branches import Branches, history_before
from polypost.git import Git, GitRepository
from polypost.github import COMMIT, FILES, PULL_REQUEST, Situation
from polypost.github.api import Api
from polypost.github.commits import Commits
from polypost.options import Options
from polypost.overlay import regular
from polypost.ports import Console, Publisher, Repository
from polypost.run.library import layouts_in
from polypost.sites import Layouts
from polypost.values import Publication


class Ends(NamedTuple):
    """Both ends of a run."""

    repository: Repository
    publisher: Publisher
    apart: bool
    """Whether each language gets records of its own."""


class Around(NamedTuple):
    """What they are made from."""

    options: Options
    situation: Situation
    api: Api
    git: Git
    root: Path
    console: Console


def ends(around: Around) -> Ends:
    """Where the run reads and writes. Raises UsageError without a base, ServiceError when GitHub fails."""
    return _MODES[around.options.mode](around)


def _branches(around: Around) -> Ends:
    blog = Branches(around.options, around.situation, around.api, around.git)
    if waits := blog.waits():
        around.console.warn(waits)
    return Ends(blog.repository, blog.publisher(around.console), blog.apart)


def _commits(around: Around) -> Ends:
    options, situation, api = around.options, around.situation, around.api
    head = api.head(situation.base)
    if head is None:
        raise UsageError(
            f"There is no branch `{situation.base}` any more: the pull request was merged or given up."
        )
    repository = GitRepository(around.git, head, before=history_before(api, situation))

    @cache
    def layouts() -> Layouts:  # not before it is needed: it reads the sites' configuration
        return layouts_in(repository, options.layout, options.output, options.source_language)

    publisher = Commits(
        api,
        options.commit_message,
        branch=situation.base,
        head=head,
        files=repository.sources(),
        read=repository.read,
        files_of=repository.files_of,
        together=lambda path: layouts().together(path),
        pull=Publication("none", situation.pull, situation.pull_url, situation.base),
        warn=around.console.warn,
    )
    return Ends(repository, publisher, around.options.apart)


def _files(around: Around) -> Ends:
    def before() -> Mapping[str, str] | None:
        commit = history_before(around.api, around.situation)
        return regular(around.git.tree(commit)) if commit and around.git.fetch(commit) else None

    repository = FolderRepository(around.root, around.options.output, before, around.git.ignored)
    return Ends(repository, FolderPublisher(around.root), around.options.apart)


_MODES: Mapping[str, Callable[[Around], Ends]] = {
    PULL_REQUEST: _branches,
    COMMIT: _commits,
    FILES: _files,
}
