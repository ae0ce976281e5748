#!/usr/bin/env bash
# Installs the system packages Mouthpiece needs, on Debian, Ubuntu and their relatives. Elsewhere it changes nothing
# and says what to install.
#
#   packaging/setup.sh             what building and running needs
#   packaging/setup.sh --tests     that, and what the tests need
#   packaging/setup.sh --packages  that, and what making, checking and trying packages needs
#   packaging/setup.sh --dry-run   says what it would do, and does nothing
set -euo pipefail

build=(pkg-config libasound2-dev gcc libc6-dev)
run=(
    ffmpeg espeak-ng ca-certificates                                              # pictures, speech, https
    libgl1 libegl1 libgl1-mesa-dri                                                # drawing, also without a graphics card
    libx11-6 libx11-xcb1 libxcursor1 libxi6 libxkbcommon-x11-0                    # windows on X11
    libxkbcommon0 libwayland-client0 libwayland-egl1                              # windows on Wayland
    libfontconfig1                                                                # letters our own fonts lack
    xdg-utils                                                                     # opening results
)
tests=(pulseaudio libasound2-plugins xvfb dbus at-spi2-core gnome-keyring mesa-vulkan-drivers libvulkan1 curl sqlite3 git
    dpkg-dev binutils man-db desktop-file-utils appstream) # the package
packages=(dpkg-dev binutils xz-utils desktop-file-utils appstream lintian mmdebstrap)

dry_run=false
wanted=("${build[@]}" "${run[@]}")
for argument in "$@"; do
    case $argument in
    --tests) wanted+=("${tests[@]}") ;;
    --packages) wanted+=("${packages[@]}") ;;
    --dry-run) dry_run=true ;;
    -h | --help) sed -n '2,9s/^# \{0,1\}//p' "$0" && exit ;;
    *) echo "setup.sh: unknown argument $argument (try --help)" >&2 && exit 2 ;;
    esac
done

elsewhere() {
    echo "setup.sh installs packages with apt, which is not here. Nothing was changed." >&2
    case $(uname -s) in
    Darwin) echo "On macOS: xcode-select --install; brew install ffmpeg espeak-ng" >&2 ;;
    MINGW* | MSYS* | CYGWIN*) echo "On Windows: winget install Gyan.FFmpeg eSpeak-NG.eSpeak-NG" >&2 ;;
    *)
        echo "On Fedora, with RPM Fusion for the full ffmpeg:" >&2
        echo "  sudo dnf install gcc pkgconf-pkg-config alsa-lib-devel ffmpeg espeak-ng mesa-dri-drivers xdg-utils" >&2
        echo "  for the tests also: xorg-x11-server-Xvfb dbus-daemon at-spi2-core gnome-keyring mesa-vulkan-drivers curl sqlite" >&2
        echo "On Arch:" >&2
        echo "  sudo pacman -S gcc pkgconf alsa-lib ffmpeg espeak-ng mesa libxkbcommon-x11 xdg-utils" >&2
        echo "  for the tests also: xorg-server-xvfb dbus at-spi2-core gnome-keyring vulkan-swrast curl sqlite" >&2
        ;;
    esac
    exit 1
}
command -v apt-get >/dev/null && command -v dpkg-query >/dev/null || elsewhere

missing=()
for package in "${wanted[@]}"; do
    status=$(dpkg-query -W -f '${db:Status-Status}\n' "$package" 2>/dev/null || true)
    grep -qx installed <<<"$status" || missing+=("$package")
done
if ((${#missing[@]} == 0)); then
    exit 0
fi

as_root=()
if (($(id -u) != 0)); then
    as_root=(sudo)
fi
if $dry_run; then
    echo "${as_root[*]:+${as_root[*]} }apt-get install --no-install-recommends ${missing[*]}"
    exit 0
fi
if (($(id -u) != 0)) && ! command -v sudo >/dev/null; then
    echo "setup.sh: these packages are missing, and there is no sudo to install them with. As root, run:" >&2
    echo "  apt-get install --no-install-recommends ${missing[*]}" >&2
    exit 1
fi

echo "Installing ${missing[*]}"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
quietly() { "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q -y "$@" >"$log" 2>&1 </dev/null; }
# A list that can't be fetched matters only when a package is missing in the others. Nothing is removed for what is
# installed: a desktop's own sound server may be what pulseaudio, which the tests start for themselves, conflicts with.
quietly update || true
if ! quietly install --no-remove --no-install-recommends "${missing[@]}"; then
    cat "$log" >&2
    exit 1
fi
