"""Batch jobs that are interrupted, refused, or can't be had; and what S3 says no to."""

from __future__ import annotations

import time

import pytest

from polypost.errors import BudgetError, QuotaError, ServiceError, UsageError
from polypost.sagemaker import Created, Surroundings, clean_up, open_session
from polypost.sagemaker.account import Account
from polypost.sagemaker.batch import clean, folder, stop_job
from polypost.sagemaker.life.switch import STOP_JOB, Switch
from standins.aws import AccessDenied, Dropped, Refused, Throttled

from .batches import echoed, plan
from .conftest import Napping


def test_the_guards_are_there_before_the_job(aws, batch):
    seen = []
    batch.told = Spy(lambda what: seen.append((what, len(aws.calls("CreateTransformJob")))))
    batch.translate(plan(10))
    name = batch.created()[0]["TransformJobName"]
    assert seen == [
        (("model", "ml.m5.xlarge"), 0),
        (("remember", name), 0),
        (("guard", name), 0),
        (("unguard", name), 1),
    ]


class Spy(list):
    def __init__(self, told):
        super().__init__()
        self.append = told


@pytest.mark.parametrize("where", ["sleep", "check"])
def test_what_interrupts_a_wait_stops_the_job(aws, batch, where):
    aws.job_seconds = 60.0
    aws.stopping_seconds = 0.0

    def interrupt(*_seconds):
        if batch.jobs():
            raise BudgetError("enough")

    how = {"clock": Napping(interrupt)} if where == "sleep" else {"check": interrupt}
    with pytest.raises(BudgetError, match="enough"):
        batch.translate(plan(5), **how)
    assert list(batch.jobs().values()) == ["Stopped"]
    assert batch.told[-1] == ("unguard", next(iter(batch.jobs())))
    assert aws.left() == []


def test_a_job_that_somebody_stops_ends_the_run(aws, batch):
    aws.job_seconds = 60.0
    client = aws.client("sagemaker")

    def stop(_seconds):
        for name, status in batch.jobs().items():
            if status == "InProgress":
                assert stop_job(client, name)
                assert not stop_job(client, name)

    with pytest.raises(ServiceError, match=r"was stopped by somebody else.*run again for the rest"):
        batch.translate(plan(5), clock=Napping(stop))
    assert not stop_job(client, "polypost-no-such-job")


def test_the_next_instance_type_is_tried(aws, batch):
    aws.quota = {"ml.m5.xlarge for transform job usage"}
    aws.no_capacity = {"ml.m5.2xlarge"}
    types = ("ml.m5.xlarge", "ml.m5.2xlarge", "ml.m5.4xlarge")
    assert batch.translate(plan(5), instance_types=types) == echoed(plan(5))
    assert "ml.m5.xlarge can't be had" in batch.console
    assert "CapacityError" in batch.console
    assert batch.created()[-1]["TransformResources"]["InstanceType"] == "ml.m5.4xlarge"


def test_no_instance_type_at_all_is_a_quota_error(aws, batch):
    aws.quota = {"ml.m5.xlarge"}
    with pytest.raises(QuotaError, match=r"None of the instance types can be had.*transform job usage"):
        batch.translate(plan(5))
    assert aws.left() == []


def test_several_machines_get_several_objects(batch):
    assert batch.translate(plan(2000), instance_count=4) == echoed(plan(2000))
    assert batch.created()[0]["TransformResources"] == {"InstanceType": "ml.m5.xlarge", "InstanceCount": 4}
    assert len(batch.keys("in")) >= 8


def test_the_key_encrypts_objects_and_disks(aws, batch):
    key = "arn:aws:kms:us-east-1:123456789012:key/1234"
    batch.translate(plan(5), kms_key=key)
    (job,) = batch.created()
    assert job["TransformOutput"]["KmsKeyId"] == job["TransformResources"]["VolumeKmsKeyId"] == key
    assert {call.input.get("SSEKMSKeyId") for call in aws.calls("PutObject")} == {key}


EXPIRED = Refused("ExpiredToken", "The provided token has expired.")
DENIED = Refused(
    "AccessDenied", "User: arn:aws:sts::123456789012:assumed-role/blog/run is not authorized", 403
)


@pytest.mark.parametrize(
    ("operation", "grant"),
    [("ListObjectsV2", "s3:ListBucket"), ("PutObject", "s3:PutObject"), ("GetObject", "s3:GetObject")],
)
def test_s3_says_who_may_not_what_and_where(aws, batch, operation, grant):
    aws.script(operation, DENIED)
    with pytest.raises(ServiceError) as refused:
        batch.translate(plan(5))
    for told in (
        "The role that runs polypost is not allowed",
        "s3://blog/polypost",
        grant,
        "assumed-role/blog",
    ):
        assert told in str(refused.value)
    assert aws.left() == []


