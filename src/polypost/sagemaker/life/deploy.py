"""Creating a model, an endpoint configuration and an endpoint, through `sagemaker-core`'s typed resources.

The only module that imports `sagemaker-core` (424 MB installed, seconds to import), and only inside
functions: attaching to an endpoint must not pay for it.
"""

from __future__ import annotations

import importlib
import importlib.util
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from polypost.errors import UsageError
from polypost.sagemaker import clients
from polypost.sagemaker.account import Account
from polypost.sagemaker.life import tags
from polypost.sagemaker.life.ownership import LEASE_TAG
from polypost.sagemaker.settings import CONTAINER, Settings, environment

_START_SECONDS = 1800
"""How long the container may take to download the weights and answer `/ping`."""


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


@dataclass(frozen=True, slots=True)
class Wish:
    """What shall come into being."""

    name: str
    """Of the endpoint, its configuration and its model."""
    instance_type: str
    role_arn: str
    """The model's execution role."""
    tags: Mapping[str, str]


def create(account: Account, settings: Settings, wish: Wish) -> bool:
    """Create the endpoint that is wished for, with its configuration and model where they are missing.

    False when the endpoint itself was there, or when what it builds on was taken away meanwhile: look
    again. Raises QuotaError when the instance type can't be had, UsageError when AWS finds the settings
    wrong, ServiceError when it refuses.
    """
    name, client = wish.name, account.sagemaker
    made = create_model(account, settings, wish)
    shapes, resources = _core("shapes"), _core("resources")
    doing = f"deploy {settings.route.model} on {wish.instance_type}"
    variant = shapes.ProductionVariant(
        variant_name="AllTraffic",
        model_name=name,
        instance_type=wish.instance_type,
        initial_instance_count=settings.instance_count,
        model_data_download_timeout_in_seconds=_START_SECONDS,
        container_startup_health_check_timeout_in_seconds=_START_SECONDS,
        # By default they go to any instance, at random, and some stand idle while others have a queue.
        routing_config=shapes.ProductionVariantRoutingConfig(routing_strategy="LEAST_OUTSTANDING_REQUESTS"),
    )
    config: dict[str, Any] = {"endpoint_config_name": name, "production_variants": [variant]}
    if settings.kms_key:
        config["kms_key_id"] = settings.kms_key
    endpoint = {"endpoint_name": name, "endpoint_config_name": name}
    try:
        if not made:
            _share(client, client.describe_model(ModelName=name)["ModelArn"], wish)
        if not _call(account, resources.EndpointConfig.create, config, wish, doing):
            told = client.describe_endpoint_config(EndpointConfigName=name)
            _share(client, told["EndpointConfigArn"], wish)
        return _call(account, resources.Endpoint.create, endpoint, wish, doing)
    except _GoneError:
        return False
    except (ClientError, BotoCoreError) as error:
        if isinstance(error, ClientError) and clients.is_missing(error):
            return False
        raise clients.explain(error, doing) from error


def _share(client: Any, arn: str, wish: Wish) -> None:
    """Put our lease on what is there already: whoever made it must not delete it before we are done."""
    tags.add(client, arn, {key: value for key, value in wish.tags.items() if key.startswith(LEASE_TAG)})


def create_model(account: Account, settings: Settings, wish: Wish) -> bool:
    """Create the model that is wished for; False when it was there. Raises like `create`."""
    shapes, resources = _core("shapes"), _core("resources")
    container: dict[str, Any] = {
        "image": settings.image_uri or _image(account.region, wish.instance_type),
        "environment": environment(settings),
    }
    if settings.model_data:
        container["model_data_url"] = settings.model_data
    model: dict[str, Any] = {
        "model_name": wish.name,
        "primary_container": shapes.ContainerDefinition(**container),
        "execution_role_arn": wish.role_arn,
    }
    if settings.subnets:
        model["vpc_config"] = shapes.VpcConfig(
            subnets=list(settings.subnets), security_group_ids=list(settings.security_groups)
        )
    return _call(account, resources.Model.create, model, wish, f"create the model {settings.route.model}")


class _GoneError(Exception):
    """What the new thing builds on is gone: another run has just cleaned it up."""


def _call(
    account: Account,
    create: Callable[..., object],
    wishes: Mapping[str, object],
    wish: Wish,
    doing: str,
) -> bool:
    """Whether it was created; False when there is one of that name."""
    tag = _core("shapes").Tag
    common = {
        "session": account.session,
        "region": account.region,
        "tags": [tag(key=key, value=value) for key, value in wish.tags.items()],
    }
    try:
        create(**wishes, **common)
    except ClientError as error:
        if clients.is_taken(error):
            return False
        if clients.is_missing(error):
            raise _GoneError from error
        if clients.code(error) == "ValidationException":
            told = clients.message(error)
            raise UsageError(f"AWS finds the settings wrong, trying to {doing}: {told}") from error
        raise clients.explain(error, doing) from error
    except BotoCoreError as error:
        raise clients.explain(error, doing) from error
    return True


def _core(module: str) -> Any:
    """A module of sagemaker-core, without the warnings about its own source that its import gives."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return importlib.import_module(f"sagemaker.core.{module}")


def _image(region: str, instance_type: str) -> str:
    try:
        return str(_core("image_uris").retrieve(**CONTAINER, region=region, instance_type=instance_type))
    except ValueError as error:
        raise UsageError(f"There is no container for {instance_type} in {region}: {error}") from error
