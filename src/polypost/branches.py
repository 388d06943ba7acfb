"""The base and our branches of a workflow's run: git reads them, GitHub's API says where they stand."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property

from polypost.carried import with_carried
from polypost.errors import UsageError
from polypost.git import Branch, Git, GitRepository
from polypost.github import Situation
from polypost.github.api import Api
from polypost.github.pages import Request
from polypost.github.parts import Seen
from polypost.github.publish import PullRequests
from polypost.gitnames import check_branch, part_name, part_of
from polypost.library import layouts_in
from polypost.options import Options
from polypost.overlay import Carried
from polypost.ports import Console
from polypost.report.body import pull_request_body
from polypost.report.parts import Place
from polypost.sites import Layouts
from polypost.values import Page, Report


def place_of(options: Options, situation: Situation) -> Place:
    """Where the pull request will stand, for links."""
    url = f"{situation.server_url}/{situation.repository}"
    return Place(url=url, base=situation.base, branch=_branch(options, situation))


def _branch(options: Options, situation: Situation) -> str:
    return options.branch.replace("{base}", situation.base)


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
        heads = {part_of(self._branch, name): head for name, head in api.heads(self._branch).items()}
        self._heads = {number: head for number, head in sorted(heads.items()) if number}
        self._forks = {head: self._fork(head) for head in self._heads.values()}
        self.repository = GitRepository(
            git,
            base,
            tuple(Branch(head, fork) for head, fork in self._forks.items() if fork),
            self._before(),
            together=self._together,
        )

    def publisher(self, console: Console) -> PullRequests:
        """What opens and updates the pull requests."""
        options = self._options
        request = Request(
            title=options.title,
            message=options.commit_message,
            body=self._body,
            labels=options.labels,
            reviewers=options.reviewers,
            team_reviewers=options.team_reviewers,
            assignees=options.assignees,
            draft=options.draft,
        )
        return PullRequests(
            self._api,
            request,
            base=self._situation.base,
            base_commit=self._base,
            files=self.repository.sources(),
            branch=self._branch,
            seen=self._seen,
            carried=self._carried,
            read=self.repository.read,
            merged=self.repository.merged,
            base_files=self.repository.files_of,
            together=self._together,
            warn=console.warn,
        )

    @cached_property
    def _seen(self) -> dict[int, Seen]:
        return {number: Seen(head, self._carried(head)) for number, head in self._heads.items()}

    def _body(self, report: Report, page: Page) -> str:
        held = self._seen[page.part].carried if page.part in self._seen else {}
        whole = with_carried(report, self.repository, held)
        place = replace(place_of(self._options, self._situation), branch=part_name(self._branch, page.part))
        return pull_request_body(whole, place=place, intro=self._options.body, page=page)

    def _carried(self, head: str) -> Carried:
        fork = self._forks.get(head) or self._fork(head)
        return self.repository.adds(Branch(head, fork)) if fork else {}

    def _fork(self, head: str) -> str | None:
        return self._api.merge_base(self._base, head)

    def _before(self) -> str | None:
        if self._situation.compare:
            return self._api.merge_base(*self._situation.compare)
        return self._situation.before

    def _together(self, path: str) -> str:
        return self._layouts.together(path)

    @cached_property
    def _layouts(self) -> Layouts:
        options = self._options
        return layouts_in(self.repository, options.layout, options.output, options.source_language)
