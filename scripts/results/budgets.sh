#!/usr/bin/env bash
# The table of docs/defaults.md on `--cfg auto` in a budget of time: dcgan and r3gan with their default presets on 600 own pictures
# of 64 pixels, compared at the same processor time with held-out pictures. JUDGE: a Python with NumPy and Pillow.
# SETS (openmoji, dicebear), SEEDS, TIMES (seconds of processor time, a run each).
. "$(dirname "$0")/common.sh"
judge=${JUDGE:-python3}

echo
echo "| pictures, recipe, seed | CPU seconds | kimg | kernel distance, pixels | kernel distance, 16x16 |"
echo "|---|---|---|---|---|"
for set in ${SETS:-openmoji dicebear}; do
  [ -d "$RUNS/$set" ] || "$judge" scripts/results/budgets.py make "$set" "$RUNS/$set"
  for seed in ${SEEDS:-0 1}; do
    for recipe in dcgan r3gan; do
      for limit in ${TIMES:-150 300 900 1800}; do
        train_for "$limit" "$set-$recipe-$seed-$limit" --data "$RUNS/$set/train" --image-size 64 --tick 1 --cfg "$recipe" --seed "$seed"
        "$judge" scripts/results/budgets.py judge --gannet "$GANNET" --run "$run" --held "$RUNS/$set/held" --cpu "$limit" --name "$set, \`$recipe\`, $seed"
      done
    done
  done
  "$judge" scripts/results/budgets.py floor --set "$RUNS/$set"
done
