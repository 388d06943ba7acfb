"""STS and the part of IAM that moto lacks: a role for a GitHub token, who am I, what may I.

What AWS documents and this follows: AssumeRoleWithWebIdentity is not signed; the account must have the
token's issuer as a provider; the token's audience and subject must be those of the role's trust policy;
credentials live an hour unless asked otherwise, and no longer than the role's MaxSessionDuration.
"""

from __future__ import annotations

import fnmatch
import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from standins.aws.account import ACCOUNT
from standins.aws.faults import Refused
from standins.aws.identity import Issued
from standins.aws.state import State
from standins.oidc import ISSUER, claims

PROVIDER = ISSUER.removeprefix("https://")
NO_JWT = "The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)"
NOT_AUTHORIZED = Refused("AccessDenied", "Not authorized to perform sts:AssumeRoleWithWebIdentity", 403)


class Sts:
    """AssumeRoleWithWebIdentity, GetCallerIdentity and SimulatePrincipalPolicy."""

    def __init__(self, state: State) -> None:
        self._state = state

    def answer(self, operation: str, given: Mapping[str, Any]) -> Refused | dict[str, Any] | None:
        """An own answer or the refusal; None when moto may act."""
        match operation:
            case "AssumeRoleWithWebIdentity":
                return self._assume(given)
            case "GetCallerIdentity":
                caller = self._state.credentials[self._state.caller]
                return {"UserId": caller.user_id, "Account": ACCOUNT, "Arn": caller.arn}
            case "SimulatePrincipalPolicy":
                return self._simulate(given)
            case _:
                return None

    def _assume(self, given: Mapping[str, Any]) -> Refused | dict[str, Any]:
        now = self._state.now()
        try:
            said = claims(given["WebIdentityToken"])
        except ValueError:
            return _untrue(NO_JWT)
        if not any(arn.endswith(f"/{PROVIDER}") for arn in self._state.providers) or said["iss"] != ISSUER:
            return _untrue(f"No OpenIDConnect provider found in your account for {said['iss']}")
        if said["exp"] <= now:
            text = (
                f"Token expired: current date/time {int(now)} must be before the expiration date/time "
                f"{said['exp']}"
            )
            return Refused("ExpiredTokenException", text)
        role = self._state.roles.get(given["RoleArn"])
        if not role:
            return NOT_AUTHORIZED
        wanted = trusted(role.assume_role_policy_document)
        if not _fits(said["aud"], wanted.get("aud", ("sts.amazonaws.com",))):
            return _untrue("Incorrect token audience")
        if not wanted or not _fits(said["sub"], wanted.get("sub", ("*",))):
            return NOT_AUTHORIZED
        seconds = given.get("DurationSeconds", 3600)
        if seconds > int(role.max_session_duration or 3600):
            text = "The requested DurationSeconds exceeds the MaxSessionDuration set for this role."
            return Refused("ValidationError", text)
        return self._give(role, given["RoleSessionName"], said, now + seconds)

    def _give(self, role: Any, session: str, said: Mapping[str, Any], ends: float) -> dict[str, Any]:
        count = len(self._state.credentials)
        mark = hashlib.sha256(f"{role.arn} {session} {count} {ends}".encode()).hexdigest()
        arn = f"arn:aws:sts::{ACCOUNT}:assumed-role/{role.name}/{session}"
        issued = Issued(
            f"ASIA{mark[:16].upper()}", mark[:40], f"token-{mark}", arn, f"{role.id}:{session}", ends
        )
        self._state.credentials[issued.key] = issued
        return {
            "Credentials": {
                "AccessKeyId": issued.key,
                "SecretAccessKey": issued.secret,
                "SessionToken": issued.token,
                "Expiration": datetime.fromtimestamp(ends, UTC),
            },
            "SubjectFromWebIdentityToken": said["sub"],
            "AssumedRoleUser": {"AssumedRoleId": issued.user_id, "Arn": arn},
            "Provider": f"arn:aws:iam::{ACCOUNT}:oidc-provider/{PROVIDER}",
            "Audience": said["aud"],
        }

    def _simulate(self, given: Mapping[str, Any]) -> Refused | dict[str, Any]:
        source = given["PolicySourceArn"]
        if ":assumed-role/" in source:
            text = f"Invalid Entity Arn: {source} does not clearly define entity type and name."
            return Refused("InvalidInput", text)
        if ":role/" in source and source not in self._state.roles:
            name = source.rpartition("/")[2]
            return Refused("NoSuchEntity", f"The role with name {name} cannot be found.", 404)
        results = [
            {
                "EvalActionName": action,
                "EvalResourceName": resource,
                "EvalDecision": "implicitDeny" if action in self._state.denied_actions else "allowed",
            }
            for action in given["ActionNames"]
            for resource in given.get("ResourceArns", ["*"])
        ]
        return {"EvaluationResults": results, "IsTruncated": False}


def trusted(policy: str | Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """What a trust policy wants of GitHub's tokens, as `aud` and `sub`; empty when it trusts GitHub not."""
    document = json.loads(policy) if isinstance(policy, str) else policy
    for statement in document["Statement"]:
        federated = statement.get("Principal", {}).get("Federated", "")
        action = statement.get("Action", "")
        if statement["Effect"] != "Allow" or not str(federated).endswith(f"/{PROVIDER}"):
            continue
        if "sts:AssumeRoleWithWebIdentity" not in ([action] if isinstance(action, str) else action):
            continue
        wanted: dict[str, tuple[str, ...]] = {"iss": (ISSUER,)}
        for rules in statement.get("Condition", {}).values():
            for name, values in rules.items():
                wanted[name.rpartition(":")[2]] = (values,) if isinstance(values, str) else tuple(values)
        return wanted
    return {}


def _fits(value: str, patterns: tuple[str, ...]) -> bool:
    return any(fnmatch.fnmatchcase(value, pattern) for pattern in patterns)


def _untrue(message: str) -> Refused:
    return Refused("InvalidIdentityToken", message)
