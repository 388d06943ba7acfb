"""What machines a model would take, at which price, and what its load would take on them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from polypost import estimate, models
from polypost.errors import PolypostError, UsageError
from polypost.estimate import Offer, Price
from polypost.options import Options
from polypost.sagemaker import Settings, clients, prices
from polypost.sagemaker.batch import records
from polypost.sagemaker.life import endpoints
from polypost.sagemaker.settings import name_of
from polypost.turns import Leg
from polypost.values import Load


class Offers:
    """The machines that an endpoint, and batch jobs, would run on. Prices are asked for once."""

    def __init__(
        self,
        options: Options,
        model: str,
        session: Callable[[], Any],
        settings: Callable[[Sequence[str]], Settings],
    ) -> None:
        """`session`: a session of boto3; raises UsageError. `settings`: the endpoint's, for languages."""
        self._options, self._model, self._session, self._settings = options, model, session, settings

    def leg(self, load: Load) -> Leg:
        """What the load would take, on the engine that would be taken, and why it. Raises UsageError."""
        options, (on_endpoint, on_batch) = self._options, self._both
        if standing := self._standing(load.languages):
            on_endpoint = replace(self._offer(prices.Use.ENDPOINT, standing), there=True)
        weights = estimate.weights(models.family_of(self._model), self._model)
        found = estimate.choose(load, weights, on_endpoint, on_batch, options.engine)
        waits = found.engine == "endpoint" and not on_endpoint.there and bool(on_endpoint.instance_type)
        return Leg(self._model, load, found, waits)

    def of(self, engine: str) -> Offer:
        """What an engine would run on, its first choice."""
        on_endpoint, on_batch = self._both
        return on_batch if on_batch and engine == "batch" else on_endpoint

    def _standing(self, languages: Sequence[str]) -> str:
        """The instance type of the endpoint that the run would join, in service already.

        Empty where there is none, and where nobody can be asked; one question for each type at most.
        """
        if self._options.endpoint_name:
            return ""
        settings = self._settings(languages)
        try:
            client = clients.other(self._session(), "sagemaker")
            for each in settings.instance_types:
                state = endpoints.describe(client, name_of(settings, each))
                if state is not None and state.status == "InService":
                    return each
        except (PolypostError, ClientError, BotoCoreError):
            return ""
        return ""

    @cached_property
    def _both(self) -> tuple[Offer, Offer | None]:
        """For an endpoint, and for batch jobs where they can be had."""
        options = self._options
        if options.engine == "batch" and not options.batch_s3_uri:
            raise UsageError("engine: batch needs batch-s3-uri, where the jobs read and write.")
        if options.endpoint_name:
            return Offer("", 1, Price(None, "the endpoint was there before this run")), None
        first = options.instance_type[0]
        in_batch = self._for_jobs(first) if options.batch_s3_uri else None
        return self._offer(prices.Use.ENDPOINT, first), in_batch

    def _for_jobs(self, machine: str) -> Offer:
        offer = self._offer(prices.Use.BATCH, machine)
        held = offer.count * records.pace(self._options.instance_type).job_bytes
        return replace(offer, job_characters=held)

    def _offer(self, use: prices.Use, machine: str) -> Offer:
        count = int(self._options.instance_count)
        try:
            price = prices.hourly(self._session(), machine, use)
        except UsageError:  # a dry run needs no account
            price = prices.listed(machine, prices.REGION)
        return Offer(machine, count, price)
