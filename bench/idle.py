"""What a run costs that has nothing to do: python bench/idle.py CORPUS [--posts 500,5000] [--languages 10].

Makes blogs of so many posts as scale.py does, has polypost localize each (into pseudo text, which takes
minutes; `--keep FOLDER` keeps them for the next time), and commits the whole. Then polypost runs over it, as
from a person's shell (dry, and local) and as the action of a push against the stand-in GitHub: with nothing
to do, and with one sentence changed in one post.

Each run is a fresh process, and the quickest of `--repeat` counts. `seconds` is by the clock; `more` is what
one changed post costs beyond that, in seconds that processors worked (a clock's are too noisy for so little);
`peak` is the most that a process of the run took, git's own included.

Exits 1 when a run with nothing to do takes 20 s or 500 MiB, a changed post 1 s more, or a run does anything
else than what there is to do.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from scale import BASE, OURS, TAGS, head, make_blog

from e2e.runner import ROOT, Runner
from standins.github import Hub

SECONDS, MORE, MIB = 20.0, 1.0, 500.0
POST = "posts/000/post-00000.md"
CHANGED = "This one has the number 0 of them.", "This one has a number of its own."
TIMED = """
import json, resource, subprocess, sys, time
began = time.monotonic()
code = subprocess.run(sys.argv[1:]).returncode
took = resource.getrusage(resource.RUSAGE_CHILDREN)
print(json.dumps([time.monotonic() - began, took.ru_utime + took.ru_stime, took.ru_maxrss / 1024, code]))
"""
"""Runs a command from a small process: what a large one takes would count as its child's."""
_SOMEONE = ("-c", "user.name=x", "-c", "user.email=x@x", "-c", "gc.auto=0")


@dataclass(frozen=True, slots=True)
class Taken:
    """What one run took, and what it did."""

    clock: float
    worked: float
    """Seconds of all processors."""
    peak: float
    """MiB."""
    code: int
    changed: int
    """Files that it wrote, or has on its branch now."""


@dataclass(frozen=True, slots=True)
class Row:
    """One way to run, over one blog."""

    size: int
    way: str
    idle: Taken
    one: Taken
    """With one changed post."""
    expected: int
    """Files that the changed post makes another."""

    @property
    def more(self) -> float:
        return self.one.worked - self.idle.worked

    def __str__(self) -> str:
        return (
            f"{self.size:>7,}  {self.way:<8}{self.idle.clock:>7.2f} s{self.idle.worked:>9.2f} s"
            f"{self.idle.peak:>7.0f} MiB{self.one.clock:>9.2f} s{self.more:>8.2f} s{self.one.peak:>7.0f} MiB"
        )


HEAD = (
    f"{'':17}{'nothing to do':^27}{'one post changed':^30}\n"
    f"{'posts':>7}  {'run':<8}{'seconds':>9}{'worked':>11}{'peak':>11}{'seconds':>11}{'more':>10}{'peak':>11}"
)


def failures(rows: Sequence[Row]) -> Iterator[str]:
    for row in rows:
        where = f"{row.size:,} posts, {row.way}"
        for taken, expected in ((row.idle, 0), (row.one, row.expected)):
            if taken.code or taken.changed != expected:
                yield f"{where}: ended with {taken.code} and {taken.changed} files, not {expected}"
            if taken.peak >= MIB:
                yield f"{where}: takes {taken.peak:.0f} MiB, the bar is {MIB:.0f}"
        if row.idle.clock >= SECONDS:
            yield f"{where}: takes {row.idle.clock:.1f} s with nothing to do, the bar is {SECONDS:.0f}"
        if row.more >= MORE:
            yield f"{where}: one changed post takes {row.more:.2f} s more, the bar is {MORE:.0f}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--posts", default="500,5000")
    parser.add_argument("--languages", type=int, default=10)
    parser.add_argument("--largest", type=int, default=50_000, help="bytes of a post at most")
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--keep", type=Path, help="where the blogs are made, and looked for")
    given = parser.parse_args()
    print(HEAD)
    rows = []
    for size in map(int, given.posts.split(",")):
        with _folder(given.keep) as folder:
            blog = folder / f"blog-{size}-{given.languages}"
            languages = ",".join(TAGS[: given.languages])
            if not blog.exists():
                localized(given.corpus, size, blog, languages, given.largest)
            for way in (dry, local, action):
                rows.append(measured(way, blog, size, languages, given.repeat))
                print(rows[-1], flush=True)
    wrong = list(failures(rows))
    print(
        "\n".join(wrong) or f"Nothing to do: under {SECONDS:.0f} s and {MIB:.0f} MiB; a post: {MORE:.0f} s."
    )
    return int(bool(wrong))


@contextmanager
def _folder(kept: Path | None) -> Iterator[Path]:
    if kept:
        kept.mkdir(parents=True, exist_ok=True)
        yield kept
        return
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)


