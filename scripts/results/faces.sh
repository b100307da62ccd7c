#!/usr/bin/env bash
# Pictures and figures of docs/faces.md: cartoon faces at 64 pixels. PYTHON: one with torch and NumPy, for the judge. First: gannet data
# fetch dicebear. RECIPES: which to make; KIMG: how long. dcgan's are vae.sh's.
. "$(dirname "$0")/common.sh"
PYTHON=${PYTHON:-python3}
data=${GANNET_DATA:-$HOME/.cache/gannet}/dicebear
face() {  # NAME ARGS...
  local name=$1
  shift
  train "$name" --data "$data/train.zip" --image-size 64 --mirror --kimg "${KIMG:-100}" --tick 5 --snap 5 --threads 1 "$@"
  mkdir -p docs/faces
  cp "$(ls "$run"/fakes-0*.png | tail -n 1)" "docs/faces/$name.png"
}
judged() { "$PYTHON" scripts/results/attributes.py judge --gannet "$GANNET" --network "$run" --data "$data" --size 64 "$@"; }

for recipe in ${RECIPES:-cgan r3gan}; do
  case $recipe in
    cgan) face cgan --cfg cgan --by vector --batch 32 --ngf 32 --ndf 32 --glr 1e-3 --dlr 4e-4; judged --by-vector ;;
    r3gan) face r3gan --cfg r3gan --cond --by vector --head classes --resample learned --batch 16 --ngf 32 --ndf 32 --gamma 4 --lr 1e-3 \
      --lr-end 1e-4; judged --by-vector ;;
  esac
done
