"""S3: what moto lets pass. Objects lie in buckets that a test has made (`aws.bucket(name)`), nowhere else.

boto3 addresses a bucket in the path by itself when the endpoint is an IP address, so AWS_ENDPOINT_URL is
enough.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from standins.aws.faults import Refused
from standins.aws.state import State

MALFORMED = "The XML you provided was not well-formed or did not validate against our published schema"
DELETED_AT_ONCE = 1000
"""Keys that one DeleteObjects may name."""


class Storage:
    """The rules over moto's buckets."""

    def __init__(self, state: State) -> None:
        self._state = state

    def answer(self, operation: str, given: Mapping[str, Any]) -> Refused | None:
        """The refusal; None when moto may act."""
        if operation == "CreateBucket" and given["Bucket"] in self._state.storage.buckets:
            text = "Your previous request to create the named bucket succeeded and you already own it."
            return Refused("BucketAlreadyOwnedByYou", text, 409)
        if operation == "DeleteObjects":
            count = len(given.get("Delete", {}).get("Objects", ()))
            if not 0 < count <= DELETED_AT_ONCE:
                return Refused("MalformedXML", MALFORMED)
        return None

    def put(self, bucket: str, key: str, body: bytes) -> None:
        """Write an object as a job of AWS's own does. Raises KeyError when there is no such bucket."""
        if bucket not in self._state.storage.buckets:
            raise KeyError(bucket)
        self._state.storage.put_object(bucket, key, body)

    def get(self, bucket: str, key: str) -> bytes:
        """Raises KeyError when there is no such object."""
        return self._state.storage.buckets[bucket].keys[key].value

    def keys(self, bucket: str, prefix: str) -> list[str]:
        """Raises KeyError when there is no such bucket."""
        return sorted(key for key in self._state.storage.buckets[bucket].keys if key.startswith(prefix))
