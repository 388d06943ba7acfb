"""Large blogs: python bench/scale.py CORPUS [--posts 100,1000,10000] [--languages 20] [--plot scale.svg].

Makes blogs of so many posts, each a real post of CORPUS with a sentence of its own, commits them to a git
repository, and runs polypost over them as a workflow would: planned, sent to a stand-in translator in this
process (upper case, in waves of `--wave` characters; the default is a batch job's), written, checked, and
committed to a branch in chained waves. Then once more over the result, where nothing is left to do.

Each run is a fresh process. Seconds are those that its processor worked, but for `clock`; `peak` is the
kernel's count of what it took at its highest (VmHWM, so on Linux only), without git's own processes.

Exits 1 when a run fails, takes 1 GiB or more, or when a kB of localizations takes over 1.5 times as long in
the largest blog as in the smallest, or memory grows faster than the blog.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import cycle, islice, pairwise
from pathlib import Path
from types import MappingProxyType

from corpus import posts
from plot import Line, plot

from polypost.clock import SystemClock
from polypost.errors import PolypostError
from polypost.git import Branch, Git, GitRepository
from polypost.job import Job
from polypost.markdown.document import parse
from polypost.markdown.rules import Rules
from polypost.markdown.standins import FORMS
from polypost.run.pipeline import run
from polypost.values import Estimate, Publication, Reply, Report, TranslatorInfo, Usage

GIB = 1024.0
"""In MB."""
GROWTH = 1.5
TAGS = [
    "es",
    "fr",
    "de",
    "pt",
    "it",
    "nl",
    "pl",
    "cs",
    "sv",
    "da",
    "fi",
    "ru",
    "uk",
    "tr",
    "ar",
    "hi",
    "ja",
    "ko",
    "vi",
    "id",
]
BASE, OURS = "main", "polypost/main"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--posts", default="100,1000,10000")
    parser.add_argument("--languages", type=int, default=len(TAGS))
    parser.add_argument("--wave", type=int, default=20_000_000)
    parser.add_argument("--largest", type=int, default=50_000, help="bytes of a post at most")
    parser.add_argument("--plot", type=Path)
    parser.add_argument("--one", nargs=2, metavar=("FOLDER", "BRANCH"), help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.one:
        print(json.dumps(one(Path(given.one[0]), given.one[1], TAGS[: given.languages], given.wave)))
        return 0
    sizes = [int(size) for size in given.posts.split(",")]
    print(HEAD)
    rows = []
    for size in sizes:
        rows.append(measured(given, size))
        print(rows[-1], flush=True)
    if given.plot:
        given.plot.write_text(drawn(rows, given.languages), encoding="utf-8")
    wrong = list(failures(rows))
    print("\n".join(wrong) or "Time and memory grow linearly, or less, and every run stays under 1 GiB.")
    return int(bool(wrong))


HEAD = (
    f"{'posts':>7}{'localizations':>14}{'plan':>9}{'translator':>11}{'files':>9}{'git':>8}{'all':>9}"
    f"{'each kB':>10}{'clock':>9}{'peak':>9}{'commits':>9}{'again':>9}{'peak':>9}"
)


@dataclass(frozen=True, slots=True)
class Row:
    """Seconds and MB of the two runs over one blog."""

    size: int
    first: Mapping[str, float]
    again: Mapping[str, float]

    @property
    def each(self) -> float:
        """Milliseconds per kB of localizations: posts differ in length."""
        return 1e6 * self.first["all"] / self.first["bytes"]

    def __str__(self) -> str:
        one, two = self.first, self.again
        return (
            f"{self.size:>7,}{one['localizations']:>14,.0f}{one['plan']:>7.1f} s{one['translator']:>9.1f} s"
            f"{one['files']:>7.0f} s{one['git']:>6.1f} s{one['all']:>7.0f} s{self.each:>7.2f} ms"
            f"{one['clock']:>7.0f} s{one['peak']:>6.0f} MB{one['commits']:>9.0f}"
            f"{two['all']:>7.1f} s{two['peak']:>6.0f} MB"
        )


def failures(rows: Sequence[Row]) -> Iterator[str]:
    for row in rows:
        for name, taken in (("the run", row.first), ("the second run", row.again)):
            if taken["exit"] or taken["peak"] >= GIB:
                yield f"{row.size:,} posts: {name} ended with {taken['exit']:.0f}, {taken['peak']:.0f} MB"
        if row.again["changed"]:
            yield f"{row.size:,} posts: the second run changed {row.again['changed']:.0f} files"
    if rows[-1].each > GROWTH * rows[0].each:
        yield f"A kB takes {rows[-1].each:.2f} ms in a large blog, {rows[0].each:.2f} in a small"
    for small, large in pairwise(rows):
        if large.first["peak"] / small.first["peak"] > large.size / small.size:
            yield f"Memory grows faster than the blog from {small.size:,} to {large.size:,} posts"


def drawn(rows: Sequence[Row], languages: int) -> str:
    """The plot: both axes logarithmic, so that what grows linearly climbs at 45 degrees."""
    return plot(
        f"Posts in {languages} languages",
        [
            Line("seconds, all", [(row.size, row.first["all"]) for row in rows]),
            Line("seconds, second run", [(row.size, row.again["all"]) for row in rows]),
            Line("MB at the peak", [(row.size, row.first["peak"]) for row in rows]),
            Line("MB at the peak, second run", [(row.size, row.again["peak"]) for row in rows]),
        ],
    )


def measured(given: argparse.Namespace, size: int) -> Row:
    with tempfile.TemporaryDirectory() as folder:
        make_blog(given.corpus, size, Path(folder), given.largest)
        more = [f"--languages={given.languages}", f"--wave={given.wave}"]
        command = [sys.executable, __file__, str(given.corpus), *more]
        taken = []
        for branch in ("", OURS):
            done = subprocess.run([*command, "--one", folder, branch], stdout=subprocess.PIPE, check=True)
            taken.append(json.loads(done.stdout))
        return Row(size, *taken)


def make_blog(corpus: Path, size: int, folder: Path, largest: int) -> None:
    """A repository with one commit on `main`; its posts are the corpus's in an order that tells nothing."""
    found = [post for post in posts(corpus) if post.path.endswith(".md") and usable(post.content, largest)]
    found.sort(key=lambda post: hashlib.sha256(post.path.encode()).digest())
    real = [post.content.rstrip() for post in found]
    with Git(folder) as git:
        git.init(BASE)
    files: Iterator[tuple[str, bytes]] = (
        (f"posts/{n // 100:03}/post-{n:05}.md", content + b"\n\nThis one has the number %d of them.\n" % n)
        for n, content in enumerate(islice(cycle(real), size))
    )
    commit(folder, BASE, "", files)


