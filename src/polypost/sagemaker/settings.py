"""What the SageMaker edge is told, what names and tags follow from it, and what is left to clean up."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from polypost import __version__
from polypost.models import Route
from polypost.sagemaker.life.ownership import OWNER, OWNER_TAG, RUN_TAG

PREFIX = "polypost-"
"""Every name that we create begins so; nothing else is ever deleted."""

MODEL_TAG = "polypost:model"

CONTAINER: Mapping[str, str] = MappingProxyType(
    {
        "framework": "huggingface",
        "version": "4.51.3",
        "base_framework_version": "pytorch2.6.0",
        "py_version": "py312",
        "image_scope": "inference",
    }
)
"""The newest stock image with the `translation` task: transformers 5 removed it."""


@dataclass(frozen=True, slots=True)
class Settings:
    """One run's wishes."""

    route: Route
    run: str
    """This run's name, which no other has: it stands in tags."""
    revision: str | None = None
    """The model's revision on the Hugging Face hub; None for its newest."""
    endpoint_name: str | None = None
    """Attach to this endpoint; None to use one of polypost's own."""
    role_arn: str | None = None
    """The execution role of the model; None to look for one."""
    instance_types: tuple[str, ...] = ()
    """In order of preference; the next is tried when quota or capacity lack for one."""
    instance_count: int = 1
    keep: bool = False
    """Whether an endpoint of ours stays when the run is over."""
    scheduler_role_arn: str | None = None
    """The role of the schedule that deletes what a killed run left; None for no schedule."""
    subnets: tuple[str, ...] = ()
    security_groups: tuple[str, ...] = ()
    kms_key: str | None = None
    hf_token: str | None = field(default=None, repr=False)
    model_data: str | None = None
    """Own model artifacts in S3; None to take the model from the hub."""
    image_uri: str | None = None
    """None for AWS's Hugging Face container."""
    variables: Mapping[str, str] = field(default_factory=dict)
    """More of the container's environment."""


@dataclass(frozen=True, slots=True)
class Created:
    """What a run has its hand on, for whoever cleans up after it."""

    name: str
    """Of the endpoint, its configuration, its model and its schedule; or of a transform job."""
    region: str
    run: str
    """Whose lease it is."""
    kind: str = "endpoint"
    """`endpoint` or `transform-job`."""

    @property
    def ours(self) -> bool:
        """Whether the name is one that we give; a forged state file may hold any other."""
        return re.fullmatch(rf"{PREFIX}[a-z0-9-]{{1,{63 - len(PREFIX)}}}", self.name) is not None


def name_of(settings: Settings, instance_type: str, engine: str = "") -> str:
    """The one name for what these settings need, e.g. `polypost-seamless-m4t-v2-large-1f0c9a2b3d`.

    Whoever needs the same gives it the same name, in whatever repository, and so finds it instead of
    paying for a second one. The execution role and the token only matter while it comes into being.
    """
    made_of = {
        "engine": engine,
        "container": settings.image_uri or dict(CONTAINER),
        "environment": environment(settings) | {"HF_TOKEN": ""},
        "data": settings.model_data,
        "instances": [instance_type, settings.instance_count],
        "network": [sorted(settings.subnets), sorted(settings.security_groups)],
        "key": settings.kms_key,
    }
    digest = hashlib.sha256(json.dumps(made_of, sort_keys=True).encode()).hexdigest()[:10]
    words = f"{engine}-{settings.route.model.rpartition('/')[2]}".lower()
    slug = re.sub(r"[^a-z0-9]+", "-", words).strip("-")
    return f"{PREFIX}{slug[:36].strip('-')}-{digest}"


def environment(settings: Settings) -> dict[str, str]:
    """The environment of the container; what the user adds comes last."""
    own = {
        "HF_TASK": "translation",
        # By default each vCPU loads a full copy of the weights, and the instance runs out of memory.
        "SAGEMAKER_MODEL_SERVER_WORKERS": "1",
        # The model server kills a worker that is silent for so many seconds, also while it loads the
        # weights; at the default of 60 a large model on a slow disk would never come up.
        "SAGEMAKER_MODEL_SERVER_TIMEOUT": "300",
    }
    if not settings.model_data:
        own["HF_MODEL_ID"] = settings.route.model
        if settings.revision:
            own["HF_MODEL_REVISION"] = settings.revision
    if settings.hf_token:
        own["HF_TOKEN"] = settings.hf_token
    return own | dict(settings.variables)


def workers(settings: Settings) -> int | None:
    """How many requests an instance works on at once; None where the variable says nothing clear."""
    told = environment(settings)["SAGEMAKER_MODEL_SERVER_WORKERS"]
    return int(told) if told.isdecimal() and int(told) else None


def tags(settings: Settings) -> dict[str, str]:
    """The tags of everything that a run creates."""
    return {
        OWNER_TAG: OWNER,
        RUN_TAG: settings.run,
        "polypost:version": __version__,
        MODEL_TAG: settings.route.model,
    }
