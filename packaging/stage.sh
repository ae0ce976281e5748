#!/usr/bin/env bash
# Lays out what is installed, below a folder, the way Linux distributions do: the program, its entry in menus, icons,
# man page, completions and licences. For the scripts that make packages of it.
#
#   packaging/stage.sh FOLDER            builds the program, and lays out FOLDER/bin, FOLDER/share
#
# MOUTHPIECE_PROGRAM and MOUTHPIECE_PAGES name a program that is built already and a folder with its pages (what the
# examples `pages` and `licences` write); then nothing is built, and the program may be of any size. The test of the
# package does that.
set -euo pipefail
cd "$(dirname "$0")/.."

to=${1:?usage: packaging/stage.sh FOLDER}
id=so.mouthpiece.Mouthpiece
limit=$((30 * 1024 * 1024))

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
program=${MOUTHPIECE_PROGRAM:-}
pages=${MOUTHPIECE_PAGES:-}

if [[ -z $pages ]]; then
    # Built with the profile of tests, apart from the program: what these need would be linked into it as well.
    pages=$work/pages
    mkdir "$pages"
    # The man page names the commit, as the program does.
    commit=${MOUTHPIECE_COMMIT:-$(git rev-parse --short=12 HEAD 2>/dev/null || echo "unknown commit")}
    MOUTHPIECE_COMMIT=$commit cargo run --quiet --locked --example pages -- "$pages"
    cargo run --quiet --locked --example licences -- texts "$pages/libraries.txt"
fi
if [[ -z $program ]]; then
    # The same bytes from the same commit, wherever it was built and by whom: no path of this computer is in it.
    home=${CARGO_HOME:-$HOME/.cargo}
    here=$PWD
    target=$(realpath -m "${CARGO_TARGET_DIR:-target}")
    maps="'-ffile-prefix-map=$home=/cargo' '-ffile-prefix-map=$target=/target' '-ffile-prefix-map=$here=/mouthpiece'"
    flags=()
    # The last that fits is taken, so the narrowest stands last.
    for map in "$here=/mouthpiece" "$target=/target" "$home=/cargo"; do
        flags+=("--remap-path-prefix=$map")
    done
    # Parted by a sign that stands in no path.
    encoded=$(printf '%s\x1f' "${flags[@]}")
    env -u RUSTFLAGS -u CARGO_BUILD_TARGET CC_SHELL_ESCAPED_FLAGS=1 \
        CFLAGS="${CFLAGS:-} $maps" CXXFLAGS="${CXXFLAGS:-} $maps" CARGO_ENCODED_RUSTFLAGS="${encoded%$'\x1f'}" \
        cargo build --release --locked --bin mouthpiece --target-dir "$target"
    program=$target/release/mouthpiece
fi

install -Dm755 "$program" "$to/bin/mouthpiece"
strip --strip-all "$to/bin/mouthpiece"
size=$(stat -c %s "$to/bin/mouthpiece")
if [[ -z ${MOUTHPIECE_PROGRAM:-} ]] && ((size > limit)); then
    echo "stage.sh: the program has $size bytes, more than the $limit it may have" >&2
    exit 1
fi
install -Dm644 "packaging/linux/$id.desktop" "$to/share/applications/$id.desktop"
install -Dm644 "packaging/linux/$id.metainfo.xml" "$to/share/metainfo/$id.metainfo.xml"
install -Dm644 assets/icon/mouthpiece.svg "$to/share/icons/hicolor/scalable/apps/$id.svg"
for icon in assets/icon/mouthpiece-*.png; do
    size=${icon//[^0-9]/}
    install -Dm644 "$icon" "$to/share/icons/hicolor/${size}x$size/apps/$id.png"
done

for page in "$pages"/*.1; do
    install -d "$to/share/man/man1"
    gzip -9n <"$page" >"$to/share/man/man1/$(basename "$page").gz"
done
install -Dm644 "$pages/mouthpiece.bash" "$to/share/bash-completion/completions/mouthpiece"
install -Dm644 "$pages/_mouthpiece" "$to/share/zsh/vendor-completions/_mouthpiece"
install -Dm644 "$pages/mouthpiece.fish" "$to/share/fish/vendor_completions.d/mouthpiece.fish"

doc=$to/share/doc/mouthpiece
install -d "$doc"
gzip -9n <packaging/CHANGELOG.md >"$doc/changelog.gz"
gzip -9n <"$pages/libraries.txt" >"$doc/libraries.txt.gz"
install -m644 packaging/linux/copyright "$doc/copyright"
install -m644 packaging/licenses/* "$doc/"
chmod -R u=rwX,go=rX "$to"
