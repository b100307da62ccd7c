#!/usr/bin/env bash
# Images and figures of docs/recipes/r3gan.md. PYTHON: one with torch and NumPy, for the classifier. PARTS: which to make (and: search).
. "$(dirname "$0")/common.sh"
PYTHON=${PYTHON:-python3}
PARTS=${PARTS:-points images labels filters rivals}

# timed NAME ARGS...: train on one thread, and say what the processor took: the clock says little where others share the machine.
timed() {
  local TIMEFORMAT='%3U %3S'
  { time train "$@" --threads 1 2>&3; } 3>&2 2>"$RUNS/processor"
  awk '{printf "\nOn the processor: %.0f s.\n", $1 + $2}' "$RUNS/processor"
}
judged() { "$PYTHON" scripts/results/quality.py --gannet "$GANNET" --no-header "$@"; }

points() {
  for seed in 0 1; do
    timed "ring$seed" --cfg r3gan --preset paper --data ring-8 --nz 2 --ngf 16 --ndf 16 --lr 3e-3 --lr-end 1e-4 --b2 0.9 --b2-end 0.99 --gamma 0.005 --batch 256 --kimg 1000 --tick 50 --snap 20 --seed $seed
  done
  keep "$run" r3gan/ring-8.png
}

images() {
  for seed in 0 1; do
    timed "r3gan$seed" --cfg r3gan --preset paper --data fashion-mnist --kimg 30 --tick 5 --snap 2 --seed $seed
    networks+=(--network "$run/network-000010.safetensors" --network "$run/network-000030.safetensors")
    keep "$run" "r3gan/fashion-mnist.png"
  done
}

labels() {
  timed labels --cfg r3gan --preset paper --cond --data fashion-mnist --kimg 30 --tick 5 --snap 2
  networks+=(--network "$run")
}

# Filters between the sizes that learn.
filters() {
  timed filters --cfg r3gan --preset paper --data fashion-mnist --kimg 30 --tick 5 --snap 2 --resample learned
  networks+=(--network "$run/network-000010.safetensors" --network "$run")
  timed filters-cond --cfg r3gan --preset paper --cond --data fashion-mnist --kimg 30 --tick 5 --snap 2 --resample learned
  networks+=(--network "$run")
}

# What was tried at 30 kimg before gamma was settled.
search() {
  local more n=0
  for more in "--gamma 0.2" "--gamma 0.2 --lr-end 1e-4" "--gamma 1 --lr-end 1e-4" "--gamma 3" "--gamma 2 --lr 3e-3"; do
    timed "search$((n++))" --cfg r3gan --preset paper --data fashion-mnist --kimg 30 --tick 10 --snap 1 $more
    networks+=(--network "$run")
  done
}

rivals() {
  for seed in 0 1; do
    timed "dcgan$seed" --cfg dcgan --preset paper --data fashion-mnist --ngf 64 --ndf 32 --glr 1e-3 --dlr 4e-4 --batch 32 --kimg 60 --tick 5 --snap 2 --seed $seed
    networks+=(--network "$run/network-000010.safetensors" --network "$run/network-000030.safetensors" --network "$run")
  done
  timed sngan --cfg sngan --preset paper --data fashion-mnist --ngf 32 --ndf 16 --lr 5e-4 --batch 32 --kimg 30 --tick 5 --snap 2
  networks+=(--network "$run/network-000010.safetensors" --network "$run")
  timed wgan-gp --cfg wgan-gp --preset paper --data fashion-mnist --ngf 64 --ndf 32 --lr 5e-4 --batch 32 --kimg 30 --tick 5 --snap 2
  networks+=(--network "$run/network-000010.safetensors" --network "$run")
}

networks=()
for part in $PARTS; do $part; done
judged --floor "${networks[@]}"
