"""What breaks a post's structure is found in few looks, mended, or dropped alone."""

from __future__ import annotations

import random
import time
from collections.abc import Mapping

import pytest

from polypost import same_structure
from polypost.markdown import settle as module
from polypost.markdown.document import Document, Skeleton, parse
from polypost.markdown.settle import Settled, settle

BREAKING: dict[str, bytes] = {
    "a heading": b"# opened",
    "an item": b"- opened",
    "a fence": b"```",
    "an HTML block": b"<!-- opened",
    "emphasis": b"some *thing* more",
    "a new paragraph": b"one\n\ntwo",
    "a quote": b"> opened",
}


def post(count: int) -> Document:
    return parse(b"\n\n".join(b"Some words of number %d." % n for n in range(count)) + b"\n", path="p.md")


@pytest.fixture
def looks(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many bytes were parsed, look by look; a segment alone is no look."""
    seen: list[int] = []
    real = module.skeleton

    def counted(document: Document, content: bytes) -> Skeleton:
        if len(content) > len(document.content) // 2:
            seen.append(len(content))
        return real(document, content)

    monkeypatch.setattr(module, "skeleton", counted)
    return seen


def settled(
    document: Document, edits: Mapping[int, bytes], mend: Mapping[int, bytes] | None = None
) -> Settled:
    result = settle(document, edits, (mend or {}).get, {})
    assert same_structure(document.content, result.content, path="p.md") == ()
    return result


def fine(count: int) -> dict[int, bytes]:
    return {n: b"Palabras de %d." % n for n in range(count)}


@pytest.mark.parametrize("breaking", BREAKING.values(), ids=BREAKING)
def test_twenty_of_five_hundred_are_dropped_and_no_other(breaking: bytes, looks: list[int]) -> None:
    bad = frozenset(random.Random(1).sample(range(500), 20))
    edits = {**fine(500), **dict.fromkeys(bad, breaking)}
    result = settled(post(500), edits)
    assert result.kept == bad
    assert len(looks) <= 5


@pytest.mark.parametrize("breaking", BREAKING.values(), ids=BREAKING)
def test_one_is_found_in_two_looks_and_mended(breaking: bytes, looks: list[int]) -> None:
    edits = {**fine(500), 250: breaking}
    result = settled(post(500), edits, {250: b"mended"})
    assert not result.kept
    assert b"\n\nmended\n\n" in result.content
    assert len(looks) == 2


def test_neighbours_that_all_break_are_all_found(looks: list[int]) -> None:
    edits = {**fine(300), **dict.fromkeys(range(100, 200), b"# opened")}
    result = settled(post(300), edits)
    assert result.kept == frozenset(range(100, 200))
    assert len(looks) <= 5


def test_what_looks_cannot_find_keeps_its_source(monkeypatch: pytest.MonkeyPatch, looks: list[int]) -> None:
    monkeypatch.setattr(module, "LOOKS", 3)
    edits = {**fine(100), **dict.fromkeys(range(0, 100, 2), b"```")}
    result = settled(post(100), edits)
    assert result.kept >= frozenset(range(0, 100, 2))
    assert len(looks) <= 6


def test_a_large_hostile_post_takes_no_minutes() -> None:
    document = post(6_000)
    edits = dict.fromkeys(range(6_000), b"``` *a* <b> # x")
    began = time.process_time()
    settled(document, edits)
    assert time.process_time() - began < 20


def test_a_value_at_fault_is_found_among_others() -> None:
    head = b"---\n" + b"".join(b"%s: Some words\n" % key for key in (b"title", b"summary", b"description"))
    document = parse(head + b"---\n\nSome text.\n", path="p.md")
    edits = {0: b"Uno", 1: b"2024-01-02", 2: b"Tres", 3: b"Texto."}
    result = settle(document, edits, lambda _: None, {})
    assert result.kept == frozenset({1})
    assert result.content.endswith(b"description: Tres\n---\n\nTexto.\n")
