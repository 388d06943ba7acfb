"""The replay itself: commit by commit, polypost's run beside what the other memories would have sent."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from polypost.values import Status
from replay.commits import Commit, Past
from replay.memories import Costs, Memories, Text, text_of
from replay.wording import same_wording
from replay.world import Ran, World

FAILED = frozenset({Status.FAILED, Status.WAITING})


@dataclass(frozen=True, slots=True)
class Step:
    """One commit, and what became of it."""

    commit: Commit
    ran: Ran
    costs: Costs
    wordless: bool
    """Whether it changes only code, front matter without text, or formatting."""
    again: tuple[tuple[str, str], ...]
    """What was sent although it had been in the blog: (sentence, where it stood before this commit)."""

    @property
    def failures(self) -> tuple[str, ...]:
        """What could not be localized, and why."""
        return tuple(
            f"{outcome.source}: {'; '.join(f.message for f in outcome.findings)}"
            for outcome in self.ran.report.outcomes
            if outcome.status in FAILED
        )


class Blog:
    """The versions of a blog's posts, read once for all memories."""

    def __init__(self, world: World, past: Past, post: Callable[[str], bool]) -> None:
        self._world, self._post = world, post
        self.memories = Memories()
        self.blobs = dict(past.files)
        """Path -> blob, of now."""
        world.push(past.files)
        self.memories.step({path: self._text(path) for path in filter(post, past.files)})

    def step(self, commit: Commit) -> tuple[Costs, bool]:
        """Go on by a commit; the world's base must stand on it. Whether no word is another, as well."""
        paths = [path for path in commit.changes if self._post(path)]
        before = [self._world.git.read(self.blobs[path]) for path in paths if path in self.blobs]
        self.blobs = {path: blob for path, blob in {**self.blobs, **commit.changes}.items() if blob}
        after = [self._world.git.read(self.blobs[path]) for path in paths if path in self.blobs]
        costs = self.memories.step({p: self._text(p) if p in self.blobs else None for p in paths})
        return costs, same_wording(before, after)

    def _text(self, path: str) -> Text:
        return text_of(self._world.git.read(self.blobs[path]), path, self._world.rules()(path))


def replay(
    world: World, blog: Blog, commits: Sequence[Commit], *, paragraphs_only: bool = False
) -> Iterator[Step]:
    """Push each commit, run, merge. `paragraphs_only`: sentences are forgotten each time."""
    for number, commit in enumerate(commits, 1):
        print(f"\r{number} of {len(commits)} commits", end="", file=sys.stderr, flush=True)
        there = standing(blog.memories.texts)
        known = frozenset(blog.memories.seen)
        world.push(commit.changes)
        costs, wordless = blog.step(commit)
        ran = world.run()
        world.merge()
        if paragraphs_only:
            world.know_paragraphs_only(ran)
        again = tuple((said, there.get(said, "")) for said in dict.fromkeys(ran.asked) if said in known)
        yield Step(commit, ran, costs, wordless, again)


def standing(texts: Mapping[str, Text]) -> dict[str, str]:
    """Each sentence of the blog, and a post that it stands in."""
    return {said: path for path, text in texts.items() for said in text.sentences}
