"""The metrics that Meta published beside its models, read as scores: bytes in, scores out.

NLLB-200's `metrics.csv` has a line for each direction, `eng_Latn-kin_Latn,44`: chrF++ over FLORES-200, and
for the largest model spBLEU behind it (fairseq's examples/nllb/modeling, and lines quoted by others).
How the tables inside of SeamlessM4T's zip look isn't documented anywhere. So of a zip every csv or tsv counts
whose first line names a column of chrF++, and a direction or two columns of languages; tables of speech are
left out. The talk compares the two, and so they count as one evaluation.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

from polypost.errors import UsageError
from polypost.models.scores import CHRF, Score, row_of

SOURCE = "metrics that Meta published (FLORES)"
MODELS: Mapping[str, str] = MappingProxyType(
    {
        "seamlessm4t_large_v2": "facebook/seamless-m4t-v2-large",
        "nllb_200_dense_3b": "facebook/nllb-200-3.3B",
        "nllb_200_dense_1b": "facebook/nllb-200-1.3B",
        "nllb_200_dense_distill_1b": "facebook/nllb-200-distilled-1.3B",
        "nllb_200_dense_distill_600m": "facebook/nllb-200-distilled-600M",
    }
)
"""What the files, or the folders that they lie in at Meta's, are called -> the model."""

_MOST = 20_000_000
"""Bytes that one table may have: 40,602 directions take two million."""
_CODE = r"[a-z]{3}(?:_[A-Z][a-z]{3})?"
_DIRECTION = re.compile(rf"({_CODE})[-_>]+({_CODE})")
_SPEECH = re.compile(r"s2|asr|t2s|speech", re.IGNORECASE)
_CHRF = frozenset({"chrf++", "chrf2++", "chrfpp", "chrf2pp"})
_FROM = frozenset({"src", "srclang", "source", "sourcelang", "sourcelanguage"})
_TO = frozenset({"tgt", "tgtlang", "target", "targetlang", "targetlanguage"})
_BOTH = frozenset({"direction", "langpair", "languagepair", "pair", "directions", "lang"})


def model_of(path: str) -> str:
    """The model whose metrics a file holds, by its name or its folder's; empty where they don't tell it."""
    parts = re.split(r"[/\\]", path.lower())
    names = (part.partition(".")[0] for part in reversed(parts))
    return next((MODELS[name] for name in names if name in MODELS), "")


def scores(content: bytes, name: str, model: str) -> tuple[Score, ...]:
    """The scores in a file of that `name`. Raises UsageError when there are none, with what there is."""
    tables = dict(_members(content, name) if zipfile.is_zipfile(io.BytesIO(content)) else [(name, content)])
    loose = len(tables) == 1 and name in tables
    found = {
        (origin, language): Score(model, origin, language, CHRF, value, SOURCE)
        for member, table in tables.items()
        for origin, language, value in _rows(_cells(table, member), loose=loose)
    }
    if not found:
        seen = "; ".join(f"{member}: {_head(table)}" for member, table in [*tables.items()][:5]) or "nothing"
        raise UsageError(
            f"{name} holds no chrF++ that polypost can read. Wanted is a csv with lines such as "
            "`eng_Latn-spa_Latn,54.1`, or a zip of tables with a column `chrF++` and the languages in "
            f"`direction`, or in `src` and `tgt`. Found: {seen}."
        )
    return tuple(found.values())


def _members(content: bytes, name: str) -> Iterator[tuple[str, bytes]]:
    """The tables of text in a zip."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for item in archive.infolist():
            text = item.filename.lower().endswith((".csv", ".tsv", ".txt"))
            if text and not _SPEECH.search(item.filename) and "__MACOSX" not in item.filename:
                if item.file_size > _MOST:
                    raise UsageError(f"{name}: {item.filename} is too large for a table of scores.")
                try:
                    yield item.filename, archive.read(item)
                # zipfile's own, in this order: damaged, encrypted, compressed in a way that it doesn't know.
                except (zipfile.BadZipFile, RuntimeError, NotImplementedError) as error:
                    raise UsageError(f"{name}: {item.filename} can't be unpacked ({error}).") from None


def _cells(content: bytes, name: str) -> list[list[str]]:
    try:
        text = content[:_MOST].decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UsageError(f"{name} is no text in UTF-8, and no zip.") from None
    first = text.partition("\n")[0]
    return [row for row in csv.reader(io.StringIO(text), delimiter="\t" if "\t" in first else ",") if row]


def _rows(cells: Sequence[Sequence[str]], *, loose: bool) -> Iterator[tuple[str, str, float]]:
    """Language from, language to, chrF++. `loose`: without a first line of names, the first number counts."""
    if not cells:
        return
    names = [re.sub(r"[^a-z0-9+]", "", cell.lower()) for cell in cells[0]]
    at = {
        what: next((place for place, name in enumerate(names) if name in words), None)
        for what, words in (("chrf", _CHRF), ("from", _FROM), ("to", _TO), ("both", _BOTH))
    }
    if at["chrf"] is None and loose:
        at["chrf"] = 1
    for row in cells:
        value = _cell(row, at["chrf"])
        if re.fullmatch(r"\d{1,2}(\.\d+)?|100(\.0+)?", value):
            pair = _DIRECTION.fullmatch(_cell(row, 0 if at["both"] is None else at["both"]))
            codes = pair.groups() if pair else (_cell(row, at["from"]), _cell(row, at["to"]))
            origin, language = map(row_of, codes)
            if origin and language:
                yield origin, language, float(value)


def _cell(row: Sequence[str], place: int | None) -> str:
    return "" if place is None or place >= len(row) else row[place].strip()


def _head(table: bytes) -> str:
    return repr(table[:60].decode("utf-8", "replace").partition("\n")[0].strip())
