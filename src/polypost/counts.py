"""Numbers of things in words."""

from __future__ import annotations


def counted(number: int, word: str) -> str:
    """`1 post`, `2 posts`."""
    return f"{number:,} {word}" if number == 1 else f"{number:,} {word}s"
