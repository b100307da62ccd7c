#!/usr/bin/env bash
# Images and figures of docs/recipes/wgan-gp.md.
. "$(dirname "$0")/common.sh"
train ring --cfg wgan-gp --preset paper --data ring-8 --nz 2 --ngf 16 --ndf 16 --lr 1e-3 --b1 0.5 --batch 256 --kimg 300 --tick 50 --snap 20 --threads 1
keep "$run" wgan-gp/ring-8.png
train fashion --cfg wgan-gp --preset paper --data fashion-mnist --ngf 64 --ndf 32 --lr 5e-4 --batch 32 --kimg 30 --tick 5 --snap 6 --threads 1
keep "$run" wgan-gp/fashion-mnist.png
