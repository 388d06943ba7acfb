"""What the SageMaker edge is told, and what it leaves behind for whoever cleans up after it."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from polypost import __version__
from polypost.models import Route

PREFIX = "polypost-"
"""Every name that we create begins so; nothing else is ever deleted."""

OWNER_TAG = "polypost:created-by"
OWNER = "polypost"


@dataclass(frozen=True, slots=True)
class Settings:
    """One run's wishes."""

    route: Route
    revision: str | None
    """The model's revision on the Hugging Face hub; None for its newest."""
    endpoint_name: str | None
    """Attach to this endpoint; None to deploy one for this run."""
    role_arn: str | None
    """The execution role of the model; None to look for one."""
    instance_types: tuple[str, ...]
    """In order of preference; the next is tried when quota or capacity lack for one."""
    region: str | None
    """None for the region of the AWS configuration."""


@dataclass(frozen=True, slots=True)
class Created:
    """What a run created: one name for the endpoint, its configuration and its model."""

    name: str
    region: str

    @property
    def ours(self) -> bool:
        """Whether the name is one that we give; a forged state file may hold any other."""
        return re.fullmatch(rf"{PREFIX}[a-z0-9-]{{1,{63 - len(PREFIX)}}}", self.name) is not None


def new_name(model: str) -> str:
    """A name that no other run has, e.g. `polypost-seamless-m4t-v2-large-1f0c9a2b`."""
    slug = re.sub(r"[^a-z0-9]+", "-", model.rpartition("/")[2].lower()).strip("-")
    return f"{PREFIX}{slug[:40].strip('-')}-{secrets.token_hex(4)}"


def tags(route: Route) -> Mapping[str, str]:
    """The tags of everything that a run creates."""
    return MappingProxyType(
        {
            OWNER_TAG: OWNER,
            "polypost:version": __version__,
            "polypost:model": route.model,
        }
    )
