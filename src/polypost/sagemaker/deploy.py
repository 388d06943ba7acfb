"""Creating a model, an endpoint configuration and an endpoint on the stock Hugging Face container.

The only module that imports `sagemaker-core` (424 MB installed, seconds to import), and only inside
functions: attaching to an endpoint must not pay for it.
"""

from __future__ import annotations

import importlib
import importlib.util
import warnings
from collections.abc import Callable, Mapping
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from polypost.errors import QuotaError, ServiceError, UsageError
from polypost.sagemaker import cleanup, clients, endpoints
from polypost.sagemaker.settings import Created, Settings, tags
from polypost.sagemaker.surroundings import Surroundings

_CONTAINER: Mapping[str, str] = {
    "framework": "huggingface",
    "version": "4.51.3",
    "base_framework_version": "pytorch2.6.0",
    "py_version": "py312",
    "image_scope": "inference",
}
"""The newest stock image with the `translation` task: transformers 5 removed it."""

_START_SECONDS = 1800
"""How long the container may take to download the weights and answer `/ping`."""

_REMOVE_SECONDS = 600
"""How long to wait for a failed endpoint to free its name for the next instance type."""


def require_installed() -> None:
    """Raises UsageError when what deploying needs is not installed."""
    try:
        found = importlib.util.find_spec("sagemaker.core")
    except ModuleNotFoundError:
        found = None
    if found is None:
        raise UsageError(
            "Deploying a model needs sagemaker-core: "
            "pip install 'polypost[deploy] @ git+https://github.com/polypost/polypost'. "
            "Or give endpoint-name, to use an endpoint that exists."
        )


def deploy(
    session: Any,
    created: Created,
    settings: Settings,
    role_arn: str,
    around: Surroundings,
) -> tuple[str, endpoints.State]:
    """Create the endpoint on the first instance type that can be had, and wait until it is in service.

    Gives the instance type and the endpoint's state. Raises QuotaError when no type can be had,
    UsageError when AWS finds the settings wrong, ServiceError when the endpoint fails. What was created
    is left for the caller to clean up.
    """
    client = clients.control(session)
    refusals = []
    for position, instance_type in enumerate(settings.instance_types):
        if position:
            _free_the_name(client, created.name, around)
        around.console.step(f"Deploying {settings.route.model} on {instance_type}")
        try:
            _create(session, created, settings, role_arn, instance_type)
            state = endpoints.wait(client, created.name, around)
        except QuotaError as error:
            refusals.append(f"{instance_type}: {error}")
            around.console.warn(f"{instance_type} can't be had: {error}")
        else:
            return instance_type, state
    raise QuotaError(
        "None of the instance types can be had. Ask for a higher quota (Service Quotas, SageMaker, "
        f'"for endpoint usage"), or name other types in instance-type. {" ".join(refusals)}'
    )


def environment(settings: Settings) -> dict[str, str]:
    """The environment of the container."""
    variables = {
        "HF_MODEL_ID": settings.route.model,
        "HF_TASK": "translation",
        # By default each vCPU loads a full copy of the weights, and the instance runs out of memory.
        "SAGEMAKER_MODEL_SERVER_WORKERS": "1",
        # The model server kills a worker that is silent for so many seconds, also while it loads the
        # weights; at the default of 60 a large model on a slow disk would never come up.
        "SAGEMAKER_MODEL_SERVER_TIMEOUT": "300",
    }
    if settings.revision:
        variables["HF_MODEL_REVISION"] = settings.revision
    return variables


def _core(module: str) -> Any:
    """A module of sagemaker-core, without the warnings about its own source that its import gives."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return importlib.import_module(f"sagemaker.core.{module}")


def _create(session: Any, created: Created, settings: Settings, role_arn: str, instance_type: str) -> None:
    resources, shapes = _core("resources"), _core("shapes")
    name, region = created.name, created.region
    common = {
        "session": session,
        "region": region,
        "tags": [shapes.Tag(key=key, value=value) for key, value in tags(settings.route).items()],
    }
    image = _image(region, instance_type)
    container = shapes.ContainerDefinition(image=image, environment=environment(settings))
    variant = shapes.ProductionVariant(
        variant_name="AllTraffic",
        model_name=name,
        instance_type=instance_type,
        initial_instance_count=1,
        model_data_download_timeout_in_seconds=_START_SECONDS,
        container_startup_health_check_timeout_in_seconds=_START_SECONDS,
    )
    for create, wishes in (
        (
            resources.Model.create,
            {"model_name": name, "primary_container": container, "execution_role_arn": role_arn},
        ),
        (resources.EndpointConfig.create, {"endpoint_config_name": name, "production_variants": [variant]}),
        (resources.Endpoint.create, {"endpoint_name": name, "endpoint_config_name": name}),
    ):
        _call(create, {**wishes, **common}, f"deploy {settings.route.model} on {instance_type}")


def _call(create: Callable[..., object], wishes: Mapping[str, object], doing: str) -> None:
    try:
        create(**wishes)
    except ClientError as error:
        told = clients.message(error)
        if clients.code(error) != "ValidationException":
            raise clients.explain(error, doing) from error
        # The name is random, so what has it is ours: a retried request whose first answer was lost.
        if "already exist" not in told.lower():
            raise UsageError(f"AWS finds the settings wrong, trying to {doing}: {told}") from error
    except BotoCoreError as error:
        raise clients.explain(error, doing) from error


def _image(region: str, instance_type: str) -> str:
    try:
        return str(_core("image_uris").retrieve(**_CONTAINER, region=region, instance_type=instance_type))
    except ValueError as error:
        raise UsageError(f"There is no container for {instance_type} in {region}: {error}") from error


def _free_the_name(client: Any, name: str, around: Surroundings) -> None:
    left = cleanup.remove(
        client, name, seconds=_REMOVE_SECONDS, around=around, way=cleanup.Way(sure=True, gone=True)
    )
    if left is not None:
        raise ServiceError(f"The next instance type can't be tried, because the {left}")
