"""The translation models that polypost knows, and how it speaks with them; pure tables and functions."""

from polypost.models.families import (
    CAREFUL_BEAMS,
    CAREFUL_NGRAM,
    MODELS,
    Codes,
    Family,
    Generation,
    Limits,
    Payload,
    answers,
)
from polypost.models.routes import ALL, Route, choose, family_of, info, infos, only_the_source

DEFAULT_MODEL = "facebook/seamless-m4t-v2-large"
"""Chosen when nothing else is: the talk that started this project uses it."""

__all__ = [
    "ALL",
    "CAREFUL_BEAMS",
    "CAREFUL_NGRAM",
    "DEFAULT_MODEL",
    "MODELS",
    "Codes",
    "Family",
    "Generation",
    "Limits",
    "Payload",
    "Route",
    "answers",
    "choose",
    "family_of",
    "info",
    "infos",
    "only_the_source",
]
