"""Lines that only one side changed are nobody's conflict, whatever stands beside them."""

from __future__ import annotations

import pytest

from polypost.git import Git
from polypost.memory.neighbours import pieces, settled

BEFORE = b"One.\n\nTwo.\n\nThree.\n"


def merged(tmp_path, ours, theirs, favour="theirs"):
    return Git(tmp_path).merge(*map(lines, (ours, BEFORE, theirs)), favour=favour)


def lines(content):
    return content.splitlines(keepends=True)


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


def test_nothing_is_settled_that_one_took_out():
    before, ours = [b"a", b"b", b"c"], [b"a", b"B", b"c"]
    assert settled(ours, before, [b"a", b"c"], favour="theirs") == (ours, before, [b"a", b"c"])
    assert settled(ours, before, before, favour="theirs") == (ours, ours, ours)


@pytest.mark.parametrize(("favour", "stands"), [("ours", b"Two, ours."), ("theirs", b"Two, theirs.")])
@pytest.mark.parametrize("added", [b"%s\n\nAdded.", b"Added.\n\n%s"])
def test_what_is_added_beside_a_line_that_both_changed_stays(tmp_path, added, favour, stands):
    ours = BEFORE.replace(b"Two.", added % b"Two, ours.")
    theirs = BEFORE.replace(b"Two.", b"Two, theirs.")
    assert merged(tmp_path, ours, theirs, favour) == BEFORE.replace(b"Two.", added % stands)
    other = {"ours": "theirs", "theirs": "ours"}[favour]
    assert merged(tmp_path, theirs, ours, other) == BEFORE.replace(b"Two.", added % stands)


ROW = b"| One | Two |\n| --- | --- |\n| a | b |\n| c | d |"


@pytest.mark.parametrize("favour", ["ours", "theirs"])
def test_two_texts_of_a_line_are_merged_each_by_itself(tmp_path, favour):
    ours, theirs = ROW.replace(b"| a |", b"| A! |"), ROW.replace(b"b |\n", b"B! |\n| new | row |\n")
    both = Git(tmp_path).merge(*(pieces(each, "a.md") for each in (ours, ROW, theirs)), favour=favour)
    assert both == b"| One | Two |\n| --- | --- |\n| A! | B! |\n| new | row |\n| c | d |"
    by_line = Git(tmp_path).merge(*map(lines, (ours, ROW, theirs)), favour=favour)
    assert by_line != both, "one of them would have won"


def test_pieces_are_the_whole_and_lines_where_a_post_cannot_be_read():
    assert b"".join(pieces(ROW, "a.md")) == ROW
    assert pieces(b"One.\nAnd two.\n\n", "a.md") == [b"One.\n", b"And two.", b"\n", b"\n"]
    broken = b"---\ntitle: [\n---\n\nText.\n"
    assert pieces(broken, "a.md") == lines(broken)
    assert pieces(b"", "a.md") == []
