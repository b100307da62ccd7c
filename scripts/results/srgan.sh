#!/usr/bin/env bash
# Pictures and figures of docs/recipes/srgan.md, from `gannet data fetch photos`. PYTHON: one with NumPy and Pillow.
. "$(dirname "$0")/common.sh"
PYTHON=${PYTHON:-python3}
GANNET=$(realpath "$GANNET")
pages=$root/docs/recipes/srgan
mkdir -p "$pages"
cd "${GANNET_DATA:-$HOME/.cache/gannet}"
[ -e photos/test ] || { echo "results: no photos here (gannet data fetch photos)" >&2; exit 1; }

# figures NAME NETWORK: what it does on the 33 held-out photographs, as a line of a table; the pictures in $RUNS/NAME.npy.
figures() {
  "$GANNET" sample --network "$2" --data photos/test --crop none --seeds 0-32 --out "$RUNS/$1.npy" |
    "$PYTHON" -c '
import re, sys
for line in sys.stdin:
    found = re.match(r"  (made|bicubic) +L1 (\S+), PSNR (\S+) dB, SSIM (\S+), (\S+) of", line)
    if found and (found[1] == "made" or sys.argv[2]):
        print("| " + " | ".join((found[1] if found[1] != "made" else sys.argv[1], *found.groups()[2:])) + " |")' "$1" "${3:-}"
}

for scale in 4 2; do
  [ $scale = 4 ] && size=96 || size=64
  train "x$scale" --cfg srgan --data photos/train --crop random --image-size $size --scale $scale --ngf 16 --blocks 6 --ndf 8 --batch 8 --glr 1e-3 \
    --kimg "${KIMG:-15}" --pretrain-kimg "${ALONE:-10}" --mirror --tick 1 --snap 5 --threads 1
  echo
  echo "| 33 photographs, x$scale | PSNR | SSIM | gradient energy |"
  echo "|---|---|---|---|"
  figures "x$scale after the pixels alone" "$run/network-$(printf %06d "${ALONE:-10}").safetensors" and-bicubic
  figures "x$scale after the game" "$run"
done
"$PYTHON" "$root/scripts/results/enlarged.py" "$RUNS/x4 after the pixels alone.npy" "$RUNS/x4 after the game.npy" "$pages/photos.png"
