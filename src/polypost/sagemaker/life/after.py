"""What a run left, cleaned up by another process: the post step of a workflow's job."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from polypost.errors import PolypostError
from polypost.sagemaker import clients
from polypost.sagemaker.account import Account
from polypost.sagemaker.batch import stop_job
from polypost.sagemaker.life import ownership, tags
from polypost.sagemaker.life.cleanup import Leaving, by_hand, leave
from polypost.sagemaker.life.switch import STOP_JOB, Switch
from polypost.sagemaker.settings import Created
from polypost.sagemaker.surroundings import Surroundings

_LATE_SECONDS = 5.0
"""After so long a request of a run that is no more has had its effect."""


def clean_up(
    created: Created,
    open_session: Callable[[str], Any],
    *,
    scheduler_role_arn: str | None,
    seconds: float,
    around: Surroundings,
) -> bool:
    """Give up what a run had its hand on; True when nothing of it is left that nobody needs.

    `open_session`: region -> a session of boto3. `scheduler_role_arn`: of the run's schedule, if it had one.
    Idempotent. Keeps trying for `seconds` while AWS refuses. Raises nothing but what interrupts it: what
    could not be deleted is told to the console. It is called where a run was cut short, maybe with a request
    on its way; so it looks a second time, for what came into being after the first.
    """
    if not created.ours:
        around.console.warn(f"{created.name!r} is no name that polypost gives: it is left alone.")
        return False
    try:
        account = Account(open_session(created.region), around)
    except (BotoCoreError, PolypostError) as error:
        around.console.warn(f"{created.name} could not be deleted: {error}")
        return False
    if created.kind == "transform-job":
        return _stopped(created, Switch(account, scheduler_role_arn, STOP_JOB))
    return _left(created, Switch(account, scheduler_role_arn), seconds)


def _left(created: Created, switch: Switch, seconds: float) -> bool:
    around = switch.account.around
    for pause in (_LATE_SECONDS, 0.0):
        left = leave(switch, created.name, Leaving(created.run), seconds=seconds)
        if left is not None:
            if left.wanted:
                around.console.say(f"T{left.why[1:]}")
            else:
                around.console.warn(f"T{left.why[1:]} {by_hand(switch, created.name)}")
            return left.wanted
        around.clock.sleep(pause)
    return True


def _stopped(created: Created, switch: Switch) -> bool:
    """Stop a batch job that this very run created; AWS keeps nothing of it, what earlier ones did stays."""
    account = switch.account
    try:
        told = account.sagemaker.describe_transform_job(TransformJobName=created.name)
        claim = ownership.read(tags.of(account.sagemaker, told["TransformJobArn"]))
        if not claim.ours or claim.maker != created.run:
            return True  # another run's: its guard is not to be touched either
        if stop_job(account.sagemaker, created.name):
            account.around.console.say(f"The batch job {created.name} is stopped.")
    except (ClientError, BotoCoreError) as error:
        if isinstance(error, ClientError) and clients.is_missing(error):
            return True
        account.around.console.warn(
            f"The batch job {created.name} could not be stopped ({clients.message(error)}). It ends by "
            f"itself; by hand: aws sagemaker stop-transform-job --region {created.region} "
            f"--transform-job-name {created.name}"
        )
        return False
    switch.remove(created.name)
    return True
