"""Stand-ins: found again however a model writes them, and never believed when one is lost or left over."""

from __future__ import annotations

import re
from collections.abc import Sequence
from random import Random

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from polypost.errors import UsageError
from polypost.markdown.document import parse
from polypost.markdown.prose import ATOM_BASE
from polypost.markdown.standins import FORMS, TRIES, lost, masked, restored, tries
from polypost.text.text import needed, render
from text.translators import Translate, localize, recording, upper

A, B, C = (chr(ATOM_BASE + n) for n in range(3))
TEXT = f"Use {A} and {B} now."
WORDS = st.lists(st.text("abcdefghij", min_size=2, max_size=7), min_size=1, max_size=8)


@pytest.mark.parametrize(
    ("form", "sent"),
    [
        ("xent", "Use XENT1X and XENT2X now."),
        ("item", "Use XITEMX and YITEMY now."),
        ("zzcit", "Use ZZCIT1ZZ and ZZCIT2ZZ now."),
        ("lower", "Use vqz1k and vqz2k now."),
        ("ph", "Use __PH1__ and __PH2__ now."),
        ("number", "Use 4817 and 8412 now."),
    ],
)
def test_the_forms(form: str, sent: str) -> None:
    assert masked(TEXT, form) == sent


def test_they_are_tried_in_the_order_of_the_table() -> None:
    assert FORMS == ("xent", "item", "zzcit", "lower", "ph", "number")
    assert [form for form, _ in tries(TEXT, FORMS)] == list(FORMS[:TRIES])


@pytest.mark.parametrize(
    ("form", "answer"),
    [
        ("xent", f"{A} {B}: XENT1X, XENT2X."),
        ("xent", "xent1x, Xent2X."),
        ("xent", "XENT 1 X, XENT-2-X."),
        ("xent", "ＸＥＮＴ１Ｘ, XENT2X."),
        ("xent", "XENT١X, XENT২X."),
        ("xent", "XÉNT1X, XENT2X."),
        ("item", "X ITEM X, yitemy."),
        ("zzcit", "ZZCIT ٢ ZZ, zzcit1zz."),
        ("lower", "VQZ1K, vqz 2k."),
        ("ph", "__ PH1 __, _ _PH2__."),
        ("number", "4,817, 8.412."),
        ("number", "٤٨١٧, 8 412."),
    ],
)
def test_found_again(form: str, answer: str) -> None:
    found = restored(TEXT, form, answer.removeprefix(f"{A} {B}: "))
    assert found is not None
    assert sorted(re.sub(r"[ ,.]", "", found)) == [A, B]


def test_a_suffix_stays_outside() -> None:
    assert restored(f"The {A} app", "xent", "XENT1X-এ অ্যাপ") == f"{A}-এ অ্যাপ"
    assert restored(f"The {A} app", "xent", "Die XENT1Xen") == f"Die {A}en"
    assert restored(f"The {A} app", "xent", "الXENT1X") == f"ال{A}"


@pytest.mark.parametrize(
    "answer",
    [
        "Usa XENT1X ahora.",
        "Usa XENT1X y XENT2X y XENT2X.",
        "Usa XENT1X y XENT3X.",
        "Usa XENT1X y XENT2X y XENT3X.",
        "Usa XENT1X y XENT2X y XENT.",
        "Usa XENT1X y XENT2X y XENT 3.",
        "Usa XENT1X y XENT2X y XITEMX.",
        "Usa XENT1X y XENT2X y __PH1__.",
        "Usa XENT1X y XENT2X, vqz1k.",
        "Usa XENT12X.",
        "",
    ],
)
def test_lost_doubled_or_left_over(answer: str) -> None:
    # The control: without the fault it is believed.
    assert restored(TEXT, "xent", "Usa XENT1X y XENT2X ahora.") is not None
    assert restored(TEXT, "xent", answer) is None


def test_words_of_other_languages_are_no_remains() -> None:
    for words in ("xente exento", "selected item didn't", "items x, y item", "phase 1", "the pH 7"):
        assert restored(f"a {A}", "xent", f"{words} XENT1X") == f"{words} {A}"


