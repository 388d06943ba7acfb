"""Peak memory and time of posts that are large or hostile: python bench/memory.py CORPUS.

Each case runs in a fresh process. `base` is what the interpreter has taken with polypost imported; `above` is
how much more it took at its highest while localizing, in upper case and with the check of the structure. The
kernel's own count is read (VmHWM, so on Linux only). A small post costs what the tables of sentence
boundaries cost, whatever its size: that is the first row, and `times` is of what a post took beyond it.

Exits 1 when a large post takes more than 25 times its size, a line of 20 MB more than 1 GiB, or a hostile
post more than 1 GiB or 60 seconds.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from corpus import posts

from polypost import localize
from polypost.errors import PostError

TIMES = 25
GIB = 1024.0
"""In MB."""
SECONDS = 60.0
PATIENCE = 600
PLAIN = ("zola", "markdown", "hugo")
"""Whose posts are put together to large ones: those without much of a dialect that may stay open."""
MB = 1_000_000
BAD = ("CRASHED", "STOPPED")

_HEAD = "---\ntitle: Bombs\n{}---\n\nSome text.\n"


def _aliases() -> str:
    """Nine levels, each of nine of the one before."""
    lines = ["a0: &a0 [lol]\n"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 10)]
    return _HEAD.format("".join(lines))


HOSTILE: dict[str, Callable[[], str]] = {
    "10,000 nested quotes": lambda: ">" * 10_000 + " text\n",
    "10,000 nested lists": lambda: "- " * 10_000 + "text\n",
    "100 kB of [": lambda: "[" * 100_000,
    "100 kB of ![": lambda: "![" * 50_000,
    "100 kB of <": lambda: "<" * 100_000,
    "100 kB of <a ": lambda: "<a " * 33_000,
    "100 kB of {{": lambda: "{{" * 50_000,
    "100 kB of *a ": lambda: "*a " * 33_000,
    "100 kB of `": lambda: "".join("`" * n + " " for n in range(1, 440)),
    "10,000 links in a sentence": lambda: "[a](b) " * 10_000,
    "alias bomb": _aliases,
    "100,000 deep front matter": lambda: _HEAD.format(f"a: {'[' * 100_000}\n"),
    "100 kB front matter": lambda: _HEAD.format("".join(f"k{n}: text\n" for n in range(10_000))),
    "half-open front matter": lambda: "---\ntitle: x\n" * 10_000,
    "unclosed fence": lambda: "```\n" + "text\n" * 20_000,
    "unclosed JSX": lambda: "<Tabs>\n" * 10_000,
}
"""A shape -> a post of it."""


@dataclass(frozen=True, slots=True)
class Measured:
    """MB, seconds, and what came out."""

    base: float
    above: float
    seconds: float
    outcome: str


def _peak() -> float:
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) * 1024 / MB


def child(path: str) -> None:
    """What a fresh process measures of itself."""
    content = Path(path).read_bytes()
    base = _peak()
    began = time.process_time()
    try:
        result = localize(content, lambda texts: [text.upper() for text in texts], path=path, check=False)
        outcome = f"{len(result.kept)} segments kept" if result.kept else "localized"
    except PostError as error:
        outcome = f"refused: {error}"
    seconds = time.process_time() - began
    print(json.dumps([base, _peak() - base, seconds, outcome]))


def measured(content: bytes, suffix: str = ".md") -> Measured:
    """In a process of its own."""
    with tempfile.NamedTemporaryFile(suffix=suffix) as file:
        file.write(content)
        file.flush()
        line = [sys.executable, __file__, "--child", file.name]
        try:
            done = subprocess.run(line, capture_output=True, text=True, timeout=PATIENCE, check=False)
        except subprocess.TimeoutExpired:
            return Measured(0, 0, PATIENCE, "STOPPED")
    if done.returncode:
        return Measured(0, 0, 0, f"CRASHED ({done.returncode}) {['', *done.stderr.splitlines()][-1]}")
    return Measured(*json.loads(done.stdout))


def show(name: str, size: int, one: Measured, times: float | None = None) -> None:
    told = f"{times:.1f}" if times is not None else "-"
    print(
        f"{name:<28}{size / MB:>9.2f}{one.base:>8.0f}{one.above:>9.1f}{told:>8}{one.seconds:>9.2f}"
        f"  {one.outcome[:80]}"
    )


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("corpus", type=Path, nargs="?")
    parser.add_argument("--child", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        child(options.child)
        return 0
    if options.corpus is None:
        parser.error("the corpus is missing")
    print(f"{'':<28}{'size MB':>9}{'base':>8}{'above':>9}{'times':>8}{'seconds':>9}")
    plain = [_body(post.content) for post in posts(options.corpus) if post.dialect in PLAIN]
    prose = b"\n\n".join(plain)
    prose *= 1 + 5 * MB // max(1, len(prose))
    small = measured(b"A small post. It has two sentences.\n")
    show("a small post", 36, small)
    failed: list[str] = []
    for size in (100_000, 1 * MB, 5 * MB):
        content = prose[:size].decode(errors="ignore").encode()
        name = f"posts, {size / MB:g} MB"
        one = measured(content)
        times = _times(one, small, len(content))
        show(name, len(content), one, times)
        if (times or 0) > TIMES or one.outcome.startswith(BAD):
            failed.append(name)
    words = b"Some words of a sentence, and more. "
    for size in (1 * MB, 7 * MB, 20 * MB):
        name = f"a line, {size / MB:g} MB"
        content = words * (size // len(words)) + b"\n"
        one = measured(content)
        show(name, len(content), one, _times(one, small, len(content)))
        if one.above > GIB or one.outcome.startswith(BAD):
            failed.append(name)
    for name, make in HOSTILE.items():
        content = make().encode()
        one = measured(content, ".mdx" if "JSX" in name else ".md")
        show(name, len(content), one)
        if one.above > GIB or one.seconds > SECONDS or one.outcome.startswith(BAD):
            failed.append(name)
    if failed:
        print(f"\nover the limit: {', '.join(failed)}")
    return 1 if failed else 0


def _times(one: Measured, small: Measured, size: int) -> float | None:
    """None for a post that was refused: that costs next to nothing."""
    return None if one.outcome.startswith("refused") else max(0.0, one.above - small.above) / (size / MB)


def _body(content: bytes) -> bytes:
    """Without front matter."""
    head, _, rest = content.removeprefix(b"---\n").partition(b"\n---\n")
    return rest if content.startswith(b"---\n") and head else content


if __name__ == "__main__":
    sys.exit(main())
