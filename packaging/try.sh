#!/usr/bin/env bash
# Tries the package on a system that has nothing but itself: installs it with what it needs and recommends, opens the
# window from the entry in the menu, makes a video with it, removes it, and looks for what was left. Takes minutes,
# about a gigabyte, the network, and root (for the system of its own, below a temporary folder).
#
#   packaging/try.sh target/package/mouthpiece_VERSION-1_ARCH.deb [SUITE]
#
# SUITE is one of Debian, or of Ubuntu where this is run on Ubuntu; otherwise that of this computer.
set -euo pipefail
cd "$(dirname "$0")/.."

package=$(realpath "${1:?usage: packaging/try.sh PACKAGE.deb [SUITE]}")
(($# <= 2)) || { echo "try.sh: one package at a time" >&2 && exit 2; }
# shellcheck source=/dev/null
. /etc/os-release
suite=${2:-$VERSION_CODENAME}
components=main
# There, what the trial and the program need is in universe.
[[ $ID != ubuntu ]] || components=main,universe
(($(id -u) == 0)) || { echo "try.sh: only root can set up a system of its own" >&2 && exit 1; }
command -v mmdebstrap >/dev/null || { echo "try.sh: mmdebstrap is missing: packaging/setup.sh --packages" >&2 && exit 1; }

work=$(mktemp -d)
trap 'rm -rf --one-file-system "$work"' EXIT
root=$work/root
echo "== A system of its own ($suite)"
mmdebstrap --quiet --mode=root --variant=apt --components="$components" "$suite" "$root"
cp "$package" "$root/mouthpiece.deb"
cp assets/example/Lena.mp4 assets/example/Sam.mp4 "$root/tmp/"
cat >"$root/steps.sh" <<'STEPS'
set -euo pipefail
trap 'echo "try.sh: line $LINENO of its steps failed" >&2' ERR
export DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8
id=so.mouthpiece.Mouthpiece
install() { apt-get install -y -qq "$@" >/log 2>&1 || { cat /log && exit 1; }; }
say() { echo "== $*"; }

say "What only this trial needs"
apt-get update -qq
install --no-install-recommends xvfb x11-utils libglib2.0-bin dbus procps
useradd --create-home mara
as_mara() { setpriv --reuid mara --regid mara --clear-groups env -i HOME=/home/mara USER=mara PATH=/usr/bin:/bin \
    LC_ALL=C.UTF-8 LIBGL_ALWAYS_SOFTWARE=1 XDG_RUNTIME_DIR=/tmp/mara "$@"; }
mkdir -m 700 /tmp/mara && chown mara: /tmp/mara /tmp/Lena.mp4 /tmp/Sam.mp4

say "apt install ./mouthpiece.deb"
install /mouthpiece.deb
dpkg-query -W -f '${Package} ${Version} ${db:Status-Status}\n' mouthpiece ffmpeg espeak-ng
dpkg --verify mouthpiece
dpkg -L mouthpiece >/files
as_mara mouthpiece --version

say "The window, from the entry in the menu"
Xvfb :9 -screen 0 1280x800x24 -nolisten tcp -noreset >/dev/null 2>&1 &
cat >/window.sh <<'WINDOW'
for try in $(seq 100); do xdpyinfo >/dev/null 2>&1 && break; sleep 0.1; done
gio launch /usr/share/applications/so.mouthpiece.Mouthpiece.desktop
for try in $(seq 600); do
    window=$(xwininfo -root -tree | sed -n 's/^ *\(0x[0-9a-f]*\) "Mouthpiece": ("[^"]*" "so.mouthpiece.Mouthpiece").*/\1/p')
    [ -n "$window" ] && xprop -id "$window" WM_CLASS WM_NAME && pkill -TERM -x mouthpiece && exit 0
    sleep 0.1
done
echo "no window" >&2
exit 1
WINDOW
# The services that the bus starts say a lot.
as_mara DISPLAY=:9 dbus-run-session -- sh /window.sh 2>/log || { cat /log && exit 1; }

say "A video, without a window"
as_mara mouthpiece flow --sandbox --yes --source /tmp/Lena.mp4 --name Lena --consent-by "Lena Berg" \
    --consent-how by-email \
    --text "Good morning from a clean system." --target /tmp/Sam.mp4 --output /home/mara/said.mp4
as_mara ffprobe -v error -show_entries stream=codec_type,codec_name,duration -of csv=p=0 /home/mara/said.mp4

say "apt remove"
apt-get remove -y -qq mouthpiece >/log 2>&1 || { cat /log && exit 1; }
left=$(while read -r path; do [ -d "$path" ] || [ ! -e "$path" ] || echo "$path"; done </files)
left+=$(find / -xdev \( -path /proc -o -path /sys -o -path /home -o -path /tmp -o -path /var/lib/dpkg \) -prune -o \
    -iname '*mouthpiece*' ! -name mouthpiece.deb -print)
[ -z "$left" ] || { echo "left behind: $left" >&2 && exit 1; }
dpkg --purge mouthpiece >/dev/null 2>&1
! grep -rqs mouthpiece /var/lib/dpkg/info /var/lib/dpkg/status || { echo "dpkg still knows it" >&2 && exit 1; }
echo "Nothing is left but what mara made:"
find /home/mara -iname '*mouthpiece*' -prune -o -name said.mp4 -print
STEPS

# All that is started and mounted in there ends with it.
unshare --mount --pid --fork --kill-child bash -euc '
    mount --make-rprivate /
    mount -t proc proc "$0/proc"
    mount --rbind /dev "$0/dev"
    mount -t tmpfs tmpfs "$0/dev/shm" || true
    cp /etc/resolv.conf "$0/etc/resolv.conf"
    exec chroot "$0" bash /steps.sh' "$root"
echo "== The package is fine"
