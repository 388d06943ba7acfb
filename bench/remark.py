"""The judge's end in Python: one node process, asked line by line."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from polypost.markdown.rules import DEFAULT_KEYS

HOME = Path(__file__).parent / "judge"


@dataclass(frozen=True, slots=True)
class Verdict:
    verdict: str
    """`same`, `different` or `unparsed` (the source)."""
    differences: Sequence[dict[str, Any]]
    dangling: Sequence[str]


class Node:
    """A program of bench/judge that answers each line with a line."""

    def __init__(self, program: str) -> None:
        if not (HOME / "node_modules").is_dir():
            raise SystemExit(
                "bench/judge/node_modules is missing: run `npm ci --prefix bench/judge`, or `make bench`"
            )
        self.process = subprocess.Popen(
            ["node", str(HOME / program)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.process.stdin.close()
        self.process.wait(timeout=30)

    def ask(self, **job: Any) -> dict[str, Any]:
        self.process.stdin.write(json.dumps(job) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit(f"the judge ended (its message is above) on {job.get('id')}")
        return json.loads(line)


class Judge(Node):
    """Compares a post with what was made of it."""

    def __init__(self) -> None:
        super().__init__("judge.mjs")

    def compare(
        self, source: str, target: str, dialect: str, *, name: str = "", keys: Sequence[str] = DEFAULT_KEYS
    ) -> Verdict:
        """`source`, `target`: texts without a BOM. The source last asked about is parsed already."""
        told = self.ask(id=name, dialect=dialect, source=source, target=target, keys=list(keys))
        return Verdict(told["verdict"], told["differences"], told.get("dangling", ()))
