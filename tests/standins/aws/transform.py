"""Batch transform: what CreateTransformJob and its like refuse, and what becomes of jobs with time.

moto stores the jobs (and calls them Completed from the first moment); `work` does what they are for. What AWS
documents and this follows: names are unique for ever; the model must exist; MaxConcurrentTransforms x
MaxPayloadInMB is at most 100.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any

from standins.aws.account import ACCOUNT, REGION
from standins.aws.endpoints import allowance
from standins.aws.faults import Refused, ResourceLimitExceeded
from standins.aws.jsonpath import steps
from standins.aws.state import State
from standins.aws.storage import Storage
from standins.aws.work import Job, Work

JOINED = {"application/json", "application/jsonlines", "text/csv"}


class Transform:
    """The rules over moto's transform jobs, and their work."""

    def __init__(self, state: State, storage: Storage) -> None:
        self._state, self._work = state, Work(state, storage)
        self._jobs: dict[str, Job] = {}

    def left(self) -> list[str]:
        """The jobs that cost money at this moment."""
        things = self._state.sagemaker.transform_jobs.values()
        running = (one for one in things if one.transform_job_status in {"InProgress", "Stopping"})
        return sorted(f"transform job {thing.transform_job_name}" for thing in running)

    def answer(self, operation: str, given: Mapping[str, Any]) -> Refused | dict[str, Any] | None:
        """The refusal, or an own answer; None when moto may act."""
        if operation == "CreateTransformJob":
            return self._wrong(given)
        if operation not in {"DescribeTransformJob", "StopTransformJob"}:
            return None
        name = given["TransformJobName"]
        thing = self._state.sagemaker.transform_jobs.get(name)
        if not thing:
            return _invalid(f"Could not find requested job with name: {name}")
        if operation == "DescribeTransformJob":
            return None
        if thing.transform_job_status != "InProgress":
            status = thing.transform_job_status
            return _invalid(f"The request was rejected because the transform job is in status {status}.")
        thing.transform_job_status = "Stopping"
        self._jobs[name].stopping = self._state.now() + self._state.stopping_seconds
        return {}

    def done(self, operation: str, given: Mapping[str, Any]) -> None:
        """moto has acted."""
        if operation != "CreateTransformJob":
            return
        now, name = self._state.now(), given["TransformJobName"]
        thing = self._state.sagemaker.transform_jobs[name]
        thing.transform_job_status, thing.transform_end_time = "InProgress", None
        job = Job(given, thing, now, self._state.released, due=now + self._state.job_seconds)
        self._jobs[name] = job
        if not self._state.clock.simulated:
            threading.Thread(target=self._work.go, args=(job,), daemon=True).start()

    def age(self, now: float) -> None:
        """What becomes of each job by now; in simulated time, its work too."""
        for name, job in list(self._jobs.items()):
            until = now if job.stopping is None else min(now, job.stopping)
            if self._state.clock.simulated:
                while job.thing.transform_job_status != "Stopping" and self._work.step(job, until):
                    pass
            if job.stopping is not None and job.stopping <= now:
                self._work.end(job, "Stopped", job.stopping)
            if job.ended:
                del self._jobs[name]

    def _wrong(self, given: Mapping[str, Any]) -> Refused | None:
        name, resources = given["TransformJobName"], given["TransformResources"]
        kind, count = resources["InstanceType"], resources["InstanceCount"]
        if name in self._state.sagemaker.transform_jobs:
            arn = f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:transform-job/{name}"
            return Refused(
                "ResourceInUse",
                "Job name must be unique within an AWS account and region, and a job with this name already "
                f"exists ({arn})",
            )
        if given["ModelName"] not in self._state.sagemaker._models:
            arn = f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:model/{given['ModelName']}"
            return _invalid(f'Could not find model "{arn}".')
        if problem := _contradiction(given):
            return _invalid(problem)
        busy = [job.given["TransformResources"] for job in self._jobs.values() if not job.ended]
        used = sum(one["InstanceCount"] for one in busy if one["InstanceType"] == kind)
        allowed = allowance(self._state, kind, "transform job usage")
        if used + count > allowed:
            return ResourceLimitExceeded(kind, "transform job usage", limit=allowed, used=used, asked=count)
        return None


def _contradiction(given: Mapping[str, Any]) -> str:
    """What doesn't go together in a request, `` for nothing."""
    payload, processing = given.get("MaxPayloadInMB", 6), given.get("DataProcessing", {})
    if payload * max(1, given.get("MaxConcurrentTransforms", 1)) > 100:
        return "MaxConcurrentTransforms * MaxPayloadInMB must not exceed 100 MB."
    for member in ("InputFilter", "OutputFilter"):
        try:
            steps(processing.get(member, "$"))
        except ValueError as failure:
            return f"Invalid {member}: {failure}."
    kinds = given["TransformInput"].get("ContentType"), given["TransformOutput"].get("Accept")
    if processing.get("JoinSource") == "Input" and (kinds[0] != kinds[1] or kinds[0] not in JOINED):
        return f"To join, ContentType and Accept must be the same, and one of {', '.join(sorted(JOINED))}."
    if given["TransformInput"].get("SplitType") in {"RecordIO", "TFRecord"}:
        return "the stand-in knows no SplitType but None and Line"
    return ""


def _invalid(message: str) -> Refused:
    return Refused("ValidationException", message)
