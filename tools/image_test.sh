#!/usr/bin/env bash
# Build the Dockerfile without Docker and without a container registry, show the image's size, check what it has
# to hold, and run a command with POLYPOST_IMAGE_RUNNER set to the program that starts a step in the image as
# GitHub's runner does (runner.py). Usage: image_test.sh [COMMAND ...]; needs root.
set -euo pipefail

cd "$(dirname "$0")/.."
store=${POLYPOST_IMAGE_STORE:-${XDG_CACHE_HOME:-$HOME/.cache}/polypost/image}
image=localhost/polypost:test
buildah=(buildah --root "$store/root" --runroot "$store/run" --storage-driver vfs)

if [ "$(id -u)" != 0 ]; then
  echo "error: building the stand-in base needs root (debootstrap, chroot): run 'sudo make test-image'." >&2
  exit 1
fi
missing=()
for tool in buildah debootstrap; do
  command -v "$tool" >/dev/null || missing+=("$tool")
done
if [ ${#missing[@]} -gt 0 ]; then
  echo "Installing ${missing[*]}"
  apt-get update --quiet=2
  apt-get install --quiet=2 --yes --no-install-recommends "${missing[@]}" debian-archive-keyring
fi

mkdir -p "$store"
tools/image/base.sh "$store"
# Without these the store grows by gigabytes a run: vfs keeps a full copy of every layer.
"${buildah[@]}" rm --all >/dev/null
"${buildah[@]}" rmi --prune >/dev/null
"${buildah[@]}" build --isolation chroot --pull-never --layers --ignorefile .dockerignore --tag "$image" .

export POLYPOST_IMAGE_STORE=$store POLYPOST_IMAGE=$image
export POLYPOST_IMAGE_RUNNER=$PWD/tools/image/runner.py
python3 tools/image/measure.py
python3 tools/image/runner.py /app/.venv/bin/polypost --version
if [ $# -gt 0 ]; then
  "$@"
fi
