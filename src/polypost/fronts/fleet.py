"""The models of a run on SageMaker, as the run sees them: where its translator comes from."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from functools import cache
from threading import Lock
from types import TracebackType

from polypost import models
from polypost.errors import Stopped, UsageError
from polypost.fronts.engines import Engine, Remember, run_name
from polypost.fronts.front import Front
from polypost.models import routes
from polypost.models.routing import Routing
from polypost.options import Options
from polypost.ports import Translator
from polypost.run.lanes import Halt, Opening, SideBySide
from polypost.sagemaker import Created, credentials
from polypost.sagemaker.credentials import ASSUMED_SECONDS
from polypost.sagemaker.life import deploy
from polypost.sagemaker.limits import Limits
from polypost.signals import Signals
from polypost.text.first import joined
from polypost.turns import Arrangement, arrange
from polypost.values import Estimate, Load


class SageMaker:
    """Satisfies ports.Translators."""

    def __init__(self, options: Options, front: Front, remember: Remember, routing: Routing) -> None:
        """Nothing is asked yet. `remember`: see there; leaving is never interrupted by a signal."""
        self._options, self._front, self._routing = options, front, routing
        self._memory = _Memory(remember)
        self._start, self._began = front.clock.monotonic(), front.clock.now()
        self._renewals: list[Callable[[], None]] = []
        self._limited: Limits | None = None
        self._known: tuple[Load, Arrangement] | None = None
        """The last load that was arranged: what was announced is what is done."""
        run = run_name(front.env)
        self._engine = cache(lambda model: Engine(options, front, model, run, self._memory))

    def estimate(self, load: Load) -> Estimate:
        """What the load would take; also tells what a run would lack on this machine. Raises UsageError."""
        if self._options.dry_run and not self._options.endpoint_name:
            try:
                deploy.require_installed()
            except UsageError as error:
                self._front.console.warn(str(error))
        return self._arranged(load).estimate

    def turns(self, load: Load) -> Sequence[Load]:
        """What to open one after the other."""
        if len(self._loads(load)) == 1:
            return (load,)
        return [joined([leg.load for leg in turn]) for turn in self._arranged(load).turns]

    @contextmanager
    def open(self, load: Load) -> Iterator[Translator]:
        """A translator that is ready inside the `with`. Raises UsageError, ServiceError or BudgetError."""
        loads = self._loads(load)
        limits = self._limits(self._engine(next(iter(loads))).session)
        with (
            self._memory.holding(),
            LeftInPeace(self._opening(loads, limits), self._front.signals) as translator,
        ):
            yield translator

    def beat(self) -> None:
        """Renew the leases of what is open, when it is time; what is side by side does it by itself."""
        for renew in self._renewals:
            renew()

    def _opening(self, loads: Mapping[str, Load], limits: Limits) -> AbstractContextManager[Translator]:
        signals = self._front.signals
        if len(loads) == 1:
            ((model, load),) = loads.items()

            def check() -> None:
                signals.heed()
                limits.check()

            return self._engine(model).open(load, limits, check, self._renewals)
        source = self._options.source_language
        chosen = [models.choose(model, source, load.languages) for model, load in loads.items()]
        return SideBySide(
            [self._lane(model, loads, limits) for model in loads],
            models.infos(chosen),
            signals,
        )

    def _lane(self, model: str, loads: Mapping[str, Load], limits: Limits) -> Opening:
        load = loads[model]
        others = [tag for each in loads.values() for tag in each.languages if tag not in load.languages]
        # A batch job takes minutes to start: too long for the few sentences that another model did badly.
        asks = self._engine(model).leg(load).estimate.engine == "endpoint"
        also = routes.able(model, self._options.source_language, others) if asks else ()
        renewals: list[Callable[[], None]] = []

        @contextmanager
        def open_(halt: Halt) -> Iterator[Translator]:
            def check() -> None:
                halt.check()
                limits.check()

            opening = self._engine(model).open(load, limits, check, renewals, also)
            with self._memory.watching(), opening as translator:
                yield translator

        def beat() -> None:
            for renew in renewals:
                renew()

        return Opening(model, load, also, open_, beat)

    def _arranged(self, load: Load) -> Arrangement:
        loads = self._loads(load)
        if len(loads) > 1 and self._known and self._known[0] == load:
            return self._known[1]
        found = arrange([self._engine(model).leg(part) for model, part in loads.items()])
        self._known = load, found
        return found

    def _loads(self, load: Load) -> dict[str, Load]:
        """Model -> what of the load is its own."""
        groups = self._routing.groups(load.languages)
        if len(groups) == 1:
            return dict.fromkeys(groups, load)
        parts = {language: part for part in load.parts for language in part.languages}
        return {model: joined([parts[tag] for tag in tags]) for model, tags in groups.items()}

    def _limits(self, session: Callable[[], object]) -> Limits:
        """What ends a run before its credentials do: without them its endpoint can't be deleted."""
        if self._limited is None:
            options, front = self._options, self._front
            lifetime = credentials.lifetime(session(), front.env)
            if not lifetime.sure:
                front.console.warn(f"The AWS credentials {lifetime.told}.")
                lifetime = replace(lifetime, ends_at=self._began + ASSUMED_SECONDS)
            money, minutes = (
                float(each) if each else None for each in (options.max_cost, options.max_minutes)
            )
            self._limited = Limits(lifetime, money, minutes, front.clock, start=self._start)
        return self._limited


class _Memory:
    """What the run has its hand on, told from several threads; given up only when nothing is owed."""

    def __init__(self, remember: Remember) -> None:
        self._remember = remember
        self._lock = Lock()
        self._owed = False

    def __call__(self, created: Created | None) -> None:
        with self._lock:
            self._remember(created)

    @contextmanager
    def watching(self) -> Iterator[None]:
        """What was created inside stays on record when this ends with an error."""
        try:
            yield
        except BaseException:
            self._owed = True
            raise

    @contextmanager
    def holding(self) -> Iterator[None]:
        """What was created inside is given up with the end of this, unless something is owed."""
        with self.watching():
            yield
        if not self._owed:
            self(None)


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
