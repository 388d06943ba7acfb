from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polypost.batching import Limits, batch, least_tokens, longest_first, split, thrifty, tokens
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


def test_the_longest_goes_first():
    assert longest_first(["four", "a", "cccccc", "also"]) == ["cccccc", "also", "four", "a"]


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
    ordered = longest_first(sentences)
    seen = []
    while ordered:
        count = batch(ordered, limits)
        front, ordered = ordered[:count], ordered[count:]
        assert count == 1 or len(front) * max(map(tokens, front)) <= limits.padded_tokens
        assert count == 1 or len(json.dumps(front)) <= size + 2
        assert count <= limits.sentences
        seen += front
    assert sorted(seen) == sorted(sentences)


def cost(lengths, counts, overhead):
    """Of a division of descending lengths into requests of so many."""
    total = 0
    for count in counts:
        total += overhead + count * lengths[0]
        lengths = lengths[count:]
    return total


@pytest.mark.parametrize(
    ("lengths", "overhead", "count"),
    [
        ([100, 10, 10, 10], 20, 1),
        ([100, 10, 10, 10], 500, 4),
        ([100, 90, 90, 10], 50, 3),
        ([20] * 9, 0, 9),
        ([20] * 9, 5, 9),
        ([300], 5, 1),
    ],
)
def test_long_sentences_travel_alone_where_padding_costs_more_than_a_request(lengths, overhead, count):
    sentences = ["xx" * length for length in lengths]
    assert thrifty(sentences, Limits(padded_tokens=1000), overhead) == count


@given(st.lists(st.integers(1, 60), min_size=1, max_size=9), st.integers(0, 200))
def test_no_other_division_is_cheaper(lengths, overhead):
    lengths.sort(reverse=True)
    limits, left, counts = Limits(sentences=4, padded_tokens=120), lengths, []
    while left:
        counts.append(thrifty(["xx" * length for length in left], limits, overhead))
        left = left[counts[-1] :]

    def divisions(rest):
        if not rest:
            yield []
        for count in range(1, min(4, len(rest)) + 1):
            if count == 1 or count * rest[0] <= 120:
                for others in divisions(rest[count:]):
                    yield [count, *others]

    assert cost(lengths, counts, overhead) == min(
        cost(lengths, other, overhead) for other in divisions(lengths)
    )
