"""Leaving what several runs may share, and deleting it when nobody needs it any more.

Called at the end of the run, from its post step in another process (with a name that went through a
file), and by the sweep. So nothing is taken on trust: the name must bear our prefix and each thing our tag.
AWS refuses to delete an endpoint that is still Creating, and forgets the instance type once its
configuration is gone; so the endpoint goes first, and the others follow when AWS has accepted that.

AWS has no way to delete a thing only while it bears no other lease. So the lease is given back first, and
the tags are read right before the deletion. What remains open, and then happens:

- A lease is taken between that reading and the deletion: its run finds the endpoint gone, and starts it
  anew. The same where somebody deletes an endpoint by hand, or a run is frozen for longer than its lease.
- A configuration or model goes while another run builds on it: CreateEndpoint finds nothing, or the
  endpoint fails; that run makes all three anew.
- The schedule is removed after another run pushed it for a new endpoint: whoever removes it looks again,
  and whoever creates pushes once more. Only if both are killed in that moment there is no schedule, and
  the endpoint stands until its lease has run out and a sweep comes by.
- CreateEndpoint takes effect after its run was cleaned up: the post step looks twice; the lease in the
  endpoint's tags runs out, and a sweep deletes it.

So never a leak, never lost work, and at worst a second start.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from polypost.errors import PolypostError
from polypost.sagemaker import clients
from polypost.sagemaker.account import Account
from polypost.sagemaker.life import ownership, tags
from polypost.sagemaker.life.ownership import KEEP_TAG, LEASE_SECONDS, LEASE_TAG
from polypost.sagemaker.life.switch import Switch
from polypost.sagemaker.surroundings import Stopwatch


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of thing that a run creates, and how boto3 calls it."""

    word: str
    method: str
    argument: str
    arn: str


KINDS = (
    Kind("endpoint", "endpoint", "EndpointName", "EndpointArn"),
    Kind("endpoint configuration", "endpoint_config", "EndpointConfigName", "EndpointConfigArn"),
    Kind("model", "model", "ModelName", "ModelArn"),
)
"""In the order in which they are deleted."""


@dataclass(frozen=True, slots=True)
class Left:
    """What still stands, and why."""

    why: str
    """A sentence."""
    wanted: bool
    """Whether that is as it should be: another run needs it, or its owner keeps it."""
    final: bool = True
    """Whether trying again is of no use."""
    kept: bool = False
    """Whether it stays because its owner keeps it."""


@dataclass(frozen=True, slots=True)
class Leaving:
    """Who leaves, and what it may take for granted."""

    run: str = ""
    """Whose lease is given back."""
    made_here: bool = False
    """This run made it: a role that may create and delete, but not look, leaves nothing running."""
    keep: bool = False
    """Let the endpoint stay, for runs to come, until somebody takes it down."""
    expired_only: bool = False
    """Leave alone what has no readable end, or one that is still to come."""
    failed: bool = False
    """Delete an endpoint that failed although others hold leases, and no other: it is of use to nobody."""
    regardless: bool = False
    """Delete it although other runs use it, or its owner kept it."""


def leave(switch: Switch, name: str, leaving: Leaving, *, seconds: float) -> Left | None:
    """Give the lease back, and delete what bears `name` and our tag unless somebody else needs it.

    None when nothing is left. Idempotent; keeps trying for `seconds` while AWS refuses, unless the user
    insists on the end.
    """
    account, around = switch.account, switch.account.around
    watch = Stopwatch(around.clock)
    while (left := _attempt(account, name, leaving)) is not None and not left.kept:
        if left.final or watch.seconds() >= seconds or (around.insisted and around.insisted()):
            return left
        around.clock.sleep(min(3.0, max(0.1, seconds - watch.seconds())))
    if trouble := switch.remove(name):
        around.console.say(f"The schedule {name} could not be removed ({trouble}); it removes itself.")
    elif switch.set and left is None:
        _guard_again(switch, name)
    return left


