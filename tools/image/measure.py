"""Print the compressed size of the image under test, layer by layer, as a registry would hold it."""

from __future__ import annotations

import json
import subprocess
import tempfile
from pathlib import Path

from store import buildah, image


def layers(layout: Path) -> list[int]:
    """The compressed sizes in bytes of the layers of an OCI layout with one image, bottom first."""
    blobs = layout / "blobs" / "sha256"
    (entry,) = json.loads((layout / "index.json").read_bytes())["manifests"]
    manifest = json.loads((blobs / entry["digest"].removeprefix("sha256:")).read_bytes())
    return [layer["size"] for layer in manifest["layers"]]


def main() -> None:
    """Export the image and add up its layers."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(buildah("push", "--quiet", image(), f"oci:{folder}:image"), check=True)
        sizes = layers(Path(folder))
    print(f"compressed size: {sum(sizes) / 1e6:.1f} MB ({' + '.join(f'{s / 1e6:.1f}' for s in sizes)})")


if __name__ == "__main__":
    main()