def test_expired_credentials_are_told(aws, batch):
    aws.script("PutObject", EXPIRED)
    with pytest.raises(ServiceError, match="no longer accepts the credentials"):
        batch.translate(plan(5))


def test_a_bucket_that_is_not_there_is_told_before_anything_is_made(aws, batch):
    with (
        pytest.raises(UsageError, match="There is no bucket nowhere"),
        batch.open(folder=folder("s3://nowhere/x")),
    ):
        pass
    assert aws.calls("CreateModel") == []


def test_what_the_models_role_may_not_is_told(aws, batch):
    aws.job_failures = ["ClientError: Access denied to s3://blog/polypost: check the role."]
    with pytest.raises(ServiceError, match=r"execution role needs s3:GetObject.*s3://blog/polypost"):
        batch.translate(plan(5))


@pytest.mark.parametrize(
    "operation", ["CreateTransformJob", "DescribeTransformJob", "PutObject", "ListTransformJobs"]
)
@pytest.mark.parametrize("fault", [Throttled(), Dropped(), Dropped(after=True)])
def test_a_call_that_fails_once_costs_nothing(aws, batch, operation, fault, asked_for):
    aws.script(operation, fault)
    assert batch.translate(plan(20)) == echoed(plan(20))
    assert set(asked_for.values()) == {1}
    assert aws.left() == []


def test_a_job_created_although_the_answer_was_lost_is_this_runs(aws, batch):
    aws.job_seconds = 60.0
    aws.stopping_seconds = 0.0
    aws.script("CreateTransformJob", Dropped(after=True))

    def interrupt(_seconds):
        if batch.jobs():
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        batch.translate(plan(5), clock=Napping(interrupt))
    assert list(batch.jobs().values()) == ["Stopped"]


def test_a_job_that_cannot_be_stopped_is_told_and_stays_guarded(aws, batch):
    aws.job_seconds = 60.0
    aws.script("StopTransformJob", *[AccessDenied("sagemaker:StopTransformJob")] * 3)

    def interrupt(_seconds):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        batch.translate(plan(5), clock=Napping(interrupt))
    assert "could not be stopped" in batch.console
    assert "aws sagemaker stop-transform-job" in batch.console
    assert batch.told[-1][0] == "guard"


def test_only_what_is_old_and_ours_is_cleaned_away(aws, batch):
    batch.translate(plan(5))
    client, where = aws.client("s3"), folder("s3://blog/polypost")
    client.put_object(Bucket="blog", Key="polypost/holiday.jpg", Body=b"x")
    now = aws.now()
    assert clean(client, where, now + 6.9 * 86_400) == 0
    assert clean(client, where, now + 7.1 * 86_400) == 4
    left = [row["Key"] for row in client.list_objects_v2(Bucket="blog")["Contents"]]
    assert left == ["polypost/holiday.jpg"]


def test_cleaning_that_is_denied_is_told(aws, batch):
    batch.translate(plan(5))
    aws.script("DeleteObjects", DENIED)
    with pytest.raises(ServiceError, match=r"delete objects in s3://blog/polypost \(s3:DeleteObject\)"):
        clean(aws.client("s3"), folder("s3://blog/polypost"), aws.now() + 8 * 86_400)


@pytest.mark.parametrize("run", ["run-1", "run-2"])
def test_the_post_step_gives_up_the_job_and_the_guard_of_its_own_run_alone(aws, batch, console, run):
    aws.job_seconds, aws.stopping_seconds = 60.0, 0.0
    role = aws.role("Scheduler", trusts="scheduler.amazonaws.com")
    switch = Switch(Account(open_session("us-east-1"), Surroundings(console, Napping())), role, STOP_JOB)

    def killed(_seconds):
        raise KeyboardInterrupt

    aws.script("StopTransformJob", AccessDenied("sagemaker:StopTransformJob"))
    with pytest.raises(KeyboardInterrupt):
        batch.translate(plan(5), clock=Napping(killed))
    [name] = batch.jobs()
    switch.push(name, time.time() + 600.0)
    created = Created(name, "us-east-1", run, "transform-job")
    around = Surroundings(console, Napping())
    assert clean_up(created, open_session, scheduler_role_arn=role, seconds=5.0, around=around)
    ours = run == "run-1"
    assert (list(aws.schedules), list(batch.jobs().values())) == (
        ([], ["Stopped"]) if ours else ([name], ["InProgress"])
    )
