"""Numbers, units and addresses that have to be in a translation as they are in its source.

What may differ: digits of another script, grouping and decimal signs, zeros in front, the order of a date,
the clock's twelve or twenty-four hours, small numbers in words, and what Chinese, Japanese and Korean make of
thousands.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections import Counter
from collections.abc import Mapping
from functools import cache, lru_cache
from importlib import resources

from polypost.checks import scripts
from polypost.checks.seen import Seen

_RUN = re.compile(r"\d\d*", re.ASCII)
"""Begins with one sign, as does _UNIT: such a pattern is found several times faster."""
_ANY_RUN = re.compile(r"\d\d*")
"""Digits of all scripts."""
_SPELLED = re.compile(
    r"\b(?:(?:mon|tues?|wed(?:nes)?|thurs?|fri|sat(?:ur)?|sun)(?:day)?s?|zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen|twenty|thirty|forty|fifty|sixty"
    r"|seventy|eighty|ninety|hundreds?|thousands?|millions?|billions?|half|halves|quarters?|dozens?|once|twice|both"
    r"|\w+illions?|googols?|jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec|january|february|march|april|june|july"
    r"|august|september|october|november|december|first|second|third|\w+th|single|double|triple|noon|midnight|[IVX]{2,})\b",
    re.IGNORECASE,
)
"""English words for which a translation may have digits."""
_LARGE = re.compile(r"\d\s?(?:thousand|million|billion|trillion|k|m|bn|b)\b", re.IGNORECASE)
_MYRIADS = frozenset("万萬億亿千百兆만억천조")
_CLOCK = re.compile(r"\d\s?[ap]\.?m\b", re.IGNORECASE)
_ADDRESS = re.compile(r"(?:https?://|www\.)[^\s<>\"'“”«»]*[\w/]|[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.ASCII)
_CODE = re.compile(r"(?<![\w/])[A-Za-z]\w*_\w+", re.ASCII)
_UNIT = re.compile(
    r"[\d$€£¥₹₽](?:(?<=\d)\s?(%|٪|％|°\s?[CF]|[$€£¥₹₽]|(?:km|cm|mm|kg|mg|KB|MB|GB|TB|kHz|MHz|GHz|ms|mph|km/h|kW|ft|lb|oz)\b)"
    r"|(?<=\D)\s?\d)"
)
_SAME = {"٪": "%", "％": "%"}


def lost(seen: Seen) -> str:
    """A number of the source that isn't in the translation."""
    missing, more = compare(seen)
    if not missing:
        return ""
    if len(more) == len(missing):
        return f"The source's {missing[0]} is {more[0]} in the translation."
    return f"The source's {missing[0]} isn't in the translation."


def added(seen: Seen) -> str:
    """A number that the source has neither in digits nor in words."""
    missing, more = compare(seen)
    if not more or missing or _SPELLED.search(seen.source):
        return ""
    return f"The translation's {more[0]} isn't in the source."


def changed_unit(seen: Seen) -> str:
    """A number with another unit or currency."""
    if not (sent := _units(seen.source)):
        return ""
    came = _units(seen.target)
    for sign in came:
        if sign not in sent and len(came) >= len(sent):
            return f"The unit {sign} isn't in the source."
    return ""


def lost_verbatim(seen: Seen) -> str:
    """A URL, an e-mail address or a name with an underscore that isn't in the translation as it is."""
    source = seen.source
    for found in (*_ADDRESS.findall(source), *_CODE.findall(source)):
        if found not in seen.target:
            return f"{found} isn't in the translation."
    return ""


@lru_cache(maxsize=1)  # two checks ask
def compare(seen: Seen) -> tuple[list[str], list[str]]:
    """(numbers of the source that the translation lacks, numbers that it has beside)."""
    sent, came = _runs(seen.source, plain=False), _runs(seen.target, seen.plain)
    if sent == came:
        return [], []
    sent, came = _bare(sent), _bare(came)
    missing = list((Counter(sent) - Counter(came)).elements())
    more = list((Counter(came) - Counter(sent)).elements())
    if "".join(missing) == "".join(more):  # grouped in another way
        return [], []
    if _CLOCK.search(seen.source):
        for hour in [m for m in missing if m.isdigit() and int(m) <= 12]:
            for other in (str((int(hour) + 12) % 24), str(int(hour) % 12)):
                if other in more:
                    missing.remove(hour)
                    more.remove(other)
                    break
    if _LARGE.search(seen.source) and not _MYRIADS.isdisjoint(seen.target):
        return [], []
    left = [number for number in missing if not _in_words(number, seen)]
    return left, more


def _runs(text: str, plain: bool) -> list[str]:
    return [_ascii(run) for run in (_RUN if plain else _ANY_RUN).findall(text)]


def _ascii(run: str) -> str:
    return run if run.isascii() else "".join(str(unicodedata.decimal(digit)) for digit in run)


def _bare(runs: list[str]) -> list[str]:
    """Without zeros in front."""
    return [run.lstrip("0") or "0" for run in runs]


def _units(text: str) -> list[str]:
    found = (m[1] or m[0][0] for m in _UNIT.finditer(text))
    return [_SAME.get(sign, sign.replace(" ", "")) for sign in found]


def _in_words(number: str, seen: Seen) -> bool:
    """Whether the translation has a small number in words."""
    words = _words().get(scripts.base(seen.pair.language), ())
    if not number.isdigit() or not 1 <= int(number) <= len(words):
        return False
    word = words[int(number) - 1]
    if seen.dense or not word.isascii():
        return word[: max(2, len(word) - 1)] in seen.target.casefold()
    return re.search(rf"\b{word[: max(2, len(word) - 1)]}", seen.target, re.IGNORECASE) is not None


@cache
def _words() -> Mapping[str, tuple[str, ...]]:
    """Language -> its words for one, two, three, ..."""
    text = resources.files("polypost").joinpath("data", "number_words.csv").read_text("utf-8")
    rows = csv.reader(text.splitlines()[1:])
    return {row[0]: tuple(row[1:]) for row in rows}
