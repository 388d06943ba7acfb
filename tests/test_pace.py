from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polypost.pace import MOST_UNDER_WAY, Cost, Pace


def answered(pace, tokens, seconds):
    return pace.answered(tokens, seconds, seconds, epoch=pace.epoch, full=False)


@given(
    st.floats(0.001, 5),
    st.floats(0.0001, 0.1),
    st.lists(st.integers(1, 9999), min_size=2, max_size=30, unique=True),
)
def test_the_cost_of_requests_is_found_from_their_times(fixed, per_token, sizes):
    cost = Cost()
    for size in sizes:
        cost = cost.seen(size, fixed + per_token * size)
    assert cost.of(5000) == pytest.approx(fixed + per_token * 5000, rel=0.2)


def test_sizes_that_are_all_alike_tell_nothing_of_the_fixed_time():
    assert Cost().seen(100, 2.0).seen(100, 2.0).line() == (0.0, 0.02)
    assert Cost().line() == (0.0, 0.0)


def test_a_size_doubles_while_answers_come_and_grows_slowly_after_a_first_one_that_did_not():
    pace = Pace.of(1, 1)
    assert pace.limits(10**6).padded_tokens == 192
    pace = answered(answered(pace, 100, 0.2), 192, 0.25)
    assert pace.limits(10**6).padded_tokens == 384
    pace = pace.too_slow(384, pace.epoch)
    assert pace.limits(10**6).padded_tokens == 192
    assert answered(pace, 190, 0.25).limits(10**6).padded_tokens == int(190 * 1.05)


def test_many_that_are_turned_away_together_halve_what_is_under_way_once():
    pace = Pace.of(4, 2)
    assert pace.under_way == 16
    slower = pace.busy(pace.epoch).busy(pace.epoch)
    assert slower.under_way == 8
    assert slower.busy(slower.epoch).under_way == 4
    for _ in range(40):
        slower = answered(slower, 10, 0.1)
    assert slower.under_way == 16


def test_something_is_always_under_way_and_never_too_much():
    pace = Pace.of(100, 4)
    assert pace.under_way == MOST_UNDER_WAY
    for _ in range(20):
        pace = pace.too_slow(1, pace.epoch)
    assert (pace.under_way, pace.limits(1000).padded_tokens) == (1, 1)