def _guard_again(switch: Switch, name: str) -> None:
    """Give an endpoint that another run created meanwhile its schedule back."""
    account = switch.account
    try:
        told = account.sagemaker.describe_endpoint(EndpointName=name)
        if told["EndpointStatus"] != "Deleting":
            switch.push(name, account.now() + LEASE_SECONDS)
    except (ClientError, BotoCoreError, PolypostError) as error:
        if not (isinstance(error, ClientError) and clients.is_missing(error)):
            account.around.console.say(f"Whether {name} is there again can't be told: {error}")


def by_hand(name: str, region: str) -> str:
    """What to tell where an endpoint could not be deleted."""
    return (
        "It costs money while it exists. To delete it by hand: "
        f"aws sagemaker delete-endpoint --region {region} --endpoint-name {name}"
    )


def _attempt(account: Account, name: str, leaving: Leaving) -> Left | None:
    for place, kind in enumerate(KINDS):
        try:
            left = _delete(account, kind, name, leaving)
        except (ClientError, BotoCoreError) as error:
            final = isinstance(error, ClientError) and (clients.is_denied(error) or clients.is_stale(error))
            left = Left(f"the {kind.word} {name} is not deleted: {clients.message(error)}", False, final)
        if left is not None:
            if left.wanted and leaving.run:
                _give_back(account, KINDS[place + 1 :], name, leaving.run)
            return left
    return None


def _give_back(account: Account, kinds: tuple[Kind, ...], name: str, run: str) -> None:
    """Take the lease off what stays along with an endpoint, or the last one out would leave it there.

    What AWS refuses here does not matter for long: a lease runs out.
    """
    client = account.sagemaker
    for kind in kinds:
        try:
            told = getattr(client, f"describe_{kind.method}")(**{kind.argument: name})
            tags.remove(client, told[kind.arn], [f"{LEASE_TAG}{run}"])
        except (ClientError, BotoCoreError):
            continue


def _delete(account: Account, kind: Kind, name: str, leaving: Leaving) -> Left | None:
    client, named = account.sagemaker, {kind.argument: name}
    try:
        told = getattr(client, f"describe_{kind.method}")(**named)
        status = told.get("EndpointStatus")
        if status == "Deleting":
            return None
        left = _needed(account, kind, name, told[kind.arn], leaving)
        if left and not (leaving.failed and status == "Failed" and left.wanted):
            return left
        if leaving.failed and status not in {None, "Failed"}:
            return Left(f"the {kind.word} {name} is {status}.", wanted=True)
    except ClientError as error:
        if clients.is_missing(error):
            return None
        if not (leaving.made_here and clients.is_denied(error)):
            raise
    _gone(client, kind, named)
    return None


def _gone(client: Any, kind: Kind, named: dict[str, str]) -> None:
    try:
        getattr(client, f"delete_{kind.method}")(**named)
    except ClientError as error:
        if not clients.is_missing(error):
            raise


def _needed(account: Account, kind: Kind, name: str, arn: str, leaving: Leaving) -> Left | None:
    """Why this thing must stay; None when nobody needs it."""
    client = account.sagemaker
    claim = ownership.read(tags.of(client, arn))
    if not claim.ours:
        return Left(
            f"the {kind.word} {name} does not bear polypost's tag, so it is not ours to delete.", False
        )
    if keep := leaving.keep and kind.word == "endpoint":
        # Not before the end: what a killed run leaves shall go, also when it was to be kept.
        tags.add(client, arn, {KEEP_TAG: "true"})
    if leaving.run in claim.leases or keep:
        tags.remove(client, arn, [f"{LEASE_TAG}{leaving.run}"])
        claim = ownership.read(tags.of(client, arn))
    if leaving.regardless:
        return None
    if claim.kept:
        return Left(f"the {kind.word} {name} stays, as keep-endpoint says.", True, kept=True)
    if others := claim.live(account.now(), but=leaving.run):
        return Left(f"the {kind.word} {name} stays: {_runs(others)}.", True)
    if leaving.expired_only and (claim.expires_at is None or claim.expires_at > account.now()):
        return Left(f"the {kind.word} {name} has not expired.", True)
    return None


def _runs(others: tuple[str, ...]) -> str:
    if len(others) == 1:
        return f"run {others[0]} still uses it"
    return f"runs {', '.join(others)} still use it"
