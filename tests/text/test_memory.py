"""What a large post takes of memory; the bench reads the same of whole processes, for real posts."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable

from text.translators import localize, upper

TIMES = 25
PARTS = (
    "## How the build finds what has changed in {n} of them\n",
    (
        "Each time we looked at the build we found the same: it did far more than it had to. The cache was "
        "keyed by *the whole project*, so that one changed line in [a page](https://example.com/{n}) "
        "made all else be built again. We wanted a build that does the least, and `make -j{n}` was no help. "
        "So we went through it step by step, wrote down what each reads and writes, and\nkept only what was "
        "left. **It took a week**, and it was worth each day of it.\n"
    ),
    (
        "What came of it is boring in the best sense. There is a list of files, and a hash beside each of "
        "them. When a hash is another one than the time before, the page is built; when not, nothing happens "
        "at all. We have not had to think about it since, which can't be said of what it replaced.\n"
    ),
    (
        "- It reads the list that the last build left, and nothing besides\n"
        "- It builds what is new, with **as many workers** as there are cores\n"
    ),
    "```python\nfor page in changed({n}):\n    build(page, cache=True)\n```\n",
    "> Somebody said that number {n} was the best of them, and we agree.\n",
)
"""As long as a blog's own. An emoji makes each character take four bytes, and the post up to 6 times more."""


def times(work: Callable[[bytes], object], content: bytes) -> float:
    """How many times its size `work` takes of memory for `content` at its highest."""
    tracemalloc.start()
    try:
        work(content)
        return tracemalloc.get_traced_memory()[1] / len(content)
    finally:
        tracemalloc.stop()


def translated(content: bytes) -> bytes:
    return localize(content, upper, path="post.md").content


def test_a_large_post_takes_less_than_25_times_its_size() -> None:
    content = "\n".join(PARTS[n % len(PARTS)].format(n=n) for n in range(1_900)).encode()
    assert 300_000 < len(content) < 600_000
    translated(b"A small post first: tables are built once.\n")
    assert times(translated, content) < TIMES


def test_the_measure_sees_what_is_held() -> None:
    assert times(lambda content: [content * 2 for _ in range(TIMES)], b"x" * 10_000) > TIMES
