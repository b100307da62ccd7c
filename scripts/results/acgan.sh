#!/usr/bin/env bash
# Images and figures of docs/recipes/acgan.md. The classes are checked by a classifier that is trained on the real images.
. "$(dirname "$0")/common.sh"
judge=${JUDGE:-.deps/test-env/bin/python}  # any Python with NumPy
for data in fashion-mnist mnist; do
  train $data --cfg acgan --preset paper --data $data --ngf 64 --ndf 64 --lr 4e-4 --dropout 0.2 --kimg 40 --tick 10 --snap 4
  keep "$run" acgan/$data.png
  "$judge" scripts/results/class_agreement.py --gannet "$GANNET" --network "$run" --data $data
done
