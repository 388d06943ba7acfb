"""`polypost doctor`: says what is there and what is missing before money is spent, by harmless questions."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from polypost import estimate, models
from polypost.choosing import wishes_of
from polypost.errors import DONE, ServiceError, UsageError
from polypost.fronts.front import Front
from polypost.models import routing
from polypost.options import Options
from polypost.report.checkup import as_json, show
from polypost.values import Check, Verdict

_GITHUB = "https://api.github.com"


def doctor(options: Options, front: Front, *, json_file: Path | None) -> int:
    """Examine AWS and GitHub, print the table, and give the exit code; see `exit_code`. Raises UsageError."""
    checks = (*_aws(options, front), *_github(front.env))
    show(checks, sys.stdout)
    if json_file is not None:
        text = json.dumps(as_json(checks), indent=2, ensure_ascii=False) + "\n"
        json_file.write_text(text, encoding="utf-8")
    return exit_code(checks)


def exit_code(checks: Sequence[Check]) -> int:
    """2 when something is missing that a run needs, 3 when a service can't be reached, else 0."""
    needed = {check.verdict for check in checks if not check.optional}
    if Verdict.MISSING in needed:
        return UsageError.exit_code
    return ServiceError.exit_code if Verdict.UNREACHABLE in needed else DONE


def _aws(options: Options, front: Front) -> Iterator[Check]:
    from polypost.fronts.engines import session_of
    from polypost.sagemaker.doctor import checks
    from polypost.sagemaker.doctor.wishes import Wishes

    try:
        session = session_of(options, front)
    except UsageError as error:
        yield Check("AWS", "do anything there", Verdict.MISSING, str(error))
        return
    if options.aws_role_arn and front.env.get("GITHUB_ACTIONS") != "true":
        told = "it counts in a workflow only: what follows was asked with this machine's credentials"
        advice = "run `polypost doctor` in a workflow too; README.md has one"
        yield Check("aws-role-arn", "sign in", Verdict.UNKNOWN, told, advice, optional=True)
    wishes = Wishes(
        _weights(routing.candidates(wishes_of(options))),
        options.engine,
        options.endpoint_name,
        options.role_arn,
        options.scheduler_role_arn,
        options.instance_type,
        int(options.instance_count),
        options.batch_s3_uri,
    )
    yield from checks.examine(session, wishes, front.env)


def _weights(ids: Sequence[str]) -> float | None:
    """GiB of the largest of the models; None where one isn't known."""
    found = [estimate.weights(models.family_of(each), each) for each in ids]
    known = [gib for gib in found if gib is not None]
    return max(known) if len(known) == len(found) else None


def _github(environment: Mapping[str, str]) -> Iterator[Check]:
    token, repository = environment.get("GITHUB_TOKEN", ""), environment.get("GITHUB_REPOSITORY", "")
    if not (token and repository):
        told = "not checked: there is no GITHUB_TOKEN, or no GITHUB_REPOSITORY, in the environment"
        yield Check(
            "GitHub",
            "open pull requests",
            Verdict.UNKNOWN,
            told,
            "set GITHUB_TOKEN and GITHUB_REPOSITORY",
            optional=True,
        )
        return
    from polypost.github import checks
    from polypost.github.api import Api

    api = Api(repository, token, environment.get("GITHUB_API_URL") or _GITHUB)
    try:
        yield from checks.examine(api)
    finally:
        api.close()
