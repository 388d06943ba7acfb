"""What every session of boto3 makes anew, although it is always the same, made once per process.

A job opens several sessions and a dozen clients; looking through botocore's folders, building the same
classes and asking the same handlers what they take is half of the time that an in-process job takes.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from inspect import CO_VARKEYWORDS
from typing import Any
from unittest import mock

import botocore.hooks
from botocore.client import ClientCreator
from botocore.errorfactory import ClientExceptionsFactory
from botocore.hooks import EventAliaser
from botocore.loaders import Loader
from botocore.model import ServiceModel

_accepts = botocore.hooks.accepts_kwargs
_listed = Loader.list_available_services
_versions = Loader.list_api_versions
_class = ClientCreator._create_client_class
_model = ClientCreator._load_service_model
_exceptions = ClientExceptionsFactory.create_client_exceptions
_aliased = functools.cache(functools.partial(EventAliaser._alias_event_name, EventAliaser(None)))
_kept: dict[tuple[object, ...], Any] = {}


@contextmanager
def quick_sessions() -> Iterator[None]:
    """Until its end."""
    with ExitStack() as patches:
        for owner, name, replacement in (
            (botocore.hooks, "accepts_kwargs", _takes_more),
            (EventAliaser, "_alias_event_name", lambda _, name: _aliased(name)),
            (Loader, "list_available_services", lambda loader, type_name: _once(_listed, loader, type_name)),
            (Loader, "list_api_versions", lambda loader, *of: _once(_versions, loader, *of)),
            (ClientCreator, "_create_client_class", _client_class),
            (ClientCreator, "_load_service_model", _service_model),
            (ClientExceptionsFactory, "create_client_exceptions", _client_exceptions),
        ):
            patches.enter_context(mock.patch.object(owner, name, replacement))
        yield


def _once(make: Callable[..., Any], owner: object, *given: object) -> Any:
    key = make, *given
    if key not in _kept:
        _kept[key] = make(owner, *given)
    return _kept[key]


def _takes_more(handler: Callable[..., object]) -> object:
    code = getattr(handler, "__code__", None)
    return code.co_flags & CO_VARKEYWORDS if code else _accepts(handler)


def _service_model(creator: ClientCreator, name: str, version: str | None = None) -> ServiceModel:
    """S3's is made anew, since botocore changes it for each client."""
    return _model(creator, name, version) if name == "s3" else _once(_model, creator, name, version)


def _client_class(creator: ClientCreator, name: str, model: ServiceModel) -> type:
    key = _class, name
    if key not in _kept:
        _kept[key] = _class(creator, name, model)
    return _kept[key]


def _client_exceptions(factory: ClientExceptionsFactory, model: ServiceModel) -> object:
    key = _exceptions, model.service_name
    if key not in _kept:
        _kept[key] = _exceptions(factory, model)
    return _kept[key]
