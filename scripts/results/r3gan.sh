#!/usr/bin/env bash
# Images and figures of docs/recipes/r3gan.md on Fashion-MNIST: gamma and the filters between the sizes, three seeds of each, by `gannet sweep`
# (points: toys.sh; other recipes: comparison.sh).
. "$(dirname "$0")/common.sh"
kimg=${KIMG:-30}

# swept NAME GRID: figures of the last networks.
swept() {
  { echo 'seeds = "0-2"'
    echo "outdir = \"$RUNS/$1\""
    echo "[options]"
    printf '%s\n' 'cfg = "r3gan"' 'data = "fashion-mnist"' "kimg = $kimg" "threads = 1" "tick = 5" "snap = 6" "snap-first = 0" 'metrics = "fd10k,precision10k,recall10k"'
    echo "[grid]"
    echo "$2"; } >"$RUNS/$1.toml"
  "$GANNET" sweep "$RUNS/$1.toml" --jobs 1 >"$RUNS/$1.log"
  echo
  echo '```'
  "$GANNET" sweep "$RUNS/$1.toml" --table --at last
  echo '```'
}

swept gamma "gamma = [0.2, 1, 3]"
keep "$(ls -d "$RUNS"/gamma/*gamma=1,seed=0)" r3gan/fashion-mnist.png
swept resample 'resample = ["bilinear", "learned"]'
