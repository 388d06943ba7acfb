"""GitHub's API through PyGithub: its authentication, retries and errors; the requests are our own.

PyGithub's objects would fetch more than is asked and write bodies that the official description
does not know, so what is used of it is its requester. It is imported at the first request.
"""

from __future__ import annotations

import base64
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from polypost.errors import UsageError
from polypost.github.authors import Commit
from polypost.github.refusals import said, told
from polypost.github.trees import Content, Entry, bundles, entry, inline
from polypost.gitnames import ZEROS

_READ, _WRITE, _PULLS = "contents: read", "contents: write", "pull-requests: write"
_RETRIES = 4
_PAGE, _PAGES = 100, 10
"""Commits in one answer, and how many answers are read of one branch at most."""


@dataclass(frozen=True, slots=True)
class Pull:
    """A pull request as GitHub tells it."""

    number: int
    url: str
    open: bool
    head: str
    """The commit it ends with; of a closed one, the last that it had."""
    title: str
    body: str
    merged: bool = False


@dataclass(frozen=True, slots=True)
class History:
    """What lies between a base and a branch."""

    fork: str
    """The commit where the branch left the base."""
    commits: tuple[Commit, ...]
    """The branch's since then, first ones first."""


@dataclass
class Api:
    """One repository over HTTP; every error names the right or the setting that is missing."""

    repository: str
    """`owner/name`."""
    token: str = field(repr=False)
    url: str
    patience: float = 60.0
    """Seconds that one retry is waited for at most; GitHub may ask for an hour."""
    timeout: int = 60
    """Seconds without a sign of life after which a request counts as failed."""
    beat: Callable[[], None] = lambda: None
    """Called before each request: with its retries it may take ten minutes, and others wait meanwhile."""

    def head(self, branch: str) -> str | None:
        """The commit that a branch points to, or None when there is no such branch."""
        with told(what := f"Reading the branch `{branch}`", _READ):
            found = self._find(what, f"/git/ref/heads/{branch}")
            return str(found["object"]["sha"]) if found else None

    def heads(self, start: str) -> dict[str, str]:
        """Every branch whose name starts like this, and the commit that it points to."""
        with told(f"Reading the branches `{start}...`", _READ):
            found = self._ask("GET", f"/git/matching-refs/heads/{start}")
            return {each["ref"].removeprefix("refs/heads/"): each["object"]["sha"] for each in found}

    def history(self, base: str, head: str) -> History | None:
        """What lies between `base` and `head` (both ids), or None when they share no commit."""
        what, path = "Comparing the branches", f"/compare/{base}...{head}?per_page={_PAGE}"
        with told(what, _READ):
            if not (found := self._find(what, path)):
                return None
            commits = list(found["commits"])
            for page in range(2, min(_PAGES, -(-int(found["total_commits"]) // _PAGE)) + 1):
                commits += self._ask("GET", f"{path}&page={page}")["commits"]
            return History(str(found["merge_base_commit"]["sha"]), tuple(map(Commit.told, commits)))

    def tree_of(self, commit: str) -> str:
        """The id of a commit's tree."""
        with told("Reading the base commit", _READ):
            tree: str = self._ask("GET", f"/git/commits/{commit}")["tree"]["sha"]
        return tree

    def tree(self, base: str, contents: Mapping[str, Content]) -> str:
        """Lay contents over a tree and give the new tree's id; large ones take several requests."""
        with told("Writing the files", _WRITE):
            for entries in bundles(self._entry(path, content) for path, content in contents.items()):
                base = self._ask("POST", "/git/trees", {"base_tree": base, "tree": entries})["sha"]
        return base

    def commit(self, tree: str, parent: str, message: str) -> str:
        """Make a commit. Without an author GitHub takes the token's owner, and signs for its bots."""
        with told("Writing the commit", _WRITE):
            body = {"message": message, "tree": tree, "parents": [parent]}
            sha: str = self._ask("POST", "/git/commits", body)["sha"]
        return sha

    def move(self, branch: str, new: str, expected: str | None) -> bool:
        """Point a branch to a commit if it still is where we saw it (None: missing); False when it is not.

        GitHub documents no answer for a lost swap, and a repeated request may lose against itself: unless
        the answer bears the mark of this very request, the branch is read again, and where it is says
        what happened.
        """
        from github import GithubException

        update = {
            "name": f"refs/heads/{branch}",
            "beforeOid": expected or ZEROS,
            "afterOid": new,
            "force": True,
        }
        with told(f"Moving the branch `{branch}`", _WRITE):
            swap = {"repositoryId": self._node, "refUpdates": [update], "clientMutationId": new}
            failure: Exception = ValueError("not the mark of this request")
            self.beat()
            try:
                _, done = self._requester.graphql_named_mutation("updateRefs", swap, "clientMutationId")
                if done["clientMutationId"] == new:
                    return True
            except (GithubException, LookupError, TypeError, ValueError, AttributeError) as error:
                failure = error
            now = self.head(branch)
            if now == expected:
                raise failure
            return now == new

    def find_pull(self, branch: str, base: str) -> Pull | None:
        """The open pull request from our branch to the base; when none is open, the latest closed one."""
        owner = self.repository.partition("/")[0]
        with told("Looking for the pull request", _PULLS):
            query = {"state": "all", "head": f"{owner}:{branch}", "base": base, "per_page": 100}
            found = [_pull(each) for each in self._ask("GET", f"/pulls?{urlencode(query)}")]
        return next((each for each in found if each.open), found[0] if found else None)

    def create_pull(self, branch: str, base: str, title: str, body: str, *, draft: bool) -> tuple[Pull, bool]:
        """Open the pull request; tells also whether it is new: one that is open already is updated.

        Where the repository's plan has no drafts, it is opened as a normal one.
        """
        from github import GithubException

        about = {"title": title, "body": body, "head": branch, "base": base, "draft": draft}
        with told("Opening the pull request", _PULLS):
            try:
                return _pull(self._ask("POST", "/pulls", about)), True
            except GithubException as error:
                message = said(error)
                if error.status != 422:
                    raise
                found = self.find_pull(branch, base) if "already exists" in message else None
                if found and found.open:
                    return self.update_pull(found.number, body), False
                if not draft or "draft" not in message.lower():
                    raise
            return _pull(self._ask("POST", "/pulls", about | {"draft": False})), True

    def update_pull(self, number: int, body: str, title: str = "") -> Pull:
        """Give a pull request a new body; and a title, unless it may be a person's by now."""
        with told("Updating the pull request", _PULLS):
            about = {"body": body, "title": title} if title else {"body": body}
            return _pull(self._ask("PATCH", f"/pulls/{number}", about))

    def add_labels(self, number: int, labels: tuple[str, ...]) -> None:
        """Add labels; GitHub makes those that are missing."""
        with told("Labelling the pull request", _PULLS):
            self._ask("POST", f"/issues/{number}/labels", {"labels": list(labels)})

    def ask_reviewers(self, number: int, people: tuple[str, ...], teams: tuple[str, ...]) -> None:
        """Ask people or teams for a review."""
        with told("Asking for reviews", _PULLS):
            body = {"reviewers": list(people), "team_reviewers": list(teams)}
            self._ask(
                "POST",
                f"/pulls/{number}/requested_reviewers",
                {key: each for key, each in body.items() if each},
            )

    def assign(self, number: int, people: tuple[str, ...]) -> None:
        """Assign people; GitHub passes over those that can't be."""
        with told("Assigning the pull request", _PULLS):
            self._ask("POST", f"/issues/{number}/assignees", {"assignees": list(people)})

    def close(self) -> None:
        """Close the connections."""
        if "_requester" in self.__dict__:
            self._requester.close()

    def _entry(self, path: str, content: Content) -> Entry:
        if isinstance(content, bytes) and not inline(content):
            blob = {"content": base64.b64encode(content).decode(), "encoding": "base64"}
            content = ("100644", self._ask("POST", "/git/blobs", blob)["sha"])
        return entry(path, content)

    def _find(self, what: str, path: str) -> Any:
        """The answer, or None where GitHub answers 404 but knows the repository."""
        from github import GithubException

        with told(what, _READ):
            try:
                return self._ask("GET", path)
            except GithubException as error:
                if error.status != 404:
                    raise
                self._node  # noqa: B018 - a 404 for the repository itself is an error, told here
                return None

    def _ask(self, verb: str, path: str, body: Any = None) -> Any:
        self.beat()
        _, answer = self._requester.requestJsonAndCheck(verb, f"/repos/{self.repository}{path}", input=body)
        return answer

    @cached_property
    def _node(self) -> str:
        node: str = self._ask("GET", "")["node_id"]
        return node

    @cached_property
    def _requester(self) -> Any:
        from github import Auth, Github, GithubRetry

        # It writes refusals to stderr by itself, past the console; what matters of them we tell.
        logging.getLogger("github").setLevel(logging.CRITICAL)
        if not self.token:
            raise UsageError("There is no token for GitHub: set `github-token`.")
        retry = GithubRetry(
            total=_RETRIES,
            # All our PATCH requests say how things shall be: repeating one changes nothing.
            allowed_methods=frozenset({"GET", "POST", "PATCH"}),
            backoff_factor=min(1.0, self.patience),
            backoff_max=self.patience,
            secondary_rate_wait=self.patience,
            max_rate_limit_wait=self.patience,
            retry_after_max=int(self.patience),
        )
        auth = Auth.Token(self.token)
        return Github(
            auth=auth,
            base_url=self.url,
            retry=retry,
            timeout=self.timeout,
            # Requests go out one after the other, and waves lie minutes apart: that needs no brake.
            seconds_between_requests=0,
            seconds_between_writes=0,
        ).requester


def _pull(about: Mapping[str, Any]) -> Pull:
    return Pull(
        about["number"],
        about["html_url"],
        about["state"] == "open",
        about["head"]["sha"],
        about["title"],
        about["body"] or "",
        bool(about.get("merged_at")),
    )
