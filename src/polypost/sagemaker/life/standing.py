"""An endpoint that a person starts and ends by hand: it belongs to no run."""

from __future__ import annotations

from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from polypost.errors import ServiceError, UsageError
from polypost.sagemaker import clients
from polypost.sagemaker.account import Account
from polypost.sagemaker.life.acquire import Desk, Held
from polypost.sagemaker.life.cleanup import KINDS, Kind, Leaving, by_hand, leave
from polypost.sagemaker.life.lifecycle import bring_up, requests_to
from polypost.sagemaker.life.switch import Switch
from polypost.sagemaker.settings import PREFIX, Settings

_SECONDS = 1500.0
"""How long to try to delete an endpoint that may still be Creating."""


def start(account: Account, settings: Settings) -> Held:
    """Start an endpoint, or find the one that fits, and let it stay until `stop`.

    What was started is deleted when it does not come up. Raises like `open_translator`.
    """
    desk = Desk(settings, Switch(account, settings.scheduler_role_arn), remember=lambda _: None)
    try:
        held = bring_up(desk, requests_to(account, ""))
    except BaseException:
        for name in tuple(desk.names):
            if why := desk.leave(name, seconds=_SECONDS):
                account.around.console.warn(f"T{why[1:]} {by_hand(desk.switch, name)}")
        raise
    for name in tuple(desk.names):
        if why := desk.leave(name, seconds=_SECONDS, keep=name == held.name):
            raise ServiceError(f"T{why[1:]}")
    return held


def stop(switch: Switch, name: str, *, force: bool) -> None:
    """Delete an endpoint of polypost's, whether or not it is kept.

    Where it is gone already, what belongs to it is deleted. Raises UsageError when there is nothing of that
    name, when the name is not one of ours, or when runs use it and `force` is not given, and has changed
    nothing then; ServiceError when AWS refuses.
    """
    account, console = switch.account, switch.account.around.console
    if not name.startswith(PREFIX):
        raise UsageError(f"{name} is no endpoint of polypost's: their names begin with {PREFIX}.")
    try:
        there = [kind.word for kind in KINDS if _described(account.sagemaker, kind, name)]
    except (ClientError, BotoCoreError) as error:
        raise clients.explain(error, f"look at the endpoint {name}") from error
    if not there:
        raise UsageError(f"There is no endpoint {name} in {account.region}.")
    console.step(f"Deleting {name}")
    if left := leave(switch, name, Leaving(down=True, regardless=force), seconds=_SECONDS):
        if left.wanted:
            raise UsageError(
                f"T{left.why[1:]} Nothing was changed. Wait for its end, or delete it all the same with "
                "--force."
            )
        raise ServiceError(f"T{left.why[1:]}")
    orphan = not switch.set and switch.due(name) is not None  # of a run that had a role for it
    if orphan and (trouble := switch.erase(name)):
        console.say(f"The schedule {name} could not be removed ({trouble}); it removes itself.")
    if KINDS[0].word in there:
        console.say("AWS takes the machine down, and shows it as Deleting for a minute or two.")


def _described(client: Any, kind: Kind, name: str) -> bool:
    """Whether there is one. Lets boto3's other errors through."""
    try:
        getattr(client, f"describe_{kind.method}")(**{kind.argument: name})
    except ClientError as error:
        if clients.is_missing(error):
            return False
        raise
    return True
