"""Who may ask: whether a request is signed at the right time."""

from __future__ import annotations

from datetime import UTC, datetime

from standins.aws.faults import Refused
from standins.aws.http import Request
from standins.aws.state import State

STAMP = "%Y%m%dT%H%M%SZ"
MINUTES, MINUTES_S3 = 5, 15
"""How far a signature's time may be off; AWS's documented limits."""


def unsigned(state: State, request: Request, service: str) -> Refused | None:
    """Why AWS does not take the request's signature; None when it does."""
    stamp = request.headers.get("x-amz-date", "")
    if state.checks_time and stamp:
        return _off(
            datetime.strptime(stamp, STAMP).replace(tzinfo=UTC).timestamp(), state.now(), service, stamp
        )
    return None


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
    if service in {"iam", "sts"}:
        return Refused("SignatureDoesNotMatch", text, 403)
    return Refused("InvalidSignatureException", text, 403)


def _stamp(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).strftime(STAMP)
