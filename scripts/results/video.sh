#!/usr/bin/env bash
# Images and figures of docs/recipes/video.md. Motion is evaluated by nets trained on the real videos.
. "$(dirname "$0")/common.sh"
judge=${JUDGE:-.deps/test-env/bin/python}  # any Python with PyTorch, NumPy and Pillow
"$GANNET" data pack shapes-motion "$RUNS/train.zip" --limit 2000 --overwrite >/dev/null
"$GANNET" data pack shapes-motion "$RUNS/test.zip" --split test --limit 400 --overwrite >/dev/null
train motion --cfg video --data shapes-motion --kimg 40 --tick 0.8 --snap 5 --threads 1
mkdir -p docs/recipes/video
for upsample in transposed bilinear; do
  train "$upsample" --cfg video --data shapes-motion --g-upsample $upsample --kimg 4 --tick 1 --snap 4 --threads 1
  keep "$run" "video/$upsample.png"
  "$judge" scripts/results/motion.py --gannet "$GANNET" --network "$run" --train "$RUNS/train.zip" --test "$RUNS/test.zip"
done
run=$(find "$RUNS" -maxdepth 1 -name "*-motion" | tail -n 1)
"$judge" scripts/results/motion.py --gannet "$GANNET" --network "$run" --train "$RUNS/train.zip" --test "$RUNS/test.zip" --image docs/recipes/video/motions.png
"$GANNET" sample --network "$run" --seeds 0-15 --out docs/recipes/video/videos.webp >/dev/null