def test_a_number_of_the_text_is_no_stand_in() -> None:
    text = f"In 4817 it was {A}, in 2020 {B}."
    sent = masked(text, "number")
    assert sent == "In 4817 it was 8412, in 2020 6250."
    assert restored(text, "number", sent) == text
    assert restored(text, "number", sent.replace("6250", "8412")) is None


def test_a_form_whose_name_the_text_holds_is_not_used() -> None:
    assert masked(f"What XENT7X means: {A}", "xent") is None
    assert masked("".join(f"{chr(ATOM_BASE + n)} " for n in range(40)), "item") is None


@settings(max_examples=200, deadline=None)
@given(WORDS, st.lists(st.integers(0, 30), max_size=6), st.sampled_from(FORMS), st.randoms())
def test_every_atom_comes_back_once_in_any_order(
    words: list[str], at: list[int], form: str, random: Random
) -> None:
    atoms = [chr(ATOM_BASE + n) for n in range(len(at))]
    parts = list(words)
    for atom, place in zip(atoms, at, strict=True):
        parts.insert(place % (len(parts) + 1), atom)
    text = " ".join(parts)
    sent = masked(text, form)
    assume(sent is not None)
    assert sent is not None
    shuffled = sent.split(" ")
    random.shuffle(shuffled)
    found = restored(text, form, " ".join(shuffled))
    assert found is not None
    assert sorted(found.split(" ")) == sorted(parts)
    if atoms:
        assert restored(text, form, " ".join(shuffled[1:])) is None or shuffled[0] in words
        name = next(w for w in shuffled if w not in words)
        assert restored(text, form, f"{' '.join(shuffled)} {name}") is None


def test_the_callers_order_is_kept() -> None:
    sent: list[str] = []
    result = localize(b"Run `x` now.\n", recording(sent, upper), path="p.md", standins=("lower", "xent"))
    assert sent == ["Run vqz1k now."]
    assert result.content == b"RUN `x` NOW.\n"
    assert result.steps == {"whole": 1}


def test_the_next_form_then_the_cut() -> None:
    sent: list[str] = []

    def loses(*forms: str) -> Translate:
        def translate(texts: Sequence[str]) -> list[str]:
            return [re.sub("|".join(forms), "", text).upper() for text in texts]

        return translate

    result = localize(
        b"Please run `x` right now.\n",
        recording(sent, loses("XENT1X")),
        path="p.md",
    )
    assert sent == ["Please run XENT1X right now.", "Please run XITEMX right now."]
    assert (result.content, dict(result.steps)) == (b"PLEASE RUN `x` RIGHT NOW.\n", {"another-form": 1})
    sent.clear()
    result = localize(
        b"Please run `x` right now.\n",
        recording(sent, loses("XENT1X", "XITEMX")),
        path="p.md",
        standins=("xent", "item"),
    )
    assert sent[2:] == ["Please run", "right now."]
    assert (result.content, dict(result.steps)) == (b"PLEASE RUN `x` RIGHT NOW.\n", {"cut": 1})
    assert [f.code for f in result.findings] == ["cut-at-atom"]


def test_an_unknown_form_is_refused() -> None:
    for names, message in ((("xent", "nope"), "'nope'"), ((), "empty")):
        with pytest.raises(UsageError, match=message):
            localize(b"Text here.\n", upper, path="p.md", standins=names)
    document = parse(b"Text here.\n", path="p.md")
    with pytest.raises(UsageError):
        needed(document, {}, target="es", standins=("nope",))
    with pytest.raises(UsageError):
        render(document, {"Text here.": "Texto."}, target="es", standins=("nope",))


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from([form for form in FORMS if form != "number"]),
    st.lists(st.sampled_from([A, B, " the ITEM ", "zzcit", "XITEMX", " ", "__", "ph", "ab"]), max_size=8),
    st.data(),
)
def test_what_has_lost_one_is_never_restored(form, parts, data):
    text = "".join(part for at, part in enumerate(parts) if part not in parts[:at] or part not in {A, B})
    said = masked(text, form) if A in text or B in text else None
    if said is None:
        return
    assert not lost(said, said)
    words = said.split()
    answer = " ".join(data.draw(st.lists(st.sampled_from([*words, *map(str.lower, words), "XENT7X"]))))
    if lost(said, answer):
        assert restored(text, form, answer) is None
