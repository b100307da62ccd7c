#!/usr/bin/env bash
# Pictures and figures of docs/recipes/r3gan.md.
. "$(dirname "$0")/common.sh"
train ring --cfg r3gan --data ring-8 --nz 2 --ngf 16 --ndf 16 --lr 1e-3 --gamma 0.02 --batch 256 --kimg 2000 --tick 50 --snap 40 --threads 1
keep "$run" r3gan/ring-8.png
train fashion --cfg r3gan --data fashion-mnist --ngf 16 --ndf 16 --kimg 30 --tick 5 --snap 6 --threads 1
keep "$run" r3gan/fashion-mnist.png
