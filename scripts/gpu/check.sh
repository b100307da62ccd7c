#!/usr/bin/env bash
# What only a GPU can show: builds Gannet against the PyTorch of this machine, then parity with the CPU, resume,
# speed beside PyTorch, memory, and pictures. Prints Markdown for docs/gpu.md. At most nine minutes on 16 cores.
#   scripts/gpu/check.sh [DATA]      DATA: images for two minutes of training (default: the drawn set shapes)
#   OUT=DIR          pictures and logs (default: build/gpu/out)
#   PYTHON=PYTHON    one with a CUDA PyTorch (default: python3)
#   ROOT=DIR         Debian's development files, unpacked (scripts/gpu/pack.sh makes build/gpu/root.tar.xz)
#   DRY=1            without a GPU, quickly: a test of this script; SKIP_BUILD=1 takes what BUILD=DIR has
set -euo pipefail
cd "$(dirname "$0")/../.."
SECONDS=0
DATA=${1:-shapes}
PYTHON=${PYTHON:-python3}
OUT=${OUT:-build/gpu/out}
BUILD=${BUILD:-build/gpu/release}
DEVICE=cuda
STEPS=200 TASKS="toy2d mlp28 dcgan28" LENGTH=(--minutes 2)
[ -z "${DRY:-}" ] || { DEVICE=cpu STEPS=5 TASKS=toy2d LENGTH=(--kimg 0.064 --batch 16); }
mkdir -p "$OUT"

part() { printf '\n## %s (at %d s)\n' "$1" "$SECONDS"; }
# Runs what follows for at most so many seconds, and goes on where it fails: each part is worth having alone.
try() {
  local most=$1 log=$2; shift 2
  timeout "$most" "$@" >"$OUT/$log" 2>&1 && return 0
  local status=$?
  echo "**failed** with $status: \`$*\`"; tail -n 15 "$OUT/$log" | sed 's/^/    /'
  return 0
}

# pack.sh's archive travels with the working tree.
unpack_root() {
  ROOT=${ROOT:-build/gpu/root}
  [ -d "$ROOT" ] || [ ! -f build/gpu/root.tar.xz ] || { mkdir -p "$ROOT"; tar -xJf build/gpu/root.tar.xz -C "$ROOT"; }
  [ -d "$ROOT" ] || return 0
  ROOT=$(realpath "$ROOT")
  local lib; lib=$ROOT/usr/lib/$(uname -m)-linux-gnu
  export PATH="$PATH:$ROOT/usr/bin" CMAKE_PREFIX_PATH="$ROOT/usr" CPATH="$ROOT/usr/include"
  export LIBRARY_PATH="$lib" LD_LIBRARY_PATH="$lib${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"
  export PKG_CONFIG_PATH="$lib/pkgconfig:$ROOT/usr/share/pkgconfig" PKG_CONFIG_SYSROOT_DIR="$ROOT"
}

link_libtorch() {
  mkdir -p .deps
  [ -e .deps/libtorch ] || ln -s "$("$PYTHON" -c 'import os, torch; print(os.path.dirname(torch.__file__))')" .deps/libtorch
}

build() {
  local generator=(); ! command -v ninja >/dev/null || generator=(-G Ninja)
  cmake -S . -B "$BUILD" "${generator[@]}" -DCMAKE_BUILD_TYPE=Release -DGANNET_TESTS="${TESTS:-ON}" -DGANNET_PCH=OFF &&
    cmake --build "$BUILD" -j "$(nproc)" --target gannet gannet_gpu_test
}

steps_beside_pytorch() {
  local task=$1 steps=$2
  echo "| $task | $(number "$BUILD/gannet" bench --cfg "$task" --steps "$steps" --json --device "$DEVICE") |" \
    "$(number "$PYTHON" "bench/peers/$task.py" --steps "$steps" --device "$DEVICE") |" \
    "$(number "$PYTHON" "bench/peers/$task.py" --steps "$steps" --device "$DEVICE" --mode tuned) |"
}
# The median step of a command that prints JSON, and its memory.
number() {
  timeout 90 "$@" 2>>"$OUT/bench.log" | tail -n 1 | "$PYTHON" -c '
import json, sys
try:
    r = json.load(sys.stdin)
    r = r[0] if isinstance(r, list) else r
    memory = r.get("peak_device_mb", r["peak_rss_mb"])
    print("%.3f ms, %.0f MB" % (r["step_ms_median"], memory))
except Exception:
    print("failed")'
}

unpack_root
link_libtorch
part "Build"
[ -n "${SKIP_BUILD:-}" ] || try 240 build.log build
[ -x "$BUILD/gannet" ] || { echo "nothing was built: $OUT/build.log"; exit 1; }
part "Machine"
"$BUILD/gannet" doctor | sed 's/^/    /'
if [ "$DEVICE" = cuda ]; then
  part "Each recipe after five steps in float64, against the CPU (largest difference)"
  echo '| | first gradients | tensors | samples |'; echo '|---|---|---|---|'
  try 120 parity.log "$BUILD/tests/gannet_gpu_test"
  grep '^|' "$OUT/parity.log" || true
  grep -E '^\[  (FAILED|PASSED)' "$OUT/parity.log" | sed 's/^/    /' || true
fi
part "Step times"
echo '| | Gannet | PyTorch as shipped | PyTorch, compiled where that is faster |'; echo '|---|---|---|---|'
for task in $TASKS; do steps_beside_pytorch "$task" "$STEPS"; done
part "Two minutes of $DATA at 64 pixels"
try 150 train.log "$BUILD/gannet" train --data "$DATA" --image-size 64 "${LENGTH[@]}" --outdir "$OUT/runs" --device "$DEVICE"
tail -n 4 "$OUT/train.log" | sed 's/^/    /'
picture=$(find "$OUT/runs" -name 'fakes-0*.png' 2>/dev/null | sort | tail -n 1)
[ -z "$picture" ] || { cp "$picture" "$OUT/fakes.png"; echo "picture: $OUT/fakes.png"; }
part "Done"
