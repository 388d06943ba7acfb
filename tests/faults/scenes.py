"""What is run through the matrix: each a blog, an account, and a job."""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from unittest import mock

from faults.tape import Call
from polypost import sagemaker
from polypost.fronts import engines
from polypost.options import Options
from polypost.sagemaker import Surroundings
from polypost.sagemaker.account import Account
from polypost.sagemaker.life.acquire import Desk, acquire
from polypost.sagemaker.life.ownership import LEASE_SECONDS
from polypost.sagemaker.life.switch import Switch
from standins.aws import Arrival

POSTS = {
    "posts/first.md": "---\ntitle: A first post\n---\n\nIt has two sentences. This is the second.\n",
    "posts/second.md": "# The other one\n\nA sentence with `code` and a [link](https://x.example) in it.\n",
}
LONG = {"posts/long.md": "".join(f"Sentence {n} of a post stands here alone.\n\n" for n in range(60))}
OLD = {"posts/first.md": "---\ntitle: A first post\n---\n\nIt has two sentences. This was the second.\n"}
OWN = "my-endpoint"


@dataclass(frozen=True)
class Scene:
    """One scenario."""

    name: str
    account: Callable[[Any], Mapping[str, str]]
    """Prepares the account; gives the job's inputs."""
    harmless: frozenset[str] = frozenset()
    """Operations without which the job has to end with 0; without others it may, if all is done and gone."""
    covers: Callable[[Call], bool] = lambda _: True
    """Which calls are made to fail; the others are made by the same code as another scene's."""
    whose: Callable[[Arrival], str] = lambda _: ""
    """Who calls AWS, where several work side by side; see `Call.whose`."""
    grace: float = 0.001
    """See `World.grace`."""
    after: Callable[[Any], str] = lambda _: ""
    """Done when the job is over and before anything is looked at; what is wrong."""
    there: frozenset[str] = frozenset()
    """What is in the account before and after, as `left()` names it."""
    earlier: Mapping[str, str] = field(default_factory=dict)
    """The posts of a job before this one, whose pull request is open; then the job is that of a push."""
    killed_at: Call | None = None
    """The main step is killed here, and the job that is looked at is the post step."""
    creating_seconds: float = 2.0
    posts: Mapping[str, str] = field(default_factory=lambda: POSTS)


HARMLESS = frozenset(
    {
        "ListEndpoints",
        "ListEndpointConfigs",
        "ListTransformJobs",
        "ListModels",
        "GetProducts",
        "DeleteSchedule",
    }
)


def _roles(world: Any) -> dict[str, str]:
    return {
        "role-arn": world.aws.role("SageMakerRole"),
        "scheduler-role-arn": world.aws.role("Scheduler", trusts="scheduler.amazonaws.com"),
    }


class _Silent:
    def step(self, *_: object) -> None: ...

    say = warn = progress = step


def _joined(world: Any) -> dict[str, str]:
    """Another run holds the endpoint that ours needs."""
    roles = _roles(world)
    options = Options(
        role_arn=roles["role-arn"], scheduler_role_arn=roles["scheduler-role-arn"], languages=("es", "ja")
    )
    with _as_a_run(world):
        account = Account(sagemaker.open_session("us-east-1"), Surroundings(_Silent(), world.clock))
        settings = engines.settings_of(options, options.model[0], ("es", "ja"), "another-run")
        desk = Desk(settings, Switch(account, settings.scheduler_role_arn), lambda _: None)
        world.other = desk, acquire(desk).name, world.clock.now() + LEASE_SECONDS
    return roles


def _other_leaves(world: Any) -> str:
    desk, name, until = world.other
    stolen = world.clock.now() < until and world.aws.status(name) is None
    with _as_a_run(world):
        desk.leave(name, seconds=300)
    return "another run's endpoint was deleted" if stolen else ""


@contextlib.contextmanager
def _as_a_run(world: Any):
    with mock.patch.dict(os.environ, world.aws.env), world.inside(world.clock):
        yield


