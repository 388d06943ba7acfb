"""People who edit localized files between the runs, and what becomes of what they wrote.

Each edit puts a word of its own into a random block of a localized file: into its text, in place of its
text, or as a paragraph of its own behind it. Some stand in commits on the base, some in commits on the branch
of the open pull request. The word tells afterwards whether the edit still stands.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache

from polypost.errors import PostError
from polypost.markdown.document import Document, parse, raw
from polypost.sites import target_path
from polypost.values import Status
from replay.commits import Commit, Past
from replay.edits import FATES, Edit, Tally, over
from replay.world import Ran, World

_PER_RUN = 2
_OPEN = 0.6
"""How often a pull request stays open over the next run."""
_TOUCHED = 0.7
"""How many of the edits are of posts that the next commit changes."""
_FATED = 0.5
"""And of these, how many are in blocks that it changes."""
_TRIES = 8
_SHOWN = 500
"""Characters of a text that a report has to show."""
_MADE = frozenset({Status.NEW, Status.UPDATED, Status.UNCHANGED})
_OURS = "Here a person"


class People:
    """The edits over one replay."""

    def __init__(self, world: World, past: Past, seed: int) -> None:
        """`world`: as the first run and its merge have left it."""
        self._world, self._random = world, random.Random(seed)
        self._sources = dict(past.files)
        self._made = dict(past.files)
        """Source post -> the blob that its localization on our branch was made from."""
        self._merged = dict(self._made)
        """The same of the localizations in the base."""
        self._alive: list[Edit] = []
        self._read = lru_cache(maxsize=64)(self._of_blob)
        self.tally = Tally()

    def replay(self, commits: Sequence[Commit], *, overwrites: bool = False) -> Tally:
        """Live through the commits. `overwrites`: take out some edits after each run (negative control)."""
        for number, commit in enumerate(commits, 1):
            print(f"\r{number} of {len(commits)} commits, with people", end="", file=sys.stderr, flush=True)
            self._edits(commit)
            self._world.push(commit.changes)
            self._sources = {p: b for p, b in {**self._sources, **commit.changes}.items() if b}
            crossed = self._changed_in_base()
            ran = self._world.run()
            self.tally.sent += ran.sentences
            for outcome in ran.report.outcomes:
                if outcome.status in _MADE:
                    self._made[outcome.source] = self._sources[outcome.source]
            if overwrites:
                self._overwrite()
            self._judge(commit, ran, crossed)
            if self._random.random() >= _OPEN:
                self._world.merge()
                self._merged = dict(self._made)
        self.tally.fates["survived"] = len(self._alive)
        return self.tally

    def _edits(self, commit: Commit) -> None:
        for _ in range(_PER_RUN):
            self._edit(commit, on_branch=False)
            if self._world.branch:
                self._edit(commit, on_branch=True)

    def _edit(self, commit: Commit, *, on_branch: bool) -> None:
        world, made = self._world, self._made if on_branch else self._merged
        files = world.files(world.branch.head if on_branch and world.branch else world.base)
        posts = [path for path in sorted(made) if self._target(path) in files]
        touched = [path for path in posts if path in commit.changes]
        wanted = touched if self._random.random() < _TOUCHED else []
        for left in range(_TRIES if posts else 0):
            post = self._random.choice(wanted if wanted and left < _TRIES / 2 else posts)
            following = commit.changes.get(post) if self._random.random() < _FATED else None
            if found := self._write(post, files[self._target(post)], made[post], following):
                edit, content = found
                edit = replace(edit, on_branch=on_branch)
                (world.review if on_branch else world.push)({edit.target: content})
                self._alive = [now for each in self._alive if (now := over(each, edit))] + [edit]
                self.tally.edits += 1
                self.tally.on_branch += on_branch
                return

    def _changed_in_base(self) -> frozenset[str]:
        """What the base has changed since the open pull request was last brought up to date."""
        branch = self._world.branch
        if not branch:
            return frozenset()
        fork, base = self._world.files(branch.fork), self._world.files(self._world.base)
        return frozenset(path for path, blob in base.items() if fork.get(path) != blob)

    def _write(
        self, post: str, localized: str, made_from: str, following: str | None
    ) -> tuple[Edit, bytes] | None:
        """One edit of a localized file; None where it would change what stands around.

        `following`: the next version of the post, when it shall be in a block that changes.
        """
        source, target = self._read(post, made_from), self._read(post, localized)
        if not source or not target or len(source.segments) != len(target.segments):
            return None
        if any(not each.block and each.target == self._target(post) for each in self._alive):
            return None  # with a paragraph of their own, and another that isn't there, texts are not in step
        after_it = self._read(post, following) if following else None
        stays = {raw(after_it, n) for n in range(len(after_it.segments))} if after_it else set()
        places = [at for at in range(len(source.segments)) if not stays or raw(source, at) not in stays]
        if not places:
            return None
        at = self._random.choice(places)
        word = f"Persona{self.tally.edits}x"
        before = raw(target, at)
        kind = self._random.choices(("in", "over", "behind"), (5, 3, 1))[0]
        after = self._written(before, word, kind)
        segment = target.segments[at]
        content = target.content[: segment.start] + after + target.content[segment.end :]
        now = self._parsed(post, content)
        more = kind == "behind"
        if not now or len(now.segments) != len(target.segments) + more:
            return None
        others = [raw(now, n) for n in range(len(now.segments)) if word.encode() not in raw(now, n)]
        if others != [raw(target, n) for n in range(len(target.segments)) if more or n != at]:
            return None
        rest = target.content[segment.end :].partition(b"\n")[0]
        block = b"" if more else raw(source, at)
        beside = raw(source, at) if rest.strip() else block
        copies = _copies(source, block)
        text = next(raw(now, n) for n in range(len(now.segments)) if word.encode() in raw(now, n)).decode()
        return Edit(
            word, post, self._target(post), block, beside, copies, before.decode(), text, on_branch=False
        ), content

    def _written(self, before: bytes, word: str, kind: str) -> bytes:
        if kind == "behind":
            return before + f"\n\n{_OURS} wrote of {word}.".encode()
        if kind == "over":
            return f"{_OURS} wrote {word} anew".encode()
        spaces = [at for at, sign in enumerate(before) if sign == 32]
        at = self._random.choice(spaces) if spaces else len(before)
        return before[:at] + f" {word}".encode() + before[at:]

    def _judge(self, commit: Commit, ran: Ran, crossed: Collection[str]) -> None:
        files = self._world.files()
        findings = [*ran.report.notes, *(f for outcome in ran.report.outcomes for f in outcome.findings)]
        left = []
        for edit in self._alive:
            if self._holds(files, edit.target, edit.word):
                left.append(self._as_it_stands(edit, files[edit.target]))
                continue
            if moved := self._moved(files, ran, edit):
                left.append(moved)
                continue
            said = [" ".join(f.message.split()) for f in findings]
            reported = any(" ".join(edit.text.split())[:_SHOWN] in each for each in said)
            stands = self._stands(edit) and not (reported and self._contested(edit))
            fate = "overwritten" if stands else FATES[1] if reported else "lost"
            if fate != FATES[1] and edit.on_branch and edit.target in crossed:
                fate = "crossed"
            self.tally.fates[fate] += 1
            if fate != FATES[1]:
                hint = next((each for each in said if edit.word in each), "nothing is said of it")
                where = "the branch" if edit.on_branch else "the base"
                what = f"{commit.sha[:10]} {fate} in {edit.target}, written on {where}"
                self.tally.told.append(f"{what}: {edit.text[:150]!r}; {hint[:300]}")
        self._alive = left

    def _as_it_stands(self, edit: Edit, blob: str) -> Edit:
        """With the text that is in the file: where two have written into one, only one of the two is."""
        file = self._read(edit.post, blob)
        texts = (raw(file, at) for at in range(len(file.segments))) if file else ()
        text = next((each for each in texts if edit.word.encode() in each), None)
        return replace(edit, text=text.decode()) if text else edit

    def _contested(self, edit: Edit) -> bool:
        """Whether another person wrote into the same lines; on two branches, only one of them can stay."""
        here = edit.target, edit.beside
        return bool(edit.beside) and any(
            (e.target, e.beside) == here for e in self._alive if e.word != edit.word
        )

    def _stands(self, edit: Edit) -> bool:
        """Whether its source is as it was when they wrote."""
        blob = self._sources.get(edit.post)
        document = self._read(edit.post, blob) if blob else None
        if document is None:
            return False
        return not edit.block or _copies(document, edit.block) >= edit.copies

    def _moved(self, files: Mapping[str, str], ran: Ran, edit: Edit) -> Edit | None:
        """The edit where its post has another name now."""
        for outcome in ran.report.outcomes:
            if outcome.status in _MADE and self._holds(files, outcome.target, edit.word):
                return replace(edit, post=outcome.source, target=outcome.target)
        return None

    def _overwrite(self) -> None:
        """Do what no tool may: take every fourth edit back, as if it were the machine's own text."""
        files = self._world.files()
        for edit in self._alive[::4]:
            if self._holds(files, edit.target, edit.word):
                content = self._world.read(files[edit.target]).replace(edit.word.encode(), b"")
                change = {edit.target: content}
                (self._world.review if self._world.branch else self._world.push)(change)
                files = self._world.files()

    def _holds(self, files: Mapping[str, str], target: str, word: str) -> bool:
        return target in files and word.encode() in self._world.read(files[target])

    def _target(self, post: str) -> str:
        return target_path(self._world.job.output, post, self._world.job.languages[0])

    def _of_blob(self, post: str, blob: str) -> Document | None:
        return self._parsed(post, self._world.read(blob))

    def _parsed(self, post: str, content: bytes) -> Document | None:
        try:
            return parse(content, path=post, rules=self._world.rules()(post))
        except PostError:
            return None


def _copies(document: Document, block: bytes) -> int:
    return sum(raw(document, at) == block for at in range(len(document.segments)))
