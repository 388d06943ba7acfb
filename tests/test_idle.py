"""The bench of runs that have nothing to do, over a small blog."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

ROOT = Path(__file__).parent.parent


def test_each_way_to_run_is_measured(tmp_path):
    command = [sys.executable, str(ROOT / "bench/idle.py"), str(ROOT / "examples/blog")]
    given = ("--posts", "3", "--languages", "2", "--repeat", "1", "--keep", str(tmp_path))
    done = subprocess.run([*command, *given], capture_output=True, text=True, check=False)
    rows = [line.split() for line in done.stdout.splitlines()[2:5]]
    assert [row[:2] for row in rows] == [["3", "dry"], ["3", "local"], ["3", "action"]], done.stderr
    assert done.returncode == 0, done.stdout
    assert (tmp_path / "blog-3-2/posts/000/post-00000.fr.md").is_file()


def test_what_takes_too_much_or_does_too_much_is_told(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "bench"))
    import idle as bench

    taken = bench.Taken(clock=5.0, worked=4.0, peak=100.0, code=0, changed=0)
    one = replace(taken, worked=4.5, changed=11)
    row = bench.Row(5000, "dry", taken, one, 11)
    assert list(bench.failures([row])) == []
    for told, wrong in {
        "20.0 s with nothing to do": replace(row, idle=replace(taken, clock=20.0)),
        "500 MiB": replace(row, one=replace(one, peak=500.0)),
        "1.00 s more": replace(row, one=replace(one, worked=5.0)),
        "1 files, not 0": replace(row, idle=replace(taken, changed=1)),
        "10 files, not 11": replace(row, one=replace(one, changed=10)),
        "ended with 1": replace(row, one=replace(one, code=1)),
    }.items():
        assert any(told in each for each in bench.failures([wrong])), told
