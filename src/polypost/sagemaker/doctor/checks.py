"""What a run needs of the AWS account: a table of questions (see questions.py), asked one after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, partial
from operator import attrgetter
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from polypost.sagemaker import clients
from polypost.sagemaker.doctor import questions
from polypost.sagemaker.doctor.questions import Found, Ground
from polypost.sagemaker.doctor.wishes import Wishes
from polypost.values import Check, Verdict


@dataclass(frozen=True, slots=True)
class Row:
    """One question."""

    name: str
    needed_for: str
    question: Callable[[Ground], Found]
    wanted: Callable[[Wishes], object] = lambda _: True
    """Whether its answer matters."""
    optional: bool = False


def examine(session: Any, wishes: Wishes, environment: Mapping[str, str]) -> Iterator[Check]:
    """Every check, as it is made; without credentials that work the first is the only one."""
    client = cache(partial(clients.other, session))
    try:
        caller = str(client("sts").get_caller_identity()["Arn"])
    except (ClientError, BotoCoreError) as error:
        told = clients.explain(error, "sign in")
        verdict = Verdict.UNREACHABLE if clients.is_passing(error) else Verdict.MISSING
        yield Check("AWS credentials", "do anything in AWS", verdict, str(told))
        return
    yield Check("AWS credentials", "do anything in AWS", Verdict.OK, f"{caller} in {session.region_name}")
    ground = Ground(session, client, caller, wishes, environment)
    for row in ROWS:
        if row.wanted(wishes):
            yield made(row, ground)


def made(row: Row, ground: Ground) -> Check:
    """One check."""
    found = _asked(row, ground)
    return Check(row.name, row.needed_for, found.verdict, found.told, found.advice, row.optional)


def _asked(row: Row, ground: Ground) -> Found:
    try:
        return row.question(ground)
    except (ClientError, BotoCoreError) as error:
        if isinstance(error, ClientError) and clients.is_denied(error):
            return Found(Verdict.UNKNOWN, f"the role may not look ({clients.message(error)})", "")
        told = str(clients.explain(error, f"look at the {row.name}"))
        return Found(Verdict.UNREACHABLE if clients.is_passing(error) else Verdict.UNKNOWN, told)


_ATTACHES, _DEPLOYS = attrgetter("endpoint_name"), attrgetter("deploys")
_BATCHES, _SERVES = attrgetter("batches"), attrgetter("serves")

_CLEAN_UP = "clean up after a killed run"


def _unguarded(wishes: Wishes) -> bool:
    return wishes.serves and not wishes.schedules


ROWS = (
    Row("installation", "deploy a model", questions.installed, _SERVES),
    Row("lifetime of the credentials", "delete what a long run made", questions.ends),
    Row("endpoint", "translate", questions.endpoint, _ATTACHES),
    Row("permissions", "translate", questions.may("attach"), _ATTACHES),
    Row("execution role", "run the model", questions.execution_role, _SERVES),
    Row("permissions", "deploy an endpoint", questions.may("attach", "model", "deploy"), _DEPLOYS),
    Row("quota", "deploy an endpoint", questions.quota("endpoint usage"), _DEPLOYS),
    Row("permissions", "sweep", questions.may("sweep"), _SERVES),
    Row("scheduler role", _CLEAN_UP, questions.scheduler_role, attrgetter("schedules")),
    Row("scheduler role", _CLEAN_UP, questions.scheduler_role, _unguarded, optional=True),
    Row("permissions", _CLEAN_UP, questions.may("schedule"), attrgetter("schedules")),
    Row("bucket", "run batch jobs", questions.bucket, _BATCHES),
    Row("permissions", "run batch jobs", questions.may("model", "batch"), attrgetter("stores")),
    Row("quota", "run batch jobs", questions.quota("transform job usage"), _BATCHES),
    Row("memory", "load the model", questions.room, _SERVES),
    Row("prices", "estimate", questions.listed_price, _SERVES, optional=True),
)
"""The questions, in the order in which they are asked and shown."""
