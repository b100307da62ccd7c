#!/usr/bin/env bash
# Images and figures of docs/recipes/r3gan.md on Fashion-MNIST: gamma and the filters between the sizes, three seeds of each, by `gannet sweep`
# (points: toys.sh; other recipes: comparison.sh).
. "$(dirname "$0")/common.sh"
for grid in 'gamma = [0.2, 1, 3]' 'resample = ["bilinear", "learned"]'; do
  sweep "${grid%% *}" "$grid" 'cfg = "r3gan"'
  echo
  echo '```'
  cat "$RUNS/${grid%% *}.txt"
  echo '```'
done
keep "$(ls -d "$RUNS"/gamma/*gamma=1,seed=0)" r3gan/fashion-mnist.png
