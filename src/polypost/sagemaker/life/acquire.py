"""Getting hold of an endpoint: one that runs with the same needs, else a new one.

CreateEndpoint's unique name is the mutex: of two runs that want the same, one creates it and the other
finds it there, and both hold a lease. What can happen between two calls of ours is decided by asking again:
an endpoint that is being deleted is waited for until its name is free, one that vanishes is made anew.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from botocore.exceptions import BotoCoreError, ClientError

from polypost.errors import QuotaError, ServiceError, UsageError
from polypost.sagemaker import clients
from polypost.sagemaker.account import Account
from polypost.sagemaker.life import deploy, endpoints, ownership, roles
from polypost.sagemaker.life.cleanup import Leaving, leave
from polypost.sagemaker.life.endpoints import State, VanishedError
from polypost.sagemaker.life.leases import Lease
from polypost.sagemaker.life.ownership import LEASE_SECONDS
from polypost.sagemaker.life.switch import Switch
from polypost.sagemaker.refusals import REFUSED, Refusals
from polypost.sagemaker.settings import Created, Settings, name_of
from polypost.sagemaker.settings import tags as tags_of
from polypost.sagemaker.surroundings import Surroundings

_TRIES = 5
"""How often others may take an endpoint away under our hands before we give up."""
_REMOVE_SECONDS = 600.0
"""How long to wait for a failed endpoint to free its name."""
_LEARN_SECONDS = 30.0
"""Three times the longest pause between two questions for an endpoint's state."""


@dataclass(frozen=True, slots=True)
class Held:
    """An endpoint in service, with our lease on it."""

    name: str
    instance_type: str
    instances: int
    made_here: bool
    """Whether this run created it."""
    lease: Lease
    kept: bool = False
    """Whether its owner keeps it, after this run too."""


@dataclass(frozen=True, slots=True)
class Desk:
    """All that it takes to get hold of an endpoint."""

    settings: Settings
    switch: Switch
    remember: Callable[[Created], None]
    """Called before anything is created or leased, with all that a cleanup needs."""
    names: dict[str, bool] = field(default_factory=dict)
    """What the run has its hand on, and whether it began to create it: filled as it goes."""
    fates: dict[str, str] = field(default_factory=dict)
    """What became of each endpoint that the run gave up, unless it should be gone and is not: a sentence."""

    @property
    def account(self) -> Account:
        """The account that all of it is in."""
        return self.switch.account

    @property
    def around(self) -> Surroundings:
        """Who is told, and the clock."""
        return self.switch.account.around

    def touch(self, name: str, *, made_here: bool) -> None:
        """Write down that the run is about to take a lease on `name`, or to create it."""
        self.names[name] = made_here or self.names.get(name, False)
        self.remember(Created(name, self.account.region, self.settings.run))

    def lease(self, name: str, arn: str) -> Lease:
        """Our lease on an endpoint, not yet taken."""
        return Lease(self.switch, name, arn, self.settings.run)

    def leave(self, name: str, *, seconds: float, keep: bool = False) -> str:
        """Give an endpoint up; empty when it is gone or stays on purpose, else what is left and why."""
        leaving = Leaving(self.settings.run, self.names.get(name, False), keep=keep)
        left = leave(self.switch, name, leaving, seconds=seconds)
        if left and not left.wanted:
            return left.why
        if left:
            by_whom = "" if left.kept else " The last run to leave deletes it."
            self.fates[name] = f"T{left.why[1:]}{by_whom}"
            self.around.console.say(self.fates[name])
        else:
            self.fates[name] = f"The endpoint {name} is deleted."
        self.names.pop(name, None)  # what becomes of it from now on is not this run's
        return ""

    def clear(self, name: str) -> None:
        """Delete an endpoint that failed and stands in the way. Raises ServiceError when AWS refuses."""
        # Who waits for it too shall learn of the failure first, not find it gone and try the same again.
        self.around.clock.sleep(_LEARN_SECONDS)
        leaving = Leaving(self.settings.run, failed=True)
        left = leave(self.switch, name, leaving, seconds=_REMOVE_SECONDS)
        if left and not left.wanted:
            raise ServiceError(f"An endpoint that failed is in the way: {left.why}")


