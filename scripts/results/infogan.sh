#!/usr/bin/env bash
# Images and figures of docs/recipes/infogan.md.
. "$(dirname "$0")/common.sh"
judge=${JUDGE:-.deps/test-env/bin/python}  # any Python with NumPy
train mnist --cfg infogan --preset paper --data mnist --ngf 32 --ndf 32 --kimg 150 --tick 10 --snap 15
keep "$run" infogan/mnist.png
"$judge" scripts/results/class_agreement.py --gannet "$GANNET" --network "$run" --data mnist --codes
# Rows: ten samples (seeds); columns: one number of the code from -2 to 2, the other at 0; one category.
for code in 1 2; do
  for value in -2 -1.5 -1 -0.5 0 0.5 1 1.5 2; do
    codes=$([ $code = 1 ] && echo "$value,0" || echo "0,$value")
    "$GANNET" sample --network "$run" --class 3 --attributes="$codes" --seeds 0-7 --grid 1x8 --out "$RUNS/code$code=$value.png" >/dev/null
  done
  "$judge" scripts/results/side_by_side.py "$RUNS"/code$code=-2.png "$RUNS"/code$code=-1.5.png "$RUNS"/code$code=-1.png "$RUNS"/code$code=-0.5.png \
    "$RUNS"/code$code=0.png "$RUNS"/code$code=0.5.png "$RUNS"/code$code=1.png "$RUNS"/code$code=1.5.png "$RUNS"/code$code=2.png docs/recipes/infogan/code$code.png
done
