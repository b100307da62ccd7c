#!/usr/bin/env bash
# Fashion-MNIST (Xiao, Rasul, Vollgraf 2017; MIT) from Debian's package dataset-fashion-mnist, unpacked without root:
# four IDX files in DEST, checked by SHA-256. Quick when they are there. Usage: fashion-mnist.sh [DEST]
set -euo pipefail
name=fashion-mnist package=dataset-fashion-mnist
dest=${1:-${GANNET_DATA:-$HOME/.cache/gannet}/$name}
sums="c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888  train-images-idx3-ubyte
bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9  train-labels-idx1-ubyte
5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b  t10k-images-idx3-ubyte
0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34  t10k-labels-idx1-ubyte"

content() { if [ -e "$1" ]; then cat "$1"; else gunzip -c "$1.gz" 2>/dev/null; fi; }
right() {
  local sum file
  while read -r sum file; do [ "$(content "$1/$file" | sha256sum)" = "$sum  -" ] || return 1; done <<<"$sums"
}
fail() { echo "$name: $1" >&2; exit 1; }
by_hand="put {train,t10k}-{images-idx3,labels-idx1}-ubyte, plain or with .gz, into $dest"

if right "$dest"; then echo "$name is in $dest"; exit 0; fi
mkdir -p "$(dirname "$dest")"
work=$(mktemp -d "$(dirname "$dest")/.$name.XXXXXX")
trap 'rm -rf "$work"' EXIT
mkdir "$work/new"

for tool in apt-get dpkg; do
  command -v $tool >/dev/null || fail "no $tool here to fetch the package $package with; $by_hand"
done
echo "fetching $name from the package $package (31 MB)"
# The folder is the user's own, so apt must not change to its own user to download.
(cd "$work" && apt-get -o APT::Sandbox::User="$(id -un)" download $package) >"$work/log" 2>&1 ||
  fail "apt-get found no package $package ($(tail -n 1 "$work/log")); run apt-get update as root, or $by_hand"
dpkg -x "$work"/$package*.deb "$work/package"
for file in $(awk '{print $2}' <<<"$sums"); do
  gunzip -c "$work/package/usr/share/datasets/fashion-mnist/$file.gz" >"$work/new/$file" ||
    fail "the package $package has changed: no $file in it; $by_hand"
done
right "$work/new" || fail "the package's files are not the known ones (SHA-256 differs); $by_hand"

# A folder that is there already may hold other files: each of ours is renamed into it.
if [ -e "$dest" ]; then mv -f "$work/new"/* "$dest"/; else mv "$work/new" "$dest"; fi
echo "$name is in $dest"
