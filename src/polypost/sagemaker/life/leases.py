"""A run's lease on a thing that several runs may share."""

from __future__ import annotations

from botocore.exceptions import BotoCoreError, ClientError

from polypost.errors import PolypostError
from polypost.sagemaker import clients
from polypost.sagemaker.life import ownership, tags
from polypost.sagemaker.life.ownership import LEASE_SECONDS, LEASE_TAG, RENEW_SECONDS, Claim
from polypost.sagemaker.life.switch import Switch


class Lease:
    """Held by one run on one thing, renewed as long as the run calls `beat`.

    Nothing renews it in the background: a run that hangs is as good as dead, and shall lose it.
    """

    def __init__(self, switch: Switch, name: str, arn: str, run: str) -> None:
        """`switch`: pushed out with each renewal, under `name`, as long as the thing is not to be kept."""
        self._switch = switch
        self._name = name
        self._arn = arn
        self._run = run
        self._account = switch.account
        self._clock = switch.account.around.clock
        self._tried = self._clock.monotonic()
        self._alone = 0.0
        self._alone_since: float | None = None

    def alone(self) -> float:
        """Seconds in which nobody else held or kept the thing, as far as the renewals have shown."""
        going = 0.0 if self._alone_since is None else self._clock.monotonic() - self._alone_since
        return self._alone + going

    def take(self) -> Claim | None:
        """Write the lease; what the tags said before, None when the thing is not polypost's.

        Raises UsageError or ServiceError when the schedule can't be pushed out; lets boto3's errors through.
        Leases that have run out make room, since a thing has 50 tags at most.
        """
        client, now = self._account.sagemaker, self._account.now()
        claim = ownership.read(tags.of(client, self._arn))
        if not claim.ours:
            return None
        if dead := claim.dead(now):
            tags.remove(client, self._arn, [f"{LEASE_TAG}{run}" for run in dead])
        self._write(claim)
        return claim

    def beat(self) -> None:
        """Renew the lease when it is time; what goes wrong is told, and tried again at the next time."""
        if self._clock.monotonic() - self._tried < RENEW_SECONDS:
            return
        self._tried = self._clock.monotonic()
        try:
            self._write(ownership.read(tags.of(self._account.sagemaker, self._arn)))
        except (ClientError, BotoCoreError, PolypostError) as error:
            self._account.around.console.warn(f"The lease could not be renewed: {clients.message(error)}")

    def _write(self, claim: Claim) -> None:
        """The schedule first: it must never come before the lease's end."""
        client, now = self._account.sagemaker, self._account.now()
        until = now + LEASE_SECONDS
        self._alone, self._tried = self.alone(), self._clock.monotonic()
        shared = claim.kept or claim.live(now, but=self._run)
        self._alone_since = None if shared else self._tried
        if not claim.kept:
            self._switch.push(self._name, until)
        tags.add(client, self._arn, ownership.leased(self._run, until))
        # Another run may have kept it, and removed its schedule, before ours was pushed.
        if self._switch.set and (claim.kept or ownership.read(tags.of(client, self._arn)).kept):
            self._switch.remove(self._name)
