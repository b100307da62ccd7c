#!/usr/bin/env bash
# Installs a build into a folder of its own and uses it as others would: the program, and the library from examples/embed.
# Usage: check_install.sh BUILD LIBTORCH, the build folder and the libtorch that it was built with.
set -euo pipefail
source=$(cd "$(dirname "$0")/.." && pwd)
build=$(cd "$1" && pwd)
libtorch=$(cd "$2" && pwd)

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
prefix=$work/prefix
cmake --install "$build" --prefix "$prefix" >"$work/install.txt"

# Headers in a folder detail/ are not installed, and no other header needs them.
test -f "$prefix/include/gannet/models/sampler.h"
test -z "$(find "$prefix/include" -path '*/detail*')"
if grep -rn '#include "gannet/.*/detail/' "$prefix/include"; then exit 1; fi

cd "$work"
version=$("$prefix/bin/gannet" --version)
grep -Eqx 'gannet [0-9]+\.[0-9]+\.[0-9]+' <<<"$version"
"$prefix/bin/gannet" recipes list | grep -q '^vanilla '

# For packages: another root, the same paths below it.
DESTDIR=$work/stage cmake --install "$build" --prefix /usr >"$work/install.txt"
test "$("$work/stage/usr/bin/gannet" --version)" = "$version"

# The prefix alone: libtorch is where it was, and no package of Torch's is asked for.
cp -r "$source/examples/embed" embed  # away from the source tree: only what is installed may be found
cmake -S embed -B embed/build -DCMAKE_BUILD_TYPE=Release -DCMAKE_PREFIX_PATH="$prefix" -DCMAKE_DISABLE_FIND_PACKAGE_Torch=ON >"$work/configure.txt"
cmake --build embed/build
embed/build/embed points.npy
# 128 bytes of header, then 1000 points of two float32.
test "$(stat -c %s points.npy)" = $((128 + 1000 * 2 * 4))

# What the library wrote is a run like any other.
"$prefix/bin/gannet" runs show runs/00000-vanilla-ring-8-batch64 | grep -q '^state  *done'
"$prefix/bin/gannet" sample --threads 1 --network runs/00000-vanilla-ring-8-batch64 --seeds 0-999 --out again.npy >/dev/null
cmp points.npy again.npy
cp -r "$source/examples/outside" outside
cmake -S outside -B outside/build -DCMAKE_BUILD_TYPE=Release -DCMAKE_PREFIX_PATH="$prefix;$libtorch" >"$work/configure.txt"
cmake --build outside/build
outside/build/outside evolution.png  # fails unless its scenes came five times nearer to the secret ones
test -s evolution.png

# Another version of libtorch on the path is refused, with both versions named.
mkdir -p older/lib older/include/ATen/core older/include/torch/headeronly
touch older/lib/libtorch_cpu.so older/include/ATen/core/Tensor.h
printf '#define TORCH_VERSION_%s\n' 'MAJOR 2' 'MINOR 5' 'PATCH 1' >older/include/torch/headeronly/version.h
if cmake -S embed -B embed/older -DCMAKE_PREFIX_PATH="$prefix;$work/older" >"$work/configure.txt" 2>&1; then
  echo "a libtorch 2.5.1 was accepted" >&2; exit 1
fi
tr -s '\n ' '  ' <"$work/configure.txt" | grep -q "gannet was built with libtorch .* found: 2.5.1 in"
echo "installed $version; examples/embed builds, trains and samples; examples/outside learns without a gradient"
