"""The third guard against what is left running: delete what has expired, and say what can't be judged."""

from __future__ import annotations

from dataclasses import dataclass

from botocore.exceptions import BotoCoreError, ClientError

from polypost.sagemaker import clients
from polypost.sagemaker.account import Account
from polypost.sagemaker.batch import stop_job
from polypost.sagemaker.life.cleanup import Leaving, leave
from polypost.sagemaker.life.survey import Thing, Verdict, survey
from polypost.sagemaker.life.switch import Switch


@dataclass(frozen=True, slots=True)
class Swept:
    """What a sweep did."""

    deleted: tuple[str, ...] = ()
    """Names of jobs, and others that each stand for an endpoint, its configuration and its model."""
    failed: tuple[str, ...] = ()
    """Why something that has expired is still there, as sentences."""
    unclear: tuple[Thing, ...] = ()
    """What bears our name, and can't be judged: for a person to look at."""


def sweep(switch: Switch, *, seconds: float, jobs: bool) -> Swept:
    """Delete what has expired. Each deletion asks the tags again, right before.

    Keeps trying for `seconds` per name. `jobs`: stop batch jobs too. They end by themselves, and the run that
    comes after the killed one waits for theirs instead of paying again. Raises ServiceError when AWS can't
    be asked.
    """
    things = survey(switch.account)
    deleted: list[str] = []
    failed: list[str] = []
    expired = [thing for thing in things if thing.verdict is Verdict.EXPIRED]
    under_way = [thing for thing in expired if thing.kind == "transform job"]
    for job in under_way if jobs else ():
        trouble = _stop(switch.account, job.name)
        (failed if trouble else deleted).append(trouble or job.name)
    spared = {name for job in under_way for name in (job.name, "" if jobs else job.model)}
    for name in dict.fromkeys(thing.name for thing in expired if thing.name not in spared):
        left = leave(switch, name, Leaving(expired_only=True), seconds=seconds)
        if left is None:
            deleted.append(name)
        elif not left.wanted:
            failed.append(f"T{left.why[1:]}")
    unclear = tuple(thing for thing in things if thing.verdict in {Verdict.FOREIGN, Verdict.UNCLEAR})
    return Swept(tuple(deleted), tuple(failed), unclear)


def _stop(account: Account, job: str) -> str:
    """Stop a job; empty when it is, else why not."""
    try:
        stop_job(account.sagemaker, job)
    except (ClientError, BotoCoreError) as error:
        return f"The batch job {job} is not stopped: {clients.message(error)}"
    return ""
