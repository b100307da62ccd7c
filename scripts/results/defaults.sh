#!/usr/bin/env bash
# The table of docs/defaults.md: each recipe's default preset and its paper's values after the same processor time on
# Fashion-MNIST, compared with test images on raw pixels; and samples of both for the recipes' pages. JUDGE: a Python with NumPy.
# RECIPES, CPU (seconds a run).
. "$(dirname "$0")/common.sh"
judge=${JUDGE:-python3}
limit=${CPU:-75}

cpu_seconds() { awk -v hz="$(getconf CLK_TCK)" '{ print int(($14 + $15) / hz) }' "/proc/$1/stat" 2>/dev/null || echo "$limit"; }

# Trains until the time is used up; the run, with a network every 3 kimg, is in $run.
train_for() {
  local name=$1; shift
  "$GANNET" train --outdir "$RUNS" --desc "$name" --data fashion-mnist --kimg 100000 --tick 3 --snap 1 --threads 1 "$@" \
    >"$RUNS/$name.log" 2>&1 &
  local pid=$!
  while kill -0 $pid 2>/dev/null && [ "$(cpu_seconds $pid)" -lt "$limit" ]; do sleep 0.5; done
  kill -INT $pid 2>/dev/null || true
  wait $pid || true
  run=$(find "$RUNS" -maxdepth 1 -type d -name "*-$name" | tail -n 1)
}

echo
echo "| recipe, preset, thousands of images in $limit s of one core | precision | recall | density | coverage |"
echo "|---|---|---|---|---|"
for recipe in ${RECIPES:-vanilla dcgan cgan wgan-gp sngan acgan infogan r3gan}; do
  for preset in default paper; do
    train_for "$recipe-$preset" --cfg "$recipe" --preset "$preset"
    mkdir -p "docs/recipes/$recipe"
    "$GANNET" sample --network "$run" --seeds 0-59 --grid 12x5 --out "docs/recipes/$recipe/$preset-preset.png" >/dev/null
    kimg=$(find "$run" -name 'network-0*.safetensors' | sed -E 's/.*network-0*([0-9]+)\..*/\1/' | sort -n | tail -n 1)
    "$judge" scripts/results/pixel_prdc.py --gannet "$GANNET" --network "$run" --name "\`$recipe\`, $preset, $kimg"
  done
done
"$judge" scripts/results/pixel_prdc.py --floor
