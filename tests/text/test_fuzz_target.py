"""The fuzzer's oracle, over its own seeds; and that it sees what it is there for."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from polypost.values import Localized


def load() -> ModuleType:
    spec = importlib.util.spec_from_file_location(
        "structure", Path(__file__).parents[2] / "fuzz" / "structure.py"
    )
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


target = load()


@pytest.mark.parametrize("mode", range(len(target.MODES)))
def test_seeds(mode: int) -> None:
    chosen = [seed for seed in target.seeds() if seed[1] == mode]
    assert len(chosen) > 50
    for seed in chosen:
        target.check(seed)


POST = b"# A title\n\nSome `code` and *words* here.\n"


@pytest.mark.parametrize(
    ("damage", "seen"),
    [
        (lambda post: post + b"\n", "identity"),
        (lambda post: post.replace(b"`code`", b"code"), "identity"),
    ],
    ids=["a byte more", "code lost"],
)
def test_damage_under_an_identity_is_seen(
    monkeypatch: pytest.MonkeyPatch, damage: Callable[[bytes], bytes], seen: str
) -> None:
    monkeypatch.setattr(target, "localize", lambda post, *_, **__: Localized(damage(post), (), frozenset()))
    with pytest.raises(AssertionError, match=seen):
        target.check(b"\x00\x00" + POST)


@pytest.mark.parametrize(
    ("damage", "seen"),
    [
        (lambda post: post.replace(b"`code`", b"code"), "structure"),
        (lambda post: post.replace(b"# A", b"## A"), "structure"),
        (lambda post: post.replace(b"# A title", b"# 1.2.3"), "segment"),
    ],
    ids=["code lost", "another heading", "no segment any more"],
)
def test_damage_by_a_translator_is_seen(
    monkeypatch: pytest.MonkeyPatch, damage: Callable[[bytes], bytes], seen: str
) -> None:
    monkeypatch.setattr(target, "localize", lambda post, *_, **__: Localized(damage(post), (), frozenset()))
    with pytest.raises(AssertionError, match=seen):
        target.check(b"\x00\x01" + POST + b"\x00x")
