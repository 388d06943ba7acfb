"""The machines of a run: jobs on the first instance type that can be had, and none left going."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import replace
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from polypost.errors import UsageError
from polypost.sagemaker import clients
from polypost.sagemaker.batch import jobs
from polypost.sagemaker.batch.jobs import State
from polypost.sagemaker.batch.orders import Order
from polypost.sagemaker.batch.settings import BatchSettings, Caller
from polypost.sagemaker.batch.store import KEEP_DAYS
from polypost.sagemaker.refusals import REFUSED, Refusals
from polypost.sagemaker.surroundings import Surroundings


class Machines:
    """Runs this run's jobs, one after the other."""

    def __init__(
        self, client: Any, settings: BatchSettings, caller: Caller, models: ExitStack, around: Surroundings
    ) -> None:
        """`client`: a boto3 client for SageMaker. `models`: what is entered for a job is left with it."""
        if not settings.instance_types:
            raise UsageError("No instance type is given. Set instance-type, e.g. ml.m5.xlarge.")
        self._client = client
        self._settings = settings
        self._caller = caller
        self._models = models
        self._around = around
        self._names: dict[str, str] = {}
        self._types = list(settings.instance_types)
        self._refusals = Refusals(around.console, "transform job")
        self._worked: dict[str, float] = {}
        self._going = ""
        """This run's job, from right before it is created until it has ended."""
        self._since = 0.0

    def seconds(self) -> Mapping[str, float]:
        """Instance type -> seconds of one machine, over all machines and jobs of this run so far."""
        if not self._going:
            return self._worked
        kind = self._types[0]
        going = self._settings.instance_count * (self._around.clock.monotonic() - self._since)
        return {**self._worked, kind: self._worked.get(kind, 0.0) + going}

    def joinable(self, *, careful: bool) -> Iterator[tuple[str, str]]:
        """The jobs under way that may do what this run wants: name, and digest of what they do.

        `careful`: how they decode, see `ports.Translator`.
        """
        settings = replace(self._settings, careful=careful)
        for name in jobs.running(self._client, settings):
            yield name, jobs.digest_of(name, settings)

    def stopped(self, *, careful: bool) -> int:
        """How many jobs that did such work were stopped in the last days."""
        since = self._around.clock.now() - 86_400 * KEEP_DAYS
        return jobs.stopped(self._client, replace(self._settings, careful=careful), since)

    def join(self, name: str) -> Iterator[State]:
        """The states of somebody's job, until it has ended."""
        self._caller.guard(name, jobs.GUARD_SECONDS)
        return jobs.watch(self._client, name, self._caller, self._around)

    def run(self, digest: str, input_uri: str, output_uri: str, *, careful: bool) -> Iterator[State]:
        """The states of a job for the objects at `input_uri`, until it has ended.

        Raises QuotaError when none of the instance types can be had (BudgetError for the money that is left),
        UsageError, ServiceError.
        """
        while True:
            kind = self._types[0]
            order = Order(digest, self._model(kind), input_uri, output_uri, kind, careful)
            try:
                yield from self._on(order)
            except REFUSED as error:
                self._refusals.add(self._types.pop(0), error)
                if not self._types:
                    raise self._refusals.error() from error
            else:
                return

    def _on(self, order: Order) -> Iterator[State]:
        self._around.check()
        self._around.take(order.instance_type)
        caller = replace(self._caller, remember=self._remember)
        settings = replace(self._settings, careful=order.careful)
        name, ours = jobs.start(self._client, order, settings, caller)
        self._around.console.step(
            f"Batch job {name} on {self._settings.instance_count} {order.instance_type}"
        )
        if not ours:
            self._going = ""
        for state in jobs.watch(self._client, name, self._caller, self._around):
            if state.ended and ours:
                self._going = ""
                before = self._worked.get(order.instance_type, 0.0)
                self._worked[order.instance_type] = before + state.seconds * self._settings.instance_count
                jobs.check(state, self._settings.folder)
            yield state

    def _remember(self, name: str) -> None:
        self._caller.remember(name)
        self._going, self._since = name, self._around.clock.monotonic()

    def _model(self, kind: str) -> str:
        if kind not in self._names:
            self._names[kind] = self._models.enter_context(self._caller.model(kind))
        return self._names[kind]

    def close(self) -> None:
        """Stop this run's job if it still goes. Raises nothing."""
        if not self._going:
            return
        name = self._going
        try:
            stopped = jobs.stop_job(self._client, name)
        except (ClientError, BotoCoreError) as error:
            self._around.console.warn(
                f"The batch job {name} could not be stopped ({clients.message(error)}). It costs money until "
                f"it ends. To stop it by hand: aws sagemaker stop-transform-job --transform-job-name {name}"
            )
            return
        if stopped:
            told = f"The batch job {name} is stopped; what earlier ones translated is kept."
            self._around.console.say(told)
        self._caller.unguard(name)
