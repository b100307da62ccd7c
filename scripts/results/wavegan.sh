#!/usr/bin/env bash
# Images and figures of docs/recipes/wavegan.md: Mandarin syllables by tone. The tones are classified by a net trained on the real ones.
. "$(dirname "$0")/common.sh"
judge=${JUDGE:-.deps/test-env/bin/python}  # any Python with PyTorch, NumPy and Pillow
"$GANNET" data fetch syllables >/dev/null
for part in train test; do
  "$GANNET" data pack syllables "$RUNS/$part.zip" --split $part --rate 16000 --length 8192 --overwrite >/dev/null
done
train syllables --cfg wavegan --preset paper --cond --data syllables --rate 16000 --length 8192 --ngf 24 --ndf 8 --batch 16 --loss ns --gp 0 --r1 1 --r1-every 8 \
  --n-critic 1 --b2 0.99 --lr 5e-4 --lr-end 1e-4 --ema 1 --ema-end 3 --spectrum --g-norm batch --mbstd 4 --aug color,translation --kimg 150 \
  --tick 1.6 --snap 5 --threads 1
mkdir -p docs/recipes/wavegan
"$judge" scripts/results/audio_judge.py --gannet "$GANNET" --network "$run" --train "$RUNS/train.zip" --test "$RUNS/test.zip" \
  --image docs/recipes/wavegan/syllables.png
