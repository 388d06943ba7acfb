"""Where a localization goes, and which files are localizations already."""

from polypost.sites.paths import FIELDS, check_pattern, language_of, target_path

__all__ = ["FIELDS", "check_pattern", "language_of", "target_path"]
