"""Which script a text is written in, told by its characters."""

from __future__ import annotations

import re
from functools import cache

import langcodes
from langcodes.tag_parser import LanguageTagError

_BLOCKS: dict[str, str] = {
    "Latn": r"A-Za-zªºÀ-ÖØ-öø-ʯ\u1d00-\u1d7f\u1e00-\u1eff\u2c60-\u2c7f\ua722-\ua7ff\ufb00-\ufb06Ａ-Ｚａ-ｚ",
    "Cyrl": r"\u0400-\u052f\u1c80-\u1c88\ua640-\ua69f",
    "Grek": r"\u0370-\u03ff\u1f00-\u1ffe",
    "Arab": r"\u0620-\u065f\u066e-\u06d5\u06e5\u06e6\u06ee\u06ef\u06fa-\u06ff\u0750-\u077f"
    r"\u0870-\u08c9\ufb50-\ufdfb\ufe70-\ufefc",
    "Hebr": r"\u05d0-\u05f2\ufb1d-\ufb4f",
    "Armn": r"\u0531-\u0556\u0561-\u0588",
    "Geor": r"\u10a0-\u10ff\u1c90-\u1cbf\u2d00-\u2d2d",
    "Deva": r"\u0900-\u0963\u0971-\u097f\ua8e0-\ua8ff",
    "Beng": r"\u0980-\u09e3\u09f0-\u09fe",
    "Guru": r"\u0a01-\u0a5e\u0a70-\u0a76",
    "Gujr": r"\u0a81-\u0ae3\u0af9-\u0aff",
    "Orya": r"\u0b01-\u0b63\u0b70-\u0b77",
    "Taml": r"\u0b82-\u0bd7",
    "Telu": r"\u0c00-\u0c63",
    "Knda": r"\u0c80-\u0ce3",
    "Mlym": r"\u0d00-\u0d63\u0d7a-\u0d7f",
    "Sinh": r"\u0d81-\u0ddf\u0df2-\u0df4",
    "Thai": r"\u0e01-\u0e4e",
    "Laoo": r"\u0e81-\u0ecd\u0edc-\u0edf",
    "Tibt": r"\u0f40-\u0fbc",
    "Mymr": r"\u1000-\u103f\u1050-\u108f\ua9e0-\ua9ef\uaa60-\uaa7f",
    "Ethi": r"\u1200-\u135f\u1380-\u138f\u2d80-\u2dde",
    "Khmr": r"\u1780-\u17d3",
    "Thaa": r"\u0780-\u07b1",
    "Tfng": r"\u2d30-\u2d7f",
    "Olck": r"\u1c5a-\u1c7d",
    "Hani": r"々〇\u2e80-\u2fdf\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff",
    "Kana": r"\u3041-\u309f\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff\uff66-\uff9f",
    "Hang": r"\u1100-\u11ff\u3131-\u318e\ua960-\ua97c\uac00-\ud7a3\ud7b0-\ud7fb",
}
"""ISO 15924 -> its letters and signs, as the inside of a pattern's class (Unicode's blocks)."""
_MADE_OF = {
    "Hans": ("Hani",),
    "Hant": ("Hani",),
    "Jpan": ("Hani", "Kana"),
    "Kore": ("Hang", "Hani"),
}
"""Of which of them the scripts consist that are no block of their own."""
_DENSE = frozenset(("Hans", "Hant", "Jpan", "Thai", "Laoo", "Khmr", "Mymr", "Tibt"))
_PLAIN = frozenset(("Latn", "Cyrl", "Grek", "Hebr", "Geor", "Kore"))
_SIMPLIFIED = frozenset("这们来时说对会为国个过么发样经现学问动开关长还没实业车东书买见语读边万与专")
_TRADITIONAL = frozenset("這們來時說對會為國個過麼發樣經現學問動開關長還沒實業車東書買見語讀邊萬與專")
"""The same common characters in both ways of writing Chinese."""


@cache
def script_of(tag: str) -> str:
    """The script (ISO 15924) that a BCP 47 tag is written in; empty where it isn't known."""
    try:
        found = langcodes.Language.get(tag).maximize().script or ""
    except LanguageTagError:
        return ""
    return found if found in _BLOCKS or found in _MADE_OF else ""


@cache
def kind(tag: str) -> tuple[str, bool, bool]:
    """(script, whether there are no spaces between words, whether digits and marks are ASCII's)."""
    script = script_of(tag)
    return script, script in _DENSE, script in _PLAIN


@cache
def base(tag: str) -> str:
    """A tag's language alone: `pt` of `pt-BR`."""
    return tag.replace("_", "-").partition("-")[0].lower()


@cache
def letters_of(script: str) -> re.Pattern[str]:
    """What finds a run of a script's letters."""
    return re.compile(f"[{''.join(_BLOCKS[name] for name in _MADE_OF.get(script, (script,)))}]+")


@cache
def foreign_to(script: str) -> re.Pattern[str]:
    """What finds a run of letters of another script, Latin aside: names and code are in it everywhere."""
    own = {"Latn", *_MADE_OF.get(script, (script,))}
    return re.compile(f"[{''.join(block for name, block in _BLOCKS.items() if name not in own)}]+")


def other_chinese(text: str, script: str) -> str:
    """The first character of `text` in the other way of writing Chinese, if it holds none of its own."""
    wrong, right = (_TRADITIONAL, _SIMPLIFIED) if script == "Hans" else (_SIMPLIFIED, _TRADITIONAL)
    found = [c for c in text if c in wrong and c not in right]
    return found[0] if found and right.isdisjoint(text) else ""
