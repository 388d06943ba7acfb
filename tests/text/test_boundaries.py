"""Where a sentence ends, and where a dot is only part of a name."""

from __future__ import annotations

import pytest

from polypost.sentences import split


def sentences(text: str, language: str = "en") -> list[str]:
    return [text[start:end] for start, end in split(text, language)]


@pytest.mark.parametrize(
    "text",
    [
        "We use System.Collections.Generic in C#.",
        "Node.Js and ASP.NET Core are fine.",
        "path.Ext",
        "Write to example.Com for more",
        "Release 1.X and Math.Max are here!",
        "`ASP.NET` 是什么",
    ],
)
def test_a_dot_inside_a_name_ends_no_sentence(text: str) -> None:
    assert sentences(text) == [text]


@pytest.mark.parametrize(
    ("text", "language", "wanted"),
    [
        ("Use path.Ext. Then Math.Max.", "en", ["Use path.Ext.", "Then Math.Max."]),
        ("It ends here. Next one.", "en", ["It ends here.", "Next one."]),
        ("这是 ASP.NET。第二句。", "zh", ["这是 ASP.NET。", "第二句。"]),
        ("まず一つ。次に二つ。", "ja", ["まず一つ。", "次に二つ。"]),
    ],
)
def test_a_sentence_still_ends_where_it_does(text: str, language: str, wanted: list[str]) -> None:
    assert sentences(text, language) == wanted


def test_names_beyond_the_part_that_is_looked_through_at_once() -> None:
    one = "We use System.Collections.Generic here. "
    assert set(sentences(one * 1_500)) == {one.strip()}
