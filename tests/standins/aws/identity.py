"""Who asks: signatures' times, credentials that end, and actions that the caller may not take.

Each service words the same refusal in its own way; codes and messages here are theirs.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from standins.aws.account import ACCOUNT
from standins.aws.faults import AccessDenied, Refused
from standins.aws.http import Request
from standins.aws.state import State

STATIC_KEY = "AKIAIOSFODNN7EXAMPLE"
STATIC_SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
STAMP = "%Y%m%dT%H%M%SZ"
MINUTES, MINUTES_S3 = 5, 15
"""How far a signature's time may be off; AWS's documented limits."""
QUERY = {"iam", "sts"}
PERMISSIONS = {
    "ListObjectsV2": ("s3:ListBucket",),
    "HeadBucket": ("s3:ListBucket",),
    "HeadObject": ("s3:GetObject",),
    "DeleteObjects": ("s3:DeleteObject",),
    "CreateModel": ("sagemaker:CreateModel", "iam:PassRole"),
    "CreateSchedule": ("scheduler:CreateSchedule", "iam:PassRole"),
    "UpdateSchedule": ("scheduler:UpdateSchedule", "iam:PassRole"),
}
"""The permissions that a call needs, where it isn't the one that is called like it."""
FREE = {"GetCallerIdentity", "AssumeRoleWithWebIdentity"}
"""What nobody can be denied; AssumeRoleWithWebIdentity asks the role's trust policy instead."""


@dataclass(frozen=True, slots=True)
class Issued:
    """Credentials that the stand-in has given, or was born with."""

    key: str
    secret: str
    token: str
    """`` for keys without one."""
    arn: str
    """Who has them."""
    user_id: str
    ends: float | None = None
    """Seconds since 1970, on AWS's clock."""


STATIC = Issued(STATIC_KEY, STATIC_SECRET, "", f"arn:aws:iam::{ACCOUNT}:user/blog", "AIDAIOSFODNN7EXAMPLE")


def refused(state: State, request: Request, service: str, operation: str) -> Refused | None:
    """Why AWS does not let this request through; None when it does. `service` as it is signed for."""
    if not request.signed_for:  # protocol.called knows which requests need no signature
        return None
    stamp = request.headers.get("x-amz-date", "")
    if state.checks_time and stamp:
        signed = datetime.strptime(stamp, STAMP).replace(tzinfo=UTC).timestamp()
        if problem := _off(signed, state.now(), service, stamp):
            return problem
    issued = state.credentials.get(request.key)
    token = request.headers.get("x-amz-security-token", "")
    if not issued or issued.token not in {"", token}:
        return _unknown(service)
    if issued.ends is not None and issued.ends <= state.now():
        return _ended(service)
    for permission in PERMISSIONS.get(operation, (f"{service}:{operation}",)):
        if operation not in FREE and permission in state.denied_actions:
            return _denied(service, permission, issued)
    return None


def _unknown(service: str) -> Refused:
    if service == "s3":
        text = "The AWS Access Key Id you provided does not exist in our records."
        return Refused("InvalidAccessKeyId", text, 403)
    code = "InvalidClientTokenId" if service in QUERY else "UnrecognizedClientException"
    return Refused(
        code, "The security token included in the request is invalid.", 403 if service in QUERY else 400
    )


def _ended(service: str) -> Refused:
    if service == "s3":
        return Refused("ExpiredToken", "The provided token has expired.", 400)
    code, status = ("ExpiredToken", 403) if service in QUERY else ("ExpiredTokenException", 400)
    return Refused(code, "The security token included in the request is expired", status)


def _denied(service: str, permission: str, issued: Issued) -> Refused:
    told = AccessDenied(permission, who=issued.arn)
    if service in QUERY | {"s3"}:
        return Refused("AccessDenied", told.message, 403)
    return told


def _off(signed: float, now: float, service: str, stamp: str) -> Refused | None:
    minutes = MINUTES_S3 if service == "s3" else MINUTES
    if abs(now - signed) <= minutes * 60:
        return None
    if service == "s3":
        text = "The difference between the request time and the current time is too large."
        return Refused("RequestTimeTooSkewed", text, 403)
    sign, words, limit = (
        ("-", "expired: {} is now earlier than", now - minutes * 60)
        if signed < now
        else ("+", "not yet current: {} is still later than", now + minutes * 60)
    )
    text = f"Signature {words.format(stamp)} {_stamp(limit)} ({_stamp(now)} {sign} {minutes} min.)"
    return Refused("SignatureDoesNotMatch" if service in QUERY else "InvalidSignatureException", text, 403)


def _stamp(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).strftime(STAMP)
