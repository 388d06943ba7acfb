"""One run's way into one region of an account: its clients, and AWS's own clock."""

from __future__ import annotations

from email.utils import parsedate_to_datetime
from functools import cached_property
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from polypost.sagemaker import clients
from polypost.sagemaker.redact import listen
from polypost.sagemaker.surroundings import Surroundings


class Account:
    """What belongs to an account and a region.

    Leases are times that several machines compare. A runner's clock may be off, so all of them count on
    the clock of AWS, as the `Date` of its answers tells it.
    """

    def __init__(self, session: Any, around: Surroundings) -> None:
        """`session`: of boto3, with a region. Raises ServiceError or UsageError where no role can be had."""
        self.session = session
        self.region: str = session.region_name
        self.partition: str = session.get_partition_for_region(self.region)
        self.around = around
        self._ahead = 0.0
        listen(session, around.redact)
        try:
            self.sagemaker = clients.control(session)  # the first that asks for the credentials
        except (ClientError, BotoCoreError) as error:
            raise clients.explain(error, "sign in") from error
        self.sagemaker.meta.events.register("after-call.sagemaker", self._listen)

    @cached_property
    def scheduler(self) -> Any:
        """A client of EventBridge Scheduler."""
        return clients.scheduler(self.session)

    def now(self) -> float:
        """Seconds since 1970 as AWS counts them; the machine's own before the first answer."""
        return self.around.clock.now() + self._ahead

    def _listen(self, http_response: Any, **_: Any) -> None:
        try:
            told = parsedate_to_datetime(http_response.headers["Date"])
        except (KeyError, TypeError, ValueError):
            return
        self._ahead = told.timestamp() - self.around.clock.now()
