"""Joins options and the SageMaker edge: translators for the run, and what cleans up after it."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from polypost import estimate, models, sagemaker
from polypost.errors import PolypostError, UsageError
from polypost.fronts.front import Front
from polypost.fronts.offers import Offers
from polypost.options import Options
from polypost.ports import Translator
from polypost.sagemaker import Created, Settings, Surroundings, batch, clients, credentials, prices
from polypost.sagemaker.account import Account
from polypost.sagemaker.life.sweep import sweep
from polypost.sagemaker.life.switch import Switch
from polypost.sagemaker.limits import Limits
from polypost.sagemaker.redact import redacting
from polypost.values import Load

Remember = Callable[[Created | None], None]
"""Gets what a run is about to have its hand on, before it has; None when all of it is given up."""

_SWEEP_SECONDS = 30.0
"""How long the sweep before a job tries to delete one thing: what is still Creating is for a later one."""


def session_of(options: Options, front: Front, region: str = "") -> Any:
    """A session of boto3 with the credentials and the region that the options name. Raises UsageError."""
    given = credentials.provider(front.env, options.aws_role_arn, front.clock, front.mask)
    return sagemaker.open_session(region or options.aws_region or None, given)


def account_of(options: Options, front: Front) -> Account:
    """The account and region that the options name. Raises UsageError when no region is known."""
    return Account(session_of(options, front), _around(options, front))


def _around(options: Options, front: Front) -> Surroundings:
    """What every wait needs, without a limit; the next signal ends one only where no post step follows."""
    return Surroundings(
        front.console,
        front.clock,
        insisted=None if front.in_workflow else lambda: front.signals.insisted,
        shield=front.signals.shield,
        redact=redacting(options.secrets),
    )


def settings_of(options: Options, model: str, languages: Sequence[str], run: str) -> Settings:
    """What the options say of the endpoint. Raises UsageError for a language that the model lacks."""
    return Settings(
        route=models.choose(model, options.source_language, languages),
        run=run,
        revision=options.model_revision or None,
        endpoint_name=options.endpoint_name or None,
        role_arn=options.role_arn or None,
        instance_types=options.instance_type,
        instance_count=int(options.instance_count),
        keep=options.keep_endpoint,
        scheduler_role_arn=options.scheduler_role_arn or None,
        subnets=options.vpc_subnets,
        security_groups=options.vpc_security_groups,
        kms_key=options.kms_key or None,
        hf_token=options.hf_token or None,
        model_data=options.model_data or None,
        image_uri=options.image_uri or None,
        variables=dict(each.split("=", 1) for each in options.environment),
    )


def run_name(env: Mapping[str, str]) -> str:
    """A name for this run that no other has, in which a person finds the workflow's run again."""
    number = env.get("GITHUB_RUN_ID")
    where = f"{number}-{env.get('GITHUB_RUN_ATTEMPT', '1')}" if number else "local"
    return f"{where}-{secrets.token_hex(4)}"


def clean_up(every: Sequence[Created], options: Options, front: Front, *, seconds: float) -> bool:
    """Give up what a run had its hand on, in another process; True when nothing is left that nobody needs."""
    around, done = _around(options, front), True
    for created in reversed(every):  # jobs before the model that they run
        done &= sagemaker.clean_up(
            created,
            lambda region: session_of(options, front, region),
            scheduler_role_arn=options.scheduler_role_arn or None,
            seconds=seconds,
            around=around,
        )
    return done


def clear_folder(options: Options, account: Account) -> int:
    """Delete what batch jobs left in S3 long ago; how many objects. Raises UsageError or ServiceError."""
    if not options.batch_s3_uri:
        return 0
    return batch.clean(clients.s3(account.session), batch.folder(options.batch_s3_uri), account.now())


def sweep_first(options: Options, front: Front) -> None:
    """Before a job that may deploy: delete what earlier ones left; no trouble with that ends the job."""
    if options.translator != "sagemaker" or options.endpoint_name or options.dry_run:
        return
    try:
        account = account_of(options, front)
        swept = sweep(Switch(account, options.scheduler_role_arn or None), seconds=_SWEEP_SECONDS, jobs=False)
        clear_folder(options, account)
    except UsageError:  # of credentials or a region: the run itself tells it, where it needs them
        return
    except PolypostError as error:
        front.console.say(f"What earlier runs may have left could not be looked for: {error}")
        return
    for name in swept.deleted:
        front.console.warn(f"Deleted {name}, which an earlier run had left: its leases had run out.")
    for failure in swept.failed:
        front.console.warn(failure)
    for thing in swept.unclear:
        front.console.say(f"The {thing.kind} {thing.name} is left alone: {thing.verdict}.")


class Engine:
    """One model of a run: what it would take, and a translator on it."""

    def __init__(self, options: Options, front: Front, model: str, run: str, remember: Remember) -> None:
        """Nothing is asked yet. `run`: see `run_name`. `remember`: see there."""
        self._options, self._front, self._remember = options, front, remember
        self._model, self._run = model, run
        self._offers = Offers(options, model, self.session, self._settings)
        self.leg = self._offers.leg
        """What a load would take."""

    @contextmanager
    def open(
        self,
        load: Load,
        limits: Limits,
        check: Callable[[], None],
        renewals: list[Callable[[], None]],
        also: Sequence[str] = (),
    ) -> Iterator[Translator]:
        """A translator that is ready inside the `with`; what it costs is taken from `limits`.

        `check` is called before each wait, `renewals` gets what renews the leases of what is open. `also`:
        languages that it may be asked for beside those of the load. Raises UsageError, ServiceError or
        BudgetError, also inside.
        """
        engine = self.leg(load).estimate.engine
        settings, session = self._settings((*load.languages, *also)), self.session()
        offer = self._offers.of(engine)
        if offer.instance_type:
            limits.take(self._model, offer.instance_type, offer.count, offer.price, start=0.0)
        around = replace(
            _around(self._options, self._front),
            check=check,
            left=limits.left,
            take=self._taking(session, limits, engine),
            renewals=renewals,
        )
        account = Account(session, around)
        if engine == "batch":
            if settings.keep:
                self._front.console.warn("keep-endpoint means nothing here: batch jobs have no endpoint.")
            opening = sagemaker.open_in_batch(settings, self._options.batch_s3_uri, account, self._remember)
        else:
            opening = sagemaker.open_translator(settings, account, self._remember)
        try:
            with opening as translator:
                yield translator
        finally:
            renewals.clear()
            limits.done(self._model)

    def session(self) -> Any:
        """A session of boto3. Raises UsageError."""
        return session_of(self._options, self._front)

    def _settings(self, languages: Sequence[str]) -> Settings:
        return settings_of(self._options, self._model, languages, self._run)

    def _taking(self, session: Any, limits: Limits, engine: str) -> Callable[[str], None]:
        """What is asked before an instance type is started: each has its own price."""
        count, in_batch = int(self._options.instance_count), engine == "batch"
        use = prices.Use.BATCH if in_batch else prices.Use.ENDPOINT
        start = 60 * (estimate.JOB_START_MINUTES if in_batch else estimate.START_MINUTES)

        def take(machine: str) -> None:
            if self._options.max_cost:
                limits.take(self._model, machine, count, prices.hourly(session, machine, use), start)

        return take
