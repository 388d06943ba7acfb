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

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from polypost.errors import PolypostError
from polypost.sagemaker import clients
from polypost.sagemaker.account import Account
from polypost.sagemaker.life import ownership, tags
from polypost.sagemaker.life.ownership import EXPIRES_TAG, KEEP_TAG, LEASE_SECONDS, LEASE_TAG
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
    down: bool = False
    """Its owner takes it down: that it is kept no longer counts, nor do leases on what belongs to it."""
    regardless: bool = False
    """Delete it although other runs use it, or its owner kept it."""


def leave(switch: Switch, name: str, leaving: Leaving, *, seconds: float) -> Left | None:
    """Give the lease back, and delete what bears `name` and our tag unless somebody else needs it.

    None when nothing is left. Idempotent; keeps trying for `seconds` while AWS refuses, unless the user
    insists on the end.
    """
    account, around = switch.account, switch.account.around
    watch, deleted = Stopwatch(around.clock), list[str]()
    given_back = False
    while (left := _attempt(account, name, leaving, deleted)) is not None:
        if leaving.run and not given_back and (left.wanted or not left.final):
            # At once: who is cut short while AWS refuses must not stand in the way of the next one.
            _give_back(account, name, leaving.run, unneeded=not left.wanted)
            given_back = True
        if left.kept:
            break
        if left.final or watch.seconds() >= seconds or (around.insisted and around.insisted()):
            return left
        around.clock.sleep(min(3.0, max(0.1, seconds - watch.seconds())))
    if deleted and left is None:
        around.console.say(_farewell(name, deleted))
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


def by_hand(switch: Switch, name: str) -> str:
    """What to tell where an endpoint could not be deleted."""
    at, region = switch.due(name), switch.account.region
    who = (
        f"The schedule deletes it at {ownership.clock_time(at)}" if at else "The next run tries to delete it"
    )
    return (
        f"It costs money while it exists. {who}. To delete it yourself: `polypost endpoint down {name}`, or "
        f"aws sagemaker delete-endpoint --region {region} --endpoint-name {name}"
    )


def _farewell(name: str, deleted: Sequence[str]) -> str:
    """`deleted`: the words of what was, in order."""
    words = [word.removeprefix("endpoint ") for word in dict.fromkeys(deleted)]
    told = [f"the {words[0]} {name}", *(f"its {word}" for word in words[1:])]
    said = f"{', '.join(told[:-1])} and {told[-1]}" if told[1:] else told[0]
    return f"Deleted {said}{': nothing of it goes on costing money' if words[0] == 'endpoint' else ''}."


def _attempt(account: Account, name: str, leaving: Leaving, deleted: list[str]) -> Left | None:
    """One round; `deleted` gets the words of what it deletes."""
    for kind in KINDS:
        try:
            left = _delete(account, kind, name, leaving, deleted)
        except (ClientError, BotoCoreError) as error:
            final = isinstance(error, ClientError) and (clients.is_denied(error) or clients.is_stale(error))
            left = Left(f"the {kind.word} {name} is not deleted: {clients.message(error)}", False, final)
        if left is not None:
            return left
    return None


def _give_back(account: Account, name: str, run: str, *, unneeded: bool) -> None:
    """Take the lease off all that stays, or the last one out would leave it there.

    `unneeded`: it only stays because AWS refuses; so a sweep need not wait for the lease's end. What AWS
    refuses here does not matter for long: a lease runs out.
    """
    client = account.sagemaker
    for kind in KINDS:
        try:
            told = getattr(client, f"describe_{kind.method}")(**{kind.argument: name})
            claim = ownership.read(tags.of(client, told[kind.arn]))
            tags.remove(client, told[kind.arn], [f"{LEASE_TAG}{run}"])
            if unneeded and claim.ours and not claim.live(account.now(), but=run):
                tags.add(client, told[kind.arn], {EXPIRES_TAG: ownership.stamp(account.now())})
        except (ClientError, BotoCoreError):
            continue


def _delete(account: Account, kind: Kind, name: str, leaving: Leaving, deleted: list[str]) -> Left | None:
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
    if _gone(client, kind, named):
        deleted.append(kind.word)
    return None


def _gone(client: Any, kind: Kind, named: dict[str, str]) -> bool:
    """Whether it was there."""
    try:
        getattr(client, f"delete_{kind.method}")(**named)
    except ClientError as error:
        if not clients.is_missing(error):
            raise
        return False
    return True


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
    if leaving.regardless or (leaving.down and kind.word != "endpoint"):
        return None
    if claim.kept and not leaving.down:
        return Left(
            f"the {kind.word} {name} stays: it is kept until `polypost endpoint down {name}`.",
            True,
            kept=True,
        )
    if others := claim.live(account.now(), but=leaving.run):
        return Left(f"the {kind.word} {name} stays: {_runs(others)}.", True)
    if leaving.expired_only and (claim.expires_at is None or claim.expires_at > account.now()):
        return Left(f"the {kind.word} {name} has not expired.", True)
    return None


def _runs(others: tuple[str, ...]) -> str:
    if len(others) == 1:
        return f"run {others[0]} still uses it"
    return f"runs {', '.join(others)} still use it"
