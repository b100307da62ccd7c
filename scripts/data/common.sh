# Shared by the scripts of this folder, which source it. Each puts one data set into DEST (its first argument, else
# $GANNET_DATA/NAME, else ~/.cache/gannet/NAME), atomically, by renaming a temporary folder.
set -euo pipefail
name=${0##*/} name=${name%.sh}
here=$(cd "$(dirname "$0")" && pwd)
dest=${1:-${GANNET_DATA:-$HOME/.cache/gannet}/$name}
by_hand="" # what to do where fetching fails

fail() { echo "$name: $1${by_hand:+; $by_hand}" >&2; exit 1; }
done_now() { echo "$name is in $dest"; exit 0; }

# takes count=20000 style=avataaars: sets these variables, from GANNET_SET_COUNT and so on where those are given
# (`gannet data fetch NAME --count 5000`); other settings are refused.
settings=""
takes() {
  local pair key given
  for pair in "$@"; do
    key=GANNET_SET_$(tr a-z A-Z <<<"${pair%%=*}")
    printf -v "${pair%%=*}" %s "${!key:-${pair#*=}}"
    settings+="${pair%%=*}=${!key:-${pair#*=}} "
    unset "$key"
  done
  given=$(env | sed -n 's/^GANNET_SET_\([A-Z]*\)=.*/--\L\1/p' | head -n 1)
  [ -z "$given" ] || { given+=" (it takes: ${settings:-nothing}"; fail "the set takes no ${given% })"; }
}

# whole SETTING LEAST MOST: is it a number from LEAST to MOST?
whole() {
  [[ ${!1} =~ ^[0-9]{1,7}$ ]] && [ "${!1}" -ge "$2" ] && [ "${!1}" -le "$3" ] || fail "--$1 is ${!1}, expected $2 to $3"
}

# made VERSION: is DEST there, made by this version of the script with these settings?
made() { [ "$(cat "$dest/made-with" 2>/dev/null)" = "$settings$1" ]; }

# need TOOL...: all are there, or what to do.
need() {
  local tool
  for tool in "$@"; do command -v "$tool" >/dev/null || fail "no $tool here to make the set with${needs_hint:+ ($needs_hint)}"; done
}

# begin: the folders $work, for anything, and $new, which becomes DEST.
begin() {
  mkdir -p "$(dirname "$dest")"
  work=$(mktemp -d "$(dirname "$dest")/.$name.XXXXXX")
  trap 'rm -rf "$work"' EXIT
  new=$work/new
  mkdir "$new"
}

# finish [VERSION]: what is in $new goes to DEST. Other files that are in DEST stay.
finish() {
  [ $# = 0 ] || echo "$settings$1" >"$new/made-with"
  if [ -e "$dest" ]; then
    rm -f "$dest/made-with"
    (cd "$new" && find . -type f ! -name made-with -print | while read -r file; do
      mkdir -p "$dest/$(dirname "$file")" && mv -f "$file" "$dest/$file"
    done)
    [ ! -e "$new/made-with" ] || mv "$new/made-with" "$dest/made-with"
  else
    mv "$new" "$dest"
  fi
  done_now
}

# deb PACKAGE SIZE: Debian's package, unpacked without root into $work/PACKAGE. The folder is the user's own, so apt must
# not change to its own user to download.
deb() {
  local tool
  for tool in apt-get dpkg; do
    command -v $tool >/dev/null || fail "no $tool here to fetch the package $1 with"
  done
  echo "fetching $name from the package $1 ($2)"
  (cd "$work" && apt-get -o APT::Sandbox::User="$(id -un)" download "$1") >"$work/log" 2>&1 || {
    by_hand="run apt-get update as root${by_hand:+, or $by_hand}"
    fail "apt-get found no package $1 ($(tail -n 1 "$work/log"))"
  }
  dpkg -x "$work/$1"_*.deb "$work/$1"
}

# npm_package PACKAGE VERSION SHA256: unpacked into $work/node_modules/PACKAGE, where node finds it.
npm_package() {
  local tool archive
  for tool in npm tar; do
    command -v $tool >/dev/null || fail "no $tool here to fetch the package $1 with"
  done
  (cd "$work" && npm_config_cache="$work/cache" npm pack --silent --no-update-notifier "$1@$2") >"$work/log" 2>&1 ||
    fail "npm could not fetch $1 ($(grep -v '^ *$' "$work/log" | tail -n 1))"
  archive=$work/$(tr -d @ <<<"$1" | tr / -)-$2.tgz
  [ "$3" = "$(sha256sum <"$archive" | cut -d' ' -f1)" ] ||
    fail "the package $1@$2 is not the known one (SHA-256 differs)"
  mkdir -p "$work/node_modules/$1"
  tar --no-same-owner --strip-components=1 -xzf "$archive" -C "$work/node_modules/$1"
  rm "$archive"
}

# files_right FOLDER: are the files of $sums (lines "SHA256  FILE") there, plain or with .gz?
content() { if [ -e "$1" ]; then cat "$1"; else gunzip -c "$1.gz" 2>/dev/null; fi; }
files_right() {
  local sum file
  while read -r sum file; do [ "$(content "$1/$file" | sha256sum)" = "$sum  -" ] || return 1; done <<<"$sums"
}

# The renderer of SVG images for node, and the modules in the folder of the scripts.
renderer() {
  local machine
  needs_hint="node 18 or later comes with Debian's package nodejs" need node
  case "$(uname -m)" in
    x86_64) machine=linux-x64-gnu sum=ead221101ab0c8f27821c6ad4e65259ff6796d49978831b2992abb0ecdbaf96a ;;
    aarch64) machine=linux-arm64-gnu sum=4f666017abc3ea74ea3e8fe32ed38fa2b7c2fd7a61f64fa1032728da43ab0054 ;;
    *) fail "no renderer of SVG images for this machine ($(uname -m))" ;;
  esac
  npm_package @resvg/resvg-js 2.6.2 5b4c67c32d593a42bca6d97320b57465cf340bee441f4cb6bf250b1086872a43
  npm_package "@resvg/resvg-js-$machine" 2.6.2 $sum
  cp "$here"/*.mjs "$work"
}
