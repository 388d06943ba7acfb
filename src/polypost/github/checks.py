"""What a run needs of GitHub: a table of questions, none of which changes anything.

Which permissions a token has GitHub doesn't say. So writes are asked for that can't succeed (a commit of no
tree, a pull request from a branch that isn't there): GitHub checks the token before it looks.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from polypost.github.api import Api
from polypost.github.refusals import SETTING, advice_for, said
from polypost.gitnames import ZEROS
from polypost.values import Check, Verdict

_LOOK = "look under Settings > Actions > General > Workflow permissions"


@dataclass(frozen=True, slots=True)
class Answer:
    """What GitHub said to a request; status 0 when it could not be reached."""

    status: int
    message: str = ""
    body: Any = None


@dataclass(frozen=True, slots=True)
class Row:
    """One question: a request, and what its answer means."""

    name: str
    needed_for: str
    ask: Callable[[Api], Answer]
    means: Callable[[Answer], tuple[Verdict, str, str]]
    """Verdict, what was found, what to do."""


def examine(api: Api) -> Iterator[Check]:
    """Every check, as it is made; without a repository the first is the only one."""
    for row in ROWS:
        answer = row.ask(api)
        if answer.status == 0:
            verdict, told, advice = Verdict.UNREACHABLE, answer.message, "check the network"
        else:
            verdict, told, advice = row.means(answer)
        yield Check(row.name, row.needed_for, verdict, told, advice)
        if row is ROWS[0] and verdict is not Verdict.OK:
            return


def _answer(api: Api, verb: str, path: str, body: Any = None) -> Answer:
    import requests

    from github import GithubException

    try:
        return Answer(200, body=api._ask(verb, path, body))  # noqa: SLF001 - of the same edge
    except GithubException as error:
        return Answer(error.status, said(error))
    except requests.RequestException as error:
        # The exception's own text may hold the address with everything in it; its class says enough.
        return Answer(0, f"GitHub can't be reached ({type(error).__name__})")


def _repository(api: Api) -> Answer:
    return _answer(api, "GET", "")


def _commit(api: Api) -> Answer:
    return _answer(api, "POST", "/git/commits", {"message": "polypost doctor", "tree": ZEROS, "parents": []})


def _pull(api: Api) -> Answer:
    found = _repository(api)
    base = found.body["default_branch"] if found.status == 200 else "main"
    head = f"polypost/doctor-{secrets.token_hex(8)}"
    return _answer(api, "POST", "/pulls", {"title": "polypost doctor", "head": head, "base": base})


def _settings(api: Api) -> Answer:
    return _answer(api, "GET", "/actions/permissions/workflow")


def _readable(answer: Answer) -> tuple[Verdict, str, str]:
    if answer.status == 200:
        return Verdict.OK, str(answer.body["full_name"]), ""
    if answer.status == 401:
        return Verdict.MISSING, f"the token is not valid ({answer.message})", "check GITHUB_TOKEN"
    told = f"GitHub answered {answer.status} ({answer.message})"
    if answer.status in {403, 404}:
        known = advice_for(403, answer.message, "contents: read") if answer.status == 403 else ""
        return Verdict.MISSING, told, known or "check GITHUB_REPOSITORY, and grant `contents: read`"
    return Verdict.UNREACHABLE, told, "try again later"


def _writable(permission: str) -> Callable[[Answer], tuple[Verdict, str, str]]:
    def means(answer: Answer) -> tuple[Verdict, str, str]:
        if answer.status == 422:
            return Verdict.OK, f"the token has `{permission}`", ""
        told = f"GitHub answered {answer.status} ({answer.message})"
        if answer.status == 403 and (known := advice_for(403, answer.message, permission)):
            return Verdict.MISSING, told, known
        if answer.status in {403, 404}:
            return Verdict.MISSING, told, f"grant `permissions: {permission}` in the workflow"
        return Verdict.UNKNOWN, told, ""

    return means


def _allowed(answer: Answer) -> tuple[Verdict, str, str]:
    if answer.status != 200:
        return Verdict.UNKNOWN, f"only an administrator may read the setting ({answer.message})", _LOOK
    if answer.body["can_approve_pull_request_reviews"]:
        return Verdict.OK, "GitHub Actions may create pull requests", ""
    return Verdict.MISSING, "GitHub Actions may not create pull requests", SETTING


ROWS = (
    Row("GitHub repository", "read posts", _repository, _readable),
    Row("GitHub token", "push the branch", _commit, _writable("contents: write")),
    Row("GitHub token", "open the pull request", _pull, _writable("pull-requests: write")),
    Row("GitHub setting", "open it from a workflow", _settings, _allowed),
)
"""The questions, in the order in which they are asked and shown."""
