"""The past of real blogs, lived again: python bench/history.py REPOSITORY ... [--commits 200].

Takes each git repository (bare or not; nothing is written to it) back to before the last commits that touch
its posts, localizes the blog, and goes on commit by commit: polypost runs after each, as a workflow would on
a push, and its pull request is merged. Counted is what a run sends for sentences, without what only serves to
place marks; the first run, over the back catalogue, does not count. Beside it, over the same commits:

ideal       the sentences, as a model gets them, that were never before in that blog
paragraphs, sections, files
            what a memory of blocks, of what stands under a heading, or of whole files would have sent: one
            that looks into the last version of the same file, and one that knows all the blog ever held
change no word
            commits that change only code, front matter without text, or formatting, told by another reader
            than polypost's: nothing may be sent for them

Then the same commits once more, while people edit localized files: in the base, and on the branch of the pull
request, which now stays open over some runs.

Exits 1 when more than 1.10 times the ideal is sent, or not less than a memory of blocks would have, or
anything for a commit that changes no word; and when an edit is gone whose source stands, or one is gone
without a word in the report. Negative controls: `--paragraphs` takes the sentences out of the records before
each run, so that only whole paragraphs are known; `--overwrite` takes some edits back after each run.
"""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pathspec import GitIgnoreSpec
from replay.commits import past
from replay.edits import FATES, Tally
from replay.memories import KINDS
from replay.people import People
from replay.plain import Blog, Step, replay
from replay.translator import Writer
from replay.world import World

from polypost.job import Job
from polypost.markdown.rules import Rules
from polypost.plan.discover import EVERY_POST, SUFFIXES
from polypost.sites import tells

IDEAL = 1.10
LANGUAGE = "eo"
"""In which none of the blogs has posts of its own."""
OUTPUT = "{dir}/{name}.{lang}{ext}"
BLOGS: tuple[tuple[str, tuple[str, ...], str], ...] = (
    (r"gaearon\+overreacted\.io", ("/public/**/index.md",), "mdx"),
    (r"rust-lang\+blog\.rust-lang\.org", ("/posts/", "/content/"), ""),
    (r"antfu\+antfu\.me", ("/pages/", "!*-zh.md"), ""),
    (r"withastro\+docs", ("/src/content/docs/en/",), ""),
    (r"hexojs\+site", ("/source/docs/", "/source/api/", "/source/_posts/"), ""),
    (r"letsencrypt\+website", ("/content/en/",), ""),
    (r"", EVERY_POST, ""),
)
"""The name of a repository -> its posts, as patterns of .gitignore, and their dialect where polypost has to
be told: overreacted.io compiles its .md files as MDX."""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("repositories", nargs="+", type=Path, metavar="REPOSITORY")
    parser.add_argument("--commits", type=int, default=200)
    parser.add_argument("--paths", action="append", help="posts, as a pattern of .gitignore; may come again")
    parser.add_argument("--seed", type=int, default=5, help="of the edits of people")
    parser.add_argument("--paragraphs", action="store_true", help="negative control: sentences are forgotten")
    parser.add_argument("--overwrite", action="store_true", help="negative control: edits are taken back")
    parser.add_argument("--tell", type=int, default=0, metavar="N", help="the N commits that send too much")
    given = parser.parse_args()
    wrong = False
    for repository in given.repositories:
        result = lived(given, repository)
        print(result.told(given.tell))
        missed = list(result.failures())
        print("\n".join(missed) or "Every bar is held.", flush=True)
        wrong |= bool(missed)
    return int(wrong)


