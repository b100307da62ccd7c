#!/usr/bin/env bash
# What only a GPU can show: builds Gannet against the PyTorch of this machine, then parity with the CPU, resume, pictures, speed beside PyTorch
# and memory. Prints Markdown for docs/gpu.md. Nine minutes at most: what is left of them decides what is still measured, and the rest is named.
#   scripts/gpu/check.sh [DATA]      DATA: images for two minutes of training (default: those of the pack, else the drawn set shapes)
#   OUT=DIR          gpu.md (this output), pictures and logs (default: build/gpu/out)
#   PYTHON=PYTHON    one with a CUDA PyTorch (default: python3)
#   LIMIT=SECONDS    default: 540
#   SKIP_BUILD=1     takes what BUILD=DIR has
#   PARTS=PARTS      of parity, tools, memory, train, steps (default: all; PARTS= builds alone): what a first run had no time for
#   TASKS=TASKS      timed, of those of gannet bench; COMPILED=TASKS: of which PyTorch is tuned too, for about a minute each
#   MINUTES=MINUTES  of training (default: 2)
#   DRY=1            on the CPU, quickly: a test of this script
# build/gpu/pack.tar.xz (scripts/gpu/pack.sh), where it lies, gives development files and images.
set -euo pipefail
cd "$(dirname "$0")/../.."
SECONDS=0
LIMIT=${LIMIT:-540}
PARTS=${PARTS-parity tools memory train steps}
PYTHON=${PYTHON:-python3}
OUT=${OUT:-build/gpu/out}
BUILD=${BUILD:-build/gpu/release}
DEVICE=cuda
STEPS=200 TASKS=${TASKS-toy2d mlp28 dcgan28 dcgan64 resnet32_r3} COMPILED=${COMPILED-dcgan28 dcgan64 toy2d resnet32_r3 mlp28} LENGTH=(--minutes "${MINUTES:-2}") TUNED=(--mode tuned)
[ -z "${DRY:-}" ] || { DEVICE=cpu STEPS=5 TASKS="toy2d" COMPILED="toy2d" LENGTH=(--kimg 0.064 --batch 16) TUNED+=(--no-compile); }

fail() { echo "check: $1" >&2; echo "hint: $2" >&2; exit 1; }
wanted() { [[ " $PARTS " == *" $1 "* ]]; }
part() { printf '\n## %s (at %d s)\n' "$1" "$SECONDS"; }
left() { echo $((LIMIT - SECONDS)); }
# limited MOST COMMAND...: a command for at most so many seconds, and not beyond the limit; 124 where time ran out.
limited() {
  local most=$1; shift
  [ "$(left)" -ge "$most" ] || most=$(left)
  [ "$most" -gt 0 ] || return 124
  timeout "$most" "$@"
}
# try MOST LOG COMMAND...: goes on where it fails, since each part is worth having alone.
try() {
  local most=$1 log=$2 status=0; shift 2
  limited "$most" "$@" >"$OUT/$log" 2>&1 || status=$?
  [ $status != 0 ] || return 0
  echo "**failed** ($([ $status = 124 ] && echo "no time left" || echo "status $status")): \`$*\`"
  [ ! -s "$OUT/$log" ] || tail -n 15 "$OUT/$log" | sed 's/^/    /'
}

# One line and a hint before minutes are spent.
check_machine() {
  local found
  found=$("$PYTHON" -c 'import torch; print(torch.__version__, torch.cuda.is_available())' 2>&1 | tail -n 1) || true
  case $found in
    *" True") ;;
    *" False") [ -n "${DRY:-}" ] || fail "PyTorch ${found% *} of $PYTHON has no GPU here" "DRY=1 tries this script on the CPU" ;;
    *) fail "$PYTHON has no PyTorch: $found" "PYTHON=PYTHON names one that has" ;;
  esac
}

