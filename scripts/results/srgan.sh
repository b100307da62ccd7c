#!/usr/bin/env bash
# Images and figures of docs/recipes/srgan.md, from `gannet data fetch photos` and `dicebear`. PYTHON: one with NumPy and Pillow.
# SETS: which to make ("photos faces").
. "$(dirname "$0")/common.sh"
PYTHON=${PYTHON:-python3}
GANNET=$(realpath "$GANNET")
pages=$root/docs/recipes/srgan
mkdir -p "$pages"
cd "${GANNET_DATA:-$HOME/.cache/gannet}"
[ -e photos/test ] || { echo "results: no photos here (gannet data fetch photos)" >&2; exit 1; }

# figures NAME NETWORK BICUBIC HELD-OUT...: what it does on held-out images, as a line of a table, and one for bicubic where asked;
# the images in $RUNS/NAME.npy.
figures() {
  "$GANNET" sample --network "$2" --data "${@:4}" --out "$RUNS/$1.npy" |
    "$PYTHON" -c '
import re, sys
for line in sys.stdin:
    found = re.match(r"  (output|bicubic) +L1 (\S+), PSNR (\S+) dB, SSIM (\S+), (\S+) of", line)
    if found and (found[1] == "output" or sys.argv[2]):
        print("| " + " | ".join((found[1] if found[1] != "output" else sys.argv[1], *found.groups()[2:])) + " |")' "$1" "$3"
}

# table TITLE SCALE HELD-OUT...: of the run in $run, after the pixel loss alone and after adversarial training.
table() {
  local title=$1 scale=$2
  shift 2
  echo
  echo "| $title, x$scale | PSNR | SSIM | gradient energy |"
  echo "|---|---|---|---|"
  figures "x$scale after the pixel loss alone" "$run/network-$(printf %06d "${ALONE:-10}").safetensors" bicubic "$@"
  figures "x$scale after adversarial training" "$run" "" "$@"
}

common=(--ngf 16 --blocks 6 --ndf 8 --batch 8 --glr 1e-3 --kimg "${KIMG:-15}" --pretrain-kimg "${ALONE:-10}" --mirror --tick 1 --snap 5 --threads 1)
for set in ${SETS:-photos faces}; do
  if [ $set = photos ]; then
    for scale in 4 2; do
      [ $scale = 4 ] && size=96 || size=64
      train "x$scale" --cfg srgan --data photos --crop random --image-size $size --scale $scale "${common[@]}"
      table "33 photographs" $scale photos/test --crop none --seeds 0-32
    done
    "$PYTHON" "$root/scripts/results/enlarged.py" "$RUNS/x4 after the pixel loss alone.npy" "$RUNS/x4 after adversarial training.npy" "$pages/photos.png"
  else
    train faces --cfg srgan --data dicebear --image-size 64 --scale 4 "${common[@]}"
    table "500 faces" 4 dicebear/test.zip --seeds 0-499
    "$GANNET" sample --network "$run" --data dicebear/test --seeds 0-7 --with-input --grid 2x4 --out "$pages/faces.png" >/dev/null
  fi
done