@dataclass(frozen=True, slots=True)
class Lived:
    """A blog's past."""

    name: str
    steps: Sequence[Step]
    people: Tally
    seconds: float

    @property
    def ideal(self) -> int:
        return sum(step.costs.ideal for step in self.steps)

    @property
    def sent(self) -> int:
        return sum(step.ran.sentences for step in self.steps)

    def would(self, kind: str, where: str) -> int:
        """Characters that a memory would have sent."""
        return sum(step.costs.memories[kind, where] for step in self.steps)

    def told(self, worst: int) -> str:
        """The figures, and the `worst` commits."""
        lines = [f"\n{self.name}: {len(self.steps)} commits in {self.seconds:.0f} s"]
        rows = [("ideal", self.ideal), ("polypost", self.sent)]
        rows += [
            (f"{kind}s, in the {where}", self.would(kind, where))
            for where in ("blog", "file")
            for kind in KINDS[::-1]
        ]
        lines += [f"{name:>24}{sent:>12,}{sent / max(self.ideal, 1):>8.2f}" for name, sent in rows]
        free = [step for step in self.steps if not step.ran.sentences]
        wordless = [step for step in self.steps if step.wordless]
        probes = sum(step.ran.probes for step in self.steps)
        lines.append(f"{probes:,} more to place marks. Nothing sent for {len(free)} commits; ")
        lines[-1] += (
            f"{len(wordless)} change no word, {sum(not s.costs.ideal for s in self.steps)} bring no new one."
        )
        unasked = sum(len(said) for step in self.steps for said in step.unasked)
        lines.append(f"{unasked:,} characters of what is new were not sent at all.")
        failed = [(step.commit.sha, each) for step in self.steps for each in step.failures]
        lines += [f"  {sha[:10]} failed {each}" for sha, each in failed[:20]]
        tally = self.people
        fates = "; ".join(f"{tally.fates[fate]:,} {fate}" for fate in FATES)
        lines.append(f"{tally.edits:,} edits of people, {tally.on_branch:,} of them on the branch: {fates}.")
        lines.append(f"{tally.sent:,} characters sent with them.")
        over = sorted(self.steps, key=lambda step: step.costs.ideal - step.ran.sentences)[:worst]
        lines += [line for step in over if step.ran.sentences > step.costs.ideal for line in excess(step)]
        return "\n".join(lines)

    def failures(self) -> Iterator[str]:
        if self.sent > IDEAL * self.ideal:
            yield f"{self.sent:,} characters sent, more than {IDEAL} times the ideal's {self.ideal:,}"
        for where in ("blog", "file"):
            if self.sent >= self.would("paragraph", where):
                yield f"{self.sent:,} characters sent, a memory of the {where}'s paragraphs had sent no more"
        for step in self.steps:
            if step.wordless and step.ran.sentences:
                yield f"{step.commit.sha[:10]} changes no word: {step.ran.sentences:,} characters were sent"
        yield from self.people.told


def excess(step: Step) -> Iterator[str]:
    sent, new = step.ran.sentences, step.costs.ideal
    yield f"  {step.commit.sha[:10]} {sent:,} sent, {new:,} are new: {step.commit.title[:60]}"
    for said, where in step.again[:12]:
        yield f"      {where or '(was there once)'}: {said[:100]!r}"
    if step.again[12:]:
        yield f"      and {len(step.again) - 12} more"


def lived(given: argparse.Namespace, repository: Path) -> Lived:
    """Replay a repository's past, once as it was and once with people in it."""
    found = next(row for row in BLOGS if re.search(row[0], str(repository)))
    paths, dialect = tuple(given.paths or found[1]), found[2]
    chosen = GitIgnoreSpec.from_lines(paths)

    def post(path: str) -> bool:
        return path.casefold().endswith(SUFFIXES) and chosen.match_file(path)

    began = time.monotonic()
    told = past(repository, given.commits, post, tells)
    job = Job((LANGUAGE,), lambda _: "", paths, (), OUTPUT, Rules(dialect), "en", Writer.info, checks=False)
    with tempfile.TemporaryDirectory() as folder:
        world = World(Path(folder), repository, job)
        with world.git:
            blog = Blog(world, told, post)
            first = world.run()
            world.merge()
            translated = world.base
            if given.paragraphs:
                world.know_paragraphs_only(first)
            steps = tuple(replay(world, blog, told.commits, paragraphs_only=given.paragraphs))
            world.again_from(translated)
            people = People(world, told, given.seed).replay(told.commits, overwrites=given.overwrite)
    name = next((part for part in reversed(repository.resolve().parts) if part not in {"repo", ".git"}), "")
    return Lived(name, steps, people, time.monotonic() - began)


if __name__ == "__main__":
    sys.exit(main())
