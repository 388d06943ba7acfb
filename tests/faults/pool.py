"""All cases of a scene, on as many processes as there are processors."""

from __future__ import annotations

import gc
import multiprocessing
import os
import tempfile
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from faults.matrix import ALL, Bench, Guards, Verdict
from faults.scenes import SCENES
from faults.tape import Kind, Trouble
from polypost.sagemaker.life import deploy

_bench: Bench | None = None
"""Of this worker."""


def verdicts(
    scene: str, kinds: tuple[Kind, ...], guards: Guards = ALL, *, last: bool = False
) -> list[Verdict]:
    """What became of every case of a scene; `last`: only of the last call of each operation."""
    deploy._core("resources")  # 2 s, once and not in every worker
    processes = min(4, os.cpu_count() or 1)
    fork = multiprocessing.get_context("fork")
    with (
        tempfile.TemporaryDirectory() as folder,
        ProcessPoolExecutor(processes, fork, initializer=_open, initargs=(scene, folder)) as pool,
    ):
        cases = pool.submit(_cases, kinds).result()
        if last:
            cases = list({(case.call.kind, case.kind): case for case in cases}.values())
        return list(pool.map(_run, cases, [guards] * len(cases), chunksize=4))


def _open(scene: str, folder: str) -> None:
    global _bench  # noqa: PLW0603 - a worker has one
    own = Path(folder) / str(os.getpid())
    own.mkdir()
    _bench = Bench(SCENES[scene], own)
    gc.freeze()  # what is there by now stays: neither looked through again, nor copied in forks for that


def _cases(kinds: tuple[Kind, ...]) -> list[Trouble]:
    assert _bench
    return _bench.cases(kinds)


def _run(trouble: Trouble, guards: Guards) -> Verdict:
    assert _bench
    return _bench.run(trouble, guards)
