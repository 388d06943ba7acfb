"""An endpoint that a person starts and ends by hand: it belongs to no run."""

from __future__ import annotations

from botocore.exceptions import BotoCoreError, ClientError

from polypost.errors import ServiceError, UsageError
from polypost.sagemaker import clients
from polypost.sagemaker.account import Account
from polypost.sagemaker.life import endpoints, tags
from polypost.sagemaker.life.acquire import Desk, Held
from polypost.sagemaker.life.cleanup import Leaving, by_hand, leave
from polypost.sagemaker.life.lifecycle import bring_up, requests_to
from polypost.sagemaker.life.ownership import KEEP_TAG
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
                account.around.console.warn(f"T{why[1:]} {by_hand(name, account.region)}")
        raise
    for name in tuple(desk.names):
        if why := desk.leave(name, seconds=_SECONDS, keep=name == held.name):
            raise ServiceError(f"T{why[1:]}")
    return held


def stop(switch: Switch, name: str, *, force: bool) -> None:
    """Delete an endpoint of polypost's, whether or not it is kept.

    Raises UsageError when there is nothing of that name, when the name is not one of ours, or when runs use
    it and `force` is not given; ServiceError when AWS refuses.
    """
    account = switch.account
    if not name.startswith(PREFIX):
        raise UsageError(f"{name} is no endpoint of polypost's: their names begin with {PREFIX}.")
    try:
        state = endpoints.describe(account.sagemaker, name)
        if state is None:
            raise UsageError(f"There is no endpoint {name} in {account.region}.")
        tags.remove(account.sagemaker, state.arn, [KEEP_TAG])
    except (ClientError, BotoCoreError) as error:
        raise clients.explain(error, f"look at the endpoint {name}") from error
    if left := leave(switch, name, Leaving(regardless=force), seconds=_SECONDS):
        if left.wanted:
            raise UsageError(
                f"T{left.why[1:]} It is not kept any longer: the last run to leave deletes it. Or delete it "
                "all the same with --force."
            )
        raise ServiceError(f"T{left.why[1:]}")
