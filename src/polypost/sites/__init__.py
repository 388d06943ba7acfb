"""Where a localization goes, and which files are localizations already."""

from polypost.sites.paths import RECORDS, language_of, origin, target_path, together, wrong_with

__all__ = ["RECORDS", "language_of", "origin", "target_path", "together", "wrong_with"]
