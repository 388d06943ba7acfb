"""The bench of large blogs, over small ones."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

ROOT = Path(__file__).parent.parent


def scale(*arguments, env=None):
    command = [sys.executable, str(ROOT / "bench/scale.py"), str(ROOT / "examples/blog"), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, env=env)


def test_two_sizes_are_measured_and_drawn(tmp_path):
    plot = tmp_path / "scale.svg"
    done = scale("--posts", "3,12", "--languages", "3", "--wave", "3000", "--plot", str(plot))
    rows = [line.split() for line in done.stdout.splitlines()[1:3]]
    assert [row[:2] for row in rows] == [["3", "9"], ["12", "36"]], done.stderr
    assert all(0 < int(peak) < 200 for row in rows for peak in re.findall(r"(\d+) MB", " ".join(row)))
    assert "Localizations translated: 36 of 36" in done.stderr
    drawn = ET.fromstring(plot.read_text())
    assert len(drawn.findall("{*}circle")) == 4 * 2


def test_a_blog_that_takes_too_much_is_told(monkeypatch, capsys):
    monkeypatch.syspath_prepend(str(ROOT / "bench"))
    import scale as bench

    one = {
        "exit": 0,
        "peak": 100,
        "changed": 0,
        "all": 10,
        "clock": 10,
        "bytes": 1000,
        "localizations": 1,
    }
    fine = bench.Row(10, one, one)
    twice = bench.Row(20, one | {"peak": 150, "all": 20, "bytes": 2000}, one)
    assert list(bench.failures([fine, twice])) == []
    for name, wrong in {
        "took 1,024 MB": {"peak": 1024},
        "ended with 3": {"exit": 3},
        "ms in a large blog": {"all": 100},
        "Memory grows faster": {"peak": 300},
    }.items():
        bad = bench.Row(20, twice.first | wrong, one)
        assert any(name.split(" ")[-1] in told for told in bench.failures([fine, bad])), name
    assert "changed 2 files" in next(iter(bench.failures([bench.Row(10, one, one | {"changed": 2})])))
