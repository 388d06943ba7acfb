from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polypost.batching import Limits, Pace, batch, by_length, least_tokens, split, tokens
from polypost.values import Untranslated


@pytest.mark.parametrize(
    ("text", "expected"), [("", 1), ("a", 1), ("abcd", 2), ("abcde", 3), ("日本語", 3), ("é a", 2)]
)
def test_tokens_are_estimated_generously(text, expected):
    assert tokens(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"), [("", 0), ("no no no", 3), ("a" * 16, 1), ("a" * 17, 2), ("字" * 33, 3)]
)
def test_the_least_tokens_of_a_text_are_certain(text, expected):
    assert least_tokens(text) == expected


@pytest.mark.parametrize(
    ("sentence", "limit", "pieces"),
    [
        ("Short, and sweet; really.", 20, ("Short, and sweet; really.",)),
        ("One, two, three; four, five, six.", 9, ("One, two, three;", "four, five, six.")),
        ("One, two, three; four, five, six.", 5, ("One, two,", "three;", "four,", "five, six.")),
        ("It cost 10,000 euros, they said.", 11, ("It cost 10,000 euros,", "they said.")),
        ("At 10:30 it rang: nobody came.", 10, ("At 10:30 it rang:", "nobody came.")),
        ("私は、猫が好き；犬も。", 8, ("私は、猫が好き；", "犬も。")),
        ("私は、猫が好き；犬も。", 5, ("私は、", "猫が好き；", "犬も。")),
    ],
)
def test_a_long_sentence_is_cut_at_its_marks(sentence, limit, pieces):
    assert split(sentence, limit) == pieces


def test_a_long_sentence_without_marks_is_a_value():
    answer = split("word " * 100, 20)
    assert isinstance(answer, Untranslated)
    assert "longer than the model takes" in answer.reason


@given(st.text(alphabet="ab ;:,；，日", max_size=200), st.integers(1, 60))
def test_no_character_but_space_is_lost_in_cutting(sentence, limit):
    pieces = split(sentence, limit)
    if not isinstance(pieces, Untranslated):
        assert "".join("".join(pieces).split()) == "".join(sentence.split())
        assert all(tokens(piece) <= limit for piece in pieces)


def test_the_longest_goes_first_and_equals_keep_their_order():
    assert by_length(["four", "a", "cccccc", "also"]) == [2, 0, 3, 1]


@pytest.mark.parametrize(
    ("lengths", "limits", "count"),
    [
        ([10] * 9, Limits(sentences=4), 4),
        ([10] * 3, Limits(sentences=4), 3),
        ([20, 10, 10], Limits(padded_tokens=20), 2),
        ([500, 1], Limits(padded_tokens=20), 1),
        ([100] * 9, Limits(size=250), 2),
        ([100], Limits(size=10), 1),
    ],
)
def test_a_batch_keeps_every_limit(lengths, limits, count):
    assert batch(["x" * length for length in lengths], limits) == count


@given(st.lists(st.text(min_size=1, max_size=80), min_size=1, max_size=60), st.integers(1, 2000))
def test_batches_hold_every_sentence_once_within_the_limits(sentences, size):
    limits = Limits(sentences=7, padded_tokens=90, size=size)
    ordered = [sentences[index] for index in by_length(sentences)]
    seen = []
    while ordered:
        count = batch(ordered, limits)
        front, ordered = ordered[:count], ordered[count:]
        assert count == 1 or len(front) * max(map(tokens, front)) <= limits.padded_tokens
        assert count == 1 or len(json.dumps(front)) <= size + 2
        assert count <= limits.sentences
        seen += front
    assert sorted(seen) == sorted(sentences)


def test_the_pace_follows_the_speed_in_steps():
    pace = Pace(Limits(padded_tokens=100), seconds=20)
    assert pace.answered(100, 1.0).limits.padded_tokens == 200
    assert pace.answered(100, 15.0).limits.padded_tokens == 133
    assert pace.answered(100, 25.0).limits.padded_tokens == 80
    assert pace.answered(100, 300.0).limits.padded_tokens == 50
    assert pace.timed_out().limits.padded_tokens == 50


def test_a_small_batch_does_not_raise_the_pace():
    pace = Pace(Limits(padded_tokens=1000), seconds=20)
    assert pace.answered(10, 0.001) == pace
    assert pace.answered(10, 10.0).limits.padded_tokens == 500


def test_the_pace_has_a_floor_and_a_ceiling():
    pace = Pace()
    for _ in range(40):
        pace = pace.answered(pace.limits.padded_tokens, 0.0)
    assert pace.limits.padded_tokens == pace.most
    for _ in range(40):
        pace = pace.timed_out()
    assert pace.limits.padded_tokens == 1
