"""From settings to a translator that is ready inside a `with`, and gone after it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from polypost import batching, tryout
from polypost.errors import PolypostError, ServiceError, UsageError
from polypost.models import Generation, Route
from polypost.pace import MOST_UNDER_WAY, Pace
from polypost.ports import Console, Translator
from polypost.sagemaker import cleanup, clients, deploy, endpoints, prices, roles
from polypost.sagemaker.flights import Flights
from polypost.sagemaker.requests import Answered, Outcome, Refused, Requests
from polypost.sagemaker.settings import Created, Settings, new_name
from polypost.sagemaker.surroundings import Stopwatch, Surroundings
from polypost.sagemaker.translator import Endpoint, EndpointTranslator
from polypost.values import Usage

_PROBE = "This is a short sentence."
_PROBE_SECONDS = 900
"""How long a model may load after its endpoint is in service: 10 GB take minutes."""

_DELETE_SECONDS = 300
_DELETE_SECONDS_STOPPED = 5
"""A cancelled job is killed 10 s after the first signal; the post step goes on where we end."""


@dataclass(frozen=True, slots=True)
class _Ready:
    """An endpoint in service."""

    name: str
    instances: int
    instance_type: str | None
    """None for an endpoint that isn't ours: it costs the same without this run."""
    workers: int | None
    """How many requests each instance works on at once; None where it isn't known."""


@dataclass(frozen=True, slots=True)
class _Clock:
    """`ports.Clock`, until that is what is handed down."""

    monotonic: Callable[[], float]
    sleep: Callable[[float], None]

    def now(self) -> float:
        """See `ports.Clock`."""
        return time.time()


