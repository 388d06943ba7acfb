"""What a real model said to real sentences: each defect that shows is flagged, what stands beside it isn't.

The answers were published: SeamlessM4T v2 on blog posts in seven languages, split at inline markup, and a few
from its issue tracker. fixtures/checks/answers.tsv holds them all, with the codes that each has to be flagged
with. Some are pieces that polypost never sends (tests/text/test_real_outputs.py); the checks see them too.
"""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from polypost.checks import Pair, Severity, look

ANSWERS = Path(__file__).parents[1] / "fixtures/checks/answers.tsv"
ROWS = list(csv.reader(ANSWERS.read_text("utf-8").splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE))
BAD = [row for row in ROWS if row[0]]
GOOD = [row for row in ROWS if not row[0]]


def codes(language: str, source: str, target: str) -> set[str]:
    return {one.code for one in look(Pair(source, target, language))}


@pytest.mark.parametrize(("wanted", "language", "source", "target"), BAD)
def test_what_a_reader_sees_is_flagged(wanted, language, source, target):
    assert wanted in codes(language, source, target)


@pytest.mark.parametrize("language", sorted({row[1] for row in GOOD}))
def test_good_sentences_are_not(language):
    flagged = [row for row in GOOD if row[1] == language and codes(*row[1:])]
    assert flagged == []


def test_there_are_enough_of_both():
    assert len(BAD) >= 38
    assert len(GOOD) >= 290


def test_worst_comes_first():
    found = look(
        Pair("Hello world, it is 5.", "Hola mundo. # Hola mundo, <unk> mundo. # Hola mundo, # Hola", "es")
    )
    assert [one.severity for one in found] == sorted((one.severity for one in found), reverse=True)
    assert {Severity.FAULT, Severity.DOUBT} == {one.severity for one in found}


@pytest.mark.parametrize(
    ("language", "source", "target"),
    [
        # In full sentences of the published posts; a reader of the language sees it, and no sign tells of it.
        (
            "af",
            "iOS does not allow a Shortcut within the share sheet of Books",
            "iOS laat nie ' n kortpad binne die deel vel van Boeke",  # the verb's second half is missing
        ),
        (
            "az",
            "It then URL encodes the text due to the nature of our Anki solution.",
            "URL kodlaşdırma, Anki-nin əsas həllini təmin edən bir kodlaşdırma proqramıdır.",
        ),
    ],
)
def test_what_no_check_sees(language, source, target):
    """Written down so that nobody takes silence for praise; a check that sees one may move it up."""
    assert codes(language, source, target) == set()
