"""What models scored, by language and evaluation: read, written, and compared only within one evaluation.

The numbers that come with polypost (`data/chrf.csv`) are from two places: the table of the talk that this
project began with, which has SeamlessM4T v2 and NLLB-200 3.3B side by side, and Helsinki-NLP's run of the
latter over flores200-devtest (External-MT-leaderboard). The same model differs by 2 to 4 points between them,
the two models by 0.05 to 1.2: that is why numbers of different evaluations say nothing about each other. Rows
that are broken where they come from were left out.
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib import resources

from polypost import languages
from polypost.errors import UsageError

FILE = ".polypost/scores.csv"
"""Where a repository's own scores stand: what `polypost scores import` and `polypost evaluate` wrote."""
CHRF = "chrF++"
SUSPECT = "SUSPECT"
"""Stands in the source of a row that isn't to be believed: it is never used."""
COLUMNS = ("model", "src", "tgt", "metric", "score", "source", "signature")
"""Of the file; the last one may be missing."""


@dataclass(frozen=True, slots=True)
class Score:
    """One number of one evaluation."""

    model: str
    """Hugging Face id."""
    origin: str
    """The language translated from, as a row of the language table: `en`."""
    language: str
    """The language translated into, likewise."""
    metric: str
    """`chrF++`; others are kept, and not compared."""
    value: float
    """0 to 100; more is better."""
    source: str
    """Which evaluation: numbers of one source were made in one way over the same texts."""
    signature: str = ""
    """How it was computed, in sacrebleu's words."""


def lead(one: Score, other: Score) -> float:
    """By how much `one` is ahead of `other`, in points.

    Raises UsageError for numbers of different evaluations, metrics or languages: they can't be compared.
    """
    for what, mine, theirs in (
        ("evaluations", (one.source, one.signature), (other.source, other.signature)),
        ("metrics", one.metric, other.metric),
        ("languages", (one.origin, one.language), (other.origin, other.language)),
    ):
        if mine != theirs:
            raise UsageError(
                f"{one.value:g} ({one.model}) and {other.value:g} ({other.model}) are of different {what}: "
                f"{_shown(mine)}, and {_shown(theirs)}. They can't be compared."
            )
    return one.value - other.value


def read(text: str, name: str) -> tuple[Score, ...]:
    """The scores of a csv with the columns of `COLUMNS`, without the suspect ones.

    Languages may be BCP 47 tags or codes of a model (`spa_Latn`); what isn't in the language table is left
    out. `name` is the file's, for errors. Raises UsageError that names the line.
    """
    rows = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")), restkey="more")
    lacking = [column for column in COLUMNS[:-1] if column not in (rows.fieldnames or ())]
    if lacking:
        raise UsageError(
            f"{name} has no column {' and no column '.join(lacking)}. Its columns are {','.join(COLUMNS)}: "
            "have `polypost scores import` write it."
        )
    found = []
    for row in rows:
        value = _number(row["score"])
        if value is None or not all(row[column] for column in COLUMNS[:-1]):
            raise UsageError(
                f"{name}:{rows.line_num}: the row is not complete, or its score is no number from 0 to 100. "
                "Correct or remove it."
            )
        origin, language = row_of(row["src"]), row_of(row["tgt"])
        if origin and language and SUSPECT not in row["source"]:
            told = (row["metric"], value, row["source"], row.get("signature") or "")
            found.append(Score(row["model"], origin, language, *told))
    return tuple(found)


def dump(scores: Iterable[Score]) -> str:
    """The csv of the scores, sorted, so that it changes only where a number does."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    rows = ((s.model, s.origin, s.language, s.metric, f"{s.value:g}", s.source, s.signature) for s in scores)
    writer.writerows(sorted(rows))
    return text.getvalue()


def merged(before: Iterable[Score], new: Iterable[Score]) -> tuple[Score, ...]:
    """`before`, with the numbers of `new` in place of earlier ones of the same model, pair and source."""
    every = {(s.model, s.origin, s.language, s.metric, s.source): s for s in (*before, *new)}
    return tuple(every.values())


@cache
def shipped() -> tuple[Score, ...]:
    """The scores that come with polypost."""
    place = resources.files("polypost").joinpath("data", "chrf.csv")
    return read(place.read_text("utf-8"), "chrf.csv")


@cache
def row_of(code: str) -> str:
    """The row of the language table that a tag or a model's code means; empty when there is none.

    `spa_Latn`, `spa` and `es` are `es`; `arb` is `ar`, as `ary` is Moroccan Arabic.
    """
    wanted = code.strip()
    rows = languages.known()
    codes = [(code, row.tag) for row in rows for code in row.codes.values()]
    for found in (
        {tag for code, tag in codes if code == wanted},
        {tag for code, tag in codes if code.partition("_")[0] == wanted},
    ):
        if len(found) == 1:
            return found.pop()
    try:
        return languages.resolve(wanted.replace("_", "-")).row
    except UsageError:
        return languages.individual(wanted.replace("_", "-"))


def _number(text: str | None) -> float | None:
    try:
        value = float(text or "")
    except ValueError:
        return None
    return value if math.isfinite(value) and 0 <= value <= 100 else None


def _shown(what: str | tuple[str, str]) -> str:
    return what if isinstance(what, str) else " ".join(filter(None, what))
