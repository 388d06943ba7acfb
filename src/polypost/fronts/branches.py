"""The base and our branches of a workflow's run: git reads them, GitHub's API says where they stand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property

from polypost.errors import UsageError
from polypost.git import Branch, Git, GitRepository
from polypost.github import COMMIT, PULL_REQUEST, Situation
from polypost.github.api import Api, History
from polypost.github.authors import Commit, co_authors, ours_of
from polypost.github.pages import Request
from polypost.github.parts import Seen
from polypost.github.publish import PullRequests
from polypost.github.split import ByLanguage
from polypost.gitnames import branch_of, check_branch, language_name, part_name
from polypost.options import Options
from polypost.ports import Console
from polypost.report.body import pull_request_body
from polypost.report.parts import Place
from polypost.run.carried import with_carried
from polypost.run.library import layouts_in
from polypost.sites import Layouts
from polypost.values import Page, Report


def place_of(options: Options, situation: Situation) -> Place:
    """Where the pull request will stand, for links."""
    url = f"{situation.server_url}/{situation.repository}"
    # A branch for each language: which of them a link leads to is known when it is made.
    ours = "" if options.apart else _branch(options, situation)
    branches = {PULL_REQUEST: ours, COMMIT: situation.base}
    return Place(url=url, base=situation.base, branch=branches.get(options.mode, ""))


def _branch(options: Options, situation: Situation) -> str:
    return options.branch.replace("{base}", situation.base)


def history_before(api: Api, situation: Situation) -> str | None:
    """The commit that the event says to compare with; None: everything is looked at."""
    if situation.compare:
        history = api.history(*situation.compare)
        return history.fork if history else None
    return situation.before


def asked(people: Sequence[str], language: str) -> tuple[str, ...]:
    """The names of `es: alice, bob` that are asked for a language; empty: for all of them."""
    found: dict[str, None] = {}
    for each in people:
        tag, colon, name = each.rpartition(":")
        if not (colon and language) or tag.casefold() == language.casefold():
            found[name.strip()] = None
    return tuple(found)


class Branches:
    """The base and our branches, as they are when the run starts."""

    def __init__(self, options: Options, situation: Situation, api: Api, git: Git) -> None:
        """Ask where they stand. Raises UsageError without a base, ServiceError when GitHub fails."""
        self._options, self._situation, self._api, self._git = options, situation, api, git
        self._branch = check_branch(_branch(options, situation))
        base = api.head(situation.base)
        if base is None:
            raise UsageError(
                f"There is no branch `{situation.base}` in {situation.repository}: check `base`."
            )
        self._base = base
        names = {branch_of(self._branch, name): head for name, head in api.heads(self._branch).items()}
        self._heads = {ours: head for ours, head in sorted(names.items()) if ours[1]}
        """By language (empty: all) and part."""
        self._histories = {head: api.history(base, head) for head in self._heads.values()}
        self.repository = GitRepository(
            git,
            base,
            tuple(self._since(head, history)[0] for head, history in self._histories.items() if history),
            history_before(api, situation),
            together=self._together,
        )

    def publisher(self, console: Console) -> PullRequests | ByLanguage:
        """What opens and updates the pull requests."""
        if not self.apart:
            return self._publisher("", console)
        return ByLanguage(
            lambda language: self._publisher(language, console),
            sorted({language for language, _ in self._heads if language}),
            lambda path: (self._layouts.origin(path) or ("", ""))[1],
        )

    @cached_property
    def apart(self) -> bool:
        """Whether each language has its own branch: as is asked for, once those of before hold nothing more.

        Were both kinds written at a time, they would stand in each other's way.
        """
        held = {bool(language) for (language, _), head in self._heads.items() if self._see(head).carried}
        return held.pop() if len(held) == 1 else self._options.apart

    def waits(self) -> str:
        """Why `split-by` does not count yet; empty when it does."""
        if self.apart == (self._options.apart):
            return ""
        return (
            f"`split-by: {self._options.split_by}` waits: what was made before it is still open on "
            f"{', '.join(sorted(self._open()))}, and what comes now goes there, too. Merge it, or close it "
            "and delete its branch."
        )

    def _open(self) -> Iterator[str]:
        for language, part in self._heads:
            if bool(language) == self.apart:
                yield f"`{part_name(language_name(self._branch, language), part)}`"

    def _publisher(self, language: str, console: Console) -> PullRequests:
        """`language`: empty for all in one."""
        options = self._options
        seen = {part: self._see(head) for (tag, part), head in self._heads.items() if tag == language}
        branch = language_name(self._branch, language)
        request = Request(
            title=f"{options.title} ({language})" if language else options.title,
            message=options.commit_message,
            body=lambda report, page: self._body(report, page, branch, seen),
            labels=options.labels,
            reviewers=asked(options.reviewers, language),
            team_reviewers=asked(options.team_reviewers, language),
            assignees=asked(options.assignees, language),
            draft=options.draft,
        )
        return PullRequests(
            self._api,
            request,
            base=self._situation.base,
            base_commit=self._base,
            files=self.repository.sources(),
            branch=branch,
            seen=seen,
            see=self._see,
            read=self.repository.read,
            merged=self.repository.merged,
            base_files=self.repository.files_of,
            together=self._together,
            warn=console.warn,
        )

    def _body(self, report: Report, page: Page, branch: str, seen: Mapping[int, Seen]) -> str:
        held = seen[page.part].carried if page.part in seen else {}
        whole = with_carried(report, self.repository, held)
        place = replace(place_of(self._options, self._situation), branch=part_name(branch, page.part))
        return pull_request_body(whole, place=place, intro=self._options.body, page=page)

    def _see(self, head: str) -> Seen:
        history = self._histories.get(head) or self._api.history(self._base, head)
        if not history:
            return Seen(head, {})
        branch, commits = self._since(head, history)
        carried, stale = self.repository.adds(branch)
        # After a merge that left the branch there, its names are in the base.
        names = co_authors(commits, self._options.commit_message) if carried else ()
        return Seen(head, carried, names, stale)

    def _since(self, head: str, history: History) -> tuple[Branch, Sequence[Commit]]:
        """A branch of ours from where it was built, and its commits since then."""
        first = ours_of(history.commits, self._options.commit_message)
        commits = history.commits[first:]
        fork = commits[0].parent if first else ""
        return Branch(head, fork or history.fork, bool(fork)), commits

    def _together(self, path: str) -> str:
        return self._layouts.together(path)

    @cached_property
    def _layouts(self) -> Layouts:
        options = self._options
        return layouts_in(self.repository, options.layout, options.output, options.source_language)
