"""Human translations are left alone, and faults put into them are found: a sample for bench/alarms.py.

fixtures/checks/django.tsv: messages of Django 5.2 (BSD licence) with the translations of 92 languages, none
of them of the half that the usual lengths were fitted on; placeholders are stand-ins.
"""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import pytest

from polypost.checks import Pair, look, scripts, table

ROWS = [
    tuple(row)
    for row in csv.reader(
        (Path(__file__).parents[1] / "fixtures/checks/django.tsv").read_text("utf-8").splitlines(),
        delimiter="\t",
        quoting=csv.QUOTE_NONE,
    )
]
Spoil = Callable[[str, str, str], str]


def share(spoil: Spoil, least: int = 0) -> float:
    """Of the sample's translations, spoilt, those that are flagged; of sources with so many letters."""
    rows = [(row[0], row[1], spoil(*row)) for row in ROWS if sum(map(str.isalpha, row[1])) >= least]
    found = [bool(look(Pair(source, target, language))) for language, source, target in rows if target]
    return sum(found) / len(found)


def kept(language: str, source: str, target: str) -> str:
    return target


def looping(language: str, source: str, target: str) -> str:
    if scripts.kind(language)[1]:
        return target + target[-4:] * 4
    return " ".join([target, *target.split()[-2:] * 4])


def copied(language: str, source: str, target: str) -> str:
    return source


def unknown(language: str, source: str, target: str) -> str:
    return f"{target[:5]}<unk>{target[5:]}"


def halved(language: str, source: str, target: str) -> str:
    return target[: len(target) // 2]


def elsewhere(language: str, source: str, target: str) -> str:
    """The same message in a language of another family; empty where the sample has none."""
    strangers = ("hu", "eu", "vi", "cy", "sw", "sq", "ko", "ka")
    return next(
        (row[2] for row in ROWS if row[1] == source and row[0] in strangers and row[0] != language), ""
    )


def test_a_sample_of_many_languages():
    assert len(ROWS) >= 400
    assert len({row[0] for row in ROWS}) >= 60


def test_human_translations_are_left_alone():
    assert share(kept) <= 0.02


@pytest.mark.parametrize(
    ("spoil", "least", "bar"),
    [(looping, 0, 0.97), (copied, 0, 0.97), (unknown, 0, 0.97), (halved, 25, 0.85), (elsewhere, 20, 0.97)],
)
def test_faults_are_found(spoil, least, bar):
    assert share(spoil, least) >= bar


def test_without_checks_nothing_is_found(monkeypatch):
    monkeypatch.setattr(table, "CHECKS", ())
    table._called.cache_clear()
    try:
        assert share(looping) == share(unknown) == 0
    finally:
        table._called.cache_clear()


def test_a_check_that_always_complains_is_seen(monkeypatch):
    monkeypatch.setattr(table, "CHECKS", (table.Check("x", table.DOUBT, ~0, lambda seen: "x"),))
    table._called.cache_clear()
    try:
        assert share(kept) > 0.9
    finally:
        table._called.cache_clear()
