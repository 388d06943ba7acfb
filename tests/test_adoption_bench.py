"""The bench of adoption, over two localizations."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from plan import test_adoption
from plan.test_blockwise import POST, THEIRS

ROOT = Path(__file__).parent.parent


def bench(folder, *arguments):
    for name, post, theirs in (("a", POST, THEIRS), ("b", test_adoption.POST, test_adoption.THEIRS)):
        (folder / f"{name}.md").write_text(post)
        (folder / f"{name}.es.md").write_text(theirs)
    command = [sys.executable, str(ROOT / "bench/adoption.py"), str(folder), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_all_that_is_told_is_right(tmp_path):
    done = bench(tmp_path)
    rows = [line.strip("| ").split(" | ") for line in done.stdout.splitlines()[4:]]
    assert [row[0] for row in rows][::9] == ["as it is", "all"], done.stderr
    assert rows[0] == ["as it is", "18", "0", "100.0%", "0", "0"]
    assert done.returncode == 0, done.stderr


def test_pairing_by_number_is_seen(tmp_path):
    done = bench(tmp_path, "--by-number")
    assert done.returncode == 1
    assert "isn't" in done.stderr
