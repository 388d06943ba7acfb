"""AWS's official description of its services (botocore's data), and whether a value agrees with it.

botocore validates types and required members of what it sends; enums, patterns, lengths and the whole of
what comes back it takes on trust. Here everything is checked, in both directions.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import cache
from typing import Any

import botocore.session
import regex
from botocore.model import ServiceModel, Shape

TYPES: dict[str, tuple[type, ...]] = {
    "structure": (dict,),
    "map": (dict,),
    "list": (list,),
    "string": (str,),
    "character": (str,),
    "boolean": (bool,),
    "integer": (int,),
    "long": (int,),
    "float": (int, float),
    "double": (int, float),
    "timestamp": (int, float, str, datetime),
    "blob": (str, bytes),
}


@cache
def service(name: str) -> ServiceModel:
    """The description of a service by botocore's name for it, e.g. `sagemaker`."""
    return botocore.session.get_session().get_service_model(name)


def complaints(shape: Shape | None, value: Any, where: str = "") -> Iterator[str]:
    """Each way in which `value` breaks the description `shape`, as a sentence; nothing when it agrees."""
    if shape is None:
        if value:
            yield f"{where or 'input'}: nothing is expected here"
        return
    expected = TYPES[shape.type_name]
    if not isinstance(value, expected) or (isinstance(value, bool) and bool not in expected):
        yield f"{where or 'input'}: {type(value).__name__} instead of {shape.type_name}"
        return
    yield from _limits(shape, value, where or "input")
    if shape.type_name == "structure":
        yield from _structure(shape, value, where)
    elif shape.type_name == "list":
        for index, item in enumerate(value):
            yield from complaints(shape.member, item, f"{where}[{index}]")
    elif shape.type_name == "map":
        for key, item in value.items():
            yield from complaints(shape.key, key, f"{where}.{key} (key)")
            yield from complaints(shape.value, item, f"{where}.{key}")


def _structure(shape: Any, value: Mapping[str, Any], where: str) -> Iterator[str]:
    for name in shape.required_members:
        if name not in value:
            yield f"{where}.{name}: is required"
    for name, item in value.items():
        if name not in shape.members:
            yield f"{where}.{name}: is no member of {shape.name}"
        else:
            yield from complaints(shape.members[name], item, f"{where}.{name}")


def _limits(shape: Any, value: Any, where: str) -> Iterator[str]:
    if getattr(shape, "enum", None) and value not in shape.enum:
        yield f"{where}: {value!r} is none of {', '.join(shape.enum)}"
    rules = shape.metadata
    size = value if isinstance(value, int | float) else len(value) if hasattr(value, "__len__") else None
    if size is not None and not isinstance(value, bool):
        if "min" in rules and size < rules["min"]:
            yield f"{where}: {size} is under the minimum of {rules['min']}"
        if "max" in rules and size > rules["max"]:
            yield f"{where}: {size} is over the maximum of {rules['max']}"
    # The patterns are Java's, which writes what is beyond the first plane as surrogates.
    pattern = rules.get("pattern", "").replace(r"\uD800\uDC00-\uDBFF\uDFFF", r"\U00010000-\U0010FFFF")
    if pattern and isinstance(value, str) and not regex.fullmatch(pattern, value):
        yield f"{where}: {value!r} does not match {rules['pattern']}"


def pruned(shape: Any, value: Any) -> Any:
    """`value` as AWS would send it: without empty members and without what the description doesn't know.

    moto fills members that AWS leaves out with `{}`, `[]`, `""` or null; the typed resources of
    `sagemaker-core` reject them.
    """
    if shape is None:
        return {}
    if isinstance(value, dict) and shape.type_name == "structure":
        members = {name: item for name, item in value.items() if name in shape.members}
        kept = {name: pruned(shape.members[name], item) for name, item in members.items()}
        return {
            name: item
            for name, item in kept.items()
            if item not in ({}, [], "", None) or (item in ([], "") and name in shape.required_members)
        }
    if isinstance(value, list) and shape.type_name == "list":
        return [pruned(shape.member, item) for item in value]
    return value
