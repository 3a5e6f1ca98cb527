#!/bin/sh
# Decides where the sources of the measured C extensions come from, and puts them in one folder.
# Which ones they are, corpus.py decides.
#
#   corpus.sh [DIR [NAME...]]   default: ${XDG_CACHE_HOME:-$HOME/.cache}/refwarden/corpus, and all of them
#
# The sources are the distribution's source packages, taken with apt-get from the archives that this
# machine already uses. apt runs on a private copy of its source list and its own lists folder below
# DIR/.apt: the machine's configuration stays as it is, and root is not needed. A package that is
# unpacked already is not fetched again.
#
# stdout: NAME<TAB>DIR for every package that is there at the end.
# exit:   0 all of them, 1 some are missing (named on stderr), 2 nothing could be tried.
set -u

say() { printf 'corpus: %s\n' "$*" >&2; }

default_folder() {
    printf '%s/refwarden/corpus' "${XDG_CACHE_HOME:-${HOME:?}/.cache}"
}

# The machine's archives, asked for sources instead of binaries; both of apt's file formats.
copy_source_list() {
    etc=$1 to=$2
    for f in "$etc/sources.list" "$etc"/sources.list.d/*.list; do
        [ -f "$f" ] && sed -n 's/^[[:space:]]*deb[[:space:]]/deb-src /p' "$f"
    done | sort -u > "$to/copied.list"
    for f in "$etc"/sources.list.d/*.sources; do
        [ -f "$f" ] && sed 's/^Types:.*/Types: deb-src/' "$f" > "$to/${f##*/}"
    done
    return 0
}

private_apt() {
    apt-get -q -q -o Dir::Etc::SourceList=/dev/null -o Dir::Etc::SourceParts="$apt/sources" \
            -o Dir::State::Lists="$apt/lists" -o Dir::Cache="$apt/cache" "$@"
}

prepare_apt() {
    command -v apt-get > /dev/null || { say 'apt-get is needed (a Debian or one of its kin)'; exit 2; }
    rm -rf "$apt/sources"
    mkdir -p "$apt/sources" "$apt/lists/partial" "$apt/cache/archives/partial" || exit 2
    copy_source_list /etc/apt "$apt/sources"
    private_apt update >&2 || say 'some archive could not be read; going on with the others'
}

# A half-unpacked folder never gets the final name.
unpack() {
    tarball=$1 to=$2
    rm -rf "$to.part" "$to"
    mkdir "$to.part" && tar -xf "$tarball" -C "$to.part" --strip-components=1 && mv "$to.part" "$to"
}

fetch() {
    name=$1 to=$2
    rm -rf "$apt/download" && mkdir "$apt/download" || return 1
    (cd "$apt/download" && private_apt source --download-only --tar-only "$name" >&2) || return 1
    set -- "$apt/download/${name}"_*.orig.tar.*[!c]
    [ -f "$1" ] && unpack "$1" "$to"
}

main() {
    folder=${1:-$(default_folder)}
    mkdir -p "$folder" || exit 2
    folder=$(cd "$folder" && pwd)
    apt=$folder/.apt status=0 prepared=no
    [ $# -eq 0 ] || shift
    packages=$*
    [ -n "$packages" ] || packages=$(python3 "$(dirname "$0")/corpus.py" names) || exit 2
    for name in $packages; do
        [ -d "$folder/$name" ] && continue
        [ "$prepared" = yes ] || { prepare_apt; prepared=yes; }
        fetch "$name" "$folder/$name" || { say "$name: no source could be had"; status=1; }
    done
    for name in $packages; do
        [ -d "$folder/$name" ] && printf '%s\t%s\n' "$name" "$folder/$name"
    done
    rm -rf "$apt/download"
    exit "$status"
}

case ${1:-} in
    -h | --help) sed -n '2,/^set/s/^# \{0,1\}//p' "$0" ;;
    -*) say "unknown option '$1'"; exit 2 ;;
    *) main "$@" ;;
esac
