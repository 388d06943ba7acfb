"""The pseudo translator: what is a word, and what is a name that has to stay."""

import pytest

from polypost.clock import SystemClock
from polypost.pseudo import Pseudo, pseudo
from polypost.values import Reply


@pytest.mark.parametrize(
    ("word", "shown"),
    [
        ("posts", "pösts"),
        ("Posts", "Pösts"),
        ("“Posts”", "“Pösts”"),
        ('"Explicit', '"Éxplîçît'),
        ("(An", "(Áñ"),
        ("wait—Explicit", "wáît—Éxplîçît"),
        ("I'm", "Î'm"),
    ],
)
def test_words_get_accents_whatever_stands_before_them(word, shown):
    assert pseudo(word).startswith(f"⟦{shown}")
    assert shown != word


@pytest.mark.parametrize("word", ["XENT1X", "XITEMX", "ZZCIT1ZZ", "(API)", "GitHub", "v2.0", "(iPhone)"])
def test_names_and_stand_ins_stay(word):
    assert pseudo(word).startswith(f"⟦{word}")


def test_it_is_a_third_longer_and_in_brackets():
    assert pseudo("ten letters") == "⟦téñ léttérs ···⟧"
    assert pseudo("") == "⟦⟧"


def test_it_counts_what_it_was_asked():
    translator = Pseudo(SystemClock())
    replies = translator.translate({"es": ["one", "three"]})
    assert list(replies) == [Reply("es", "one", pseudo("one")), Reply("es", "three", pseudo("three"))]
    usage = translator.usage()
    assert (usage.characters, usage.requests, usage.cost_usd) == (8, 1, 0.0)
