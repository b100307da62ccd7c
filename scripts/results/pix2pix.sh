#!/usr/bin/env bash
# Images and figures of docs/recipes/pix2pix.md, from `gannet data fetch openmoji`. PYTHON: one with torch, NumPy and Pillow,
# for the classifier.
. "$(dirname "$0")/common.sh"
PYTHON=${PYTHON:-python3}
GANNET=$(realpath "$GANNET")
pages=$root/docs/recipes/pix2pix
mkdir -p "$pages"
cd "${GANNET_DATA:-$HOME/.cache/gannet}"
[ -e openmoji/test.zip ] || { echo "results: no openmoji here (gannet data fetch openmoji)" >&2; exit 1; }

shown=3,17,30,44,57,71,84,98,111,125,138,152
files=()
for weight in 1 0; do
  train "gan$weight" --cfg pix2pix --data openmoji --image-size 64 --ngf 16 --ndf 16 --lr 5e-4 --gan-weight $weight \
    --kimg "${KIMG:-60}" --tick 10 --snap 3 --threads 1
  sample=("$GANNET" sample --network "$run" --data openmoji/test)
  echo
  echo "Held out, $("${sample[@]}" --seeds 0-159 --out "$RUNS/$weight.npy" | tail -n 2 | tr -s ' \n' ' ')"
  [ $weight = 1 ] && name="U-Net and discriminator" || name="the same U-Net alone"
  files+=("$name=$RUNS/$weight.npy")
  for part in 1 2; do
    half=$(cut -d, -f$((6 * part - 5))-$((6 * part)) <<<$shown)
    "${sample[@]}" --seeds "$half" --grid 1x6 --out "$RUNS/$weight-$part.png" >/dev/null
  done
done
"$PYTHON" "$root/scripts/results/side_by_side.py" "$RUNS"/{0,1}-1.png "$RUNS"/{0,1}-2.png "$pages/openmoji.png"
echo
"$PYTHON" "$root/scripts/results/colouring.py" --train openmoji/train.zip --test openmoji/test.zip "${files[@]}"

# Faces from their edges, and edges from faces: eight held-out ones: input, result, target.
for direction in AtoB BtoA; do
  for weight in 1 0; do
    train "faces-$direction-$weight" --cfg pix2pix --data dicebear --pairs edges --direction $direction --image-size 64 --patch 70 --ngf 16 \
      --ndf 16 --lr 5e-4 --gan-weight $weight --kimg "${FACES_KIMG:-40}" --tick 5 --snap 4 --threads 1
    sample=("$GANNET" sample --network "$run" --data dicebear/test --pairs edges --direction $direction --image-size 64)
    echo
    echo "Held out, $("${sample[@]}" --seeds 0-499 --out "$RUNS/faces.npy" | tail -n 2 | tr -s ' \n' ' ')"
    [ $weight = 0 ] || "${sample[@]}" --seeds 0-7 --with-input --grid 2x4 --out "$pages/faces-$direction.png" >/dev/null
  done
done
train shapes --cfg pix2pix --data shapes-pairs --ngf 16 --ndf 16 --batch 16 --lr 5e-4 --kimg "${SHAPES_KIMG:-30}" --tick 5 --snap 4 --threads 1
cp "$(ls "$run"/fakes-0*.png | tail -n 1)" "$pages/shapes.png"
