"""Which language a text is in, as py3langid sees it: a small model, offline.

Related languages count as one: it is the sentence in a wrong language that is looked for, not the dialect.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import Any

from polypost.checks import scripts
from polypost.checks.seen import LEAST_LETTERS, Seen
from polypost.languages import named

_LIMITS = ((45, 0.1), (20, 0.05), (15, 0.03), (LEAST_LETTERS, 0.01))
"""From so many letters on, a language and its kin have at least as much of the likelihood: fitted on human
translations, of which one in some hundred has less, and nine in ten and more of those in another language."""
_PLAIN = 30, 0.02
"""Letters and likelihood from which on there is no doubt."""
_STRICT = 0.1
"""So much of a limit goes for languages that py3langid doesn't know, but their kin."""
_MOSTLY = 0.6
"""Of the words, at least _SOME: so many that the source has as well are no names any more."""
_SOME = 4
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_DENSE_WORTH = 3
"""A sign of Chinese, Japanese or Korean says as much as so many letters."""

_POOLS = (
    "da no nb nn sv fo is",
    "de lb nds gsw bar",
    "nl af fy li zea",
    "es pt gl ast ca oc an ext mwl it vec lij scn lmo pms sc co fur fr wa ro la ia io eo",
    "fr gcf gcr ht wa",
    "cs sk pl hsb dsb szl sl",
    "hsb dsb hr bs sl",
    "hr bs sr sh sl cnr",
    "ru uk be rue",
    "bg mk sr ru",
    "sr mk bg hr bs",
    "lt ltg sgs lv",
    "fi et se krl vep",
    "id ms jv su min bjn ban ace bug",
    "tl ceb ilo war pag bcl hil pcm",
    "tr az tk crh uz uzs gag kk ky tt ba ug os",
    "az azb fa",
    "ar ary arz arb apc ars ajp acm aeb acq apd",
    "fa prs tg ur ps ckb sdh ku kmr ks sd ug glk mzn",
    "hi mr ne bho mag mai awa hne sa gom kok san brx",
    "bn as mni bpy",
    "zh wuu yue cmn",
    "xh zu ss nr st nso tn ts ve",
    "sw rw rn lg ny sn bem ln kg lua kik luo umb",
    "so om aa",
    "ga gd gv",
    "br cy kw",
    "ha yo ig guw fuv ff",
    "ti am",
    "bo dz",
    "kab tzm zgh",
    "mn bxr ky kk",
    "udm kv koi mhr ru",
)
"""Languages that are mistaken for one another, or write their loanwords alike; one may stand in several."""


def wrong_language(seen: Seen) -> str:
    """Another language, without doubt, than the one that was asked for."""
    text, letters = _text(seen)
    if letters < _PLAIN[0]:
        return ""
    found, share, limit = _judged(text, letters, seen)
    if share >= min(limit, _PLAIN[1]):
        return ""
    asked = named(seen.pair.language)
    return f"The translation reads like another language ({named(found)}), not like {asked}."


def unsure_language(seen: Seen) -> str:
    """Perhaps another language; or the source's, left as it was between other words."""
    text, letters = _text(seen)
    if letters < LEAST_LETTERS:
        return ""
    found, share, limit = _judged(text, letters, seen)
    if share >= limit or (letters >= _PLAIN[0] and share < min(limit, _PLAIN[1])):
        return ""
    asked = named(seen.pair.language)
    return f"The translation may be in another language ({named(found)}) than {asked}."


def _judged(text: str, letters: int, seen: Seen) -> tuple[str, float, float]:
    """(the likeliest language, the likelihood of the one asked for and its kin, the least it has to have)."""
    language = scripts.base(seen.pair.language)
    ranking = _ranked(text)
    ours = _kin(language)
    known = {code for code, _ in ranking}
    found = next(code for code, _ in ranking)
    share = sum(share for code, share in ranking if code in ours)
    limit = next(limit for least, limit in _LIMITS if letters >= least)
    if known.isdisjoint(ours) or found == "zxx":  # of what it doesn't know, only that nothing was translated
        return found, 1.0 if found != scripts.base(seen.pair.origin) else 0.0, limit * _STRICT
    return found, share, limit if language in known else limit * _STRICT


@lru_cache(maxsize=64)  # both rows ask
def _ranked(text: str) -> list[tuple[str, float]]:
    ranking: list[tuple[str, float]] = loaded().rank(text)
    return ranking


@cache
def _kin(language: str) -> frozenset[str]:
    pools = [set(pool.split()) for pool in _POOLS]
    return frozenset({language}.union(*(pool for pool in pools if language in pool)))


def _text(seen: Seen) -> tuple[str, int]:
    """The translation without the words of its source, names and code; how many letters it is worth."""
    if scripts.base(seen.pair.language) == scripts.base(seen.pair.origin):
        return "", 0
    theirs = set(_WORD.findall(seen.source))
    said = _WORD.findall(seen.target)
    words = [word for word in said if word not in theirs]
    if len(said) >= _SOME and len(said) - len(words) > _MOSTLY * len(said):
        words = said
    return " ".join(words), sum(map(len, words)) * (_DENSE_WORTH if seen.dense else 1)


@cache
def loaded() -> Any:
    """Loaded at the first need: it takes a second."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
