#!/usr/bin/env bash
# Makes a portable archive for Linux systems with a glibc as new as here: target/package/mouthpiece-VERSION-ARCH-linux.tar.xz.
# Unpack it anywhere and run bin/mouthpiece, or copy bin and share below ~/.local.
set -euo pipefail
cd "$(dirname "$0")/.."

limit=$((15 * 1024 * 1024))
version=$(sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml | head -n 1)
name=mouthpiece-$version-$(uname -m)-linux
out=${CARGO_TARGET_DIR:-target}/package
# Without git, as in an archive of the sources, the day of the newest release.
released=$(sed -n 's/^## .*(\(.*\))$/\1/p' packaging/CHANGELOG.md | head -n 1)
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || date -u -d "$released" +%s)}
umask 022

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
packaging/stage.sh "$work/$name"
mkdir -p "$out"
tar --sort=name --owner=0 --group=0 --numeric-owner --mtime="@$SOURCE_DATE_EPOCH" -C "$work" -cf - "$name" |
    xz -9 --threads=1 >"$out/$name.tar.xz"
size=$(stat -c %s "$out/$name.tar.xz")
if [[ -z ${MOUTHPIECE_PROGRAM:-} ]] && ((size > limit)); then
    echo "tarball.sh: $out/$name.tar.xz has $size bytes, more than the $limit it may have" >&2
    exit 1
fi
echo "$out/$name.tar.xz"
