#!/usr/bin/env bash
# The way of most people's machines: a CUDA build of PyTorch from pip, and no GPU. Set-up, build, a training on the CPU, and one clear line
# from --device cuda. Slow: about 570 MB from pip's index, and a build from nothing.
# Usage: check_cuda_wheel.sh [VERSION [FOLDER]]: a version that pip has as a CUDA build; a folder that is kept, with the clone and its build.
set -euo pipefail
source=$(cd "$(dirname "$0")/.." && pwd)
version=${1:-2.14.1}
work=${2:-}
if [ -z "$work" ]; then
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
fi
fail() { echo "check_cuda_wheel: $*" >&2; exit 1; }

# What git has, and what is not committed yet.
mkdir -p "$work/gannet"
(cd "$source" && git ls-files -z --cached --others --exclude-standard | xargs -0 tar -c --ignore-failed-read) | tar -x -C "$work/gannet"
cd -P "$work/gannet"
export GANNET_CUDA=0 GANNET_TORCH=$version GANNET_THREADS=1
unset GANNET_LIBTORCH

make build JOBS="${JOBS:-2}" | tee "$work/build.txt"
grep -q "a CUDA build: its CPU part needs" "$work/build.txt" || [ -d .deps/nvidia ] || fail "pip brought no CUDA build of torch==$version"
[ ! -e .deps/libtorch/lib/libtorch_cuda.so ] || fail "libtorch_cuda.so was kept, which nobody asked for"
kept=$(du -sm --apparent-size .deps | cut -f1)
[ "$kept" -lt 600 ] || fail ".deps has $kept MB"

gannet=build/release/gannet
! ldd "$gannet" | grep "not found" || fail "the program lacks libraries"
! readelf -d "$gannet" | grep -E "NEEDED.*(cuda|nv|cublas|cudnn)" || fail "the program asks for NVIDIA's libraries itself"
"$gannet" train --cfg dcgan --data shapes --kimg 1 --threads 1 --outdir "$work/runs" >"$work/train.txt"
run=$(tail -n 1 "$work/train.txt")
"$gannet" sample --network "$run" --seeds 0-3 --out "$work/grid.png" >/dev/null
[ -s "$work/grid.png" ] || fail "no picture"

# One line and one hint; 1 where CUDA is not to be had, 2 where the option's value is wrong.
status=0
"$gannet" train --cfg dcgan --data shapes --kimg 1 --threads 1 --device cuda --outdir "$work/runs" >"$work/out.txt" 2>"$work/err.txt" || status=$?
cat "$work/err.txt"
[ "$status" = 1 ] || [ "$status" = 2 ] || fail "--device cuda: exit status $status"
[ "$(wc -l <"$work/err.txt")" = 2 ] || fail "--device cuda: expected one line and one hint"
sed -n 1p "$work/err.txt" | grep -q '^gannet: .*--device cuda' || fail "--device cuda: the line does not name the option"
sed -n 2p "$work/err.txt" | grep -q '^hint: ' || fail "--device cuda: no hint"
echo "a CUDA build of torch $version: built, trained and sampled on the CPU, $kept MB in .deps"
