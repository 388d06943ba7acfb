"""Batch transform for a run: its model, its guards, and what it costs, joined to the engine of `batch`."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from botocore.exceptions import BotoCoreError, ClientError

from polypost.errors import ServiceError
from polypost.ports import Translator
from polypost.sagemaker import clients, prices
from polypost.sagemaker.account import Account
from polypost.sagemaker.batch import BatchSettings, Caller, Consumed, folder, open_batch
from polypost.sagemaker.life import deploy, ownership, roles
from polypost.sagemaker.life.cleanup import Leaving, leave
from polypost.sagemaker.life.leases import Lease
from polypost.sagemaker.life.ownership import LEASE_SECONDS
from polypost.sagemaker.life.switch import STOP_JOB, Switch
from polypost.sagemaker.settings import CONTAINER, Created, Settings, environment, name_of, tags
from polypost.values import Usage

_DELETE_SECONDS = 60.0


@contextmanager
def open_in_batch(
    settings: Settings, s3_uri: str, account: Account, remember: Callable[[Created], None]
) -> Iterator[Translator]:
    """A translator on batch transform jobs that read and write under `s3_uri`; no endpoint is made.

    `remember` gets the model and each job before they are created. Raises UsageError, QuotaError,
    ServiceError or BudgetError (see errors.py).
    """
    deploy.require_installed()
    part = _Part(settings, account, remember, Switch(account, settings.scheduler_role_arn, STOP_JOB))
    wishes = BatchSettings(
        route=settings.route,
        revision=settings.revision,
        container=json.dumps(_container(settings), sort_keys=True),
        folder=folder(s3_uri),
        instance_types=settings.instance_types,
        instance_count=settings.instance_count,
        kms_key=settings.kms_key,
    )
    caller = Caller(
        model=part.model,
        remember=lambda job: remember(Created(job, account.region, settings.run, "transform-job")),
        guard=part.guard,
        unguard=part.unguard,
        tags=tags(settings),
        usage=part.usage,
    )
    with open_batch(account.session, wishes, caller, account.around) as translator:
        yield translator


def _container(settings: Settings) -> list[object]:
    """Whatever of the container an answer may depend on."""
    image = settings.image_uri or dict(CONTAINER)
    return [image, settings.model_data, environment(settings) | {"HF_TOKEN": ""}]


@dataclass
class _Part:
    """What the run does for the engine."""

    settings: Settings
    account: Account
    remember: Callable[[Created], None]
    switch: Switch
    lease: Lease | None = None
    """On the model."""

    @contextmanager
    def model(self, instance_type: str) -> Iterator[str]:
        """A model for this instance type, shared with other runs that need the same."""
        account, settings = self.account, self.settings
        name, unguarded = name_of(settings, instance_type, "batch"), Switch(account, None)
        self.remember(Created(name, account.region, settings.run))
        role_arn = roles.execution_role(account.session, settings.role_arn)
        wanted = tags(settings) | ownership.leased(settings.run, account.now() + LEASE_SECONDS)
        try:
            deploy.create_model(account, settings, deploy.Wish(name, instance_type, role_arn, wanted))
            self.lease = self._leased(unguarded, name)
            yield name
        finally:
            self.lease = None
            left = leave(unguarded, name, Leaving(settings.run, made_here=True), seconds=_DELETE_SECONDS)
            if left:
                account.around.console.say(f"T{left.why[1:]}")

    def _leased(self, switch: Switch, name: str) -> Lease:
        try:
            arn = self.account.sagemaker.describe_model(ModelName=name)["ModelArn"]
            lease = Lease(switch, name, arn, self.settings.run)
            if lease.take() is None:
                raise ServiceError(f"There is a model {name} that does not bear polypost's tag. Delete it.")
        except (ClientError, BotoCoreError) as error:
            raise clients.explain(error, f"share the model {name}") from error
        self.account.around.renewals.append(lease.beat)
        return lease

    def guard(self, job: str, seconds: float) -> None:
        """Have the job stopped in so many seconds, and hold on to the model."""
        self.switch.push(job, self.account.now() + seconds)
        if self.lease:
            self.lease.beat()
        self.account.around.check()

    def unguard(self, job: str) -> None:
        """The job has ended."""
        if trouble := self.switch.remove(job):
            self.account.around.console.say(f"The schedule {job} could not be removed ({trouble}).")

    def usage(self, used: Consumed) -> Usage:
        """What the machines were used for, in dollars."""
        seconds = sum(used.machine_seconds.values())
        told = [
            prices.hourly(self.account.session, machine, prices.Use.BATCH).cost(machine, time)
            for machine, time in used.machine_seconds.items()
        ]
        known = [cost for cost, _ in told if cost is not None]
        total = sum(known) if len(known) == len(told) else None
        return Usage(used.characters, used.requests, seconds, total, "; ".join(basis for _, basis in told))
