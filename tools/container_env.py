"""Sets up what the container tests run in: `python tools/container_env.py`; quick when it is there already.

It is a virtual environment with the software of SageMaker's stock Hugging Face container: the inference
toolkit, multi-model-server and transformers 4.51.3, in `.cache/container` or where POLYPOST_CONTAINER_ENV
says. Apart from polypost's own, because its pins are old. PyTorch comes through pip: where pip knows an index
of CPU builds (PIP_EXTRA_INDEX_URL, for example PyTorch's own), that is 200 MB, else gigabytes.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
REQUIREMENTS = ROOT / "tests/standins/container/requirements.txt"
PYTHONS = ((3, 11), (3, 12))
"""The container has 3.12; its numpy 1.26 has no wheels after that."""
OLDEST_JAVA = 11


class Missing(Exception):  # noqa: N818 - told to the user as it is
    """Something that this script can't install; the text says how to get it."""


def folder() -> Path:
    """Where the environment is, or will be."""
    return Path(os.environ.get("POLYPOST_CONTAINER_ENV") or ROOT / ".cache/container")


def check_java() -> None:
    """Raises Missing unless a Java that multi-model-server runs on is there."""
    home = os.environ.get("JAVA_HOME")
    java = shutil.which("java", path=f"{home}/bin" if home else None)
    if not java:
        raise Missing("Java is missing: install it, e.g. `apt-get install openjdk-17-jre-headless`.")
    told = subprocess.run([java, "-version"], capture_output=True, text=True, check=False).stderr
    version = re.search(r'version "(\d+)', told)
    if not version or int(version[1]) < OLDEST_JAVA:
        raise Missing(f"{java} is too old ({told.splitlines()[:1]}); install Java 17.")


def find_python() -> str:
    """A Python whose version the pins have wheels for. Raises Missing."""
    if sys.version_info[:2] in PYTHONS:
        return sys.executable
    for major, minor in PYTHONS:
        if found := shutil.which(f"python{major}.{minor}"):
            return found
    raise Missing("Python 3.11 or 3.12 is missing: the container's pins have no wheels for later ones.")


def make(target: Path, python: str) -> None:
    """Make the environment anew. Raises Missing, or CalledProcessError when pip fails (and has told why)."""
    shutil.rmtree(target, ignore_errors=True)
    made = subprocess.run([python, "-m", "venv", str(target)], capture_output=True, text=True, check=False)
    if made.returncode:
        raise Missing(
            f"{python} can't make virtual environments: install python3-venv. It said: {made.stdout.strip()}"
        )
    pip = [str(target / "bin/python"), "-m", "pip", "install", "-qq", "--disable-pip-version-check"]
    subprocess.run([*pip, "--requirement", str(REQUIREMENTS)], check=True)


def main() -> int:
    """Exit code 0 when the environment is ready, 2 when something has to be installed by hand."""
    target = folder()
    stamp = target / "made-from"
    try:
        check_java()
        python = find_python()
    except Missing as missing:
        print(f"container tests: {missing}", file=sys.stderr)
        return 2
    wanted = hashlib.sha256(REQUIREMENTS.read_bytes()).hexdigest()
    if stamp.is_file() and stamp.read_text() == wanted:
        return 0
    print(f"container tests: installing transformers, torch and the inference toolkit into {target}")
    try:
        make(target, python)
    except Missing as missing:
        print(f"container tests: {missing}", file=sys.stderr)
        return 2
    except subprocess.CalledProcessError as failure:
        print(f"container tests: pip failed with {failure.returncode}; see above.", file=sys.stderr)
        return 2
    stamp.write_text(wanted)
    return 0


if __name__ == "__main__":
    sys.exit(main())
