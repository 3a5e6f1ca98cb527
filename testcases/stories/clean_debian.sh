#!/usr/bin/env bash
# The Debian package on a clean Debian 12: bootstrapped, installed with apt, used, removed. Needs root, network and
# debootstrap, takes minutes, so no test calls it.
#
# Usage: clean_debian.sh refwarden_VERSION_amd64.deb [MIRROR]
# MIRROR: an archive of Debian; default: the first that this machine's apt reads.
set -euo pipefail

package=$(realpath "$1")
# shellcheck disable=SC2016 # apt's variable, not the shell's
mirror=${2:-$(apt-get indextargets --format '$(SITE)' 'Created-By: Packages' | sed -n 1p)}
[ -n "$mirror" ] || { echo 'clean_debian: apt names no archive here: pass one' >&2; exit 2; }
sample=$(dirname "$(realpath "$0")")/../sample/point.c

# What is mounted goes with the namespace.
if [ -z "${IN_NAMESPACE:-}" ]; then
    IN_NAMESPACE=1 exec unshare --mount "$0" "$package" "$mirror"
fi

root=$(mktemp -d)
trap 'umount -R "$root/proc" "$root/dev" 2> /dev/null; rm -rf --one-file-system "$root"' EXIT
debootstrap --variant=minbase bookworm "$root" "$mirror" > "$root.log" || { cat "$root.log"; exit 1; }
rm -f "$root.log"
mount --bind /proc "$root/proc"
mount --rbind /dev "$root/dev"
mkdir "$root/smoke"
cp "$package" "$root/smoke/refwarden.deb"
cp "$sample" "$root/smoke/"

cat > "$root/smoke/run" <<'SMOKE'
set -eu
export DEBIAN_FRONTEND=noninteractive LC_ALL=C
apt-get -q update > /dev/null
cd /smoke
apt-get -q install -y ./refwarden.deb > apt.log 2>&1 || { cat apt.log; exit 1; }
refwarden --version
status=0
refwarden check --format concise point.c || status=$?
[ "$status" -eq 1 ] || { echo "status $status instead of 1"; exit 1; }
dpkg --verify refwarden
apt-get -q remove -y refwarden > /dev/null
[ ! -e /usr/bin/refwarden ]
SMOKE
chroot "$root" sh /smoke/run
echo 'clean_debian: installed, used and removed'