def _attached(world: Any) -> dict[str, str]:
    role = world.aws.role("SageMakerRole")
    variant = {
        "VariantName": "AllTraffic",
        "ModelName": OWN,
        "InstanceType": "ml.m5.xlarge",
        "InitialInstanceCount": 1,
    }
    with world.aws.inside():
        client = world.aws.client("sagemaker")
        client.create_model(ModelName=OWN, ExecutionRoleArn=role, PrimaryContainer={"Image": "x.y/z:1"})
        client.create_endpoint_config(EndpointConfigName=OWN, ProductionVariants=[variant])
        client.create_endpoint(EndpointName=OWN, EndpointConfigName=OWN)
    world.clock.advance(60)
    return {"endpoint-name": OWN}


def _batch(world: Any) -> dict[str, str]:
    world.aws.job_seconds = 60.0
    return _roles(world) | {"engine": "batch", "batch-s3-uri": f"{world.aws.bucket('polypost-batch')}/blog"}


def _own_role(world: Any) -> dict[str, str]:
    arn = world.aws.github_role("Blog", subject="repo:octo/blog:*")
    world.env |= world.oidc.env | {"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": ""}
    return _roles(world) | {"aws-role-arn": arn}


def _two_models(world: Any) -> dict[str, str]:
    """Spanish and Japanese are of one model, Balinese of another; both are started at the same time."""
    first, second = "facebook/seamless-m4t-v2-large", "facebook/nllb-200-3.3B"
    return _roles(world) | {
        "model": f"{first}, {second}",
        "languages": "es, ja, ban",
        "model-for": f"es: {first}, ja: {first}",
        "instance-type": "ml.m5.xlarge",
    }


def _room_for_one(world: Any) -> dict[str, str]:
    """The quota lets only one of them be there at a time; which one is first is chance."""
    world.aws.quota_instances = 1
    return _two_models(world)


def _is_coming_or_going(call: Call) -> bool:
    return call.operation in {"CreateEndpoint", "DeleteEndpoint"}


def _second_model(arrival: Arrival) -> str:
    """By the endpoint's name, and by the language asked for."""
    return "nllb" if re.search(r"nllb|ban_Latn", str(arrival.input)) else ""


def _is_second(call: Call) -> bool:
    """The other model makes the same calls; what is asked again on the way is no other than in `deploy`."""
    return call.whose == "nllb" and (call.occurrence == 1 or _is_request(call))


def _is_login(call: Call) -> bool:
    return call.service == "sts" or call.operation == "OIDC token"


def _is_request(call: Call) -> bool:
    return call.operation == "InvokeEndpoint"


def _is_cloud(call: Call) -> bool:
    return call.service not in {"GitHub", "git"}


ATTACHED = frozenset({f"endpoint {OWN}", f"endpoint configuration {OWN}", f"model {OWN}"})
DEPLOY = Scene("deploy", _roles, HARMLESS)
SCENES = {
    scene.name: scene
    for scene in (
        DEPLOY,
        Scene("join", _joined, HARMLESS, covers=_is_cloud, after=_other_leaves),
        Scene("attach", _attached, HARMLESS, there=ATTACHED),
        Scene("long", _attached, covers=_is_request, there=ATTACHED, posts=LONG),
        Scene("two-models", _two_models, HARMLESS, covers=_is_second, whose=_second_model, grace=0.02),
        Scene("room-for-one", _room_for_one, HARMLESS, covers=_is_coming_or_going, grace=0.02),
        Scene("batch", _batch, HARMLESS - {"ListTransformJobs"}, covers=_is_cloud),
        Scene("own-role", _own_role, HARMLESS, covers=_is_login),
        Scene("update", _attached, HARMLESS, there=ATTACHED, earlier=OLD),
        replace(DEPLOY, name="post-step", killed_at=Call("sagemaker-runtime", "InvokeEndpoint", 3)),
    )
}