def acquire(desk: Desk) -> Held:
    """Join an endpoint that fits, in the order of the instance types, else deploy on the first to be had.

    Raises QuotaError when no type can be had, or BudgetError for the money that is left, UsageError when AWS
    finds the settings wrong, ServiceError when the endpoint fails. What was remembered is for the caller to
    leave.
    """
    types = desk.settings.instance_types
    if not types:
        raise UsageError("No instance type is given. Set instance-type, e.g. ml.m5.xlarge.")
    for instance_type in types:
        name = name_of(desk.settings, instance_type)
        try:
            if held := _join(desk, name, instance_type):
                return held
        except QuotaError:
            desk.leave(name, seconds=_REMOVE_SECONDS)
    deploy.require_installed()
    refusals = Refusals(desk.around.console, "endpoint")
    role_arn = roles.execution_role(desk.account.session, desk.settings.role_arn)
    for instance_type in types:
        try:
            return _make(desk, role_arn, name_of(desk.settings, instance_type), instance_type)
        except REFUSED as error:
            refusals.add(instance_type, error)
    raise refusals.error()


def _join(desk: Desk, name: str, instance_type: str) -> Held | None:
    """The endpoint `name` with our lease on it; None when there is none that works."""
    try:
        state = endpoints.describe(desk.account.sagemaker, name)
        if state is None or not state.alive:
            return None
        desk.touch(name, made_here=False)
        lease = desk.lease(name, state.arn)
        claim = lease.take()
        if claim is None:
            raise UsageError(
                f"There is an endpoint {name} that does not bear polypost's tag. Delete it, or choose "
                "another instance-type."
            )
    except (ClientError, BotoCoreError) as error:
        if isinstance(error, ClientError) and clients.is_missing(error):
            return None  # it went away between two of our calls
        raise clients.explain(error, f"share the endpoint {name}") from error
    ours = claim.maker == desk.settings.run
    if not ours:
        desk.around.console.step(f"Sharing the endpoint {name}, which is {state.status}")
    held = _ready(desk, name, instance_type, lease, made_here=ours)
    return replace(held, kept=claim.kept) if held else None


def _make(desk: Desk, role_arn: str, name: str, instance_type: str) -> Held:
    """The endpoint `name`, created by us, or by another run at the same moment."""
    account, around = desk.account, desk.around
    around.console.step(f"Deploying {desk.settings.route.model} on {instance_type}")
    for _ in range(_TRIES):
        around.check()
        around.take(instance_type)
        desk.touch(name, made_here=True)
        until = account.now() + LEASE_SECONDS
        wishes = tags_of(desk.settings) | ownership.leased(desk.settings.run, until)
        # Whether Scheduler tries again after "still Creating" is not documented; so not before that is over.
        desk.switch.push(name, account.now() + endpoints.WAIT_SECONDS)
        try:
            made = deploy.create(account, desk.settings, deploy.Wish(name, instance_type, role_arn, wishes))
            if made:
                # Whoever deleted the one before may have removed the schedule just now.
                desk.switch.push(name, account.now() + endpoints.WAIT_SECONDS)
            held = _created(desk, name, instance_type) if made else _there(desk, name, instance_type)
        except QuotaError:
            if why := desk.leave(name, seconds=_REMOVE_SECONDS):
                raise ServiceError(f"The next instance type can't be tried: {why}") from None
            raise
        if held:
            return held
    raise ServiceError(f"The endpoint {name} was taken away {_TRIES} times while it was started. Run again.")


def _created(desk: Desk, name: str, instance_type: str) -> Held | None:
    state = _asked(desk, name)
    if state is None:
        return None
    return _ready(desk, name, instance_type, desk.lease(name, state.arn), made_here=True)


def _there(desk: Desk, name: str, instance_type: str) -> Held | None:
    """What had the name already: ours after a lost answer, another run's, or one that is to go first."""
    if held := _join(desk, name, instance_type):
        return held
    state = endpoints.wait(desk.account.sagemaker, name, desk.around, until=_settled)
    if state and not state.alive:
        desk.clear(name)
    return None


def _settled(state: State | None) -> bool:
    """Whether there is something to do about an endpoint that was there: all but one that is going."""
    return state is None or state.status != "Deleting"


def _asked(desk: Desk, name: str) -> State | None:
    """The endpoint's state, patiently."""
    return endpoints.wait(desk.account.sagemaker, name, desk.around, until=lambda _: True)


def _ready(desk: Desk, name: str, instance_type: str, lease: Lease, *, made_here: bool) -> Held | None:
    """The endpoint once it is in service; None when it vanished before."""
    try:
        state = endpoints.in_service(desk.account.sagemaker, name, desk.around, lease.beat)
    except VanishedError:
        return None
    return Held(name, instance_type, state.instances, made_here, lease)
