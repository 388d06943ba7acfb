"""Whether the caller may do what a feature needs, told without doing any of it.

IAM is asked to simulate them. Where the caller may not ask that, a call is made that has nothing to act on,
a name that nobody has: AWS checks permissions before it looks. Actions that create have no such call.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from polypost.sagemaker import clients
from polypost.sagemaker.doctor.features import Client, Permission, Place
from polypost.sagemaker.life.ownership import OWNER, OWNER_TAG
from polypost.sagemaker.settings import PREFIX
from polypost.values import Verdict

_DENIED = frozenset({"403", "Forbidden", "AccessDenied", "AccessDeniedException"})
_NOTHING_THERE = frozenset(
    {
        "ValidationException",
        "ValidationError",
        "ResourceNotFound",
        "ResourceNotFoundException",
        "NoSuchKey",
        "404",
    }
)


def unused_name() -> str:
    """A name of ours that nothing has."""
    return f"{PREFIX}doctor-{secrets.token_hex(8)}"


def judged(
    client: Client, caller: str, place: Place, permissions: Sequence[Permission]
) -> Iterator[tuple[Permission, Verdict]]:
    """Whether the caller (its ARN) may; each permission once, in order."""
    simulated = _simulated(client, caller, place, permissions)
    for permission in permissions:
        verdict = simulated.get(permission, Verdict.UNKNOWN)
        if verdict is Verdict.UNKNOWN and permission.harmless:
            verdict = tried(partial(permission.harmless, client, place))
        yield permission, verdict


def tried(call: Callable[[], object]) -> Verdict:
    """What a harmless call tells."""
    try:
        call()
    except ClientError as error:
        if clients.code(error) in _DENIED:
            return Verdict.MISSING
        return Verdict.OK if clients.code(error) in _NOTHING_THERE else Verdict.UNKNOWN
    except BotoCoreError:
        return Verdict.UNREACHABLE
    return Verdict.OK


def principal(client: Client, caller: str) -> str:
    """Whose policies count: of an assumed role the role itself, whose path the caller's ARN leaves out."""
    found = re.fullmatch(r"arn:([\w-]+):sts::(\d+):assumed-role/([^/]+)/.+", caller)
    if not found:
        return caller
    partition, account, name = found.groups()
    try:
        return str(client("iam").get_role(RoleName=name)["Role"]["Arn"])
    except (ClientError, BotoCoreError):
        return f"arn:{partition}:iam::{account}:role/{name}"


def _simulated(
    client: Client, caller: str, place: Place, permissions: Sequence[Permission]
) -> Mapping[Permission, Verdict]:
    """IAM's own answers; empty where it may not be asked. It evaluates each action on each resource."""
    source = principal(client, caller)
    found: dict[Permission, Verdict] = {}
    by_resource: dict[str, list[Permission]] = {}
    for permission in permissions:
        by_resource.setdefault(permission.resource, []).append(permission)
    try:
        for resource, group in by_resource.items():
            answer = client("iam").simulate_principal_policy(
                PolicySourceArn=source,
                ActionNames=[permission.action for permission in group],
                ResourceArns=[resource.format(**_fields(place)) or "*"],
                ContextEntries=_context(resource, place),
            )
            verdicts = {each["EvalActionName"]: decided(each) for each in answer["EvaluationResults"]}
            found |= {permission: verdicts[permission.action] for permission in group}
    except (ClientError, BotoCoreError, LookupError):
        return {}
    return found


def decided(result: Mapping[str, Any]) -> Verdict:
    """What one of IAM's answers means; it denies for want of context that our real calls have."""
    if result["EvalDecision"] == "allowed":
        return Verdict.OK
    return Verdict.UNKNOWN if result.get("MissingContextValues") else Verdict.MISSING


def _context(resource: str, place: Place) -> list[dict[str, object]]:
    """What the conditions of policies ask about, as our own calls would have it."""
    service = "scheduler" if resource == "{scheduler_role_arn}" else "sagemaker"
    entries = {
        "iam:PassedToService": ("string", [f"{service}.amazonaws.com"]),
        "sagemaker:InstanceTypes": ("stringList", list(place.instance_types)),
        f"aws:RequestTag/{OWNER_TAG}": ("string", [OWNER]),
        f"aws:ResourceTag/{OWNER_TAG}": ("string", [OWNER]),
        "s3:prefix": ("string", [f"{place.folder}/{place.name}".lstrip("/")]),
    }
    return [
        {"ContextKeyName": name, "ContextKeyType": kind, "ContextKeyValues": values}
        for name, (kind, values) in entries.items()
        if values
    ]


def _fields(place: Place) -> dict[str, str]:
    return {
        name: value for name in Place.__dataclass_fields__ if isinstance(value := getattr(place, name), str)
    }
