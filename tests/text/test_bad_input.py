"""Bad input costs its post, with a finding that names the line, and neither much time nor memory."""

from __future__ import annotations

import resource
import subprocess
import sys
from pathlib import Path

import pytest

from polypost import same_structure
from polypost.errors import PostError
from text.bad_input import REFUSED, TAKEN, Bad
from text.translators import localize, upper

SECONDS = 60
MEMORY = 1024 * 1024 * 1024
CHILD = """
import sys
from contextlib import suppress
from polypost import localize
from polypost.errors import PostError
with suppress(PostError):
    localize(sys.stdin.buffer.read(), lambda texts: [text.upper() for text in texts], path=sys.argv[1])
"""


@pytest.mark.parametrize("bad", REFUSED.values(), ids=REFUSED)
def test_it_is_refused_with_its_line(bad: Bad) -> None:
    with pytest.raises(PostError) as caught:
        localize(bad.content, upper, path=bad.path)
    assert (caught.value.code, caught.value.line) == (bad.code, bad.line)


@pytest.mark.parametrize("bad", TAKEN.values(), ids=TAKEN)
def test_it_is_taken_as_it_is(bad: Bad) -> None:
    result = localize(bad.content, upper, path=bad.path)
    assert [(f.code, f.line) for f in result.findings] == ([(bad.code, bad.line)] if bad.code else [])
    assert same_structure(bad.content, result.content, result.declared, path=bad.path) == ()


def limited() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))


def run(content: bytes, path: str, child: str = CHILD) -> int:
    """The exit code of a process that has 1 GiB and a minute for a post."""
    command = [sys.executable, "-c", child, path]
    done = subprocess.run(
        command,
        input=content,
        capture_output=True,
        check=False,
        preexec_fn=limited,
        cwd=Path(__file__).parent,
    )
    return done.returncode


@pytest.mark.parametrize(
    ("content", "path"),
    [
        (b"Some text of many words. " * 800_000, "p.md"),
        *((bad.content, bad.path) for bad in (*REFUSED.values(), *TAKEN.values())),
    ],
    ids=["a line of 20 MB", *REFUSED, *TAKEN],
)
def test_a_gigabyte_and_a_minute_are_enough(content: bytes, path: str) -> None:
    assert run(content, path) == 0


def test_the_limits_hold() -> None:
    assert run(b"", "p.md", "x = bytearray(2 * 1024 ** 3)") != 0
