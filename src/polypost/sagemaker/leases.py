"""A run's lease on a thing that several runs may share."""

from __future__ import annotations

from collections.abc import Callable

from botocore.exceptions import BotoCoreError, ClientError

from polypost.errors import PolypostError
from polypost.sagemaker import clients, ownership, tags
from polypost.sagemaker.account import Account
from polypost.sagemaker.ownership import LEASE_SECONDS, LEASE_TAG, RENEW_SECONDS, Claim


class Lease:
    """Held by one run on one thing, renewed as long as the run calls `beat`.

    Nothing renews it in the background: a run that hangs is as good as dead, and shall lose it.
    """

    def __init__(self, account: Account, arn: str, run: str, extend: Callable[[float], None]) -> None:
        """`extend` is called with the new end, to push the schedule out that deletes the thing."""
        self._account = account
        self._arn = arn
        self._run = run
        self._extend = extend
        self._clock = account.around.clock
        self._renewed = self._clock.monotonic()

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
        self._write()
        return claim

    def beat(self) -> None:
        """Renew the lease when it is time; what goes wrong is told, and tried again at the next beat."""
        if self._clock.monotonic() - self._renewed < RENEW_SECONDS:
            return
        try:
            self._write()
        except (ClientError, BotoCoreError, PolypostError) as error:
            self._account.around.console.warn(f"The lease could not be renewed: {clients.message(error)}")

    def _write(self) -> None:
        """The schedule first: it must never come before the lease's end."""
        until = self._account.now() + LEASE_SECONDS
        self._renewed = self._clock.monotonic()
        self._extend(until)
        tags.add(self._account.sagemaker, self._arn, ownership.leased(self._run, until))
