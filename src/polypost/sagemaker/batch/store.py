"""The objects in S3: what is sent, what came back, and what is too old to keep.

    s3://bucket/prefix/<digest>/in/<job>/<language>.<content>.jsonl
    s3://bucket/prefix/<digest>/out/<language>.<content>.jsonl.out

`digest` stands for model, revision, container and parameters (see `BatchSettings`). Where exactly below
`out/` SageMaker puts a result is told differently by different pages of its documentation; so results are
found by their name alone, which says what they answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from polypost.errors import PolypostError, UsageError
from polypost.sagemaker import clients
from polypost.sagemaker.batch.records import INPUT, OBJECT_BYTES, OUTPUT
from polypost.sagemaker.batch.settings import BatchSettings, Folder

KEEP_DAYS = 7
"""So long results wait for the run that takes up an interrupted one."""

_READS = 3

_MOST_BYTES = 50 * OBJECT_BYTES
"""An answer is as long as its sentence, give or take; what is larger than this is none of ours."""

_OURS = re.compile(r"[0-9a-f]{16}/(in/[0-9a-f]{8}|out)/(.+/)?[A-Za-z0-9-]+\.[0-9a-f]{16}\.jsonl(\.out)?")
"""What stands below the folder and is ours; nothing else is ever deleted."""


@dataclass(frozen=True, slots=True)
class Stored:
    """An object as a listing tells it."""

    key: str
    modified: float
    """Seconds since 1970."""
    etag: str = ""
    """Another one when the content is another."""
    size: int = 0
    """Bytes."""

    def name(self, ending: str) -> str:
        """Its name without folder and ending; empty when it ends otherwise."""
        name = self.key.rpartition("/")[2]
        return name.removesuffix(ending) if name.endswith(ending) else ""


class Store:
    """The objects under one digest."""

    def __init__(self, client: Any, settings: BatchSettings) -> None:
        """`client`: a boto3 client for S3."""
        self._client = client
        self._folder = settings.folder
        self._kms_key = settings.kms_key
        self._root = f"{settings.folder.prefix}/{settings.digest}"

    def input_uri(self, job: str) -> str:
        """Where a job's objects stand; `job` is the digest of what it is to do."""
        return f"s3://{self._folder.bucket}/{self._root}/in/{job}/"

    @property
    def output_uri(self) -> str:
        """Where SageMaker is to put the results of all jobs."""
        return f"s3://{self._folder.bucket}/{self._root}/out/"

    def send(self, job: str, name: str, lines: Iterable[str]) -> None:
        """Write an object for a job."""
        self._put(f"{self._root}/in/{job}/{name}{INPUT}", lines)

    def keep(self, name: str, lines: Iterable[str]) -> None:
        """Write a result of our own, to be found as SageMaker's are."""
        self._put(f"{self._root}/out/{name}{OUTPUT}", lines)

    def sent(self, job: str) -> Iterator[tuple[str, Stored]]:
        """The objects of a job, with their names."""
        return self._named(f"{self._root}/in/{job}/", INPUT)

    def results(self) -> Iterator[tuple[str, Stored]]:
        """What came back, of whichever job, with the names of what was sent."""
        return self._named(f"{self._root}/out/", OUTPUT)

    def _named(self, prefix: str, ending: str) -> Iterator[tuple[str, Stored]]:
        for stored in listed(self._client, Folder(self._folder.bucket, prefix)):
            if name := stored.name(ending):
                yield name, stored

    def lines(self, stored: Stored) -> Sequence[str] | None:
        """An object's lines, none where it is larger than any of ours; None when it is there no longer."""
        if not 0 < stored.size <= _MOST_BYTES:
            return ()
        try:
            return self._read(stored).decode("utf-8", "replace").split("\n")
        except (ClientError, BotoCoreError) as error:
            if clients.code(error) == "NoSuchKey":
                return None
            raise _explain(error, self._folder, "read", "s3:GetObject") from error

    def _read(self, stored: Stored) -> bytes:
        """As many bytes as were listed: what has taken the object's place since is for the next listing."""
        asked = {"Bucket": self._folder.bucket, "Key": stored.key, "Range": f"bytes=0-{stored.size - 1}"}
        for attempt in range(_READS):
            try:
                return bytes(self._client.get_object(**asked)["Body"].read())
            except BotoCoreError:  # the client's own retries end where the body begins
                if attempt == _READS - 1:
                    raise
        raise AssertionError("the last attempt returns or raises")

    def _put(self, key: str, lines: Iterable[str]) -> None:
        body = "".join(f"{line}\n" for line in lines).encode()
        how: Mapping[str, str] = (
            {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": self._kms_key} if self._kms_key else {}
        )
        try:
            self._client.put_object(Bucket=self._folder.bucket, Key=key, Body=body, **how)
        except (ClientError, BotoCoreError) as error:
            raise _explain(error, self._folder, "write", "s3:PutObject") from error


def listed(client: Any, folder: Folder) -> Iterator[Stored]:
    """The objects whose keys begin with the folder's prefix. Raises UsageError, ServiceError."""
    try:
        pages = client.get_paginator("list_objects_v2").paginate(Bucket=folder.bucket, Prefix=folder.prefix)
        for page in pages:
            for told in page.get("Contents", ()):
                yield Stored(
                    told["Key"], told["LastModified"].timestamp(), told.get("ETag", ""), told["Size"]
                )
    except (ClientError, BotoCoreError) as error:
        raise _explain(error, folder, "list", "s3:ListBucket") from error


def outdated(objects: Iterable[Stored], folder: Folder, now: float) -> Iterator[str]:
    """The keys of those that are ours and older than KEEP_DAYS; `now` in seconds since 1970."""
    oldest = now - KEEP_DAYS * 86_400
    root = f"{folder.prefix}/"
    for stored in objects:
        ours = stored.key.startswith(root) and _OURS.fullmatch(stored.key.removeprefix(root))
        if ours and stored.modified < oldest:
            yield stored.key


def clean(client: Any, folder: Folder, now: float) -> int:
    """Delete what is outdated; how many objects that were. Raises UsageError, ServiceError."""
    keys = tuple(outdated(listed(client, Folder(folder.bucket, f"{folder.prefix}/")), folder, now))
    for start in range(0, len(keys), 1000):
        doomed = [{"Key": key} for key in keys[start : start + 1000]]
        try:
            told = client.delete_objects(Bucket=folder.bucket, Delete={"Objects": doomed, "Quiet": True})
        except (ClientError, BotoCoreError) as error:
            raise _explain(error, folder, "delete", "s3:DeleteObject") from error
        for refused in told.get("Errors", ())[:1]:
            raise _explain(
                ClientError({"Error": refused}, "DeleteObjects"), folder, "delete", "s3:DeleteObject"
            )
    return len(keys)


def _explain(error: ClientError | BotoCoreError, folder: Folder, verb: str, grant: str) -> PolypostError:
    if clients.code(error) == "NoSuchBucket":
        return UsageError(f"There is no bucket {folder.bucket}. Correct batch-s3-uri, or create it.")
    return clients.explain(error, f"{verb} objects in {folder.uri} ({grant})")
