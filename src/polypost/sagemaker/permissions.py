"""Which actions each feature needs, and whether the caller may do them, told without doing any.

IAM is asked to simulate them. Where the caller may not ask that, a call is made that has nothing to act on,
a name that nobody has: AWS checks permissions before it looks. Actions that create have no such call.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from polypost.sagemaker import clients
from polypost.sagemaker.ownership import OWNER, OWNER_TAG
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


@dataclass(frozen=True, slots=True)
class Place:
    """Where, and for what, the permissions are needed."""

    partition: str
    region: str
    account: str
    name: str
    """A name of ours that nothing has."""
    endpoint: str
    """The endpoint to translate on; like `name` where it is yet to be made."""
    bucket: str
    folder: str
    """The part of `batch-s3-uri` behind the bucket, without a slash at its ends."""
    role_arn: str
    scheduler_role_arn: str
    instance_types: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Permission:
    """One action on one kind of thing."""

    action: str
    resource: str
    """Its ARN, a template over `Place`."""
    harmless: Callable[[Any, Place], object] | None = None
    """Session, place -> a call that does nothing but be allowed or denied."""


def _sagemaker(action: str, kind: str, member: str = "") -> Permission:
    """An action on what has a name; with `member`, one that may be called on a name that nothing has."""
    operation = re.sub(r"(?<!^)(?=[A-Z])", "_", action).lower()

    def harmless(session: Any, place: Place) -> object:
        return getattr(clients.control(session), operation)(**{member: place.name})

    resource = f"arn:{{partition}}:sagemaker:{{region}}:{{account}}:{kind}/{{name}}"
    return Permission(f"sagemaker:{action}", resource, harmless if member else None)


def _listed(action: str) -> Permission:
    operation = re.sub(r"(?<!^)(?=[A-Z])", "_", action).lower()

    def harmless(session: Any, place: Place) -> object:
        return getattr(clients.control(session), operation)(NameContains=place.name, MaxResults=1)

    return Permission(f"sagemaker:{action}", "*", harmless)


def _tags(session: Any, place: Place) -> object:
    arn = f"arn:{place.partition}:sagemaker:{place.region}:{place.account}:endpoint/{place.name}"
    return clients.control(session).list_tags(ResourceArn=arn)


def _schedule(action: str, harmless: Callable[[Any, Place], object] | None = None) -> Permission:
    resource = "arn:{partition}:scheduler:{region}:{account}:schedule/default/{name}"
    return Permission(f"scheduler:{action}", resource, harmless)


_ENDPOINT = "arn:{partition}:sagemaker:{region}:{account}:endpoint/{endpoint}"
_OBJECT = "arn:{partition}:s3:::{bucket}/{folder}/{name}"

FEATURES: Mapping[str, tuple[Permission, ...]] = MappingProxyType(
    {
        "attach": (
            Permission(
                "sagemaker:DescribeEndpoint",
                _ENDPOINT,
                lambda session, place: clients.control(session).describe_endpoint(
                    EndpointName=place.endpoint
                ),
            ),
            Permission(
                "sagemaker:InvokeEndpoint",
                _ENDPOINT,
                lambda session, place: clients.runtime(session, 1).invoke_endpoint(
                    EndpointName=place.name, Body=b"{}"
                ),
            ),
        ),
        "model": (
            _sagemaker("CreateModel", "model"),
            _sagemaker("AddTags", "model"),
            _sagemaker("DescribeModel", "model", "ModelName"),
            _sagemaker("DeleteModel", "model", "ModelName"),
            Permission("iam:PassRole", "{role_arn}"),
        ),
        "deploy": (
            _sagemaker("CreateEndpointConfig", "endpoint-config"),
            _sagemaker("CreateEndpoint", "endpoint"),
            _sagemaker("AddTags", "endpoint"),
            _sagemaker("DeleteTags", "endpoint"),
            Permission("sagemaker:ListTags", _ENDPOINT, _tags),
            _sagemaker("DescribeEndpointConfig", "endpoint-config", "EndpointConfigName"),
            _sagemaker("DeleteEndpoint", "endpoint", "EndpointName"),
            _sagemaker("DeleteEndpointConfig", "endpoint-config", "EndpointConfigName"),
        ),
        "sweep": (_listed("ListEndpoints"), _listed("ListEndpointConfigs"), _listed("ListModels")),
        "schedule": (
            _schedule("CreateSchedule"),
            _schedule("UpdateSchedule"),
            _schedule(
                "GetSchedule",
                lambda session, place: clients.other(session, "scheduler").get_schedule(Name=place.name),
            ),
            _schedule(
                "DeleteSchedule",
                lambda session, place: clients.other(session, "scheduler").delete_schedule(Name=place.name),
            ),
            Permission("iam:PassRole", "{scheduler_role_arn}"),
        ),
        "batch": (
            _sagemaker("CreateTransformJob", "transform-job"),
            _sagemaker("DescribeTransformJob", "transform-job", "TransformJobName"),
            _sagemaker("StopTransformJob", "transform-job", "TransformJobName"),
            Permission(
                "s3:ListBucket",
                "arn:{partition}:s3:::{bucket}",
                lambda session, place: clients.other(session, "s3").list_objects_v2(
                    Bucket=place.bucket, Prefix=f"{place.folder}/{place.name}".lstrip("/"), MaxKeys=1
                ),
            ),
            Permission(
                "s3:GetObject",
                _OBJECT,
                lambda session, place: clients.other(session, "s3").get_object(
                    Bucket=place.bucket, Key=f"{place.folder}/{place.name}".lstrip("/")
                ),
            ),
            Permission("s3:PutObject", _OBJECT),
            Permission("s3:DeleteObject", _OBJECT),
        ),
    }
)
"""Feature -> what it needs."""


def unused_name() -> str:
    """A name of ours that nothing has."""
    return f"{PREFIX}doctor-{secrets.token_hex(8)}"


def judged(
    session: Any, caller: str, place: Place, permissions: Iterable[Permission]
) -> Iterator[tuple[Permission, Verdict]]:
    """Whether the caller (its ARN) may; each permission once, in order."""
    asked = list(permissions)
    simulated = _simulated(session, _principal(session, caller), place, asked)
    for number, permission in enumerate(asked):
        verdict = simulated[number] if simulated else Verdict.UNKNOWN
        if verdict is Verdict.UNKNOWN and permission.harmless:
            verdict = tried(partial(permission.harmless, session, place))
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


def _principal(session: Any, caller: str) -> str:
    """Whose policies count: of an assumed role the role itself, whose path the caller's ARN leaves out."""
    found = re.fullmatch(r"arn:([\w-]+):sts::(\d+):assumed-role/([^/]+)/.+", caller)
    if not found:
        return caller
    partition, account, name = found.groups()
    try:
        return str(clients.iam(session).get_role(RoleName=name)["Role"]["Arn"])
    except (ClientError, BotoCoreError):
        return f"arn:{partition}:iam::{account}:role/{name}"


def _simulated(
    session: Any, principal: str, place: Place, permissions: Sequence[Permission]
) -> list[Verdict] | None:
    """IAM's own answers; None where it may not be asked."""
    client, found = clients.iam(session), []
    try:
        for permission in permissions:
            # The actions differ in what they act on, and IAM evaluates each action on each resource.
            resource = permission.resource.format(**_fields(place))
            answer = client.simulate_principal_policy(
                PolicySourceArn=principal,
                ActionNames=[permission.action],
                ResourceArns=[resource or "*"],
                ContextEntries=_context(permission, place),
            )
            found.append(_decided(answer["EvaluationResults"][0]))
    except (ClientError, BotoCoreError, LookupError):
        return None
    return found


def _decided(result: Mapping[str, Any]) -> Verdict:
    if result["EvalDecision"] == "allowed":
        return Verdict.OK
    return Verdict.UNKNOWN if result.get("MissingContextValues") else Verdict.MISSING


def _context(permission: Permission, place: Place) -> list[dict[str, object]]:
    """What the conditions of policies ask about, as our own calls would have it."""
    service = "scheduler" if permission.resource == "{scheduler_role_arn}" else "sagemaker"
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
