"""Joins options and the SageMaker edge: translators for the run, and what cleans up after it."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from types import TracebackType
from typing import Any

from polypost import models, sagemaker
from polypost.errors import Stopped
from polypost.options import Options
from polypost.ports import Clock, Console, Translator
from polypost.sagemaker import Created, Settings, Surroundings
from polypost.sagemaker.account import Account
from polypost.signals import Signals
from polypost.values import Estimate, Load

Remember = Callable[[Created | None], None]
"""Gets what a run is about to have its hand on, before it has; None when all of it is given up."""


def settings_of(options: Options, languages: Sequence[str], run: str) -> Settings:
    """What the options say of the endpoint. Raises UsageError for a language that the model lacks."""
    return Settings(
        route=models.choose(options.model, options.source_language, languages),
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
    where = (
        f"{env['GITHUB_RUN_ID']}-{env.get('GITHUB_RUN_ATTEMPT', '1')}"
        if env.get("GITHUB_RUN_ID")
        else "local"
    )
    return f"{where}-{secrets.token_hex(4)}"


def account_of(options: Options, console: Console, clock: Clock) -> Account:
    """The account and region that the options name. Raises UsageError when no region is known."""
    session = sagemaker.open_session(options.aws_region or None)
    return Account(session, Surroundings(console, clock))


def clean_up(
    every: Sequence[Created], options: Options, console: Console, clock: Clock, *, seconds: float
) -> bool:
    """Give up what a run had its hand on, in another process; True when nothing is left that nobody needs."""
    around, done = Surroundings(console, clock), True
    for created in every:
        done &= sagemaker.clean_up(
            created,
            sagemaker.open_session,
            scheduler_role_arn=options.scheduler_role_arn or None,
            seconds=seconds,
            around=around,
        )
    return done


@dataclass(frozen=True, slots=True)
class SageMaker:
    """Satisfies ports.Translators."""

    options: Options
    console: Console
    signals: Signals
    clock: Clock
    remember: Remember
    run: str

    def estimate(self, load: Load) -> Estimate:
        """What it would take."""
        return Estimate("endpoint", load.characters // 4, 0.0, None, "not known yet")

    @contextmanager
    def open(self, load: Load) -> Iterator[Translator]:
        """A translator that is ready inside the `with`."""
        settings = settings_of(self.options, load.languages, self.run)
        session = self._session()
        around = Surroundings(self.console, self.clock)
        opening = sagemaker.open_translator(settings, session, around, self.remember)
        with LeftInPeace(opening, self.signals) as translator:
            yield translator
        self.remember(None)

    def _session(self) -> Any:
        return sagemaker.open_session(self.options.aws_region or None)


class LeftInPeace(AbstractContextManager[Translator]):
    """A context whose leaving (the deletion of an endpoint) a signal does not interrupt."""

    def __init__(self, inner: AbstractContextManager[Translator], signals: Signals) -> None:
        self._inner = inner
        self._signals = signals

    def __enter__(self) -> Translator:
        translator = self._inner.__enter__()
        # A library may have swallowed the exception of a signal that came meanwhile.
        if self._signals.received:
            stopped = Stopped(self._signals.received)
            self.__exit__(Stopped, stopped, None)
            raise stopped
        return translator

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool | None:
        self._signals.settle()
        return self._inner.__exit__(kind, error, trace)
