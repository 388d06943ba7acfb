"""Words for counts, and the order of attention."""

import pytest

from polypost.report.looks import Level, count, duration, items, level, listed, money, tally
from polypost.values import Finding, Status
from report.samples import SMALL, large


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0.0, "under a second"),
        (1.2, "1 second"),
        (99.4, "99 seconds"),
        (120.0, "2 minutes"),
        (391.2, "6.5 minutes"),
        (90_000.0, "1,500 minutes"),
    ],
)
def test_durations(seconds, said):
    assert duration(seconds) == said


@pytest.mark.parametrize(
    ("dollars", "said"),
    [(0.0, "nothing"), (0.004, "under $0.01"), (0.153, "about $0.15"), (1234.5, "about $1,234.50")],
)
def test_money(dollars, said):
    assert money(dollars) == said


def test_lists_are_cut_and_say_so():
    assert listed("abc") == "a, b, c"
    assert listed("abcdefghi") == "a, b, c, d, e, f, g, h, i"
    assert listed("abcdefghij") == "a, b, c, d, e, f, g, h and 2 more"


def test_counts():
    assert (count(1, "post"), count(2_000, "post"), count(0, "post")) == ("1 post", "2,000 posts", "0 posts")
    assert tally(SMALL.outcomes) == "1 failed, 1 new, 1 updated, 1 kept, 1 skipped, 1 unchanged"
    assert tally(()) == ""


def test_what_matters_most_comes_first_whatever_its_path():
    found = items(
        (), [Finding("skipped", "x", "a"), Finding("new-code", "x", "b"), Finding("record-damaged", "x", "c")]
    )
    assert [item.level for item in found] == [Level.ERROR, Level.WARNING, Level.NOTICE]


def test_a_finding_of_a_failed_localization_is_an_error():
    finding = Finding("kept-source", "x")
    assert (level(finding), level(finding, Status.FAILED)) == (Level.WARNING, Level.ERROR)
    failed = large(1, 1, findings=1, status=Status.FAILED).outcomes
    assert [item.level for item in items(failed, ())] == [Level.ERROR]
