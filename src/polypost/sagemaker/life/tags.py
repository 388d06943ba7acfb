"""Reading and writing the tags of a thing in the account. Lets boto3's errors through."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any


def of(client: Any, arn: str) -> dict[str, str]:
    """All tags, by key."""
    pages = client.get_paginator("list_tags").paginate(ResourceArn=arn)
    return {tag["Key"]: tag["Value"] for page in pages for tag in page.get("Tags", ())}


def add(client: Any, arn: str, tags: Mapping[str, str]) -> None:
    """Set tags; others stay."""
    client.add_tags(ResourceArn=arn, Tags=listed(tags))


def remove(client: Any, arn: str, keys: Iterable[str]) -> None:
    """Remove tags; those that are not there don't matter."""
    client.delete_tags(ResourceArn=arn, TagKeys=list(keys))


def listed(tags: Mapping[str, str]) -> list[dict[str, str]]:
    """Tags as AWS's requests hold them."""
    return [{"Key": key, "Value": value} for key, value in tags.items()]
