"""From settings to a translator that is ready inside a `with`, and gone after it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

from botocore.exceptions import BotoCoreError, ClientError

from polypost.errors import BudgetError, ServiceError, UsageError
from polypost.estimate import Price
from polypost.pace import MOST_UNDER_WAY, Pace
from polypost.ports import Translator
from polypost.sagemaker import clients, prices
from polypost.sagemaker.account import Account
from polypost.sagemaker.asking import trying
from polypost.sagemaker.asking.requests import GoneError, Requests
from polypost.sagemaker.asking.translator import Endpoint, EndpointTranslator
from polypost.sagemaker.life import endpoints, tags
from polypost.sagemaker.life.acquire import Desk, Held, acquire
from polypost.sagemaker.life.cleanup import by_hand
from polypost.sagemaker.life.endpoints import State, VanishedError
from polypost.sagemaker.life.switch import Switch
from polypost.sagemaker.settings import MODEL_TAG, PREFIX, Created, Settings, workers
from polypost.sagemaker.surroundings import Stopwatch, Surroundings
from polypost.values import Usage

_DELETE_SECONDS = 300.0
_DELETE_SECONDS_STOPPED = 5.0
"""A cancelled job is killed 10 s after the first signal; the post step goes on where we end."""


@contextmanager
def open_translator(
    settings: Settings, account: Account, remember: Callable[[Created], None]
) -> Iterator[Translator]:
    """A translator on the endpoint that `settings` name, or on one of polypost's own.

    `remember` is called before anything is created, with all that `clean_up` needs. An endpoint of
    polypost's own is left at the end in every case, and deleted unless another run needs it. Raises
    UsageError, QuotaError, ServiceError or BudgetError (see errors.py).
    """
    if settings.endpoint_name:
        yield _attached(account, settings)
    else:
        with _own(account, settings, remember) as translator:
            yield translator


def _attached(account: Account, settings: Settings) -> Translator:
    name, around = settings.endpoint_name or "", account.around
    try:
        state = endpoints.describe(account.sagemaker, name)
    except (ClientError, BotoCoreError) as error:
        raise clients.explain(error, f"describe the endpoint {name}") from error
    if state is None:
        raise UsageError(
            f"There is no endpoint {name!r} in {account.region}. Correct endpoint-name or aws-region, "
            "or leave endpoint-name empty to deploy one."
        )
    _check_model(account, settings, state)
    if state.status != "InService":
        around.console.step(f"Waiting for the endpoint {name}")
        try:
            state = endpoints.in_service(account.sagemaker, name, around)
        except VanishedError:
            raise ServiceError(f"The endpoint {name} was deleted while polypost waited for it.") from None
    watch = Stopwatch(around.clock)

    def usage(characters: int, requests: int) -> Usage:
        return Usage(characters, requests, watch.seconds(), None, "the endpoint was there before this run")

    requests = requests_to(account, name)
    trying.probe(requests, settings.route, around, around.check)
    standins = trying.try_standins(requests, settings.route, around, around.check)
    endpoint = Endpoint(
        requests, around.clock, Pace.of(state.instances, None), around.check, shield=around.shield
    )
    return EndpointTranslator(settings.route, endpoint, standins=standins, usage=usage)


def _check_model(account: Account, settings: Settings, state: State) -> None:
    """Raise UsageError when an endpoint of polypost's was made with another model than the run asks for."""
    if not (settings.endpoint_name or "").startswith(PREFIX):
        return
    try:
        there = tags.of(account.sagemaker, state.arn).get(MODEL_TAG, settings.route.model)
    except (ClientError, BotoCoreError):
        return  # it is the probe that counts
    if there != settings.route.model:
        raise UsageError(
            f"The endpoint {settings.endpoint_name} runs {there}, and the run asks for "
            f"{settings.route.model}. Set model to {there}, or leave endpoint-name empty."
        )


@contextmanager
def _own(account: Account, settings: Settings, remember: Callable[[Created], None]) -> Iterator[Translator]:
    desk, around = Desk(settings, Switch(account, settings.scheduler_role_arn), remember), account.around
    if not settings.scheduler_role_arn:
        who = "the post step, the next run" if around.in_workflow else "the next run"
        around.console.say(
            f"No scheduler-role-arn is given: if this run is killed, its endpoint runs until {who} or "
            "`polypost endpoint sweep` deletes it."
        )
    watch = Stopwatch(around.clock)
    using: list[Held] = []
    try:
        yield _ready(desk, watch, using)
    except BaseException as error:
        watch.stop()
        keep = using if settings.keep and isinstance(error, BudgetError) else []
        _leave(desk, _DELETE_SECONDS if isinstance(error, Exception) else _stopped(around), keep)
        raise
    watch.stop()
    if left := _leave(desk, _DELETE_SECONDS, using if settings.keep else []):
        raise ServiceError(f"polypost could not delete all that it started: {left}")


