#!/usr/bin/env bash
# Images and figures of docs/comparison.md: every recipe after the same number of Fashion-MNIST images, evaluated outside Gannet.
. "$(dirname "$0")/common.sh"
kimg=${KIMG:-30}
judge=${JUDGE:-python3}  # a Python with torch and NumPy, for quality.py
narrow="--ngf 64 --ndf 32 --glr 1e-3 --dlr 4e-4"  # as in dcgan.sh
settings() {
  case $1 in
    vanilla) echo "" ;;
    dcgan) echo "$narrow --batch 64" ;;
    cgan | acgan) echo "$narrow" ;;
    wgan-gp) echo "--ngf 64 --ndf 32 --lr 3e-4" ;;
    sngan) echo "--ngf 32 --ndf 32 --lr 4e-4" ;;
    infogan) echo "--ngf 32 --ndf 32 --code-weight 0.1" ;;
    r3gan) echo "" ;;
    r3gan-cond) echo "--cond" ;;
  esac
}
echo
echo "| recipe | options | CPU seconds (1 thread) | Frechet distance | precision | recall |"
echo "|---|---|---|---|---|---|"
mkdir -p docs/comparison
for recipe in ${RECIPES:-vanilla dcgan cgan wgan-gp sngan acgan infogan r3gan r3gan-cond}; do
  run=$( { TIMEFORMAT=%U; time "$GANNET" train --cfg ${recipe%-cond} --preset paper --data fashion-mnist $(settings $recipe) --kimg $kimg --tick 5 --snap 100 \
    --threads 1 --outdir "$RUNS" | tail -n 1; } 2>"$RUNS/time")
  cp "$(ls "$run"/fakes-0*.png | tail -n 1)" docs/comparison/$recipe.png
  line=$("$judge" scripts/results/quality.py --gannet "$GANNET" --network "$run" 2>"$RUNS/quality.log" | tail -n 1)
  echo "| \`${recipe%-cond}\` | \`$(settings $recipe)\` | $(tail -n 1 "$RUNS/time" | cut -d. -f1) | $(echo "$line" | awk -F'|' '{print $5"|"$6"|"$7}' | sed 's/^ *//') |"
done
line=$("$judge" scripts/results/quality.py --floor 2>"$RUNS/quality.log" | tail -n 1)
echo "| real training images | | | $(echo "$line" | awk -F'|' '{print $5"|"$6"|"$7}' | sed 's/^ *//') |"
