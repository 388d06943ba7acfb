"""From bytes to sentences and back, side by side with others: python bench/speed.py CORPUS [--limit N].

Every contender runs in a process of its own, the others' in environments built under .cache/peers, and gets
the same posts in turn, round by round, so that a machine that slows down slows all of them. Measured is the
CPU time of the process around each post alone: no start, no imports, no reading of files. MB/s is what a
contender got through, the posts on which it failed left out, and the median of all rounds; a ratio is the
median of the rounds' ratios, which a slow round doesn't move.

The job is the same for all: bytes in, each text changed to upper case, bytes out. The first row does less: it
only lists the parser's events. Of polypost there are four, the last three with the check of the structure.
`failed`: raised, or took over 20 seconds. `identical`: came back byte for byte when nothing was changed.
`kept`: the structure is the same in upper case, as remark sees it (bench/judge). A contender that hands
out Markdown with its markup relies on whoever translates it to keep that; here nobody does.

Exits 1 when polypost in upper case gets less than a tenth of the events' speed, or isn't ahead of all others.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from corpus import Post, posts
from remark import Judge

HERE = Path(__file__).parent / "peers"
CACHE = Path(__file__).parents[1] / ".cache" / "peers"
UV = shutil.which("uv") or str(CACHE.parent / "uv" / "bin" / "uv")
"""From PATH, else the one that `make` installs."""
TENTH = 0.1


@dataclass(slots=True)
class Contender:
    """A row of the table."""

    name: str
    module: str
    change: str = "upper"
    environment: str = ""
    """A requirements file of bench/peers; none for this interpreter; `diplodoc` for node."""
    process: subprocess.Popen[str] | None = None
    failed: dict[str, str] = field(default_factory=dict)
    identical: int | None = None
    kept: tuple[int, int] | None = None
    """How many of how many that the judge can parse."""
    speeds: list[float] = field(default_factory=list)
    """MB per second of CPU time, round by round."""

    def ask(
        self, posts: Sequence[Post], folder: Path, change: str, out: Path | None = None
    ) -> dict[str, Any]:
        files = [(p.path, str(folder / p.path), p.spoken) for p in posts if p.path not in self.failed]
        self.process.stdin.write(
            json.dumps({"change": change, "files": files, "out": str(out) if out else None}) + "\n"
        )
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit(f"{self.name} ended; what it said is above")
        return json.loads(line)


CONTENDERS = (
    ("pyromark, events only", "bare_pyromark", "identity", ""),
    ("polypost, parse only", "polypost_parse", "identity", ""),
    ("polypost, nothing changed", "polypost_localize", "identity", ""),
    ("polypost, a word more", "polypost_localize", "longer", ""),
    ("polypost", "polypost_localize", "upper", ""),
    ("mdpo", "mdpo_peer", "upper", "mdpo"),
    ("translate-toolkit", "translate_toolkit_peer", "upper", "translate_toolkit"),
    ("co-op-translator", "co_op_peer", "upper", "co_op"),
    ("@diplodoc/translation", "", "upper", "diplodoc"),
)
"""What the table calls it, module of bench/peers, change, environment. The first is what all are held
against; `polypost` is what is compared with the others."""


def command(contender: Contender) -> list[str]:
    """How it is started; its environment is built first where it has one of its own."""
    if contender.environment == "diplodoc":
        return ["node", str(_node_modules() / "runner.mjs")]
    python = _environment(contender.environment) if contender.environment else sys.executable
    return [str(python), str(HERE / "runner.py"), contender.module]


def _environment(name: str) -> Path:
    """The interpreter of an environment with just what the requirements say."""
    requirements = HERE / f"{name}.txt"
    folder = CACHE / name
    python = folder / "bin" / "python"
    if not _stamped(folder, requirements.read_bytes()):
        _run(UV, "venv", "--quiet", "--clear", "--python", sys.executable, str(folder))
        _run(UV, "pip", "install", "--quiet", "--python", str(python), "-r", str(requirements))
        _stamp(folder, requirements.read_bytes())
    return python


def _node_modules() -> Path:
    folder = CACHE / "diplodoc"
    lock = (HERE / "diplodoc" / "package-lock.json").read_bytes()
    if not _stamped(folder, lock):
        shutil.copytree(HERE / "diplodoc", folder, dirs_exist_ok=True)
        _run("npm", "ci", "--silent", "--no-audit", "--no-fund", "--prefix", str(folder))
        _stamp(folder, lock)
    shutil.copy(HERE / "diplodoc" / "runner.mjs", folder)
    return folder


def _stamped(folder: Path, what: bytes) -> bool:
    stamp = folder / "ready"
    return stamp.is_file() and stamp.read_text() == hashlib.sha256(what).hexdigest()


def _stamp(folder: Path, what: bytes) -> None:
    (folder / "ready").write_text(hashlib.sha256(what).hexdigest())


def _run(*line: str) -> None:
    if subprocess.run(line, check=False).returncode:
        raise SystemExit(f"`{' '.join(line)}` failed; what it said is above")


def started(contender: Contender, stack: ExitStack) -> None:
    contender.process = subprocess.Popen(
        command(contender),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env={**os.environ, "PYTHONHASHSEED": "0"},
    )
    stack.callback(contender.process.wait, timeout=30)
    stack.callback(contender.process.stdin.close)


def prepare(contender: Contender, found: Sequence[Post], folder: Path, out: Path, judge: Judge) -> None:
    """The warm-up: what fails, what comes back identical, what keeps its structure."""
    if contender.module in ("bare_pyromark", "polypost_parse"):
        contender.failed = contender.ask(found, folder, contender.change)["failed"]
        return
    for change in ("identity", contender.change):
        results = out / f"{contender.name.replace('/', ' ')} {change}"
        contender.failed |= contender.ask(found, folder, change, results)["failed"]
        done = [(post, results / post.path) for post in found if post.path not in contender.failed]
        if change == "identity":
            contender.identical = sum(path.read_bytes() == post.content for post, path in done)
        if change == contender.change:
            contender.kept = _kept(done, judge)


def _kept(done: Sequence[tuple[Post, Path]], judge: Judge) -> tuple[int, int]:
    verdicts: list[str] = []
    for post, path in done:
        source = post.text()
        if source is None:
            continue
        target = path.read_bytes().decode("utf-8-sig", "replace")
        verdicts.append(judge.compare(source, target, post.dialect, name=post.path).verdict)
    judged = [v for v in verdicts if v != "unparsed"]
    return judged.count("same"), len(judged)


def table(contenders: Sequence[Contender], count: int) -> None:
    events = contenders[0]
    ours = next(c for c in contenders if c.name == "polypost")
    print(
        f"{'':<26}{'MB/s':>8}{'min to max':>16}{'of events':>11}{'polypost':>10}"
        f"{'failed':>9}{'identical':>11}{'kept':>14}"
    )
    for one in contenders:
        ahead = _ratio(ours, one)
        kept = f"{one.kept[0]} / {one.kept[1]}" if one.kept else "-"
        print(
            f"{one.name:<26}{statistics.median(one.speeds):>8.2f}"
            f"{f'{min(one.speeds):.2f} to {max(one.speeds):.2f}':>16}"
            f"{f'1/{_ratio(events, one):.1f}':>11}{f'{ahead:.2f}x':>10}{len(one.failed):>9}"
            f"{one.identical if one.identical is not None else '-':>11}{kept:>14}"
        )
    print(f"\n{count} posts; `polypost`: how many times as fast polypost is in upper case")


def _ratio(one: Contender, other: Contender) -> float:
    return statistics.median(a / b for a, b in zip(one.speeds, other.speeds, strict=True))


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--limit", type=int, default=300, help="about so many posts; 0 for all")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument(
        "--only", default="", help="names of rows besides pyromark and polypost, comma separated"
    )
    parser.add_argument("--verbose", action="store_true", help="say what failed")
    options = parser.parse_args()
    found = [p for p in posts(options.corpus, options.limit) if p.text() is not None]
    sizes = {p.path: len(p.content) for p in found}
    names = options.only.split(",")
    contenders = [
        Contender(*row)
        for row in CONTENDERS
        if not options.only or row[0] in names or row[0] in ("polypost", CONTENDERS[0][0])
    ]
    with ExitStack() as stack:
        judge = stack.enter_context(Judge())
        out = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        for one in contenders:
            started(one, stack)
            prepare(one, found, options.corpus, out, judge)
        for _ in range(options.rounds):
            for one in contenders:
                seconds = one.ask(found, options.corpus, one.change)["seconds"]
                if not seconds:
                    raise SystemExit(f"{one.name} fails on every post: {next(iter(one.failed.values()))}")
                one.speeds.append(sum(sizes[name] for name in seconds) / 1e6 / sum(seconds.values()))
    table(contenders, len(found))
    if options.verbose:
        for one in contenders:
            for name, reason in one.failed.items():
                print(f"  {one.name}: {name}: {reason}")
    ours = next(c for c in contenders if c.name == "polypost")
    slow = _ratio(ours, contenders[0]) < TENTH
    behind = [c.name for c in contenders if c.environment and _ratio(ours, c) <= 1]
    if slow:
        print("polypost has less than a tenth of the speed of bare events")
    if behind:
        print(f"polypost is behind {', '.join(behind)}")
    return 1 if slow or behind else 0


if __name__ == "__main__":
    sys.exit(main())
