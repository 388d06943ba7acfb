"""Bytes to sentences, and no way back."""

from polypost.markdown.document import parse
from polypost.markdown.rules import Rules


def roundtrip(content, path, dialect, change):
    del change
    parse(content, path=path, rules=Rules(dialect))
