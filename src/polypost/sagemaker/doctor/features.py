"""Which actions of AWS each feature needs, on what, and how to ask for one without doing it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

Client = Callable[[str], Any]
"""Service -> boto3's client for it."""


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
    harmless: Callable[[Client, Place], object] | None = None
    """A call that does nothing but be allowed or denied."""


def _sagemaker(action: str, kind: str, member: str = "") -> Permission:
    """An action on what has a name; with `member`, one that may be called on a name that nothing has."""
    operation = re.sub(r"(?<!^)(?=[A-Z])", "_", action).lower()

    def harmless(client: Client, place: Place) -> object:
        return getattr(client("sagemaker"), operation)(**{member: place.name})

    resource = f"arn:{{partition}}:sagemaker:{{region}}:{{account}}:{kind}/{{name}}"
    return Permission(f"sagemaker:{action}", resource, harmless if member else None)


def _listed(action: str) -> Permission:
    operation = re.sub(r"(?<!^)(?=[A-Z])", "_", action).lower()

    def harmless(client: Client, place: Place) -> object:
        return getattr(client("sagemaker"), operation)(NameContains=place.name, MaxResults=1)

    return Permission(f"sagemaker:{action}", "*", harmless)


def _tags(kind: str) -> Callable[[Client, Place], object]:
    def harmless(client: Client, place: Place) -> object:
        arn = f"arn:{place.partition}:sagemaker:{place.region}:{place.account}:{kind}/{place.name}"
        return client("sagemaker").list_tags(ResourceArn=arn)

    return harmless


def _schedule(action: str, harmless: Callable[[Client, Place], object] | None = None) -> Permission:
    resource = "arn:{partition}:scheduler:{region}:{account}:schedule/default/{name}"
    return Permission(f"scheduler:{action}", resource, harmless)


_MODEL = "arn:{partition}:sagemaker:{region}:{account}:model/{name}"
_JOB = "arn:{partition}:sagemaker:{region}:{account}:transform-job/{name}"
_ENDPOINT = "arn:{partition}:sagemaker:{region}:{account}:endpoint/{endpoint}"
_OBJECT = "arn:{partition}:s3:::{bucket}/{folder}/{name}"

FEATURES: Mapping[str, tuple[Permission, ...]] = MappingProxyType(
    {
        "attach": (
            Permission(
                "sagemaker:DescribeEndpoint",
                _ENDPOINT,
                lambda client, place: client("sagemaker").describe_endpoint(EndpointName=place.endpoint),
            ),
            Permission(
                "sagemaker:InvokeEndpoint",
                _ENDPOINT,
                lambda client, place: client("sagemaker-runtime").invoke_endpoint(
                    EndpointName=place.name, Body=b"{}"
                ),
            ),
        ),
        "model": (
            _sagemaker("CreateModel", "model"),
            _sagemaker("AddTags", "model"),
            _sagemaker("DeleteTags", "model"),
            Permission("sagemaker:ListTags", _MODEL, _tags("model")),
            _sagemaker("DescribeModel", "model", "ModelName"),
            _sagemaker("DeleteModel", "model", "ModelName"),
            Permission("iam:PassRole", "{role_arn}"),
        ),
        "deploy": (
            _sagemaker("CreateEndpointConfig", "endpoint-config"),
            _sagemaker("CreateEndpoint", "endpoint"),
            _sagemaker("AddTags", "endpoint"),
            _sagemaker("DeleteTags", "endpoint"),
            Permission("sagemaker:ListTags", _ENDPOINT, _tags("endpoint")),
            _sagemaker("DescribeEndpointConfig", "endpoint-config", "EndpointConfigName"),
            _sagemaker("DeleteEndpoint", "endpoint", "EndpointName"),
            _sagemaker("DeleteEndpointConfig", "endpoint-config", "EndpointConfigName"),
        ),
        "sweep": (
            _listed("ListEndpoints"),
            _listed("ListEndpointConfigs"),
            _listed("ListModels"),
            _listed("ListTransformJobs"),
        ),
        "schedule": (
            _schedule("CreateSchedule"),
            _schedule("UpdateSchedule"),
            _schedule(
                "GetSchedule",
                lambda client, place: client("scheduler").get_schedule(Name=place.name),
            ),
            _schedule(
                "DeleteSchedule",
                lambda client, place: client("scheduler").delete_schedule(Name=place.name),
            ),
            Permission("iam:PassRole", "{scheduler_role_arn}"),
        ),
        "batch": (
            _sagemaker("CreateTransformJob", "transform-job"),
            _sagemaker("AddTags", "transform-job"),
            Permission("sagemaker:ListTags", _JOB, _tags("transform-job")),
            _sagemaker("DescribeTransformJob", "transform-job", "TransformJobName"),
            _sagemaker("StopTransformJob", "transform-job", "TransformJobName"),
            Permission(
                "s3:ListBucket",
                "arn:{partition}:s3:::{bucket}",
                lambda client, place: client("s3").list_objects_v2(
                    Bucket=place.bucket, Prefix=f"{place.folder}/{place.name}".lstrip("/"), MaxKeys=1
                ),
            ),
            Permission(
                "s3:GetObject",
                _OBJECT,
                lambda client, place: client("s3").get_object(
                    Bucket=place.bucket, Key=f"{place.folder}/{place.name}".lstrip("/")
                ),
            ),
            Permission("s3:PutObject", _OBJECT),
            Permission("s3:DeleteObject", _OBJECT),
        ),
    }
)
"""Feature -> what it needs."""
