"""What is run through the matrix: each a blog, an account, and a job."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from faults.tape import Call

POSTS = {
    "posts/first.md": "---\ntitle: A first post\n---\n\nIt has two sentences. This is the second.\n",
    "posts/second.md": "# The other one\n\nA sentence with `code` and a [link](https://x.example) in it.\n",
}
ROLE = "SageMakerRole"


def _nothing(world: Any) -> Mapping[str, str]:
    return {}


def _everything(call: Call) -> bool:
    return True


@dataclass(frozen=True)
class Scene:
    """One scenario."""

    name: str
    account: Callable[[Any], Mapping[str, str]] = _nothing
    """Prepares the account; gives the job's inputs."""
    covers: Callable[[Call], bool] = _everything
    """Which calls are made to fail; the others are another scene's too."""
    harmless: frozenset[str] = frozenset()
    """Operations without which the job is done all the same."""
    there: frozenset[str] = frozenset()
    """What is in the account before and after, as `left()` names it."""
    creating_seconds: float = 2.0
    languages: str = "es, ja"
    posts: Mapping[str, str] = field(default_factory=lambda: POSTS)


HARMLESS = frozenset(
    {
        "ListEndpoints",
        "ListEndpointConfigs",
        "ListTransformJobs",
        "ListModels",
        "GetProducts",
        "DeleteSchedule",
        "DescribeModel",
        "DescribeEndpointConfig",
    }
)


def _roles(world: Any) -> dict[str, str]:
    return {
        "role-arn": world.aws.role(ROLE),
        "scheduler-role-arn": world.aws.role("Scheduler", trusts="scheduler.amazonaws.com"),
    }


DEPLOY = Scene("deploy", _roles, harmless=HARMLESS)
SCENES = {scene.name: scene for scene in (DEPLOY,)}
