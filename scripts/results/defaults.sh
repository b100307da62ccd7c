#!/usr/bin/env bash
# The table of docs/defaults.md: each recipe's default preset and its paper's values after the same processor time on
# Fashion-MNIST, compared with test images on raw pixels; and samples of both for the recipes' pages. JUDGE: a Python with NumPy.
# RECIPES, CPU (seconds a run).
. "$(dirname "$0")/common.sh"
judge=${JUDGE:-python3}
limit=${CPU:-75}

echo
echo "| recipe, preset, thousands of images in $limit s of one core | precision | recall | density | coverage |"
echo "|---|---|---|---|---|"
for recipe in ${RECIPES:-vanilla dcgan cgan wgan-gp sngan acgan infogan r3gan}; do
  for preset in default paper; do
    train_for $limit "$recipe-$preset" --data fashion-mnist --tick 3 --cfg "$recipe" --preset "$preset"
    mkdir -p "docs/recipes/$recipe"
    "$GANNET" sample --network "$run" --seeds 0-59 --grid 12x5 --out "docs/recipes/$recipe/$preset-preset.png" >/dev/null
    kimg=$(find "$run" -name 'network-0*.safetensors' | sed -E 's/.*network-0*([0-9]+)\..*/\1/' | sort -n | tail -n 1)
    "$judge" scripts/results/pixel_prdc.py --gannet "$GANNET" --network "$run" --name "\`$recipe\`, $preset, $kimg"
  done
done
"$judge" scripts/results/pixel_prdc.py --floor
