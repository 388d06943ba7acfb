"""Several runs at once on one account, in simulated time, by a plan: what they do, and what must hold.

Each run is `open_translator` as it stands, in an actor of a `Baton`: it hands on at every request to AWS
(which takes as long as the plan says) and at every sleep. A killed one is never woken again, so that no line
of its cleanup runs. `World` watches each request as it takes effect.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

from polypost.errors import PolypostError, Stopped
from polypost.models import DEFAULT_MODEL, choose
from polypost.sagemaker import Created, Settings, Surroundings, clean_up, open_translator
from polypost.sagemaker.account import Account
from polypost.sagemaker.asking import flights
from polypost.sagemaker.life import ownership
from polypost.sagemaker.life.standing import stop
from polypost.sagemaker.life.sweep import sweep
from polypost.sagemaker.life.switch import Switch
from standins.aws import UNHEALTHY, Arrival, Aws, Dropped, Fault, Refused, Then, echo
from standins.baton import Actor, Baton, Queue, Threads

ROUTE = choose(DEFAULT_MODEL, "en", ["es"])
LIVE = ownership.Claim.live
"""What the test itself goes by, whatever is switched off in the code."""


@dataclass(frozen=True)
class Run:
    """One run of the plan; a turn is one request or one sleep."""

    start: float
    waves: int = 1
    seconds: float = 1.0
    """How long the endpoint works on a wave, and publishing it takes after that."""
    end: str = ""
    """`killed`, `stopped`, `frozen` for longer than a lease, or `stale`: its credentials end; at the turn:"""
    turn: int = 0
    post: float | None = None
    """Seconds after a kill or a stop at which the post step runs; None: never."""
    lost: int | None = None
    """The turn at which an answer of AWS is lost."""
    keep: bool = False
    sweeps: bool = False
    """Whether it begins with a sweep, as jobs do."""


@dataclass(frozen=True)
class Plan:
    runs: tuple[Run, ...]
    latencies: tuple[float, ...]
    """Of the requests, in turn, over and over."""
    dawdles: float = 0.0
    """How long the request that deletes an endpoint takes beyond that: others may join meanwhile."""
    guard: bool = True
    """Whether there is a schedule."""
    sweeps: tuple[float, ...] = ()
    creating: float = 20.0
    deleting: float = 0.0
    fails: bool = False
    """Whether the first endpoint fails."""


class Told:
    """A console that counts what is of interest."""

    def __init__(self, seen: Counter[str]) -> None:
        self._seen = seen

    def step(self, text: str) -> None:
        for sign, what in SIGNS.items():
            self._seen[what] += sign in text

    say = warn = step

    def progress(self, text: str, done: int, total: int) -> None: ...


SIGNS = {
    "was deleted while polypost used it": "revived",
    "Sharing the endpoint": "joined",
    "still uses it": "left to others",
    "still use it": "left to others",
}


class World:
    """The account, its clock, and who is at work."""

    def __init__(self, aws: Aws, clock: Baton, session: Any, plan: Plan) -> None:
        self.aws, self.clock, self.session, self.plan = aws, clock, session, plan
        self.seen: Counter[str] = Counter()
        self.got: dict[str, list[str]] = {}
        self.role = aws.role("SageMakerRole")
        self.scheduler = aws.role("scheduler", trusts="scheduler.amazonaws.com") if plan.guard else None
        self._runs: dict[Actor, Run] = {}
        self._read: dict[Actor, tuple[ownership.Claim, float]] = {}
        self._created: dict[str, list[Created]] = {}
        self._once: set[tuple[Actor, str]] = set()
        self._names: dict[Actor, str] = {}
        self._calls = 0
        self._fired = 0
        aws.creating_seconds, aws.deleting_seconds = plan.creating, plan.deleting
        aws.fail_with = UNHEALTHY if plan.fails else None
        aws.backend = self._translate
        aws.intercept = self._arrives
        clock.on_turn = self._turn

    # What happens

    def play(self) -> None:
        """All of the plan, until everybody has ended."""
        for number, run in enumerate(self.plan.runs):
            name = f"run-{number}"
            actor = self.clock.spawn(name, self._working(name, run), at=run.start)
            self._runs[actor], self._names[actor] = run, name
        for moment in self.plan.sweeps:
            self.clock.spawn("sweep", self.sweep, at=moment)
        self.clock.run()

    def sweep(self) -> None:
        sweep(Switch(self._account(), self.scheduler), seconds=30.0, jobs=True)

    def _working(self, name: str, run: Run) -> Callable[[], None]:
        settings = Settings(
            ROUTE,
            name,
            role_arn=self.role,
            instance_types=("ml.m5.xlarge",),
            keep=run.keep,
            scheduler_role_arn=self.scheduler,
        )
        created = self._created.setdefault(name, [])

        def work() -> None:
            if run.sweeps:
                self.sweep()
            try:
                with self._settled(open_translator(settings, self._account(), created.append)) as translator:
                    for wave in range(run.waves):
                        for reply in translator.translate({"es": [f"Wave {wave} of {name}."]}):
                            self.got.setdefault(name, []).append(reply.answer)
                        self.clock.sleep(run.seconds)
            except Stopped:
                if run.post is not None:
                    self.clock.sleep(run.post)
                    self._post(name)
                raise

        return work

    @contextmanager
    def _settled(self, opening: Any) -> Iterator[Any]:
        """A context whose leaving no signal interrupts, as for real."""
        translator = opening.__enter__()
        actor = self.clock.actor
        try:
            yield translator
        except BaseException as error:
            self._first(actor, "settled")
            opening.__exit__(type(error), error, error.__traceback__)
            raise
        self._first(actor, "settled")
        opening.__exit__(None, None, None)

    def _post(self, name: str) -> None:
        around = Surroundings(Told(self.seen), self.clock)
        for created in {one.name: one for one in self._created[name]}.values():
            clean_up(
                created,
                lambda _: self.session,
                scheduler_role_arn=self.scheduler,
                seconds=1500.0,
                around=around,
            )

    def _account(self) -> Account:
        return Account(self.session, Surroundings(Told(self.seen), self.clock))

    def _translate(self, request: dict[str, Any]) -> Any:
        run = self._runs.get(self.clock.actor.root)
        self.clock.sleep(min(run.seconds, 20.0) if run else 1.0)
        return echo(request)

    def _turn(self, actor: Actor) -> None:
        """Kill or stop, when it is time."""
        root = actor.root
        run = self._runs.get(root)
        if run is None or run.turn != root.turns:
            return
        if run.end == "killed":
            root.dead = True
            self.seen["killed"] += 1
            if run.post is not None:
                post = lambda: self._post(root.name)  # noqa: E731 - one line, once
                later = self.clock.spawn("post", post, at=self.clock.monotonic() + run.post)
                self._names[later] = root.name
        if run.end == "stopped" and (root, "settled") not in self._once:
            self.seen["stopped"] += 1
            root.interrupt, root.wakes = Stopped(15), self.clock.monotonic()

    # What is watched

    def _arrives(self, arrival: Arrival) -> Fault | None:
        """A request on its way; it takes effect right after this."""
        if (actor := self.clock.actor) is None:
            return None
        self._calls += 1
        dawdles = self.plan.dawdles if arrival.operation == "DeleteEndpoint" else 0.0
        self.clock.sleep(self.plan.latencies[self._calls % len(self.plan.latencies)] + dawdles)
        root, run = actor.root, self._runs.get(actor.root)
        self._schedules()
        names = list(self.aws.sagemaker.endpoints)
        assert len(names) <= 1, f"two endpoints for the same needs: {names}"
        if run and run.end == "stale" and root.turns >= run.turn:
            return Refused(
                "ExpiredTokenException", "The security token included in the request is expired", 403
            )
        self._watch(root, arrival)
        if run and run.lost is not None and root.turns >= run.lost and self._first(root, "answers lost"):
            return Dropped(after=True)
        if run and run.end == "frozen" and root.turns >= run.turn and self._first(root, "frozen"):
            return Then(lambda: self.clock.sleep(2 * ownership.LEASE_SECONDS))
        return None

    def _first(self, actor: Actor, what: str) -> bool:
        """Whether it is the first time for this actor; counted."""
        if (actor, what) in self._once:
            return False
        self._once.add((actor, what))
        self.seen[what] += 1
        return True

    def _watch(self, root: Actor, arrival: Arrival) -> None:
        operation = arrival.operation
        if operation == "ListTags" and ":endpoint/" in arrival.input["ResourceArn"]:
            claim = self.claim(arrival.input["ResourceArn"].rpartition("/")[2])
            self._read[root] = claim, self.clock.now()
        elif operation == "CreateEndpoint" and not self.aws.sagemaker.endpoints:
            self.seen["endpoints"] += 1
            if self.seen["endpoints"] > 1:
                self.aws.fail_with = None
        elif operation == "InvokeEndpoint":
            self.seen["requests"] += 1
            for name in self.aws.sagemaker.endpoints:
                self.seen["requests while shared"] += len(LIVE(self.claim(name), self.clock.now())) > 1
        elif operation == "DeleteEndpoint":
            self._deleted(root, arrival.input["EndpointName"])

    def _deleted(self, root: Actor, name: str) -> None:
        """Whoever deletes must have seen right before that nobody else needs it."""
        status = self.aws.status(name)
        if status not in {"InService", "Failed"}:
            return
        run = self._names.get(root, "")
        claim, then = self._read[root]
        others = LIVE(claim, then, but=run)
        assert not others or status == "Failed", f"{root.name} deletes what {others} use"
        assert not claim.kept, f"{root.name} deletes what is kept"
        self.seen["deleted by a sweep"] += root.name == "sweep"
        self.seen["deleted in a race"] += bool(LIVE(self.claim(name), self.clock.now(), but=run))

    def _schedules(self) -> None:
        """No schedule ends what somebody holds a lease on."""
        before = {name: self.claim(name) for name in self.aws.sagemaker.endpoints}
        fired = self.aws.run_schedules()
        for one in fired[self._fired :]:
            claim = before.get(one.input["EndpointName"])
            if claim and not one.error:
                self.seen["deleted by a schedule"] += 1
                assert not LIVE(claim, one.at), "a schedule deletes what is in use"
                assert not claim.kept, "a schedule deletes what is kept"
        self._fired = len(fired)

    def claim(self, name: str) -> ownership.Claim:
        """What the tags of an endpoint say at this moment."""
        thing = self.aws.sagemaker.endpoints.get(name)
        return ownership.read({tag["Key"]: tag["Value"] for tag in (thing.tags if thing else ())})

    # What must hold in the end

    def judge(self) -> None:
        """Everybody's work is there, and nothing else."""
        for actor, run in self._runs.items():
            whole = [f"spa Wave {wave} of {actor.name}." for wave in range(run.waves)]
            got = self.got.get(actor.name, [])
            assert got == whole[: len(got)], f"{actor.name} got {got}"
            if actor.dead or isinstance(actor.error, Stopped) or run.end == "stale":
                continue
            assert actor.ended, f"{actor.name} waits for ever"
            if self.plan.fails and isinstance(actor.error, PolypostError) and "Failed" in str(actor.error):
                continue
            assert actor.error is None, f"{actor.name}: {actor.error!r}"
            assert got == whole, f"{actor.name} lost its work"
        for actor in self.clock.actors:
            if isinstance(actor.error, AssertionError):
                raise actor.error
        self._nothing_stays()

    def _nothing_stays(self) -> None:
        self.clock.sleep(27 * 3600)  # the schedules give up after a day
        self._schedules()
        kept = [name for name in self.aws.sagemaker.endpoints if self.claim(name).kept]
        assert not kept or any(run.keep for run in self.plan.runs), "kept, which nobody asked for"
        if self.plan.guard:
            assert self.aws.sagemaker.endpoints.keys() == set(kept), "no schedule has ended it"
        self.aws.intercept = None
        if kept:
            self.seen["kept"] += 1
            assert not self.aws.schedules, "what is kept has a schedule"
            stop(Switch(self._account(), self.scheduler), kept[0], force=False)
        else:
            self.sweep()
        self.clock.sleep(self.plan.deleting)
        assert self.aws.left() == [], f"there is still {self.aws.left()}"


def thrifty(session: Any) -> Any:
    """The session of boto3, from now on making each client once: that takes longer than all its requests."""
    make, made = session.client, {}

    def client(name: str, *given: Any, config: Any = None, **more: Any) -> Any:
        key = name, str(config and config._user_provided_options)
        if key not in made:
            made[key] = make(name, *given, config=config, **more)
        return made[key]

    session.client = client
    return session


@contextmanager
def world(aws: Aws, session: Any, plan: Plan) -> Iterator[World]:
    """A fresh account with its own clock; whoever is still there at the end is unwound."""
    clock = Baton()
    aws.clock = clock
    aws.reset()
    aws.checks_time = True
    made = World(aws, clock, session, plan)
    before = flights.queue, flights.threading
    flights.queue = SimpleNamespace(SimpleQueue=lambda: Queue(clock), Empty=flights.queue.Empty)
    flights.threading = Threads(clock)
    try:
        with aws.inside():
            try:
                yield made
            finally:
                aws.intercept = made._arrives
                clock.close()
    finally:
        flights.queue, flights.threading = before