unpack() {
  local pack=${PACK:-build/gpu/pack} root lib
  [ -d "$pack" ] || [ ! -f "$pack.tar.xz" ] || tar -xJf "$pack.tar.xz" -C "$(dirname "$pack")"
  for DATA in "$@" "$pack/data" "$pack/data.zip" shapes; do [ ! -e "$DATA" ] || break; done
  [ $# = 0 ] || DATA=$1
  [ -d "$pack/root" ] || return 0
  root=$(realpath "$pack/root")
  lib=$root/usr/lib/$(uname -m)-linux-gnu
  export CMAKE_PREFIX_PATH="$root/usr" CPATH="$root/usr/include" LIBRARY_PATH="$lib"
  export PKG_CONFIG_PATH="$lib/pkgconfig:$root/usr/share/pkgconfig:$root/usr/lib/pkgconfig" PKG_CONFIG_SYSROOT_DIR="$root"
  # Not by LD_LIBRARY_PATH, which the compiler and Python would follow too. DT_RPATH is also that of the libraries' own needs.
  export LDFLAGS="-Wl,-rpath,$lib,--disable-new-dtags"
  command -v pkg-config >/dev/null && return
  printf '#!/bin/sh\nLD_LIBRARY_PATH=%s exec %s "$@"\n' "$lib" "$root/usr/bin/pkgconf" >"$pack/pkg-config"
  chmod +x "$pack/pkg-config"
  PKG_CONFIG=$(realpath "$pack/pkg-config"); export PKG_CONFIG
}

build() {
  local generator=() libtorch
  ! command -v ninja >/dev/null || generator=(-G Ninja)
  libtorch=$("$PYTHON" -c 'import os, torch; print(os.path.dirname(torch.__file__))')
  try 120 configure.log cmake -S . -B "$BUILD" "${generator[@]}" -DCMAKE_BUILD_TYPE=Release -DLibtorch_ROOT="$libtorch"
  try 300 build.log cmake --build "$BUILD" -j "$(nproc)" --target gannet gannet_gpu_test
  # There only where CUDA's headers are.
  cmake --build "$BUILD" --target gannet_cuda >>"$OUT/build.log" 2>&1 || echo "no CUDA graphs: $(grep -m 1 'no headers of CUDA' "$OUT/configure.log" || echo "see build.log")"
}

# In four processes at a time: most of it is the CPU's part.
parity() {
  local i shards=()
  for i in 0 1 2 3; do
    (export GTEST_TOTAL_SHARDS=4 GTEST_SHARD_INDEX=$i OMP_NUM_THREADS=2; try 150 "parity$i.log" "$BUILD/tests/gannet_gpu_test") &
    shards+=($!)
  done
  wait "${shards[@]}"
  echo '| | first gradients | tensors | samples |'; echo '|---|---|---|---|'
  cat "$OUT"/parity?.log | grep '^|' | sort || true
  echo
  cat "$OUT"/parity?.log | grep -hE '^\[  (FAILED|PASSED)|^\[       OK.*Resume|not replayed' | sed 's/^/    /' || true
}

tools() { limited 90 "$PYTHON" scripts/gpu/tools.py "$BUILD/gannet" "$OUT/tools" "$DEVICE" 2>&1 || echo "**failed**, or no time left"; }

# A GPU with half a gigabyte left, then one that another program fills while a run is on: one line each, and the run goes on from its last state.
memory() {
  # hog LEFT SECONDS: waits, then takes all but LEFT GB.
  local hog='import sys, time, torch
left = int(float(sys.argv[1]) * 2**30); torch.zeros(1, device="cuda")
time.sleep(float(sys.argv[2])); held = []
for size in (2**30, 2**26, 2**23):
    while torch.cuda.mem_get_info()[0] - size >= left:
        try: held.append(torch.empty(size, dtype=torch.uint8, device="cuda"))
        except torch.OutOfMemoryError: break
print("held", flush=True); time.sleep(100)'
  local set=(--cfg dcgan --data shapes --image-size 64 --device cuda --outdir "$OUT/full" --threads 2) run other
  "$PYTHON" -c "$hog" 1 0 >"$OUT/hog.log" 2>&1 & other=$!
  limited 15 bash -c "until grep -q held '$OUT/hog.log'; do sleep 0.2; done" || true
  echo "A batch of 1,024 with 1 GB left:"
  limited 40 "$BUILD/gannet" train "${set[@]}" --batch 1024 --kimg 40 2>&1 >/dev/null | sed 's/^/    /' || true
  kill $other; wait $other || true
  echo "A run beside a program that takes all of the memory after some seconds:"
  "$PYTHON" -c "$hog" 0 6 >"$OUT/hog.log" 2>&1 & other=$!
  limited 40 "$BUILD/gannet" train "${set[@]}" --batch 64 --kimg 200 --tick 2 --snap 2 --desc full >"$OUT/full.log" 2>"$OUT/full.err" || true
  kill $other; wait $other || true
  sed 's/^/    /' "$OUT/full.err"; tail -n 2 "$OUT/full.log" | sed 's/^/    /'
  run=$(find "$OUT/full" -maxdepth 1 -name '*full' | head -n 1)
  [ -z "$run" ] || limited 40 "$BUILD/gannet" resume "$run" --kimg 210 2>&1 | tail -n 2 | sed 's/^/    /' || true
}

# torch.compile fills its cache while nothing is timed.
compile_peers() {
  local task
  for task in $COMPILED; do
    (OMP_NUM_THREADS=2 limited 80 "$PYTHON" "bench/peers/$task.py" --steps 3 --device "$DEVICE" "${TUNED[@]}" >/dev/null 2>&1 || true) &
  done
}

# The median step of a command that prints JSON, and its memory: of the GPU where it has one.
number() {
  limited 90 "$@" 2>>"$OUT/bench.log" | tail -n 1 | "$PYTHON" -c '
import json, sys
try:
    r = json.load(sys.stdin)
    memory = r.get("peak_device_mb", r["peak_rss_mb"])
    print("%.3f ms, %.0f MB%s" % (r["step_ms_median"], memory, " (%s)" % r["settings"] if r.get("settings", "default") != "default" else ""))
except Exception:
    print("failed or no time left")'
}
gannet() { local task=$1; shift; number "$BUILD/gannet" bench --cfg "$task" --steps "$STEPS" --json --device "$DEVICE" "$@"; }
peer() { local task=$1; shift; number "$PYTHON" "bench/peers/$task.py" --steps "$STEPS" --device "$DEVICE" "$@"; }

# The compiled peers, which first try out settings for a minute each, come last.
step_times() {
  local task LIMIT=$LIMIT
  if wanted train; then LIMIT=$((LIMIT - 60 * ${MINUTES:-2} - 15)); fi
  echo "Gannet computes in float32, and with --precision tf32 as PyTorch does by default in its convolutions."; echo
  echo '| | Gannet | with tf32 | with bf16 | without graphs | PyTorch as shipped |'; echo '|---|---|---|---|---|---|'
  for task in $TASKS; do
    echo "| $task | $(gannet "$task") | $(gannet "$task" --precision tf32) | $(gannet "$task" --precision bf16) | $(GANNET_GRAPHS=0 gannet "$task") | $(peer "$task") |"
  done
  printf '\n| | PyTorch, the fastest of bf16, channels-last, fused Adam, torch.compile |\n|---|---|\n'
  for task in $COMPILED; do echo "| $task | $(peer "$task" "${TUNED[@]}") |"; done
}

train() {
  local picture
  try 160 train.log "$BUILD/gannet" train --data "$DATA" --image-size 64 "${LENGTH[@]}" --outdir "$OUT/runs" --device "$DEVICE"
  tail -n 4 "$OUT/train.log" | sed 's/^/    /'
  picture=$(find "$OUT/runs" -name 'fakes-0*.png' 2>/dev/null | sort | tail -n 1) || true
  [ -n "$picture" ] || { echo "**no picture**"; return; }
  cp "$picture" "$OUT/fakes.png"; echo "picture: $OUT/fakes.png"
}

check_machine
mkdir -p "$OUT"
if wanted train; then rm -rf "$OUT/runs" "$OUT/fakes.png"; fi
rm -f "$OUT"/parity?.log "$OUT/bench.log"
unpack "$@"
{
  part "Build"
  [ -n "${SKIP_BUILD:-}" ] || build
  if [ ! -x "$BUILD/gannet" ]; then echo "nothing was built: $OUT/build.log"; exit 1; fi
  part "Machine"
  { "$BUILD/gannet" doctor 2>&1 || echo "**failed** (status $?)"; } | sed 's/^/    /'
  # One C++ library for the program and libtorch, or one frees the other's memory (cmake/FindLibtorch.cmake).
  [ -n "${DRY:-}" ] || readelf -d "$BUILD/gannet" | grep -q 'NEEDED.*libstdc++' || echo "**failed**: the program has a C++ library of its own"
  if wanted steps && [ $DEVICE = cuda ]; then compile_peers; fi
  if wanted parity; then
    part "Each recipe after five steps in float64, against the CPU (largest difference), and resume"
    if [ $DEVICE = cuda ]; then parity; else echo "left out without a GPU"; fi
  fi
  if wanted tools; then part "Commands, on the CPU and on the device"; tools; fi
  if wanted steps; then wait; part "Time of a step and memory, $STEPS steps"; step_times; fi
  if wanted train; then part "$(basename "$DATA") at 64 pixels: gannet train --image-size 64 ${LENGTH[*]}"; train; fi
  if wanted memory && [ $DEVICE = cuda ]; then part "A GPU without memory"; memory; fi
  part "Done"
} | tee "$OUT/gpu.md"
