#!/usr/bin/env bash
# The section on images in colour of docs/recipes/dcgan.md: transposed convolutions beside bilinear upsampling, three seeds each, and
# the transposed ones once more in plain PyTorch. JUDGE: a Python with PyTorch, NumPy and Pillow.
. "$(dirname "$0")/common.sh"
judge=${JUDGE:-.deps/test-env/bin/python}
sed "s|^seeds|outdir = \"$RUNS/colour\"\nseeds|" scripts/results/colour.toml >"$RUNS/colour.toml"
"$GANNET" sweep "$RUNS/colour.toml" >/dev/null
"$GANNET" sweep "$RUNS/colour.toml" --table --at last

[ -e "$RUNS/shapes.zip" ] || "$GANNET" data pack shapes "$RUNS/shapes.zip" --limit 20000 >/dev/null
[ -e "$RUNS/twin-G_ema.npy" ] || "$judge" scripts/results/dcgan_twin.py --data "$RUNS/shapes.zip" --kimg 8 --out "$RUNS/twin"
echo
echo "| power over that of real images, at a period of | 2 pixels | 4 pixels |"
echo "|---|---|---|"
arguments=(--fake "$RUNS/twin-G_ema.npy" --fake "$RUNS/twin-G.npy")
for upsample in transposed bilinear; do
  for seed in 0 1 2; do
    run=$(find "$RUNS/colour" -maxdepth 1 -name "*-g-upsample=$upsample,seed=$seed")
    arguments+=(--network "$run" --name "\`--g-upsample $upsample\`, seed $seed")
    [ "$seed" != 0 ] || keep "$run" "dcgan/shapes-$upsample.png"
  done
done
"$judge" scripts/results/checkerboard.py --gannet "$GANNET" --real shapes "${arguments[@]}" --name "PyTorch, transposed: average of G" --name "PyTorch, transposed: G itself"
