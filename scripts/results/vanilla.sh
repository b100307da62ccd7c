#!/usr/bin/env bash
# Images and figures of docs/recipes/vanilla.md.
. "$(dirname "$0")/common.sh"
for seed in 0 1 2; do
  train "ring$seed" --cfg vanilla --preset paper --data ring-8 --nz 2 --ngf 128 --ndf 128 --lr 1e-3 --batch 256 --kimg 1500 --tick 50 --snap 20 --seed $seed
  [ $seed != 0 ] || keep "$run" vanilla/ring-8.png
done
train sgd --cfg vanilla --preset paper --data ring-8 --nz 2 --ngf 128 --ndf 128 --optimizer sgd --lr 0.05 --momentum 0.5 --loss minimax --batch 256 --kimg 1500 --tick 50 --snap 20
keep "$run" vanilla/ring-8-sgd.png
train mnist --cfg vanilla --preset paper --data mnist --kimg 400 --tick 25 --snap 20
keep "$run" vanilla/mnist.png
train fashion --cfg vanilla --preset paper --data fashion-mnist --kimg 400 --tick 25 --snap 20
keep "$run" vanilla/fashion-mnist.png
