"""What an OPUS-MT model can do is written in its id alone: `opus-mt-en-es`, `opus-mt-tc-big-en-cat_oci_spa`.

A model for several target languages wants `>>xxx<<` at the start of each sentence and translates into
any of them, silently, when the token is missing or unknown. So only what is known is offered: lists
of ISO 639-3 codes in the id itself, and the groups below, as their model cards give them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

from polypost import languages
from polypost.errors import UsageError

_ID = re.compile(r"opus-mt-(?:tc-(?:big|base|tiny)-)?(?P<source>[a-z_]+)-(?P<target>[a-z_]+)$", re.IGNORECASE)

_ALIASES = MappingProxyType({"jap": "ja", "cmn": "zh-Hans", "ara": "ar"})
"""Codes in ids that BCP 47 writes otherwise."""

_GROUPS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "ROMANCE": {
            "ca": ">>ca<<",
            "es": ">>es<<",
            "fr": ">>fr<<",
            "gl": ">>gl<<",
            "it": ">>it<<",
            "oc": ">>oc<<",
            "pt": ">>pt<<",
            "ro": ">>ro<<",
        },
        "ar": {"ar": ">>ara<<"},
        "vi": {"vi": ">>vie<<"},
        "zh": {"zh-Hans": ">>cmn_Hans<<", "zh-Hant": ">>cmn_Hant<<"},
    }
)
"""Target part of an id -> row of the language table -> the token that its model card asks for."""


def pair(model: str) -> tuple[str, Mapping[str, str]]:
    """The source language, and for each target what stands before a sentence: a token, or nothing.

    Languages are rows of the language table. Raises UsageError for an id that doesn't tell them.
    """
    match = _ID.search(model)
    source = _row(match["source"]) if match else None
    targets = _targets(match["target"]) if match else None
    if source is None or targets is None:
        raise UsageError(
            f"The id {model!r} does not tell polypost which languages the model translates. "
            "Choose one for a single pair, such as Helsinki-NLP/opus-mt-en-es."
        )
    return source, targets


def _targets(part: str) -> Mapping[str, str] | None:
    if group := _GROUPS.get(part):
        return group
    names = part.split("_")
    token = ">>{}<<" if len(names) > 1 else ""
    rows = {row: token.format(name) for name in names if (row := _row(name))}
    return rows if len(rows) == len(names) else None


def _row(code: str) -> str | None:
    try:
        return languages.resolve(_ALIASES.get(code, code)).row
    except UsageError:
        return None
