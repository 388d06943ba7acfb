"""Where a localization goes, and which files are localizations already."""

from polypost.sites.paths import FIELDS, RECORDS, check_pattern, language_of, origin, target_path, together

__all__ = ["FIELDS", "RECORDS", "check_pattern", "language_of", "origin", "target_path", "together"]
