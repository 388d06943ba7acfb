"""What builds a post's site; where its localizations go, and which files are localizations already."""

from polypost.sites.advice import advice
from polypost.sites.dress import Dresser
from polypost.sites.generators import FOLDERS, dialect_of, sites_of, tells
from polypost.sites.layouts import AUTO, Layouts, Stand, layouts_of
from polypost.sites.notice import notice_in
from polypost.sites.paths import RECORDS, SUFFIXES, is_record, record_for, target_path, wrong_with
from polypost.sites.rows import ROWS

__all__ = [
    "AUTO",
    "FOLDERS",
    "RECORDS",
    "ROWS",
    "SUFFIXES",
    "Dresser",
    "Layouts",
    "Stand",
    "advice",
    "dialect_of",
    "is_record",
    "layouts_of",
    "notice_in",
    "record_for",
    "sites_of",
    "target_path",
    "tells",
    "wrong_with",
]
