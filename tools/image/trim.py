"""Take out of a virtual environment what a run never reads, and compile what it does.

    python trim.py VENV

Three things, each of them measured (see tools/image/README.md):

* test suites that numpy, scipy and pandas install with themselves;
* botocore's descriptions of some 400 services that neither polypost nor sagemaker-core opens;
* bytecode: a container starts from the same layers each time and keeps nothing, so that every module without
  its bytecode would be compiled again in every run. The three large packages are compiled only as far as the
  deploy path imports them.

Nothing of a package's code is replaced. What is missing afterwards is a service or a test suite, and asking
for it fails with a clear error: at build time, where the warm-up imports the deploy path, and in
tests/image/test_trim.py, which holds the table of services against polypost's code.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

SERVICES = frozenset(
    {
        "emr",  # read by sagemaker-core while it is imported
        "iam",  # the role by its name
        "pricing",
        "s3",  # opened by sagemaker-core's session
        "sagemaker",
        "sagemaker-featurestore-runtime",  # sagemaker-core opens these two with the others
        "sagemaker-metrics",
        "sagemaker-runtime",
        "scheduler",
        "service-quotas",  # `polypost doctor`
        "sso",  # credentials from a profile, on a developer's machine
        "sso-oidc",
        "sts",
    }
)
"""Services whose description stays; a folder's name in botocore/data."""

WITH_TESTS = ("numpy", "pandas", "scipy")
LARGE = (*WITH_TESTS, "sagemaker")
WARM_UP = """
import boto3
from sagemaker.core import image_uris, resources, shapes
from sagemaker.core.utils.utils import SageMakerClient
SageMakerClient(session=boto3.Session(), region_name="us-east-1")
"""
"""What deploying imports and opens: the build fails when something is missing that it needs."""


def trim(packages: Path) -> None:
    """Remove the test suites and the descriptions of other services from a site-packages folder.

    Raises FileNotFoundError when a service of the table isn't there: the table or botocore has changed.
    """
    for name in WITH_TESTS:
        # The folder's __init__ and the modules that the package itself imports stay: only test files go.
        for file in (packages / name).rglob("tests/**/*"):
            if file.is_file() and (file.name.startswith("test_") or "data" in file.parts):
                file.unlink()
    data = packages / "botocore" / "data"
    for service in SERVICES:
        if not (data / service).is_dir():
            raise FileNotFoundError(f"botocore has no description of {service!r}: correct SERVICES.")
    for folder in data.iterdir():
        if folder.is_dir() and folder.name not in SERVICES:
            shutil.rmtree(folder)


def compile_bytecode(python: Path, packages: Path) -> None:
    """Write the bytecode that runs need; raises CalledProcessError when an import or a file fails."""
    large = "|".join(LARGE)
    skip = rf"{packages}/({large})/"
    quiet = [str(python), "-W", "ignore::SyntaxWarning"]  # of other people's packages
    subprocess.run([*quiet, "-m", "compileall", "-q", "-x", skip, str(packages)], check=True)
    subprocess.run([*quiet, "-c", WARM_UP], check=True)


def main() -> None:
    """Trim the environment named on the command line."""
    venv = Path(sys.argv[1]).absolute()
    (packages,) = venv.glob("lib/python3.*/site-packages")
    trim(packages)
    compile_bytecode(venv / "bin" / "python", packages)


if __name__ == "__main__":
    main()
