"""Who wrote what a branch holds: people whom the one commit that takes its place has to name; pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

_TRAILER = re.compile(r"(?im)^co-authored-by:[ \t]*(?P<name>[^<>\n]+?)[ \t]*<(?P<address>[^<>\s]+)>[ \t\r]*$")
_TRAILERS = re.compile(r"([A-Za-z][\w-]*: .*\n?)+")
"""A message's last paragraph, when it is trailers and nothing else."""


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit, as far as it tells who wrote it."""

    name: str
    """Its author's."""
    address: str
    message: str
    bot: bool = False
    """Whether GitHub knows the author as one."""
    merge: bool = False
    """Whether it has several parents: whoever presses `Update branch` writes nothing."""
    parent: str = ""
    """The first of them; empty where there is none."""

    @classmethod
    def told(cls, about: Mapping[str, Any]) -> Commit:
        """A commit as GitHub's API tells it; it knows no account where an address belongs to none."""
        author, account = about["commit"]["author"] or {}, about["author"] or {}
        return cls(
            str(author.get("name", "")),
            str(author.get("email", "")),
            about["commit"]["message"],
            account.get("type") == "Bot",
            len(about["parents"]) > 1,
            *(str(parent["sha"]) for parent in about["parents"][:1]),
        )


def ours_of(commits: Sequence[Commit], message: str) -> int:
    """Which of `commits` is the first of ours, by its subject; 0 where none is known by that.

    `commits`: those since the base, first ones first; `message`: what ours say. What stands before it was in
    the base once, and is no more: a forced push has rewound it.
    """
    said = _subject(message)
    return next((at for at, commit in enumerate(commits) if _subject(commit.message) == said), 0)


def co_authors(commits: Sequence[Commit], message: str) -> tuple[str, ...]:
    """Everyone who wrote what is on a branch, as `Name <address>`, each once; no bots, and not ourselves.

    `commits`: those since the base, first ones first; `message`: what ours say. Ours is the first of them:
    with a person's token it bears that person's name. The names in its message are those of before.
    """
    found: dict[str, str] = {}
    for at, commit in enumerate(commits):
        if commit.merge:
            continue
        ours = at == 0 and _subject(commit.message) == _subject(message)
        wrote = [] if ours or commit.bot else [(commit.name, commit.address)]
        for name, address in (*wrote, *_TRAILER.findall(commit.message)):
            plain = " ".join(re.sub(r"[<>\x00-\x1f]", " ", name).split())
            if plain and re.fullmatch(r"[^<>\s]+", address) and "[bot]" not in f"{name} {address}":
                found.setdefault(address.casefold(), f"{plain} <{address}>")
    return tuple(found.values())


def signed(message: str, names: Iterable[str]) -> str:
    """The message with a `Co-authored-by` trailer for each of `names` that it does not name already."""
    there = {address.casefold() for _, address in _TRAILER.findall(message)}
    new = [
        f"Co-authored-by: {each}" for each in names if each.rpartition("<")[2][:-1].casefold() not in there
    ]
    if not new:
        return message
    before, _, last = message.rstrip().rpartition("\n\n")
    gap = "\n" if before and _TRAILERS.fullmatch(last) else "\n\n"
    return message.rstrip() + gap + "\n".join(new)


def _subject(message: str) -> str:
    return message.strip().partition("\n")[0].strip()
