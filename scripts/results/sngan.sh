#!/usr/bin/env bash
# Images and figures of docs/recipes/sngan.md.
. "$(dirname "$0")/common.sh"
train ring --cfg sngan --preset paper --data ring-8 --nz 2 --ngf 32 --ndf 32 --lr 1e-3 --batch 256 --kimg 500 --tick 50 --snap 20 --threads 1
keep "$run" sngan/ring-8.png
train fashion --cfg sngan --preset paper --data fashion-mnist --ngf 32 --ndf 16 --lr 5e-4 --batch 32 --kimg 30 --tick 5 --snap 6 --threads 1
keep "$run" sngan/fashion-mnist.png
train residual --cfg sngan --preset paper --arch residual --data fashion-mnist --ngf 16 --ndf 16 --lr 5e-4 --batch 32 --kimg 15 --tick 5 --snap 3 --threads 1
keep "$run" sngan/residual.png
