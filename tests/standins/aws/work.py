"""What transform jobs do: each input object through the container, record by record, and its output to S3.

What AWS documents and this follows: the output of `PREFIX/name` is `OUTPUT/name.out`; only whole objects are
written; a failed object fails the job, and the others' output is kept; of a job stopped in the middle no
output is stored at all. When output appears isn't documented: here when the job ends, or, with
`early_output`, as each object is done (and then it outlives a stop).
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from standins.aws.account import REGION
from standins.aws.faults import CAPACITY_ERROR
from standins.aws.http import Request
from standins.aws.records import Failed, records, transformed
from standins.aws.runtime import ask
from standins.aws.state import State
from standins.aws.storage import Storage

URI = re.compile(r"s3://([^/]+)/?(.*)")
ODD = "InternalServerError: We encountered an internal error. Please try again."


@dataclass
class Job:
    """A job at work."""

    given: Mapping[str, Any]
    thing: Any
    """moto's job."""
    begun: float
    released: threading.Event
    """Set when the stand-in has forgotten the job."""
    inputs: list[tuple[str, str]] = field(default_factory=list)
    """Bucket and key of each input object."""
    done: int = 0
    due: float = 0.0
    """When the next object is done."""
    outputs: dict[str, bytes] = field(default_factory=dict)
    reason: str = ""
    stopping: float | None = None
    """When it will be Stopped."""

    @property
    def ended(self) -> bool:
        return self.thing.transform_end_time is not None


class Work:
    """Takes jobs on, one step after the other."""

    def __init__(self, state: State, storage: Storage) -> None:
        self._state, self._storage = state, storage

    def go(self, job: Job) -> None:
        """A job in real time; ends with it, or with the `reset`."""
        while not job.released.is_set() and job.stopping is None and not job.ended:
            if not self.step(job, self._state.now()):
                job.released.wait(min(0.05, max(0.005, job.due - self._state.now())))

    def step(self, job: Job, now: float) -> bool:
        """The next thing that is due by now; False for none."""
        if job.ended or job.due > now:
            return False
        if not job.inputs and not self._starts(job):
            return True
        if job.done:
            self._transform(job, *job.inputs[job.done - 1])
        if job.done == len(job.inputs):
            self.end(job, "Completed", job.due)
            return True
        count = len(records(job.given, self._content(*job.inputs[job.done])))
        machines = job.given["TransformResources"]["InstanceCount"]
        job.due += count * self._state.seconds_per_record / machines
        job.done += 1
        return True

    def _starts(self, job: Job) -> bool:
        """Find the input; False when the job ends here."""
        kind = job.given["TransformResources"]["InstanceType"]
        source = job.given["TransformInput"]["DataSource"]["S3DataSource"]
        job.inputs = self._inputs(source)
        if self._state.job_failures:
            job.reason = self._state.job_failures.pop(0)
        elif kind in self._state.no_capacity:
            job.reason = CAPACITY_ERROR
        elif not job.inputs:
            job.reason = (
                f'ClientError: No S3 objects found under S3 URL "{source["S3Uri"]}" given in input data '
                f"source. Please ensure that the bucket exists in the selected region ({REGION}), that "
                "objects exist under that S3 prefix, and that the role has s3:ListBucket permissions on it."
            )
        if job.reason:
            self.end(job, "Failed", job.due)
        return not job.reason

    def _inputs(self, source: Mapping[str, str]) -> list[tuple[str, str]]:
        bucket, prefix = URI.fullmatch(source["S3Uri"]).groups()
        try:
            if source["S3DataType"] != "ManifestFile":
                return [(bucket, key) for key in self._storage.keys(bucket, prefix) if not key.endswith("/")]
            first, *names = json.loads(self._storage.get(bucket, prefix))
            bucket, prefix = URI.fullmatch(first["prefix"]).groups()
            return [(bucket, prefix + name) for name in names]
        except KeyError:
            return []

    def _content(self, bucket: str, key: str) -> bytes:
        try:
            return self._storage.get(bucket, key)
        except KeyError:
            return b""

    def _transform(self, job: Job, bucket: str, key: str) -> None:
        if key in self._state.failing_objects:
            self._state.failing_objects.discard(key)
            job.reason = ODD
            return
        try:
            made = transformed(job.given, self._content(bucket, key), lambda body: self._post(job, body))
        except Failed as failure:
            job.reason = str(failure)
            return
        if key in self._state.lost_outputs:
            self._state.lost_outputs.discard(key)
            return
        source = job.given["TransformInput"]["DataSource"]["S3DataSource"]
        prefix = URI.fullmatch(source["S3Uri"])[2] if source["S3DataType"] != "ManifestFile" else ""
        relative = key.removeprefix(prefix[: prefix.rfind("/") + 1])
        job.outputs[f"{relative}.out"] = made
        if self._state.early_output and not job.released.is_set():
            self._write(job)

    def _post(self, job: Job, body: bytes) -> tuple[int, bytes]:
        headers = {
            "content-type": job.given["TransformInput"].get("ContentType", "application/json"),
            "accept": job.given["TransformOutput"].get("Accept", "application/json"),
        }
        seconds = job.given.get("ModelClientConfig", {}).get("InvocationsTimeoutInSeconds", 600)
        status, answer, _ = ask(self._state.backend, Request("POST", "/invocations", headers, body), seconds)
        return status, answer

    def end(self, job: Job, status: str, at: float) -> None:
        if job.ended or job.released.is_set():
            return
        if status != "Stopped":
            self._write(job)
            status = "Failed" if job.reason else status
        moment = datetime.fromtimestamp(at, UTC).replace(tzinfo=None)
        job.thing.failure_reason = job.reason if status == "Failed" else ""
        job.thing.last_modified_time = moment
        job.thing.transform_job_status, job.thing.transform_end_time = status, moment

    def _write(self, job: Job) -> None:
        bucket, prefix = URI.fullmatch(job.given["TransformOutput"]["S3OutputPath"]).groups()
        for name, content in job.outputs.items():
            try:
                self._storage.put(bucket, f"{prefix.rstrip('/')}/{name}".lstrip("/"), content)
            except KeyError:
                job.reason = f"ClientError: the bucket {bucket} of the output does not exist"
        job.outputs.clear()
