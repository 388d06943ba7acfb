"""The dead man's switch: a schedule in the account that ends what a killed run can't end any more.

EventBridge Scheduler calls AWS's own API once, at a given moment, with a role of its own, and tries again
for a day while that is refused (an endpoint that is still Creating can't be deleted). Whoever uses the
thing pushes the moment out; a clean end removes the schedule. After its work it removes itself.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from polypost.errors import ServiceError, UsageError
from polypost.sagemaker import clients
from polypost.sagemaker.account import Account

MARGIN_SECONDS = 300.0
"""How long after the last lease's end it acts: the runs themselves come first."""
_ATTEMPTS = 3


@dataclass(frozen=True, slots=True)
class Act:
    """What the schedule does, and to what kind of thing."""

    operation: str
    argument: str


DELETE_ENDPOINT = Act("deleteEndpoint", "EndpointName")
STOP_JOB = Act("stopTransformJob", "TransformJobName")


@dataclass(frozen=True, slots=True)
class Switch:
    """The schedules of one account; without a role there are none."""

    account: Account
    role_arn: str | None
    act: Act = DELETE_ENDPOINT

    @property
    def set(self) -> bool:
        """Whether there are schedules at all."""
        return self.role_arn is not None

    def push(self, name: str, until: float) -> None:
        """Let the schedule `name` act some minutes after `until` (AWS's clock), never before it would have.

        Raises UsageError for a role that doesn't fit, ServiceError when AWS refuses: without its guard
        nothing shall be created.
        """
        if self.role_arn is None:
            return
        try:
            for _ in range(_ATTEMPTS):
                # A run that was frozen since it chose `until` may come too late with it.
                if self._pushed(name, max(until, self.account.now()) + MARGIN_SECONDS):
                    return
        except (ClientError, BotoCoreError) as error:
            if clients.code(error) == "ValidationException":
                raise UsageError(
                    f"AWS finds the schedule wrong that guards {name}: {clients.message(error)} Correct "
                    "scheduler-role-arn; the template in aws/ creates such a role."
                ) from error
            raise clients.explain(error, f"schedule the end of {name}") from error
        raise ServiceError(
            f"The schedule that guards {name} was changed by others {_ATTEMPTS} times in a row. Run again."
        )

    def remove(self, name: str) -> str:
        """Remove the schedule; empty when it is gone, else why it is not. It is harmless where it stays."""
        return "" if self.role_arn is None else self.erase(name)

    def erase(self, name: str) -> str:
        """The same with or without a role: for a schedule that another run has made."""
        try:
            self.account.scheduler.delete_schedule(Name=name)
        except ClientError as error:
            return "" if _missing(error) else clients.message(error)
        except BotoCoreError as error:
            return clients.message(error)
        return ""

    def due(self, name: str) -> float | None:
        """When the schedule `name` acts (AWS's clock), with or without a role; None when that isn't known."""
        try:
            return moment(self.account.scheduler.get_schedule(Name=name)["ScheduleExpression"])
        except (ClientError, BotoCoreError):
            return None

    def _pushed(self, name: str, at: float) -> bool:
        """False when another run did something at the same moment: look again."""
        client = self.account.scheduler
        try:
            there = client.get_schedule(Name=name)["ScheduleExpression"]
        except ClientError as error:
            if not _missing(error):
                raise
            there = ""
        if there and (moment(there) or 0.0) >= at:
            return True
        try:
            (client.update_schedule if there else client.create_schedule)(**self._wishes(name, at))
        except ClientError as error:
            if _missing(error) or clients.code(error) == "ConflictException" or at <= self.account.now():
                return False
            raise
        return True

    def _wishes(self, name: str, at: float) -> dict[str, Any]:
        return {
            "Name": name,
            "ScheduleExpression": expression(at),
            "ScheduleExpressionTimezone": "UTC",
            "FlexibleTimeWindow": {"Mode": "OFF"},
            "ActionAfterCompletion": "DELETE",
            "Description": "Ends what a run of polypost could not end.",
            "Target": {
                "Arn": f"arn:{self.account.partition}:scheduler:::aws-sdk:sagemaker:{self.act.operation}",
                "RoleArn": self.role_arn,
                "Input": json.dumps({self.act.argument: name}),
                "RetryPolicy": {"MaximumEventAgeInSeconds": 86_400, "MaximumRetryAttempts": 185},
            },
        }


def expression(at: float) -> str:
    """A moment as Scheduler writes it, in whole seconds, UTC."""
    return datetime.fromtimestamp(at, UTC).strftime("at(%Y-%m-%dT%H:%M:%S)")


def moment(text: str) -> float | None:
    """The reverse of `expression`; None for any other schedule."""
    try:
        return datetime.strptime(text, "at(%Y-%m-%dT%H:%M:%S)").replace(tzinfo=UTC).timestamp()
    except ValueError:
        return None


def _missing(error: ClientError) -> bool:
    return clients.code(error) == "ResourceNotFoundException"
