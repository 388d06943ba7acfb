"""For every AWS and GitHub call of a job: it fails, hangs, loses its answer, or the job dies at it."""

import os

import pytest

from faults.pool import verdicts
from faults.scenes import SCENES
from faults.tape import Kind

pytestmark = pytest.mark.timeout(1800)
ALWAYS = ("deploy", "attach", "own-role")
"""The scenes of every test run; `make faults` goes through all of them, which takes much longer."""
CHOSEN = tuple(SCENES) if os.environ.get("POLYPOST_FAULTS") == "all" else ALWAYS


@pytest.mark.parametrize("scene", CHOSEN)
def test_every_case_survives(scene, record_property):
    found = verdicts(scene, tuple(Kind))
    lost = [each for each in found if not each.survived]
    calls = len({each.trouble.call for each in found})
    kinds = len({each.trouble.kind for each in found})
    record_property(
        "fault matrix",
        f"{scene}: {calls} calls x {kinds} kinds of trouble: {len(found)} cases, "
        f"{len(found) - len(lost)} survived",
    )
    assert found
    assert not lost, f"{len(lost)} of {len(found)} did not survive:\n" + "\n".join(map(str, lost))
