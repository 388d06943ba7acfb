import io

import pytest

from polypost.report.checkup import as_json, show, verdict
from polypost.values import Check, Verdict

FINE = Check("quota", "deploy an endpoint", Verdict.OK, "ml.m5.xlarge 4")
GONE = Check("execution role", "run the model", Verdict.MISSING, "there is no role x", "correct role-arn")
DARK = Check("permissions", "sweep", Verdict.UNKNOWN, "can't tell: sagemaker:ListModels", "ask")
AWAY = Check("prices", "estimate", Verdict.UNREACHABLE, "AWS could not be reached")
WISH = Check(
    "scheduler role", "clean up", Verdict.MISSING, "not set", "set scheduler-role-arn", optional=True
)


def shown(*checks):
    stream = io.StringIO()
    show(checks, stream)
    return stream.getvalue()


def test_a_table_of_what_is_there_and_what_to_do_about_the_rest():
    lines = [line.rstrip() for line in shown(FINE, GONE, DARK, AWAY, WISH).splitlines()]
    assert lines == [
        "                    what            needed to           found",
        "✓ ok                quota           deploy an endpoint  ml.m5.xlarge 4",
        "✗ missing           execution role  run the model       there is no role x",
        "? can't tell        permissions     sweep               can't tell: sagemaker:ListModels",
        "✗ can't be reached  prices          estimate            AWS could not be reached",
        "- not there         scheduler role  clean up            not set",
        "",
        "Next: execution role, to run the model: correct --role-arn.",
        "Next: permissions, to sweep: ask.",
        "If you like: scheduler role, to clean up: set scheduler-role-arn.".replace(
            "scheduler-role-arn", "--scheduler-role-arn"
        ),
        "1 thing that a run needs: missing.",
    ]


@pytest.mark.parametrize(
    ("checks", "told"),
    [
        ((FINE, WISH), "Everything that a run needs is there."),
        ((FINE, DARK), "All that could be looked at is there; 1 thing could not."),
        ((FINE, DARK, AWAY), "1 thing that a run needs: can't be reached."),
        ((GONE, AWAY, GONE), "2 things that a run needs: missing."),
    ],
)
def test_the_verdict_is_that_of_the_worst(checks, told):
    assert verdict(checks) == told


def test_what_services_say_is_one_line_and_obeyed_by_nobody():
    evil = Check("endpoint", "translate", Verdict.MISSING, "a\n::add-mask::x\x1b[2J[bold]", "b\nc")
    lines = shown(evil).splitlines()
    assert not any(line.startswith("::") for line in lines)
    assert "\x1b" not in shown(evil)
    assert "[bold]" in lines[1]


def test_as_json_it_is_all_there():
    (found,) = as_json([WISH])["checks"]
    assert found == {
        "name": "scheduler role",
        "needed_for": "clean up",
        "verdict": "missing",
        "told": "not set",
        "advice": "set scheduler-role-arn",
        "optional": True,
    }
