"""What the tags of a thing in the account say: whose it is, who needs it, and until when; pure.

A lease is one tag, `polypost:lease:<run>`, whose value is the moment at which it runs out. Tags can't be
changed by compare-and-swap, but each run writes only its own, so that no run overwrites another's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

OWNER, OWNER_TAG = "polypost", "polypost:created-by"
RUN_TAG = "polypost:run"
EXPIRES_TAG = "polypost:expires-at"
KEEP_TAG = "polypost:keep"
LEASE_TAG = "polypost:lease:"

LEASE_SECONDS = 1200.0
"""How long a lease holds without being renewed: longer than any wait of a run that still lives, which are the
first question to a model and one request to GitHub, each with its retries: ten minutes."""
RENEW_SECONDS = 300.0


@dataclass(frozen=True, slots=True)
class Claim:
    """What the tags of one thing say."""

    ours: bool
    """Whether polypost created it."""
    leases: Mapping[str, float | None]
    """Run -> seconds since 1970 at which its lease runs out; None where the tag is not readable."""
    expires_at: float | None
    """The latest moment that any run has asked for; None when no readable tag tells it."""
    kept: bool
    """Whether its owner wants it to stay."""
    maker: str
    """The run that created it."""

    def live(self, now: float, but: str = "") -> tuple[str, ...]:
        """The runs other than `but` that need it; an unreadable lease counts as one that holds."""
        return tuple(
            run for run, end in sorted(self.leases.items()) if run != but and (end is None or end > now)
        )

    def dead(self, now: float) -> tuple[str, ...]:
        """The runs whose leases have run out: killed, or unable to clean up."""
        return tuple(run for run, end in sorted(self.leases.items()) if end is not None and end <= now)


def read(tags: Mapping[str, str]) -> Claim:
    """What tags say; what they don't say is not guessed."""
    return Claim(
        ours=tags.get(OWNER_TAG) == OWNER,
        leases={
            key.removeprefix(LEASE_TAG): moment(value)
            for key, value in tags.items()
            if key.startswith(LEASE_TAG)
        },
        expires_at=moment(tags.get(EXPIRES_TAG, "")),
        kept=KEEP_TAG in tags,
        maker=tags.get(RUN_TAG, ""),
    )


def leased(run: str, until: float) -> dict[str, str]:
    """The tags that a run writes to take or renew its lease."""
    return {f"{LEASE_TAG}{run}": stamp(until), EXPIRES_TAG: stamp(until)}


def stamp(seconds: float) -> str:
    """Seconds since 1970 as `2026-01-31T12:00:00Z`."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def clock_time(seconds: float) -> str:
    """Seconds since 1970 as a person reads them on the same day: `12:05 UTC`."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%H:%M UTC")


def moment(text: str) -> float | None:
    """The reverse of `stamp`; None for anything else."""
    try:
        return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC).timestamp()
    except ValueError:
        return None