def _ready(desk: Desk, watch: Stopwatch, using: list[Held]) -> Translator:
    """A translator on an endpoint that we hold; it holds on to it, and starts it anew if it vanishes.

    `using` gets the endpoint that it uses, in the place of one before.
    """
    settings, around = desk.settings, desk.around
    requests = requests_to(desk.account, "")
    using[:] = [bring_up(desk, requests)]

    def revive() -> None:
        around.console.warn(
            f"The endpoint {using[0].name} was deleted while polypost used it: it is started again."
        )
        using[:] = [bring_up(desk, requests)]

    def renew() -> None:
        using[0].lease.beat()

    def beat() -> None:
        renew()
        around.check()

    around.renewals.append(renew)
    held = using[0]
    price = prices.hourly(desk.account.session, held.instance_type, prices.Use.ENDPOINT)

    def usage(characters: int, count: int) -> Usage:
        used = Usage(characters, count, watch.seconds(), afterwards=desk.fates.get(using[0].name, ""))
        return _usage(settings, using[0], price, used)

    standins = trying.try_standins(requests, settings.route, around, beat)
    pace = Pace.of(held.instances, workers(settings))
    endpoint = Endpoint(requests, around.clock, pace, beat, revive, around.shield)
    return EndpointTranslator(settings.route, endpoint, standins=standins, usage=usage)


def _stopped(around: Surroundings) -> float:
    """Seconds to try to delete after a signal."""
    if around.insisted is None:
        return _DELETE_SECONDS_STOPPED
    around.console.say(
        "Stopped. What polypost started is deleted first; AWS refuses that while an endpoint is Creating, "
        "some 10 minutes. Stop it once more to leave it there."
    )
    return endpoints.WAIT_SECONDS


def _leave(desk: Desk, seconds: float, keep: Sequence[Held]) -> str:
    """Give up all that the run had its hand on but for `keep`; what is left, and why, in words."""
    every, kept = [], {held.name for held in keep}
    for name in tuple(desk.names):
        desk.around.console.step(f"Done with the endpoint {name}")
        if why := desk.leave(name, seconds=seconds, keep=name in kept):
            desk.around.console.warn(f"T{why[1:]} {by_hand(desk.switch, name)}")
            if desk.around.in_workflow:
                desk.around.console.say("The post step goes on trying.")
            every.append(why)
    return " ".join(every)


def bring_up(desk: Desk, requests: Requests) -> Held:
    """An endpoint that we hold and that translates; from here on `requests` go to it.

    One that is deleted before it does, by a run that did not see our lease yet, is started anew.
    """
    for last in (False, False, True):
        held = acquire(desk)
        requests.endpoint = held.name
        try:
            trying.probe(requests, desk.settings.route, desk.around, held.lease.beat)
        except GoneError:
            if last:
                raise
        else:
            break
    return held


def requests_to(account: Account, name: str) -> Requests:
    """What sends requests to the endpoint `name`."""
    client = clients.runtime(account.session, MOST_UNDER_WAY)
    return Requests(client, name, account.around.clock, account.around.redact)


def _usage(settings: Settings, held: Held, price: Price, used: Usage) -> Usage:
    """`used` with what it cost, and what goes on costing."""
    count = settings.instance_count
    alone = min(held.lease.alone(), used.seconds)
    cost, basis = price.cost(held.instance_type, used.seconds, count)
    if held.kept:
        basis += "; the endpoint is kept by its owner, and costs that whether a run uses it or not"
    elif not held.made_here and alone:
        cost, basis = price.cost(held.instance_type, alone, count)
        basis += "; another run started the endpoint, and left it to this one"
    elif not held.made_here:
        cost, basis = None, "another run started the endpoint, and tells what it costs"
    running, afterwards = "", used.afterwards
    if held.kept or settings.keep:
        hourly = price.usd_per_hour
        daily = f"about ${24 * hourly * count:,.2f} a day" if hourly else "money"
        why = "is kept by its owner" if held.kept else "stays, as keep-endpoint says"
        running = (
            f"The endpoint {held.name} {why}, and goes on costing {daily} until "
            f"`polypost endpoint down {held.name}`."
        )
        afterwards = ""
    return replace(used, cost_usd=cost, cost_basis=basis, left_running=running, afterwards=afterwards)
