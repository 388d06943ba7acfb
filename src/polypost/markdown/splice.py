"""Edits applied back to front, so that no offset moves before it is used."""

from __future__ import annotations

from collections.abc import Mapping, Sequence


def splice(content: bytes, ranges: Sequence[tuple[int, int]], edits: Mapping[int, bytes]) -> bytes:
    """`content` with ranges[i] replaced by edits[i]; ranges are in order and don't overlap."""
    parts: list[bytes] = []
    end = len(content)
    for index in sorted(edits, reverse=True):
        start, stop = ranges[index]
        parts.append(content[stop:end])
        parts.append(edits[index])
        end = start
    parts.append(content[:end])
    return b"".join(reversed(parts))


def moved(ranges: Sequence[tuple[int, int]], edits: Mapping[int, bytes]) -> list[tuple[int, int]]:
    """Where the same ranges stand after `splice`."""
    shift = 0
    out: list[tuple[int, int]] = []
    for index, (start, stop) in enumerate(ranges):
        length = len(edits[index]) if index in edits else stop - start
        out.append((start + shift, start + shift + length))
        shift += length - (stop - start)
    return out
