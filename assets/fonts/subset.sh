#!/bin/sh
# Makes the font files of this folder from their originals. Needs pyftsubset (Debian: fonttools) and npm.
#   fonts-inter 3.19+ and fonts-jetbrains-mono (Debian) for text, npm @phosphor-icons/web 2.1.2 for icons.
# Text keeps Latin, Latin Extended, Greek, Cyrillic, punctuation, currency, arrows and common symbols; the icon
# fonts keep exactly the code points named in src/ui/icons.rs.
set -eu
cd "$(dirname "$0")"
text="U+0020-024F,U+0259,U+02B0-02FF,U+0300-036F,U+0370-03FF,U+0400-052F,U+1E00-1EFF,U+2000-206F,U+2070-209F"
text="$text,U+20A0-20BF,U+2100-214F,U+2190-2199,U+2200-2265,U+2318,U+21E7,U+2325,U+25A0-25CF,U+2713,U+FFFD"
inter=/usr/share/fonts/opentype/inter
mono=/usr/share/fonts/truetype/jetbrains-mono/JetBrainsMono-Regular.ttf
for weight in Regular Medium SemiBold; do
    pyftsubset "$inter/Inter-$weight.otf" --unicodes="$text" --layout-features=kern,mark,mkmk,ccmp,locl,calt \
        --desubroutinize --output-file="Inter-$weight.otf"
done
pyftsubset "$mono" --unicodes="$text" --layout-features=mark,mkmk,ccmp,locl --no-hinting \
    --output-file=JetBrainsMono-Regular.ttf

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
(cd "$work" && npm pack --silent @phosphor-icons/web@2.1.2 >/dev/null && tar xzf ./*.tgz)
points() {
    grep "Icon::$1(" ../../src/ui/icons.rs | grep -o 'u{[0-9A-F]*}' | sed 's/u{\(.*\)}/U+\1/' | sort -u | paste -sd, -
}
pyftsubset "$work/package/src/regular/Phosphor.ttf" --unicodes="$(points regular)" --layout-features= --no-hinting \
    --output-file=Phosphor.ttf
pyftsubset "$work/package/src/fill/Phosphor-Fill.ttf" --unicodes="$(points fill)" --layout-features= --no-hinting \
    --output-file=Phosphor-Fill.ttf