def git(folder: Path, *arguments: str) -> str:
    done = subprocess.run(
        ["git", *_SOMEONE, *arguments], cwd=folder, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def localized(corpus: Path, size: int, blog: Path, languages: str, largest: int) -> None:
    """Make a blog with everything translated and committed; there at once, or not at all."""
    making = blog.with_suffix(".making")
    shutil.rmtree(making, ignore_errors=True)
    making.mkdir()
    make_blog(corpus, size, making, largest)
    git(making, "checkout", "-q", "-f", BASE)
    subprocess.run([*_polypost(languages)], cwd=making, stdout=subprocess.DEVNULL, check=False)
    git(making, "add", "-A")
    git(making, "commit", "-q", "-m", "Localize posts")
    git(making, "gc", "-q")
    settle(making, languages)
    making.rename(blog)


def settle(blog: Path, languages: str) -> None:
    """Take out the posts of which something stayed in the source language, and commit what is left.

    A run that sends anything tries them all again, so that one changed post would not be all there is to do.
    """
    with tempfile.NamedTemporaryFile() as file:
        subprocess.run(
            _polypost(languages, "--json", file.name), cwd=blog, stdout=subprocess.DEVNULL, check=False
        )
        report = json.loads(Path(file.name).read_bytes())
    for post in {each["source"] for each in report["localizations"] if each["findings"]}:
        (blog / post).unlink()
    subprocess.run(_polypost(languages, "--prune"), cwd=blog, stdout=subprocess.DEVNULL, check=False)
    git(blog, "add", "-A")
    git(blog, "commit", "-q", "-m", "Settle", "--allow-empty")


def _polypost(languages: str, *more: str) -> tuple[str, ...]:
    flags = ("--translator", "pseudo", "--to", languages, *more)
    return (sys.executable, "-m", "polypost.cli", "translate", *flags)


def measured(way, blog: Path, size: int, languages: str, repeat: int) -> Row:
    """One way to run, with nothing to do and with one changed post, the quickest of `repeat` each."""
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder) / "blog"
        git(blog, "clone", "-q", "--shared", str(blog), str(work))
        idle = min((way(work, languages) for _ in range(repeat)), key=lambda taken: taken.worked)
        post = work / POST
        post.write_text(post.read_text().replace(*CHANGED))
        git(work, "commit", "-q", "-a", "-m", "Write")
        one = min((way(work, languages) for _ in range(repeat)), key=lambda taken: taken.worked)
    return Row(size, way.__name__, idle, one, 1 + len(languages.split(",")))


def timed(command: Sequence[str], folder: Path, env: Mapping[str, str] | None = None) -> tuple[float, ...]:
    """Seconds by the clock and of processors, MiB, exit code."""
    asked = [sys.executable, "-c", TIMED, *command]
    done = subprocess.run(asked, cwd=folder, env=env, capture_output=True, text=True, check=True)
    *said, taken = done.stdout.splitlines()
    *numbers, code = json.loads(taken)
    if code:
        print("\n".join(said), done.stderr, sep="\n", file=sys.stderr)
    return *numbers, code


def dry(work: Path, languages: str) -> Taken:
    """`polypost translate --dry-run`."""
    return _from_a_shell(work, languages, "--dry-run")


def local(work: Path, languages: str) -> Taken:
    """`polypost translate`; what it wrote is taken back."""
    taken = _from_a_shell(work, languages)
    git(work, "reset", "-q", "--hard")
    return taken


def _from_a_shell(work: Path, languages: str, *more: str) -> Taken:
    with tempfile.NamedTemporaryFile() as file:
        taken = timed(_polypost(languages, "--json", file.name, *more), work)
        report = json.loads(Path(file.name).read_bytes())
    return Taken(*taken, len(report["changed_files"]) if not more else _due(report))


def _due(report) -> int:
    """What a dry run would write: the localizations, and the record of the post."""
    due = sum(each["status"] in {"new", "updated"} for each in report["localizations"])
    return due + bool(due)


def action(work: Path, languages: str) -> Taken:
    """The action, for the push of the last commit, with its repository on the stand-in GitHub."""
    with tempfile.TemporaryDirectory() as folder, Hub(Path(folder) / "hub") as hub:
        (hub.store.folder / "objects/info/alternates").write_text(f"{work}/.git/objects\n")
        hub.store.git("update-ref", f"refs/heads/{BASE}", head(work, BASE))
        runner = Checked(folder, hub, SimpleNamespace(env={}))
        before, after = git(work, "rev-parse", "HEAD^"), head(work, BASE)
        event = {"ref": f"refs/heads/{BASE}", "before": before, "after": after, "deleted": False}
        names = {"GITHUB_REF": f"refs/heads/{BASE}", "GITHUB_REF_NAME": BASE}
        _, env = runner.prepared("push", event, names, translator="pseudo", languages=languages)
        entrypoint = (sys.executable, str(ROOT / "entrypoint.py"))
        taken = timed(entrypoint, Path(env["GITHUB_WORKSPACE"]), env)
        changed = hub.store.git("diff", "--name-only", BASE, OURS).splitlines() if hub.head(OURS) else []
        assert bool(hub.writes) == bool(changed), [each.path for each in hub.writes]
    return Taken(*taken, len(changed))


class Checked(Runner):
    """A runner whose checkout is quick: the action reads commits, so that nobody misses the files."""

    def checkout(self, folder: Path, branch: str) -> Path:
        store = str(self.hub.store.folder)
        git(self.folder, "clone", "-q", "--shared", "--no-checkout", "--branch", branch, store, str(folder))
        git(folder, "remote", "set-url", "origin", f"{self.hub.url}/{self.hub.repository}")
        return folder


if __name__ == "__main__":
    sys.exit(main())
