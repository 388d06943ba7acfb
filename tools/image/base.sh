#!/usr/bin/env bash
# A stand-in for the Dockerfile's base, made from Debian packages alone, for machines that reach a Debian mirror
# but no container registry. It is what debian:trixie-slim is: a minimal debootstrap without documentation and
# translations. Usage: base.sh STORE; needs root, buildah and debootstrap.
set -euo pipefail

store=${1:?usage: base.sh STORE}
name=docker.io/library/debian:trixie-slim
buildah=(buildah --root "$store/root" --runroot "$store/run" --storage-driver vfs)

if "${buildah[@]}" inspect --type image "$name" >/dev/null 2>&1; then
  exit 0
fi

rootfs=$(mktemp -d)
trap 'rm -rf "$rootfs"' EXIT
debootstrap --variant=minbase --include=ca-certificates trixie "$rootfs" http://deb.debian.org/debian

# As in the slim image: these paths are left out, now and by every later install.
cat >"$rootfs/etc/dpkg/dpkg.cfg.d/docker" <<'CONF'
path-exclude /usr/share/doc/*
path-include /usr/share/doc/*/copyright
path-exclude /usr/share/groff/*
path-exclude /usr/share/info/*
path-exclude /usr/share/linda/*
path-exclude /usr/share/lintian/*
path-exclude /usr/share/locale/*
path-exclude /usr/share/man/*
CONF
find "$rootfs/usr/share/doc" -type f ! -name copyright -delete
rm -rf "$rootfs"/usr/share/{groff,info,linda,lintian,locale,man} "$rootfs"/var/lib/apt/lists/* \
  "$rootfs"/var/cache/apt/* "$rootfs"/var/log/*.log

# The build trusts whom this machine trusts: behind a proxy that re-signs, pip and uv would refuse otherwise.
cp /etc/ssl/certs/ca-certificates.crt "$rootfs/etc/ssl/certs/ca-certificates.crt"
mkdir -p "$rootfs/etc/uv"
echo 'system-certs = true' >"$rootfs/etc/uv/uv.toml"

container=$("${buildah[@]}" from scratch)
"${buildah[@]}" add --quiet "$container" "$rootfs" / >/dev/null
"${buildah[@]}" config --cmd bash \
  --env PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "$container"
"${buildah[@]}" commit --quiet "$container" "$name" >/dev/null
"${buildah[@]}" rm "$container" >/dev/null
