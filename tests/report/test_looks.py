"""Words for counts, and the order of attention."""

from dataclasses import replace

import pytest

from polypost.counts import counted
from polypost.report.looks import (
    CHECKED,
    Level,
    by_post,
    consumption,
    duration,
    extent,
    items,
    level,
    listed,
    money,
    tally,
)
from polypost.values import Finding, Outcome, Status, Usage
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
    told = [counted(number, "post") for number in (1, 2_000, 0)]
    assert told == ["1 post", "2,000 posts", "0 posts"]
    assert tally(SMALL.outcomes) == "1 failed, 1 new, 1 updated, 1 kept, 1 unchanged, 1 skipped"
    assert tally(()) == ""


def test_a_skipped_language_is_no_language_of_the_run():
    assert extent(SMALL.outcomes, " in ") == "3 posts in 2 languages"
    asked = Outcome("posts/talk.mdx", "", "tlh", Status.SKIPPED)
    assert extent([*SMALL.outcomes, asked], " in ") == "3 posts in 2 languages"
    assert extent([*SMALL.outcomes, replace(asked, status=Status.NEW)], ", ") == "3 posts, 3 languages"
    assert extent([large(1, 1).outcomes[0]], " in ") == "1 post in 1 language"
    assert extent([asked], " in ") == "1 post"


def test_a_check_has_its_own_words():
    statuses = [Status.UNCHANGED, Status.UPDATED, Status.NEW, Status.BEHIND]
    outcomes = [Outcome("a", "b", str(at), status) for at, status in enumerate(statuses)]
    assert tally(outcomes, looks=CHECKED) == "2 behind, 1 missing, 1 current"
    assert tally(outcomes) == "1 behind, 1 new, 1 updated, 1 unchanged"


def test_an_estimate_knows_no_requests():
    assert consumption(Usage(1)) == "1 character"
    assert consumption(Usage(1_200, 1, 3.0)) == "1,200 characters in 1 request, 3 seconds"
    assert consumption(Usage()) == ""


def test_what_only_served_to_place_marks_is_told_apart():
    placing = "99 of them to place links and emphasis)"
    assert consumption(Usage(1_200, characters_probing=99)) == f"1,200 characters (about {placing}"
    told = consumption(Usage(1_200, 2, 3.0, characters_probing=99))
    assert told == f"1,200 characters ({placing} in 2 requests, 3 seconds"


def test_posts_that_were_left_out_come_last():
    outcomes = [
        Outcome("a", "", "es", Status.SKIPPED),
        Outcome("b", "b.es", "es", Status.UNCHANGED),
        Outcome("c", "c.es", "es", Status.NEW),
    ]
    assert [path for path, _ in by_post(outcomes)] == ["c", "b", "a"]


def test_what_matters_most_comes_first_whatever_its_path():
    found = items(
        (), [Finding("skipped", "x", "a"), Finding("new-code", "x", "b"), Finding("record-newer", "x", "c")]
    )
    assert [item.level for item in found] == [Level.ERROR, Level.WARNING, Level.NOTICE]


def test_a_mark_that_may_stand_on_other_words_comes_last_of_what_is_to_be_looked_at():
    codes = ("mark-placed-by-proportion", "source-gone", "numbers", "see-to-it")
    found = items((), [Finding(code, "x", path) for code, path in zip(codes, "abcd", strict=True)])
    assert [item.finding.code for item in found] == [*codes[1:], codes[0]]


def test_a_finding_of_a_failed_localization_is_an_error():
    finding = Finding("kept-source", "x")
    assert (level(finding), level(finding, Status.FAILED)) == (Level.WARNING, Level.ERROR)
    failed = large(1, 1, findings=1, status=Status.FAILED).outcomes
    assert [item.level for item in items(failed, ())] == [Level.ERROR]
