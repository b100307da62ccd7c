#!/usr/bin/env bash
# The networks of the zoo: small ones of five kinds, trained for MINUTES (5) each, all at a time. A GPU is taken where there is one; on a processor of two
# cores a network needs some hours for as many images (MINUTES=180).
#   NAMES="clothes faces faces-by-sentence enlarge tones"    those to train
# Each run is left in $RUNS/NAME. Needs: gannet data fetch fashion-mnist dicebear photos.
. "$(dirname "$0")/common.sh"

# Narrower than the defaults where G would have more than 1.4 million weights: 3 MB in half precision.
declare -A options=(
  [clothes]="--cfg r3gan --data ${CLOTHES:-fashion-mnist} --ngf 56 --ndf 64 --batch 64"
  [faces]="--cfg r3gan --data ${FACES:-dicebear} --image-size 64 --ngf 32 --batch 32"
  [faces-by-sentence]="--cfg text2image --data ${FACES:-dicebear} --image-size 64 --ngf 20"
  [enlarge]="--cfg srgan --data ${PHOTOS:-photos} --crop random --image-size 96 --ngf 48 --blocks 12"
  [tones]="--cfg wavegan --data tones"
)
for name in ${NAMES:-clothes faces faces-by-sentence enlarge tones}; do
  # No metrics in between: judged at the end, by scripts/results/zoo_figures.sh.
  "$GANNET" train ${options[$name]} --minutes "${MINUTES:-5}" --metrics none --threads "${THREADS:-2}" --outdir "$RUNS/$name" >"$RUNS/$name.log" 2>&1 &
done
wait
for name in ${NAMES:-clothes faces faces-by-sentence enlarge tones}; do tail -n 1 "$RUNS/$name.log"; done