@contextmanager
def open_translator(
    settings: Settings,
    *,
    console: Console,
    remember: Callable[[Created], None],
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> Iterator[Translator]:
    """A translator on the endpoint that `settings` name, or on one that lives as long as the `with`.

    `remember` is called before anything is created, with all that `clean_up` needs. What was created is
    deleted in every case. Raises UsageError, QuotaError or ServiceError (see errors.py).
    """
    around = Surroundings(console, clock, sleep)
    session = clients.open_session(settings.region)
    watch = Stopwatch(clock)
    opening = (
        _attached(session, settings.endpoint_name, around)
        if settings.endpoint_name
        else _deployed(session, settings, remember, around)
    )
    try:
        with opening as ready:
            ticking = _Clock(clock, sleep)
            requests = Requests(clients.runtime(session, MOST_UNDER_WAY), ready.name, ticking)
            _probe(requests, settings.route, around)
            standins = _try_standins(requests, settings.route, around)
            usage = partial(_usage, ready.instance_type, watch)
            endpoint = Endpoint(requests, ticking, Pace.of(ready.instances, ready.workers))
            yield EndpointTranslator(settings.route, endpoint, standins=standins, usage=usage)
    finally:
        watch.stop()


@contextmanager
def _attached(session: Any, name: str, around: Surroundings) -> Iterator[_Ready]:
    client = clients.control(session)
    try:
        state = endpoints.describe(client, name)
    except (ClientError, BotoCoreError) as error:
        raise clients.explain(error, f"describe the endpoint {name}") from error
    if state is None:
        raise UsageError(
            f"There is no endpoint {name!r} in {session.region_name}. Correct endpoint-name or aws-region, "
            "or leave endpoint-name empty to deploy one for this run."
        )
    if state.status != "InService":
        around.console.step(f"Waiting for the endpoint {name}")
        state = endpoints.wait(client, name, around)
    yield _Ready(name, state.instances, None, None)


@contextmanager
def _deployed(
    session: Any,
    settings: Settings,
    remember: Callable[[Created], None],
    around: Surroundings,
) -> Iterator[_Ready]:
    deploy.require_installed()
    if not settings.instance_types:
        raise UsageError("No instance type is given. Set instance-type, e.g. ml.m5.xlarge.")
    role_arn = roles.execution_role(session, settings.role_arn)
    client = clients.control(session)
    created = Created(new_name(settings.route.model), session.region_name)
    remember(created)
    try:
        instance_type, state = deploy.deploy(session, created, settings, role_arn, around)
        yield _Ready(created.name, state.instances, instance_type, 1)
    except BaseException as error:
        stopped = not isinstance(error, Exception)
        _delete(client, created, _DELETE_SECONDS_STOPPED if stopped else _DELETE_SECONDS, around)
        raise
    if not _delete(client, created, _DELETE_SECONDS, around):
        raise ServiceError(f"The endpoint {created.name} is still there, and costs money: see the warning.")


def _delete(client: Any, created: Created, seconds: float, around: Surroundings) -> bool:
    around.console.step(f"Deleting the endpoint {created.name}")
    done = cleanup.delete(client, created, seconds=seconds, around=around)
    if not done:
        around.console.say("In a workflow, the post step goes on trying.")
    return done


def _probe(requests: Requests, route: Route, around: Surroundings) -> None:
    """One sentence, before the first real one: an endpoint is in service although its model can't load."""
    language, target = next(iter(route.targets.items()))
    how = Generation(batch_size=1, max_new_tokens=64, num_beams=1)
    payload = route.family.request([_PROBE], route.source, target, how)
    around.console.step(f"Asking {route.model} for a first sentence in {language}")
    watch = Stopwatch(around.clock)
    while True:
        outcome = requests.send(payload, 1, threading.Event())
        if isinstance(outcome, PolypostError):
            raise outcome
        if isinstance(outcome, Answered):
            break
        if isinstance(outcome, Refused) or watch.seconds() > _PROBE_SECONDS:
            raise ServiceError(
                f"The endpoint is in service, but its model does not translate; the container says: "
                f"{outcome.reason}"
            )
        around.console.say(f"The model is not ready yet: {outcome.reason}")
        around.sleep(5.0)
    text = outcome.texts[0].replace("<unk>", "").strip()
    if text == _PROBE:
        around.console.warn(
            f"The endpoint gives a test sentence back untranslated. Is its model really {route.model}?"
        )
    if not text:
        raise ServiceError(
            f"The endpoint answers a test sentence in {language} with nothing. Is its model really "
            f"{route.model}?"
        )


def _try_standins(requests: Requests, route: Route, around: Surroundings) -> tuple[str, ...]:
    """The forms of stand-ins, those first that this very model keeps: it differs per model.

    One request, in the first language of the run; when it fails, the order is the usual one.
    """
    target = next(iter(route.targets.values()))
    sentences, limits = tryout.asked(), route.family.limits
    how = Generation(
        batch_size=len(sentences),
        max_new_tokens=limits.max_new_tokens(max(map(batching.tokens, sentences))),
        num_beams=limits.num_beams,
    )
    payload = route.family.request(sentences, route.source, target, how)
    with Flights[None, Outcome]() as flights:
        flights.start(None, lambda: requests.send(payload, len(sentences), flights.given_up))
        _, outcome = flights.land()
    if not isinstance(outcome, Answered):
        around.console.say("Stand-ins for code and links could not be tried; the usual ones are used.")
        return tryout.by_default(route.family.standins)
    counts = tryout.kept(outcome.texts)
    order = tryout.best_first(counts, route.family.standins)
    told = ", ".join(f"{form} {counts[form]}" for form in order)
    around.console.say(
        f"Stand-ins for code and links kept, of {len(tryout.SENTENCES)} sentences each: {told}"
    )
    return order


def _usage(instance_type: str | None, watch: Stopwatch, characters: int, requests: int) -> Usage:
    seconds = watch.seconds()
    if instance_type is None:
        cost, basis = None, "the endpoint was there before this run"
    else:
        cost, basis = prices.cost(instance_type, seconds)
    return Usage(characters, requests, seconds, cost, basis)
