"""Which language a text is in, as py3langid sees it: a small model, offline.

Related languages count as one: it is the sentence in a wrong language that is looked for, not the dialect.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from polypost.checks import scripts
from polypost.checks.seen import Seen

LEAST = 24
"""Letters; of a shorter text nothing is said."""
_SURE = 0.9
"""Of the whole likelihood; another language has to have as much before anything is said."""
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_DENSE_WORTH = 3
"""A sign of Chinese, Japanese or Korean says as much as so many letters."""

_POOLS = (
    "da no nb nn sv fo is",
    "de lb nds gsw bar",
    "nl af fy li zea",
    "es pt gl ast ca oc an ext mwl it vec lij scn lmo pms sc co fur fr wa ro la ia io eo",
    "fr gcf gcr ht wa",
    "cs sk pl hsb dsb szl",
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
    language = scripts.base(seen.pair.language)
    text = _text(seen)
    if not text:
        return ""
    ranking = _identifier().rank(text)
    known = {code for code, _ in ranking}
    ours = _kin(language)
    found, share = ranking[0]
    if found in ours or found == "zxx":
        return ""
    if not known.isdisjoint(ours):
        if share < _SURE:
            return ""
    elif found != scripts.base(seen.pair.origin) or share < _SURE:
        return ""  # of a language that it doesn't know, only that nothing was translated
    return f"The translation reads like another language ({found}), not like {seen.pair.language}."


@cache
def _kin(language: str) -> frozenset[str]:
    pools = [set(pool.split()) for pool in _POOLS]
    return frozenset({language}.union(*(pool for pool in pools if language in pool)))


def _text(seen: Seen) -> str:
    """The translation without the words of its source, which are names and code; empty: too short to tell."""
    target = seen.target
    if len(target) * _DENSE_WORTH < LEAST:
        return ""
    theirs = set(_WORD.findall(seen.source))
    words = [word for word in _WORD.findall(target) if word not in theirs]
    worth = _DENSE_WORTH if seen.dense else 1
    return " ".join(words) if sum(map(len, words)) * worth >= LEAST else ""


@cache
def _identifier() -> Any:
    """Loaded at the first need: it takes a second."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
