#!/usr/bin/env bash
# Makes a package for Debian, Ubuntu and their relatives: target/package/mouthpiece_VERSION-1_ARCH.deb
#
# With MOUTHPIECE_PROGRAM and MOUTHPIECE_PAGES (see stage.sh) it packs a program that is built already, quickly and
# of any size. MOUTHPIECE_MAINTAINER says who answers for the package.
set -euo pipefail
cd "$(dirname "$0")/.."

for tool in dpkg-deb dpkg-shlibdeps strip gzip; do
    command -v "$tool" >/dev/null || { echo "deb.sh: $tool is missing: apt-get install dpkg-dev binutils" >&2 && exit 1; }
done
limit=$((15 * 1024 * 1024))
version=$(sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml | head -n 1)-1
arch=$(dpkg --print-architecture)
maintainer=${MOUTHPIECE_MAINTAINER:-The Mouthpiece authors <packages@mouthpiece.invalid>}
out=${CARGO_TARGET_DIR:-target}/package
# Without git, as in an archive of the sources, the day of the newest release.
released=$(sed -n 's/^## .*(\(.*\))$/\1/p' packaging/CHANGELOG.md | head -n 1)
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || date -u -d "$released" +%s)}
export SOURCE_DATE_EPOCH
umask 022

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
root=$work/root
packaging/stage.sh "$root/usr"
{
    printf 'mouthpiece (%s) unstable; urgency=medium\n\n  * What changed is told in changelog.gz.\n\n' "$version"
    printf ' -- %s  %s\n' "$maintainer" "$(LC_ALL=C date -u -R -d "@$SOURCE_DATE_EPOCH")"
} | gzip -9n >"$root/usr/share/doc/mouthpiece/changelog.Debian.gz"

# What the program is linked with; what it loads while it runs no tool can see, so it is named here.
mkdir "$work/debian"
printf 'Source: mouthpiece\n\nPackage: mouthpiece\nArchitecture: any\n' >"$work/debian/control"
linked=$(cd "$work" && dpkg-shlibdeps -O root/usr/bin/mouthpiece | sed -n 's/^shlibs:Depends=//p')
[[ -n $linked ]] || { echo "deb.sh: dpkg-shlibdeps does not say what the program is linked with" >&2 && exit 1; }
loaded="ca-certificates, libegl1, libfontconfig1, libgl1, libwayland-client0, libwayland-egl1, \
libx11-6, libx11-xcb1, libxcursor1, libxi6, libxkbcommon-x11-0, libxkbcommon0"

mkdir "$root/DEBIAN"
cat >"$root/DEBIAN/control" <<CONTROL
Package: mouthpiece
Version: $version
Architecture: $arch
Maintainer: $maintainer
Installed-Size: $(cd "$root" && find usr -type f -printf '%s\n' | awk '{ kib += int(($1 + 1023) / 1024) } END { print kib }')
Depends: $linked, $loaded
Recommends: espeak-ng, ffmpeg, gnome-keyring | libkf6wallet-bin | libkf5wallet-bin | kwalletmanager, libgl1-mesa-dri, xdg-desktop-portal, xdg-utils
Section: video
Priority: optional
Description: Desktop studio for voice cloning and lip sync
 Drop a video of someone speaking, clone the voice with their consent, write a
 new line, hear it in that voice, and put it on a video so that the lips follow.
 .
 Works on a sync.so account, or in a sandbox that serves the same API on this
 computer: with synthetic speech and without generated lips. Every step is also
 a command for scripts and machines without a display.
CONTROL
(cd "$root" && find usr -type f -print0 | LC_ALL=C sort -z | xargs -0 md5sum >DEBIAN/md5sums)
find "$root" -newermt "@$SOURCE_DATE_EPOCH" -exec touch -hd "@$SOURCE_DATE_EPOCH" {} +

pack=(-Zxz -z9)
[[ -z ${MOUTHPIECE_PROGRAM:-} ]] || pack=(-Zgzip -z1)
mkdir -p "$out"
deb=$out/mouthpiece_${version}_$arch.deb
dpkg-deb --root-owner-group "${pack[@]}" --build "$root" "$deb" >/dev/null
size=$(stat -c %s "$deb")
if [[ -z ${MOUTHPIECE_PROGRAM:-} ]] && ((size > limit)); then
    echo "deb.sh: $deb has $size bytes, more than the $limit it may have" >&2
    exit 1
fi
echo "$deb"
