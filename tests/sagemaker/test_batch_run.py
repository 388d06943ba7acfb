"""Batch as a run opens it: with its model, its guards and its price."""

from __future__ import annotations

import pytest

from polypost.errors import ServiceError
from polypost.sagemaker import open_in_batch
from standins.aws import Refused

from .batches import LANGUAGES, collected, echoed, plan
from .conftest import wishes


@pytest.fixture
def settings(aws):
    role = aws.role("scheduler", trusts="scheduler.amazonaws.com")
    return wishes(LANGUAGES, scheduler_role_arn=role, instance_count=2)


def test_a_run_in_batch_leaves_nothing_but_its_results(aws, batch, account, settings, created):
    with open_in_batch(settings, "s3://blog/polypost", account, created.append) as translator:
        assert collected(translator.translate(plan(50))) == echoed(plan(50))
        used = translator.usage()
    assert aws.left() == []
    assert [one.kind for one in created] == ["endpoint", "transform-job"]
    (job,) = batch.created()
    assert job["TransformJobName"] == created[1].name
    order = [
        call.operation for call in aws.log if call.operation.startswith(("Create", "DeleteM", "DeleteS"))
    ]
    assert order == ["CreateModel", "CreateSchedule", "CreateTransformJob", "DeleteSchedule", "DeleteModel"]
    assert "ml.m5.xlarge" in used.cost_basis
    assert batch.keys("out")


def test_what_is_all_there_needs_no_model(aws, batch, account, settings, created):
    for _ in range(2):
        with open_in_batch(settings, "s3://blog/polypost", account, created.append) as translator:
            assert collected(translator.translate(plan(50))) == echoed(plan(50))
    assert len(aws.calls("CreateModel")) == len(aws.calls("CreateTransformJob")) == 1


def test_without_its_guard_no_job_is_made(aws, batch, account, settings, created):
    aws.script("CreateSchedule", Refused("AccessDeniedException", "not authorized", 403))
    with (
        pytest.raises(ServiceError, match="schedule the end of polypost-"),
        open_in_batch(settings, "s3://blog/polypost", account, created.append) as translator,
    ):
        collected(translator.translate(plan(5)))
    assert aws.calls("CreateTransformJob") == []
    assert aws.left() == []
