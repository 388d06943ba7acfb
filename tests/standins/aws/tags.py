"""Tags and lists of SageMaker, answered from moto's objects.

moto 5.2.5 appends a tag again instead of replacing its value, knows no limit of tags, forgets tags given as
null, and its lists filter and page for endpoints and configurations only. What AWS documents: a resource has
at most 50 tags; a key stands once; lists are sorted by CreationTime, newest first for endpoints,
configurations and transform jobs, and give 10 (transform jobs, endpoints, configurations, models) or 50
(tags) at a time unless asked otherwise; filters apply before paging; DeleteTags of what isn't there is no
error.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from standins.aws.faults import Refused
from standins.aws.state import State

MOST_TAGS = 50
SORTS = {
    "endpoint": "endpoints",
    "endpoint-config": "endpoint_configs",
    "model": "_models",
    "transform-job": "transform_jobs",
}
LISTS = {
    "ListEndpoints": ("Endpoints", "endpoints", "Endpoint"),
    "ListEndpointConfigs": ("EndpointConfigs", "endpoint_configs", "EndpointConfig"),
    "ListModels": ("Models", "_models", "Model"),
    "ListTransformJobs": ("TransformJobSummaries", "transform_jobs", "TransformJob"),
}


class Tags:
    """AddTags, ListTags and DeleteTags, and the tags that a creation may have."""

    def __init__(self, state: State) -> None:
        self._state = state

    def answer(self, operation: str, given: Mapping[str, Any]) -> Refused | dict[str, Any] | None:
        """An own answer or the refusal; None when it is not about tags."""
        if operation.startswith("Create") and (problem := _wrong(given.get("Tags", ()))):
            return problem
        if operation not in {"AddTags", "ListTags", "DeleteTags"}:
            return None
        thing = self._thing(given["ResourceArn"])
        if isinstance(thing, Refused):
            return thing
        tags = {tag["Key"]: tag["Value"] for tag in thing.tags or ()}
        if operation == "ListTags":
            listed = [{"Key": key, "Value": value} for key, value in tags.items()]
            page = paged(listed, given, 50)
            return page if isinstance(page, Refused) else {"Tags": page[0], **page[1]}
        if operation == "DeleteTags":
            tags = {key: value for key, value in tags.items() if key not in given["TagKeys"]}
        elif problem := _wrong(given["Tags"], tags):
            return problem
        else:
            tags |= {tag["Key"]: tag["Value"] for tag in given["Tags"]}
        thing.tags = [{"Key": key, "Value": value} for key, value in tags.items()]
        return {"Tags": thing.tags} if operation == "AddTags" else {}

    def _thing(self, arn: str) -> Any:
        sort, _, name = arn.rpartition(":")[2].partition("/")
        holder = SORTS.get(sort)
        thing = getattr(self._state.sagemaker, holder).get(name) if holder else None
        if thing and arn_of(thing) == arn:
            return thing
        kind = {"endpoint-config": "endpoint configuration", "transform-job": "transform job"}.get(sort, sort)
        return Refused("ValidationException", f'Could not find {kind} "{arn}".')


class Lists:
    """ListEndpoints, ListEndpointConfigs, ListModels and ListTransformJobs."""

    def __init__(self, state: State) -> None:
        self._state = state

    def answer(self, operation: str, given: Mapping[str, Any]) -> Refused | dict[str, Any] | None:
        """An own answer or the refusal; None when it is no list."""
        if operation not in LISTS:
            return None
        member, holder, kind = LISTS[operation]
        rows = [_summary(kind, thing) for thing in getattr(self._state.sagemaker, holder).values()]
        rows = [row for row in rows if _wanted(row, kind, given)]
        by = given.get("SortBy", "CreationTime")
        key = f"{kind}{by}" if by in {"Name", "Status"} else by
        rows.sort(key=lambda row: row[key], reverse=given.get("SortOrder", "Descending") == "Descending")
        page = paged(rows, given, 10)
        return page if isinstance(page, Refused) else {member: page[0], **page[1]}


def paged(
    rows: list[dict[str, Any]], given: Mapping[str, Any], size: int
) -> tuple[list[dict[str, Any]], dict[str, str]] | Refused:
    """The page that is asked for, and with it the NextToken when there are more."""
    size = given.get("MaxResults", size)
    start = 0
    if token := given.get("NextToken"):
        try:
            start = int(base64.b64decode(token, validate=True).decode().removeprefix("from-"))
        except ValueError:
            return Refused("ValidationException", "Invalid pagination token.")
    more = base64.b64encode(f"from-{start + size}".encode()).decode()
    return rows[start : start + size], {"NextToken": more} if start + size < len(rows) else {}


def _summary(kind: str, thing: Any) -> dict[str, Any]:
    own = re.sub("(?<=[a-z])(?=[A-Z])", "_", kind).lower()
    row = {
        f"{kind}Name": getattr(thing, f"{own}_name"),
        f"{kind}Arn": arn_of(thing),
        "CreationTime": _seconds(thing.creation_time),
    }
    if kind in {"Endpoint", "TransformJob"}:
        row |= {
            f"{kind}Status": getattr(thing, f"{own}_status"),
            "LastModifiedTime": _seconds(thing.last_modified_time),
        }
    if kind == "TransformJob" and thing.transform_end_time:
        row["TransformEndTime"] = _seconds(thing.transform_end_time)
    return row


def _wanted(row: Mapping[str, Any], kind: str, given: Mapping[str, Any]) -> bool:
    return (
        given.get("NameContains", "") in row[f"{kind}Name"]
        and given.get("StatusEquals", row.get(f"{kind}Status")) == row.get(f"{kind}Status")
        and all(
            (row[name] > moment) if side == "After" else (row[name] < moment)
            for name in ("CreationTime", "LastModifiedTime")
            for side in ("After", "Before")
            if (moment := given.get(name + side)) is not None
        )
    )


def _wrong(tags: Iterable[Mapping[str, str]], there: Mapping[str, str] | None = None) -> Refused | None:
    keys = [tag["Key"] for tag in tags]
    if len(set(keys)) < len(keys):
        return Refused(
            "ValidationException", "Duplicate tag keys found. Please note that Tag keys are unique."
        )
    if any(key.lower().startswith("aws:") for key in keys):
        return Refused("ValidationException", "aws: prefixed tag key names are not allowed for external use.")
    if len(set(keys) | set(there or ())) > MOST_TAGS:
        return Refused("ResourceLimitExceeded", f"The maximum number of tags per resource is {MOST_TAGS}.")
    return None


def arn_of(thing: Any) -> str:
    """moto calls it `arn`, but that of a configuration is a tuple."""
    return getattr(thing, "endpoint_config_arn", None) or thing.arn


def _seconds(moment: datetime) -> float:
    return moment.replace(tzinfo=UTC).timestamp()
