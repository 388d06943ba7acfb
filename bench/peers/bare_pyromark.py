"""Nothing but the parser's events with byte ranges: the measure that the others are held against."""

import pyromark

from polypost.markdown.events import OPTIONS


def roundtrip(content, path, dialect, change):
    """Bytes to events."""
    del path, dialect, change
    list(pyromark.events_with_range(content.decode(), options=OPTIONS))
