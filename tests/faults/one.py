"""Cases of one scene whose names hold some words, with their logs: `one.py SCENE [WORDS]`."""

import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from faults.matrix import Bench
from faults.scenes import SCENES
from faults.tape import Kind


def main(scene: str, words: str = "") -> None:
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(SCENES[scene], Path(folder))
        for trouble in bench.cases(tuple(Kind)):
            if words in str(trouble):
                verdict = bench.run(trouble)
                print(f"{verdict.log}\n=== {verdict} ({verdict.seconds:.1f} s)\n")
        bench.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
