#!/usr/bin/env bash
# The two-minute demo: fetches Fashion-MNIST, trains a DCGAN on it, and prints the next commands.
# Usage: demo.sh PROGRAM [KIMG]. Without the data (no network) it learns from shapes that the program draws itself.
set -euo pipefail
gannet=$1
kimg=${2:-100}

data=fashion-mnist
if ! "$gannet" data fetch fashion-mnist; then
  data=shapes
  echo "demo: Fashion-MNIST could not be fetched; learning from shapes that gannet draws itself instead"
fi

log=$(mktemp)
trap 'rm -f "$log"' EXIT
"$gannet" train --cfg dcgan --data "$data" --kimg "$kimg" --snap 10 --desc demo | tee "$log"
run=$(tail -n 1 "$log")
grid=$(ls "$run"/fakes-0*.png | tail -n 1)

echo
echo "Images that don't exist:  $grid"
echo "Real ones, for comparison:  $run/reals.png"
"$gannet" runs show "$run" | sed '/seconds/q'
cat <<EOF

Next:
  $gannet sample --network $run --seeds 0-63 --out samples.png      # more of them
  $gannet sample --network $run --seeds 0-9 --outdir samples        # one file each
  $gannet train --cfg cgan --data $data --kimg 100                   # by class: then
  $gannet sample --network runs/... --class 7 --seeds 0-15 --out class7.png
  $gannet train --cfg vanilla --data ring-8                          # points in the plane, in seconds
  $gannet recipes list
EOF
