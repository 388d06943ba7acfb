"""EventBridge Scheduler: what it refuses, and its one-time schedules going off.

moto stores schedules and never runs them. Here a due `at(...)` schedule calls its target, through the same
door as any other request, when its moment has come on the stand-in's clock. What AWS documents and this
follows: universal targets are `arn:aws:scheduler:::aws-sdk:SERVICE:ACTION` with the request as `Input`; a
refused call is tried again with exponential backoff until MaximumEventAgeInSeconds or MaximumRetryAttempts;
ActionAfterCompletion=DELETE then removes the schedule; an UpdateSchedule replaces every setting, unnamed ones
by their defaults. The real one is punctual within a minute, this one to the second.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from standins.aws.account import ACCOUNT, REGION
from standins.aws.description import complaints, service
from standins.aws.endpoints import trusts
from standins.aws.faults import Refused
from standins.aws.state import State

AT = re.compile(r"at\((\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\)")
TARGET = re.compile(r"arn:aws:scheduler:::aws-sdk:sagemaker:(\w+)")
ACTIONS = {"deleteEndpoint": "DeleteEndpoint", "stopTransformJob": "StopTransformJob"}
UNTRUSTING = "The execution role you provide must allow AWS EventBridge Scheduler to assume the role."
BACKOFF_SECONDS, BACKOFF_LIMIT = 60.0, 3600.0


@dataclass(frozen=True, slots=True)
class Firing:
    """One call that a schedule made."""

    schedule: str
    operation: str
    input: dict[str, Any]
    at: float
    """Seconds since 1970, on AWS's clock."""
    error: str
    """The code and words of the refusal, `` for none."""


@dataclass(frozen=True, slots=True)
class Armed:
    first: float
    next: float
    tries: int = 0


Perform = Callable[[str, dict[str, Any], float], str]
"""Calls an operation of SageMaker at a moment; the refusal, `` for none."""


class Schedules:
    """The rules over moto's schedules of the default group."""

    def __init__(self, state: State, perform: Perform) -> None:
        self._state, self._perform = state, perform
        self._armed: dict[str, Armed] = {}
        self._tokens: dict[str, Mapping[str, Any]] = {}
        self.fired: list[Firing] = []

    def left(self) -> list[str]:
        return [f"schedule {name}" for name in sorted(self._state.schedules)]

    def answer(self, operation: str, given: Mapping[str, Any]) -> Refused | dict[str, Any] | None:
        """The refusal, or an own answer; None when moto may act."""
        if given.get("GroupName", "default") != "default":
            return Refused(
                "ResourceNotFoundException", f"Schedule group {given['GroupName']} does not exist.", 404
            )
        if operation == "CreateSchedule" and self._tokens.get(given.get("ClientToken", "")) == given:
            # The same request once more, whose first answer was lost.
            return {"ScheduleArn": f"arn:aws:scheduler:{REGION}:{ACCOUNT}:schedule/default/{given['Name']}"}
        if operation in {"CreateSchedule", "UpdateSchedule"}:
            return self._wrong(given)
        return None

    def done(self, operation: str, given: Mapping[str, Any]) -> None:
        """moto has acted."""
        name = given.get("Name", "")
        if operation in {"CreateSchedule", "UpdateSchedule"}:
            schedule = self._state.schedules[name]
            schedule.action_after_completion = given.get("ActionAfterCompletion", "NONE")
            schedule.state = given.get("State", "ENABLED")
            moment = due(given)
            self._armed.pop(name, None)
            if schedule.state == "ENABLED" and moment is not None:
                self._armed[name] = Armed(moment, moment)
        if operation == "CreateSchedule" and "ClientToken" in given:
            self._tokens[given["ClientToken"]] = dict(given)
        if operation == "DeleteSchedule":
            self._armed.pop(name, None)

    def run(self, now: float) -> None:
        """Everything that is due by now, in order, each at its own moment."""
        while self._armed:
            name, armed = min(self._armed.items(), key=lambda item: item[1].next)
            if armed.next > now:
                return
            self._fire(name, armed)

    def _fire(self, name: str, armed: Armed) -> None:
        schedule = self._state.schedules[name]
        operation = ACTIONS[TARGET.fullmatch(schedule.target["Arn"])[1]]
        given = json.loads(schedule.target["Input"])
        if trusts(self._state, schedule.target["RoleArn"], "scheduler"):
            refusal = self._perform(operation, given, armed.next)
        else:
            refusal = "AccessDeniedException: the execution role can't be assumed"
        self.fired.append(Firing(name, operation, given, armed.next, refusal))
        policy = schedule.target["RetryPolicy"]
        again = armed.next + min(BACKOFF_SECONDS * 2**armed.tries, BACKOFF_LIMIT)
        age = policy.get("MaximumEventAgeInSeconds", 86_400)
        if refusal and armed.tries < policy.get("MaximumRetryAttempts", 185) and again <= armed.first + age:
            self._armed[name] = replace(armed, next=again, tries=armed.tries + 1)
            return
        del self._armed[name]
        if schedule.action_after_completion == "DELETE":
            del self._state.schedules[name]

    def _wrong(self, given: Mapping[str, Any]) -> Refused | None:
        target, window = given["Target"], given["FlexibleTimeWindow"]
        expression = given["ScheduleExpression"]
        moment = due(given)
        if moment is None or moment < self._state.now():
            return _invalid(f"Invalid Schedule Expression {expression}.")
        if (window["Mode"] == "FLEXIBLE") != ("MaximumWindowInMinutes" in window):
            return _invalid("MaximumWindowInMinutes must be set with the FLEXIBLE mode, and only with it.")
        action = TARGET.fullmatch(target["Arn"])
        if not action or action[1] not in ACTIONS:
            return _invalid(f"Provided Arn is not in correct format. ({target['Arn']})")
        if not trusts(self._state, target["RoleArn"], "scheduler"):
            return _invalid(
                "The execution role you provide must allow AWS EventBridge Scheduler to assume the role."
            )
        try:
            called = json.loads(target.get("Input", "{}"))
        except ValueError:
            return _invalid("Invalid RequestJson provided. Reason: it is not JSON.")
        shape = service("sagemaker").operation_model(ACTIONS[action[1]]).input_shape
        if problems := list(complaints(shape, called)):
            return _invalid(f"Invalid RequestJson provided. Reason: {'; '.join(problems)}")
        return None


def due(given: Mapping[str, Any]) -> float | None:
    """When a one-time schedule goes off, in seconds since 1970; None for any other expression."""
    match = AT.fullmatch(given["ScheduleExpression"])
    try:
        zone = ZoneInfo(given.get("ScheduleExpressionTimezone", "UTC"))
        return datetime.fromisoformat(match[1]).replace(tzinfo=zone).timestamp() if match else None
    except (ValueError, LookupError):
        return None


def _invalid(message: str) -> Refused:
    return Refused("ValidationException", message)
