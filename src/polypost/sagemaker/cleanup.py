"""Deleting what a run created, and nothing else.

Called at the end of the run, and again from the post step in another process, with a name that went
through a file. So nothing is taken on trust: the name must bear our prefix and each resource our tag.
AWS refuses to delete an endpoint that is still Creating, and forgets the instance type once its
configuration is gone; so the endpoint goes first, and the others follow when AWS has accepted that.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from polypost.errors import UsageError
from polypost.ports import Console
from polypost.sagemaker import clients
from polypost.sagemaker.settings import OWNER, OWNER_TAG, Created
from polypost.sagemaker.surroundings import Stopwatch, Surroundings


@dataclass(frozen=True, slots=True)
class _Kind:
    """One kind of thing that a run creates, and how boto3 calls it."""

    word: str
    method: str
    argument: str
    arn: str
    lingers: bool = False
    """Whether it still holds its name for a while after AWS accepted the deletion."""


_KINDS = (
    _Kind("endpoint", "endpoint", "EndpointName", "EndpointArn", lingers=True),
    _Kind("endpoint configuration", "endpoint_config", "EndpointConfigName", "EndpointConfigArn"),
    _Kind("model", "model", "ModelName", "ModelArn"),
)
"""In the order in which they are deleted."""


@dataclass(frozen=True, slots=True)
class _Left:
    """What still stands, and why."""

    what: str
    why: str
    final: bool
    """Whether trying again is of no use."""


_LATE_SECONDS = 5.0
"""After so long a request of a run that is no more has had its effect."""


@dataclass(frozen=True, slots=True)
class Way:
    """How to go about it."""

    sure: bool = False
    """This very run gave the name, which is random: so the tag is not asked for, and a role that may
    create and delete, but not look, leaves nothing running."""
    gone: bool = False
    """Wait until AWS has finished deleting, so that the name can be used again."""


def clean_up(
    created: Created,
    *,
    seconds: float,
    console: Console,
    clock: Callable[[], float],
    sleep: Callable[[float], None],
) -> bool:
    """Delete the endpoint, its configuration and its model; True when nothing is left of them.

    Idempotent. Keeps trying for `seconds` while AWS refuses. Raises nothing but what interrupts it:
    what could not be deleted is told to the console. It is called where a run was cut short, maybe with
    a request on its way; so it looks a second time, for what came into being after the first.
    """
    if not created.ours:
        console.warn(f"{created.name!r} is no name that polypost gives: it is left alone.")
        return False
    try:
        client = clients.control(clients.open_session(created.region))
    except (BotoCoreError, UsageError) as error:
        console.warn(f"{created.name} could not be deleted: {error}")
        return False
    around = Surroundings(console, clock, sleep)
    if not delete(client, created, seconds=seconds, around=around, sure=False):
        return False
    sleep(_LATE_SECONDS)
    return delete(client, created, seconds=seconds, around=around, sure=False)


def delete(client: Any, created: Created, *, seconds: float, around: Surroundings, sure: bool = True) -> bool:
    """The same with a client that is there already; `sure`: this very run gave the name."""
    left = remove(client, created.name, seconds=seconds, around=around, way=Way(sure=sure))
    if left is not None:
        around.console.warn(
            f"The {left} It costs money while it exists. To delete it by hand: "
            f"aws sagemaker delete-endpoint --region {created.region} --endpoint-name {created.name}"
        )
    return left is None


def remove(client: Any, name: str, *, seconds: float, around: Surroundings, way: Way) -> str | None:
    """Delete what bears `name` and our tag; None when done, else what is left and why, as a sentence."""
    watch = Stopwatch(around.clock)
    while True:
        left = _attempt(client, name, way)
        if left is None:
            return None
        if left.final or watch.seconds() >= seconds:
            return f"{left.what} {name} is not deleted: {left.why}"
        around.sleep(min(3.0, max(0.1, seconds - watch.seconds())))


def _attempt(client: Any, name: str, way: Way) -> _Left | None:
    for kind in _KINDS:
        try:
            left = _delete(client, kind, name, way)
        except ClientError as error:
            final = clients.is_denied(error) or clients.is_stale(error)
            left = _Left(kind.word, clients.message(error), final)
        except BotoCoreError as error:
            left = _Left(kind.word, str(error), final=False)
        if left is not None:
            return left
    return None


def _delete(client: Any, kind: _Kind, name: str, way: Way) -> _Left | None:
    named = {kind.argument: name}
    try:
        told = getattr(client, f"describe_{kind.method}")(**named)
    except ClientError as error:
        if clients.is_missing(error):
            return None
        if not (way.sure and clients.is_denied(error)):
            raise
        told = {}
    lingering = _Left(kind.word, "AWS is deleting it.", final=False) if way.gone and kind.lingers else None
    if told.get("EndpointStatus") == "Deleting":
        return lingering
    if not way.sure and not _is_ours(client, told[kind.arn]):
        return _Left(kind.word, "it does not bear polypost's tag, so it is not ours to delete.", final=True)
    try:
        getattr(client, f"delete_{kind.method}")(**named)
    except ClientError as error:
        if clients.is_missing(error):
            return None
        raise
    return lingering


def _is_ours(client: Any, arn: str) -> bool:
    pages = client.get_paginator("list_tags").paginate(ResourceArn=arn)
    return any(tag == {"Key": OWNER_TAG, "Value": OWNER} for page in pages for tag in page.get("Tags", ()))
