"""Fuzz the text floor until something breaks: `make fuzz SECONDS=60`, or python fuzz [libFuzzer's flags].

The seeds are the samples and golden cases of the tests. What it finds becomes a golden case.
"""

import sys
import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["polypost", "structure"]):
    from structure import check, seeds

with tempfile.TemporaryDirectory() as folder:
    for number, seed in enumerate(seeds()):
        (Path(folder) / f"{number:05}").write_bytes(seed)
    atheris.Setup([*sys.argv, folder], check)
    atheris.Fuzz()
