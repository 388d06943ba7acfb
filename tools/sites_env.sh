#!/usr/bin/env bash
# Sees to what the sample sites need beside packages of Python and Node: Jekyll and a browser.
# As root on Debian or Ubuntu it installs what is missing; for anybody else it says what that is.
set -euo pipefail

missing=()
command -v jekyll >/dev/null || missing+=(jekyll)
ruby -e 'Gem::Specification.find_by_name("jekyll-polyglot")' 2>/dev/null || missing+=(ruby-jekyll-polyglot)
command -v chromium chromium-browser google-chrome >/dev/null || missing+=(chromium)
if [ ${#missing[@]} -eq 0 ]; then
  exit 0
fi
if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
  echo "make: missing: ${missing[*]}; on Debian: sudo apt-get install ${missing[*]}" >&2
  exit 1
fi
echo "Installing ${missing[*]}"
apt-get update --quiet=2
DEBIAN_FRONTEND=noninteractive apt-get install --quiet=2 --yes --no-install-recommends "${missing[@]}" >/dev/null