def usable(content: bytes, largest: int) -> bool:
    """Whether it is a post, and none that leaves itself out."""
    try:
        document = parse(content, path="post.md", rules=Rules("markdown"))
    except PolypostError:
        return False
    return bool(document.segments) and b"\ntranslate:" not in content[:2000] and len(content) <= largest


def commit(folder: Path, branch: str, after: str, files: Iterator[tuple[str, bytes | None]]) -> None:
    """One more commit on a branch, by git's own fast import; `after`: the commit that it follows."""
    process = subprocess.Popen(
        ["git", "fast-import", "--quiet", "--force"], cwd=folder, stdin=subprocess.PIPE
    )
    assert process.stdin
    who = b"committer polypost <polypost@localhost> 0 +0000\ndata 1\nx\n"
    process.stdin.write(b"commit refs/heads/%s\n%s" % (branch.encode(), who))
    if after:
        process.stdin.write(b"from %s\n" % after.encode())
    for path, content in files:
        name = json.dumps(path, ensure_ascii=False).encode()
        if content is None:
            process.stdin.write(b"D %s\n" % name)
        else:
            process.stdin.write(b"M 100644 inline %s\ndata %d\n%s\n" % (name, len(content), content))
    process.stdin.close()
    if process.wait():
        raise SystemExit("git fast-import failed")


