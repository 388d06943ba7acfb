"""Bytes to sentences and back to bytes, with the check of the structure."""

from polypost import localize


def roundtrip(content, path, dialect, change):
    return localize(
        content, lambda texts: [change(text) for text in texts], path=path, dialect=dialect
    ).content
