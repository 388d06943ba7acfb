"""What the workflow's event asks for, from the runner's environment and the event's payload; pure.

An event never says what has to be translated, only where looking is worth while: push payloads carry
no file lists, and whether a localization is current is decided by content. So wherever an event is
unclear, `before` and `compare` are left out and everything is looked at.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from polypost.errors import UsageError
from polypost.gitnames import ZEROS, check_branch

_API = "https://api.github.com"
_SERVER = "https://github.com"
_SHA = re.compile(r"[0-9a-f]{40}")
_BOT = "dependabot[bot]"
_FORK = (
    "Pull requests from forks get no secrets, and polypost does not write to their branches; their posts are "
    "localized once merged."
)
PULL_REQUEST, COMMIT, FILES = "pull-request", "commit", "none"
"""The values of `mode`."""


@dataclass(frozen=True, slots=True)
class Situation:
    """Where the run stands."""

    kind: str
    """The event's name: `push`, `pull_request`, `workflow_dispatch`, `schedule`, ..."""
    repository: str
    """`owner/name`."""
    base: str = ""
    """The branch that posts are read from and the pull request goes to."""
    before: str | None = None
    """Commit to compare the base with; None: look at everything."""
    compare: tuple[str, str] | None = None
    """Of a pull request, its base and head commit: compare with their merge base, which the API tells."""
    pull: int = 0
    """Number of the pull request at hand; 0: the event is of none."""
    pull_url: str = ""
    """Its page."""
    skip: str = ""
    """Not empty: why there is nothing to do here, for a notice; the run ends with 0."""
    api_url: str = _API
    server_url: str = _SERVER


@dataclass(frozen=True, slots=True)
class _Asked:
    """What one kind of event says."""

    branch: str = ""
    before: str | None = None
    compare: tuple[str, str] | None = None
    skip: str = ""
    pull: int = 0
    pull_url: str = ""


def read(
    env: Mapping[str, str],
    payload: Mapping[str, Any],
    *,
    base: str = "",
    branch: str = "polypost/{base}",
    mode: str = "",
) -> Situation:
    """Tell the situation from the runner's environment and the parsed event file.

    `base` is the option (empty: the event decides); `branch` is the pattern of our own branches, whose
    events are passed over; `mode` is the option. Raises UsageError when this is no workflow run, a branch
    name is unsafe, or there is no pull request to commit to.
    """
    kind, repository = env.get("GITHUB_EVENT_NAME", ""), env.get("GITHUB_REPOSITORY", "")
    if not kind or not re.fullmatch(r"[\w.-]+/[\w.-]+", repository):
        raise UsageError(
            "GITHUB_EVENT_NAME or GITHUB_REPOSITORY is missing: `polypost action run` is what a GitHub "
            "workflow starts. On your own machine use `polypost translate`."
        )
    here = Situation(
        kind,
        repository,
        api_url=env.get("GITHUB_API_URL", "").rstrip("/") or _API,
        server_url=env.get("GITHUB_SERVER_URL", "").rstrip("/") or _SERVER,
    )
    asked = _bot(env) or _EVENTS.get(kind, _other)(env, payload)
    main = _part(payload, "repository").get("default_branch")
    if branch == "{base}" or (asked.branch and branch == asked.branch == main):
        raise UsageError(
            f"`branch` is the base branch itself (`{branch}`): polypost needs one of its own, "
            "for example `polypost/{base}`."
        )
    if not asked.skip and _is_ours(asked.branch, branch):
        asked = _Asked(skip=f"`{asked.branch}` is a branch that polypost itself writes.")
    if asked.skip:
        return replace(here, skip=asked.skip)
    here = replace(here, pull=asked.pull, pull_url=asked.pull_url)
    if mode == COMMIT:
        _check_commit(kind, asked, base)
    name = check_branch(base or asked.branch)
    if name != asked.branch:
        # Commits of another branch than the base tell nothing about the base.
        return replace(here, base=name)
    return replace(here, base=name, before=asked.before, compare=asked.compare)


def _push(env: Mapping[str, str], payload: Mapping[str, Any]) -> _Asked:
    ref = str(payload.get("ref") or env.get("GITHUB_REF", ""))
    if not ref.startswith("refs/heads/"):
        return _Asked(skip=f"`{ref}` is no branch; polypost localizes what is pushed to a branch.")
    if payload.get("deleted"):
        return _Asked(skip=f"`{ref.removeprefix('refs/heads/')}` was deleted.")
    return _Asked(ref.removeprefix("refs/heads/"), _commit(payload.get("before")))


def _pull_request(env: Mapping[str, str], payload: Mapping[str, Any]) -> _Asked:
    pull = _part(payload, "pull_request")
    head, base = _part(pull, "head"), _part(pull, "base")
    # The head's repository is null when the fork was deleted.
    if _part(head, "repo").get("full_name") != env["GITHUB_REPOSITORY"]:
        return _Asked(skip=_FORK)
    if payload.get("action") == "closed":
        return _Asked(skip="The pull request is closed.")
    shas = _commit(base.get("sha")), _commit(head.get("sha"))
    return _Asked(
        str(head.get("ref", "")),
        compare=(shas[0], shas[1]) if shas[0] and shas[1] else None,
        pull=number if isinstance(number := pull.get("number"), int) else 0,
        pull_url=str(pull.get("html_url") or ""),
    )


def _check_commit(kind: str, asked: _Asked, base: str) -> None:
    """Raise UsageError where there is no branch of a pull request to commit to."""
    if not asked.pull:
        raise UsageError(
            f"`mode: commit` adds to the branch of a pull request, and this run was started by `{kind}`: "
            "start it by `pull_request`, or take `mode: pull-request`."
        )
    if base not in {"", asked.branch}:
        raise UsageError(
            f"`mode: commit` adds to the branch of the pull request, `{asked.branch}`, and `base` names "
            f"`{base}`: leave `base` out, or take `mode: pull-request`."
        )


def _other(env: Mapping[str, str], payload: Mapping[str, Any]) -> _Asked:
    name = env.get("GITHUB_REF_NAME", "")
    if name.startswith("gh-readonly-queue/"):
        return _Asked(skip=f"`{name}` belongs to a merge queue; the posts are localized once merged.")
    on_branch = name and env.get("GITHUB_REF_TYPE", "branch") == "branch" and not name.endswith("/merge")
    return _Asked(name if on_branch else str(_part(payload, "repository").get("default_branch", "")))


_EVENTS = {"push": _push, "pull_request": _pull_request, "pull_request_target": _pull_request}
"""Event -> how to read it; every other event looks at the whole of its branch."""


def _bot(env: Mapping[str, str]) -> _Asked | None:
    """Dependabot's events have no secrets, even when a person starts them again."""
    if env.get("GITHUB_ACTOR") == _BOT and env["GITHUB_EVENT_NAME"] in _EVENTS:
        return _Asked(skip="Dependabot's events get no secrets; its posts are localized once merged.")
    return None


def _is_ours(name: str, pattern: str) -> bool:
    expression = re.escape(pattern).replace(r"\{base\}", ".+") + r"(-language-[A-Za-z0-9-]+)?(-part-\d+)?"
    return re.fullmatch(expression, name) is not None


def _commit(value: Any) -> str | None:
    return value if isinstance(value, str) and _SHA.fullmatch(value) and value != ZEROS else None


def _part(payload: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = payload.get(key)
    return value if isinstance(value, Mapping) else {}
