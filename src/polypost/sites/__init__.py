"""What builds a post's site; where its localizations go, and which files are localizations already."""

from polypost.sites.generators import FOLDERS, dialect_of, sites_of, tells
from polypost.sites.paths import (
    RECORDS,
    SUFFIXES,
    is_record,
    language_of,
    origin,
    record_for,
    target_path,
    together,
    wrong_with,
)

__all__ = [
    "FOLDERS",
    "RECORDS",
    "SUFFIXES",
    "dialect_of",
    "is_record",
    "language_of",
    "origin",
    "record_for",
    "sites_of",
    "target_path",
    "tells",
    "together",
    "wrong_with",
]