def head(folder: Path, branch: str) -> str:
    asked = ["git", "rev-parse", f"refs/heads/{branch}"]
    return subprocess.run(asked, cwd=folder, capture_output=True, text=True, check=True).stdout.strip()


def one(folder: Path, branch: str, tags: Sequence[str], wave: int) -> dict[str, float]:
    """One run over the blog in `folder`, with `branch` open; what it took."""
    base, watch = head(folder, BASE), Watch()
    branches = (Branch(head(folder, branch), base),) if branch else ()
    translator, chain = Upper(wave, watch), Chain(folder, base, watch)
    pattern, info = "{dir}/{name}.{lang}{ext}", translator.info
    job = Job(tuple(tags), lambda _: "", ("*.md",), (), pattern, Rules(), "en", info, checks=False)
    started, began = cpu(), time.monotonic()
    with Git(folder) as git:
        repository = GitRepository(git, base, branches)
        report = run(job, repository, translator, chain, watch, SystemClock())
    taken, clock = cpu() - started, time.monotonic() - began
    if report.problem:
        print(report.problem, file=sys.stderr)
    plan = watch.planned - started
    return {
        "localizations": len(report.outcomes),
        "bytes": chain.bytes,
        "plan": plan,
        "translator": watch.seconds["translator"],
        "git": watch.seconds["git"],
        "files": taken - plan - sum(watch.seconds.values()),
        "all": taken,
        "clock": clock,
        "peak": peak(),
        "commits": chain.commits,
        "changed": len(report.changed),
        "exit": report.exit_code,
    }


def cpu() -> float:
    """Seconds of this process and of those of git's that have ended."""
    times = os.times()
    return time.process_time() + times.children_user + times.children_system


def peak() -> float:
    """MB."""
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


class Watch:
    """A console that notes when the plan is there, and how long others than polypost take."""

    def __init__(self) -> None:
        self.planned = 0.0
        self.seconds = {"translator": 0.0, "git": 0.0}

    def step(self, text: str) -> None:
        del text
        self.planned = self.planned or cpu()

    def say(self, text: str) -> None:
        print(text, file=sys.stderr)

    warn = say

    def progress(self, text: str, done: int, total: int) -> None:
        print(f"{text}: {done:,} of {total:,}, {peak():.0f} MB", file=sys.stderr)

    @contextmanager
    def timed(self, name: str) -> Iterator[None]:
        started = cpu()
        yield
        self.seconds[name] += cpu() - started


class Upper:
    """A translator and where it comes from: upper case, at once."""

    info = TranslatorInfo("upper")
    standins = FORMS
    second = None
    out = MappingProxyType({})

    def __init__(self, wave: int, watch: Watch) -> None:
        self.wave_characters = wave
        self._watch = watch

    def estimate(self, load) -> Estimate:
        return Estimate("batch", load.characters // 4, 1.0, None, "a stand-in")

    def turns(self, load):
        return (load,)

    @contextmanager
    def open(self, load) -> Iterator[Upper]:
        del load
        yield self

    def translate(self, asked: Mapping[str, Sequence[str]], *, careful: bool = False) -> Iterator[Reply]:
        del careful
        for language, texts in asked.items():
            for text in texts:
                with self._watch.timed("translator"):
                    reply = Reply(language, text, text.upper())
                yield reply

    def usage(self) -> Usage:
        return Usage()


class Chain:
    """Each publication is a commit on the one before."""

    pause = 300.0

    def __init__(self, folder: Path, base: str, watch: Watch) -> None:
        self._folder, self._head, self._watch = folder, base, watch
        self.commits = self.bytes = 0

    def publish(
        self, changes: Mapping[str, bytes | None], report: Report, *, final: bool = True
    ) -> Publication:
        del report, final
        if changes:
            with self._watch.timed("git"):
                commit(self._folder, OURS, self._head, iter(changes.items()))
                self._head = head(self._folder, OURS)
            self.commits += 1
            posts = (content or b"" for path, content in changes.items() if path.endswith(".md"))
            self.bytes += sum(map(len, posts))
        return Publication("updated", branch=OURS)


if __name__ == "__main__":
    sys.exit(main())
