"""What GitHub's refusals mean for the user: one row per known answer, first match counts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from polypost.errors import DeniedError, PolypostError, ServiceError, UsageError

_AGAIN = "start the run again; if it stays so, see https://www.githubstatus.com"
SETTING = (
    "allow it under Settings > Actions > General > Workflow permissions > `Allow GitHub Actions to create "
    "and approve pull requests`, or give `github-token` a token of your own"
)
_SIGN_ON = (
    "the organization wants single sign-on: open the token's page under Settings > Developer settings, "
    "choose `Configure SSO`, and authorize it for the organization"
)
_WORKFLOWS = (
    "the base has changed a workflow, and such a commit takes a token that may write workflows: one of an "
    "app with the permission `Workflows`, or a personal one with the scope `workflow`"
)
_KNOWN: tuple[tuple[int, str, type[PolypostError], str], ...] = (
    (401, "", UsageError, "the token is not valid: check `github-token`"),
    (0, "not permitted to create or approve", DeniedError, SETTING),
    (
        0,
        r"\bSAML\b|single sign-on|\bSSO\b",
        DeniedError,
        _SIGN_ON,
    ),
    (
        0,
        "IP allow list",
        DeniedError,
        "the organization lets in known addresses only: add the runner's, or use a runner of its own",
    ),
    (0, "was archived", DeniedError, "the repository can only be read: unarchive it under Settings"),
    (
        0,
        "(pull requests|issues) (are|is|has been) disabled",
        DeniedError,
        "switch them on under Settings > General > Features, or take `mode: commit` or `mode: none`",
    ),
    (0, "rate limit", ServiceError, "the limit of requests is reached: start the run again later"),
    (
        0,
        "without `?workflows?`? (permission|scope)",
        DeniedError,
        _WORKFLOWS,
    ),
    (
        0,
        "rule violations|protected branch",
        ServiceError,
        "leave the branch out of the rule, or set `branch`",
    ),
    (
        0,
        "not accessible by|must have .* (rights|access)",
        DeniedError,
        "the token may not: grant {need}",
    ),
    (404, "", UsageError, "the repository is not found, or the token may not read it: grant {need}"),
    (
        422,
        ": (invalid|missing)",
        ServiceError,
        "see that the branch, and whatever else it names, is still there",
    ),
    (413, "", ServiceError, "the localizations are too large for one request: narrow `paths`"),
)
"""Status (0: any), a pattern in what GitHub said, the class of error, what to do."""


@contextmanager
def told(what: str, need: str) -> Iterator[None]:
    """Turn errors of PyGithub and of the network into ours.

    `what` was attempted; `need` is the permission that it takes, as a workflow grants it.
    """
    import requests

    from github import GithubException

    try:
        yield
    except GithubException as error:
        raise refusal(what, need, error.status, said(error)) from None
    except requests.RequestException as error:
        # The exception's own text may hold the address with everything in it; its class says enough.
        reason = type(error).__name__
        raise ServiceError(f"{what} failed: GitHub can't be reached ({reason}); {_AGAIN}.") from None
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        reason = type(error).__name__
        raise ServiceError(
            f"{what} failed: GitHub's answer is not what its API describes ({reason}). If a proxy stands in "
            f"between, look there; else {_AGAIN}."
        ) from None


def advice_for(status: int, message: str, need: str) -> str:
    """What to do about an answer of GitHub, where that is known; else nothing."""
    _, advice = _known(status, message)
    return advice.format(need=_grant(need))


def refusal(what: str, need: str, status: int, message: str) -> PolypostError:
    """The error for an answer of GitHub."""
    error, advice = _known(status, message)
    told = (advice or _AGAIN).format(need=_grant(need))
    return error(f"{what} failed: GitHub answered {status} ({message}); {told}.")


def _known(status: int, message: str) -> tuple[type[PolypostError], str]:
    """The first row that fits; without an advice where none does."""
    for known, pattern, error, advice in _KNOWN:
        if known in {0, status} and re.search(pattern, message, re.IGNORECASE):
            return error, advice
    return DeniedError if status == 403 else ServiceError, ""


def _grant(need: str) -> str:
    return f"`permissions: {need}` in the workflow"


def _said(problem: dict[str, Any]) -> str:
    """One of the problems: its words, or what field it is about (`base: invalid`)."""
    told = problem.get("message") or ": ".join(
        str(problem[key]) for key in ("field", "code") if key in problem
    )
    return str(told)


def said(error: Any) -> str:
    """All that GitHub said in a PyGithub exception, in one line."""
    data = error.data if isinstance(error.data, dict) else {}
    each = [_said(each) for each in data.get("errors") or [] if isinstance(each, dict)]
    parts = [str(part) for part in (data.get("message"), *each) if part]
    return " ".join("; ".join(parts).split())[:500] or "no message"
