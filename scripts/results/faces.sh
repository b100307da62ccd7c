#!/usr/bin/env bash
# Images and figures of docs/faces.md: cartoon faces at 64 pixels. PYTHON: one with torch and NumPy, for the classifier. First: gannet data
# fetch dicebear. RECIPES: which to make. dcgan's are vae.sh's.
. "$(dirname "$0")/common.sh"
PYTHON=${PYTHON:-python3}
data=${GANNET_DATA:-$HOME/.cache/gannet}/dicebear
face() {  # NAME KIMG ARGS...
  local name=$1 kimg=$2
  shift 2
  train "$name" --data dicebear --image-size 64 --mirror --kimg "$kimg" --tick 5 --snap 5 --threads 1 "$@"
  "$PYTHON" scripts/results/attributes.py judge --gannet "$GANNET" --network "$run" --data "$data" --size 64 --by-attributes
}
shown() {  # NAME
  mkdir -p docs/faces
  cp "$(ls "$run"/fakes-0*.png | tail -n 1)" "docs/faces/$1.png"
}
r3gan=(--cfg r3gan --preset paper --cond --cond-type attributes --head classes --ngf 32 --ndf 32 --gamma 4 --lr 1e-3)

for recipe in ${RECIPES:-cgan r3gan bilinear}; do
  case $recipe in
    cgan) face cgan 100 --cfg cgan --preset paper --cond-type attributes --batch 32 --ngf 32 --ndf 32 --glr 1e-3 --dlr 4e-4; shown cgan ;;
    r3gan) face r3gan 120 "${r3gan[@]}" --resample learned --batch 16 --lr-end 1e-4; shown r3gan ;;
    bilinear) face bilinear 30 "${r3gan[@]}" --batch 32 ;;  # r3gan with its other filters
  esac
done
