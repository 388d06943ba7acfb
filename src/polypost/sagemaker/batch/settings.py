"""What the batch engine is told, where its objects stand, and what it reports to whoever opened it."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass

from polypost.errors import UsageError
from polypost.models import CAREFUL_BEAMS, CAREFUL_NGRAM, Route
from polypost.sagemaker.settings import PREFIX
from polypost.values import Usage

_FORMAT = 1
"""Raised when the lines of the objects change, so that older ones are not read as new ones."""

_LONGEST_SLUG = 31


@dataclass(frozen=True, slots=True)
class Folder:
    """Where in S3 the objects of all jobs stand."""

    bucket: str
    prefix: str
    """Without a slash at either end; never empty."""

    @property
    def uri(self) -> str:
        """As `s3://bucket/prefix`."""
        return f"s3://{self.bucket}/{self.prefix}"


def folder(uri: str) -> Folder:
    """The folder behind `s3://bucket/prefix`; a bucket alone gets the prefix `polypost`.

    Raises UsageError for what is no such URI.
    """
    found = re.fullmatch(r"s3://([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:/([^\s?#]*))?", uri)
    if found is None:
        raise UsageError(f"{uri!r} is no place in S3. Give batch-s3-uri as s3://bucket/folder.")
    return Folder(found[1], (found[2] or "").strip("/") or "polypost")


@dataclass(frozen=True, slots=True)
class BatchSettings:
    """One run's wishes."""

    route: Route
    revision: str | None
    """The model's revision on the Hugging Face hub; None for its newest."""
    container: str
    """Whatever else the answers depend on: the image, own model data, the environment; as one string."""
    folder: Folder
    instance_types: tuple[str, ...]
    """In order of preference; the next is tried when quota or capacity lack for one."""
    instance_count: int = 1
    kms_key: str | None = None
    """Encrypts the objects and the machines' disks; None for what the bucket does by default."""
    careful: bool = False
    """How sentences are decoded, see `ports.Translator`: such answers stand apart from the usual ones."""

    @property
    def digest(self) -> str:
        """Of all that an answer depends on: under one digest, answers are worth the same."""
        route = self.route
        told = [
            _FORMAT,
            route.model,
            self.revision,
            self.container,
            route.source,
            route.family.name,
            route.family.limits.num_beams,
            route.family.limits.new_tokens,
            *([CAREFUL_BEAMS, CAREFUL_NGRAM] if self.careful else ()),
        ]
        return hashlib.sha256(json.dumps(told).encode()).hexdigest()[:16]

    @property
    def job_prefix(self) -> str:
        """How the names of all jobs begin whose answers are worth the same."""
        slug = re.sub(r"[^a-z0-9]+", "-", self.route.model.rpartition("/")[2].lower()).strip("-")
        return f"{PREFIX}{slug[:_LONGEST_SLUG].strip('-')}-{self.digest[:8]}-"


@dataclass(frozen=True, slots=True)
class Consumed:
    """What was used so far."""

    characters: int
    """Code points of the sentences sent, each attempt of a sentence counted once."""
    requests: int
    """Records sent."""
    machine_seconds: Mapping[str, float]
    """Instance type -> seconds of one machine, summed over the machines of all jobs of this run."""


@dataclass(frozen=True, slots=True)
class Caller:
    """What whoever opens the engine does for it; so no job outlives its run, whatever dies."""

    model: Callable[[str], AbstractContextManager[str]]
    """Instance type -> the name of a SageMaker model, there inside the `with`; images differ by type."""
    remember: Callable[[str], None]
    """Called with a job's name before it is created; the post step stops it."""
    guard: Callable[[str, float], None]
    """Have the job stopped in so many seconds, unless this is called again."""
    unguard: Callable[[str], None]
    """The job has ended."""
    tags: Mapping[str, str]
    """Of every job; `polypost:run` in them tells this run's jobs from others'."""
    usage: Callable[[Consumed], Usage]
