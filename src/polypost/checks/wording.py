"""What tells an untranslated copy, and text in a wrong script, from names and code."""

from __future__ import annotations

import re
from functools import lru_cache

from polypost.checks import scripts
from polypost.checks.seen import Seen
from polypost.languages import named

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_ORDINARY = re.compile(
    r"(?<!%\()(?<![\w.@/\\:{$-])(?!(?:de|la|le|du|di|da|del|der|den|von|van|of|the|and|for) [A-Z])"
    r"(?:a(?= )|[a-z]{2,})(?:['’][a-z]+)?(?![\w@/\\}]|\)[sdrif]|\.\w)"
)
"""A word in small letters that is part of no code, path or placeholder, and seldom of a name."""
_LETTERS = re.compile(r"[^\W\d_]+")
_NAME = 4
"""Letters; what has fewer is an abbreviation."""
_LEFT, _SHARE = 4, 0.4
"""Ordinary words of the source: so many of them, and some of it isn't translated."""
_LATIN = re.compile("[A-Za-z]")


def copied(seen: Seen) -> str:
    """The source itself, but for case and punctuation.

    Names, code and what consists of them may stay; so may a lone word in the script of the source, which may
    be the same word in both languages.
    """
    source, target = seen.source, seen.target
    if source != target and _bare(source) != _bare(target):
        return ""
    if scripts.base(seen.pair.origin) == scripts.base(seen.pair.language):
        return ""
    ordinary = _ORDINARY.findall(source)
    words = len(_WORD.findall(source))
    if not ordinary or (words < 2 and seen.script in ("", scripts.script_of(seen.pair.origin))):
        return ""
    return "The translation is the source text itself, untranslated."


def _bare(text: str) -> list[str]:
    return _LETTERS.findall(text.casefold())


def wrong_script(seen: Seen) -> str:
    """Words, of which most are in no script of the language."""
    script, target = seen.script, seen.target
    if not script:
        return ""
    own = scripts.letters_of(script)
    if script in ("Hans", "Hant") and (other := scripts.other_chinese(target, script)):
        language = named(seen.pair.language)
        return f"“{other}” isn't written like that in {language}: the other Chinese writing was used."
    if script == "Latn":
        if not _first_foreign(target, script):
            return ""
    elif own.search(target) and not _first_foreign(target, script) and not _LATIN.search(target):
        return ""
    ours = sum(map(len, own.findall(target))) * (3 if seen.dense else 1)
    theirs = _unsaid(seen, script)
    if theirs <= 2 * ours or theirs < _NAME:
        return ""
    return f"Most of the translation isn't written in the script of {named(seen.pair.language)}."


def foreign_script(seen: Seen) -> str:
    """A word of a third script, or some of the source's ordinary words, left as they were."""
    script, target = seen.script, seen.target
    if not script:
        return ""
    found = _first_foreign(target, script)
    while found is not None:
        if len(found[0]) > 1 and found[0] not in seen.source:
            return f"“{found[0]}” isn't in the script of {named(seen.pair.language)}."
        found = scripts.foreign_to(script).search(target, found.end())
    if script != "Latn" and _LATIN.search(target):
        theirs = set(_ORDINARY.findall(seen.source))
        if len(theirs.intersection(_ORDINARY.findall(target))) >= max(_LEFT, _SHARE * len(theirs)):
            return "Some words of the source are left as they were."
    return ""


@lru_cache(maxsize=4)  # two checks ask
def _first_foreign(text: str, script: str) -> re.Match[str] | None:
    return scripts.foreign_to(script).search(text)


def _unsaid(seen: Seen, script: str) -> int:
    """Letters of other scripts, those of names and code that the source holds as well left out."""
    other = scripts.foreign_to(script).findall(seen.target)
    if script != "Latn":
        known = set(_LETTERS.findall(seen.source)) - set(_ORDINARY.findall(seen.source))
        other += [w for w in scripts.letters_of("Latn").findall(seen.target) if w not in known]
    return sum(map(len, other))
