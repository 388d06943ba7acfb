"""What `polypost doctor` is told of the runs to come."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the runs are to do; empty for what isn't set."""

    weights_gib: float | None
    engine: str
    """`auto`, `endpoint` or `batch`."""
    endpoint_name: str
    role_arn: str
    scheduler_role_arn: str
    instance_types: tuple[str, ...]
    instance_count: int
    batch_s3_uri: str

    @property
    def deploys(self) -> bool:
        """Whether a run may make an endpoint."""
        return not self.endpoint_name and self.engine != "batch"

    @property
    def batches(self) -> bool:
        """Whether a run may start batch jobs, or would if there were a bucket."""
        wanted = self.engine == "batch" or (self.engine == "auto" and self.batch_s3_uri)
        return not self.endpoint_name and bool(wanted)

    @property
    def stores(self) -> bool:
        """Whether there is a bucket for batch jobs."""
        return self.batches and bool(self.batch_s3_uri)

    @property
    def serves(self) -> bool:
        """Whether a run may bring a model of its own."""
        return self.deploys or self.batches

    @property
    def schedules(self) -> bool:
        """Whether a schedule is to end what a killed run left."""
        return self.serves and bool(self.scheduler_role_arn)

    @property
    def bucket(self) -> tuple[str, str]:
        """Bucket and folder of `batch_s3_uri`."""
        bucket, _, folder = self.batch_s3_uri.removeprefix("s3://").partition("/")
        return bucket, folder.strip("/")
