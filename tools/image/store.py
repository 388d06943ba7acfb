"""Where the image under test is, and how buildah is called there."""

from __future__ import annotations

import os
from pathlib import Path


def image() -> str:
    """The name of the image under test."""
    return os.environ.get("POLYPOST_IMAGE", "localhost/polypost:test")


def buildah(*arguments: str) -> list[str]:
    """The command line that calls buildah on the store of image_test.sh."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    store = Path(os.environ.get("POLYPOST_IMAGE_STORE") or cache / "polypost" / "image")
    return [
        *("buildah", "--root", str(store / "root"), "--runroot", str(store / "run")),
        *("--storage-driver", "vfs", *arguments),
    ]
