"""Models, endpoint configurations and endpoints: what SageMaker refuses, and what becomes of them with time.

Added to moto: names can't be created twice; a role must exist and trust SageMaker; instance quotas; endpoints
are Creating for a while, can't be deleted meanwhile, and may end as Failed. Messages are AWS's own where one
is known.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from standins.aws.account import ACCOUNT, REGION
from standins.aws.faults import INSUFFICIENT_CAPACITY, Refused, ResourceLimitExceeded
from standins.aws.state import State

KINDS = {
    "CreateModel": ("model", "ModelName", "_models"),
    "CreateEndpointConfig": ("endpoint configuration", "EndpointConfigName", "endpoint_configs"),
    "CreateEndpoint": ("endpoint", "EndpointName", "endpoints"),
}


class Endpoints:
    """The rules over moto's models, configurations and endpoints."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._born: dict[str, float] = {}
        self._gone: dict[str, float] = {}
        """When an endpoint that is Deleting will be gone."""

    def left(self) -> list[str]:
        """What exists, each as `kind name`."""
        return [
            f"{kind} {name}"
            for kind, _, holder in KINDS.values()
            for name in sorted(getattr(self._state.sagemaker, holder))
        ]

    def answer(self, operation: str, given: Mapping[str, Any]) -> Refused | dict[str, Any] | None:
        """The refusal, or an own answer; None when moto may act."""
        if operation in KINDS:
            kind, member, holder = KINDS[operation]
            if given[member] in getattr(self._state.sagemaker, holder):
                arn = f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:{kind.replace('uration', '').replace(' ', '-')}"
                return _invalid(f'Cannot create already existing {kind} "{arn}/{given[member]}".')
        if operation == "CreateModel" and not trusts(self._state, given["ExecutionRoleArn"], "sagemaker"):
            return _invalid(
                f"Could not assume role {given['ExecutionRoleArn']}. Please ensure that the role exists and "
                "allows principal 'sagemaker.amazonaws.com' to assume the role."
            )
        if operation == "CreateEndpoint":
            return self._over_quota(given["EndpointConfigName"])
        if operation in {"DeleteEndpoint", "UpdateEndpoint"}:
            endpoint = self._state.sagemaker.endpoints.get(given["EndpointName"])
            if endpoint and endpoint.endpoint_status in {"Creating", "Deleting"}:
                return _invalid(f'Cannot update in-progress endpoint "{endpoint.arn}".')
            if endpoint and self._state.deleting_seconds:
                endpoint.endpoint_status = "Deleting"
                self._gone[given["EndpointName"]] = self._state.now() + self._state.deleting_seconds
                return {}
        return None

    def done(self, operation: str, given: Mapping[str, Any]) -> None:
        """moto has acted."""
        if operation == "CreateEndpoint":
            self._born[given["EndpointName"]] = self._state.now()
            self.age(self._state.now())

    def age(self, now: float) -> None:
        """Give each endpoint the status of its age; moto's own is InService from the first moment."""
        for name in [name for name, at in self._gone.items() if at <= now]:
            del self._gone[name], self._state.sagemaker.endpoints[name]
        for name, endpoint in self._state.sagemaker.endpoints.items():
            if endpoint.endpoint_status in {"Failed", "Deleting"} or name not in self._born:
                continue
            short = self._state.no_capacity & self._instances(endpoint.endpoint_config_name).keys()
            reason = INSUFFICIENT_CAPACITY if short else self._state.fail_with
            if now - self._born[name] < self._state.creating_seconds:
                endpoint.endpoint_status = "Creating"
            elif endpoint.endpoint_status == "Creating" or self._state.creating_seconds == 0:
                endpoint.endpoint_status = "Failed" if reason else "InService"
                endpoint.failure_reason = reason

    def _over_quota(self, config_name: str) -> Refused | None:
        used: dict[str, int] = {}
        for endpoint in self._state.sagemaker.endpoints.values():
            for kind, count in self._instances(endpoint.endpoint_config_name).items():
                used[kind] = used.get(kind, 0) + count
        for kind, count in self._instances(config_name).items():
            allowed = allowance(self._state, kind, "endpoint usage")
            if used.get(kind, 0) + count > allowed:
                return ResourceLimitExceeded(kind, limit=allowed, used=used.get(kind, 0), asked=count)
        return None

    def _instances(self, config_name: str) -> dict[str, int]:
        config = self._state.sagemaker.endpoint_configs.get(config_name)
        return {
            variant.get("InstanceType", ""): variant.get("InitialInstanceCount", 1)
            for variant in (config.production_variants if config else ())
        }


def allowance(state: State, instance_type: str, usage: str) -> int:
    """The quota of an instance type for `endpoint usage` or `transform job usage`, in instances."""
    return 0 if state.quota & {instance_type, f"{instance_type} for {usage}"} else state.quota_instances


def trusts(state: State, role_arn: str, service: str) -> bool:
    """Whether the role exists and its trust policy names the service."""
    role = state.roles.get(role_arn)
    policy = role.assume_role_policy_document if role else ""
    return f"{service}.amazonaws.com" in (policy if isinstance(policy, str) else json.dumps(policy))


def _invalid(message: str) -> Refused:
    return Refused("ValidationException", message)
