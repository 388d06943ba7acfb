"""Negative controls: with a guard switched off, the cases that need it fail."""

from dataclasses import replace

import pytest

from faults.matrix import ALL
from faults.pool import verdicts
from faults.tape import Kind

pytestmark = pytest.mark.timeout(600)
CREATED = {"CreateEndpoint", "InvokeEndpoint"}
"""Who dies here leaves an endpoint, its configuration and its model."""


@pytest.mark.parametrize(
    ("off", "kind", "wrong", "need", "can_do_without"),
    [
        ("leaving", Kind.ONCE, "left after the job", {"ListEndpoints", *CREATED}, set()),
        ("post", Kind.KILLED_AFTER, "left after the job", {"CreateModel", *CREATED}, {"CreateSchedule"}),
        ("schedule", Kind.RUNNER_DIES, "left after the schedules", CREATED, {"CreateModel"}),
        ("sweep", Kind.RUNNER_DIES, "left after the sweep", {"CreateModel", *CREATED}, {"CreateSchedule"}),
        ("keeping", Kind.TERM, "sent again", {"InvokeEndpoint"}, set()),
    ],
)
def test_with_a_guard_switched_off_the_cases_that_need_it_fail(
    off, kind, wrong, need, can_do_without, record_property
):
    # Of a long post the last request does not count: with it the localization is whole, and nothing is kept.
    scene = "long" if off == "keeping" else "deploy"
    found = verdicts(scene, (kind,), replace(ALL, **{off: False}), last=scene == "deploy")
    failing = [
        each.trouble.call.operation for each in found if any(told.startswith(wrong) for told in each.wrong)
    ]
    told = f"without {off}, {kind}: {len(failing)} of {len(found)} fail: {', '.join(failing)}"
    record_property("fault matrix", told)
    assert need <= set(failing)
    assert not can_do_without & set(failing)
