"""Lines that only one side changed are nobody's conflict, whatever stands beside them."""

from __future__ import annotations

import pytest

from polypost.git import Git
from polypost.memory.neighbours import settled

BEFORE = b"One.\n\nTwo.\n\nThree.\n"


def merged(tmp_path, ours, theirs, favour="theirs"):
    return Git(tmp_path).merge(ours, BEFORE, theirs, favour=favour)


@pytest.mark.parametrize("favour", ["ours", "theirs"])
@pytest.mark.parametrize(
    ("ours", "theirs", "both"),
    [
        (
            b"One.\n\nTwo, corrected.\n\nThree.\n",
            b"One.\n\nAdded.\n\nTwo.\n\nThree.\n",
            b"One.\n\nAdded.\n\nTwo, corrected.\n\nThree.\n",
        ),
        (
            b"One.\n\nTwo.\n\nAdded.\n\nThree.\n",
            b"One, corrected.\n\nTwo, corrected.\n\nThree, corrected.\n",
            b"One, corrected.\n\nTwo, corrected.\n\nAdded.\n\nThree, corrected.\n",
        ),
    ],
)
def test_a_line_beside_an_added_one_keeps_its_correction(tmp_path, ours, theirs, both, favour):
    assert merged(tmp_path, ours, theirs, favour) == both
    assert merged(tmp_path, theirs, ours, favour) == both


def test_a_line_that_both_changed_is_a_conflict(tmp_path):
    ours, theirs = BEFORE.replace(b"Two.", b"Two, ours."), BEFORE.replace(b"Two.", b"Two, theirs.")
    assert merged(tmp_path, ours, theirs, "theirs") == theirs
    assert merged(tmp_path, ours, theirs, "ours") == ours


def test_nothing_is_settled_that_both_changed_or_one_took_out():
    before, ours = [b"a", b"b", b"c"], [b"a", b"B", b"c"]
    assert settled(ours, before, [b"a", b"x", b"c"]) == (ours, before, [b"a", b"x", b"c"])
    assert settled(ours, before, [b"a", b"c"]) == (ours, before, [b"a", b"c"])
    assert settled(ours, before, before) == (ours, ours, ours)
