"""The base and our branch of a workflow's run: git reads them, GitHub's API says where they stand."""

from __future__ import annotations

from polypost.carried import with_carried
from polypost.errors import UsageError
from polypost.git import Git, GitRepository
from polypost.github import Situation
from polypost.github.api import Api
from polypost.github.publish import PullRequests, Request
from polypost.options import Options
from polypost.overlay import Carried
from polypost.ports import Console
from polypost.report.body import pull_request_body
from polypost.report.parts import Place
from polypost.sites import together
from polypost.values import Report


def place_of(options: Options, situation: Situation) -> Place:
    """Where the pull request will stand, for links."""
    url = f"{situation.server_url}/{situation.repository}"
    return Place(url=url, base=situation.base, branch=_branch(options, situation))


def _branch(options: Options, situation: Situation) -> str:
    return options.branch.replace("{base}", situation.base)


class Branches:
    """The base and our branch, as they are when the run starts."""

    def __init__(self, options: Options, situation: Situation, api: Api, git: Git) -> None:
        """Ask where both stand. Raises UsageError without a base, ServiceError when GitHub fails."""
        self._options, self._situation, self._api, self._git = options, situation, api, git
        self._branch = _branch(options, situation)
        base = api.head(situation.base)
        if base is None:
            raise UsageError(
                f"There is no branch `{situation.base}` in {situation.repository}: check `base`."
            )
        self._base = base
        self._head = api.head(self._branch)
        self.repository = self._read(self._head, before=self._before())

    def publisher(self, console: Console) -> PullRequests:
        """What opens and updates the pull request."""
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
            head=self._head,
            carried=self._carried,
            together=self._together,
            warn=console.warn,
        )

    def _body(self, report: Report) -> str:
        whole = with_carried(report, self.repository, self.repository.carried())
        place = place_of(self._options, self._situation)
        return pull_request_body(whole, place=place, intro=self._options.body)

    def _carried(self, head: str) -> Carried:
        return (self.repository if head == self._head else self._read(head)).carried()

    def _read(self, head: str | None, before: str | None = None) -> GitRepository:
        fork = self._api.merge_base(self._base, head) if head else None
        return GitRepository(self._git, self._base, head, fork, before, together=self._together)

    def _before(self) -> str | None:
        if self._situation.compare:
            return self._api.merge_base(*self._situation.compare)
        return self._situation.before

    def _together(self, path: str) -> str:
        return together(self._options.output, path)
