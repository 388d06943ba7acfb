"""Bytes to sentences and back to bytes, with the check of the structure."""

from polypost import localize


def roundtrip(content, path, dialect, change):
    def translate(texts):
        return [change(text) for text in texts]

    return localize(content, translate, path=path, dialect=dialect, check=False).content
