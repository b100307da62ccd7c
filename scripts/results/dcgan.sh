#!/usr/bin/env bash
# Images and figures of docs/recipes/dcgan.md.
. "$(dirname "$0")/common.sh"
# A narrow D that learns more slowly than G: at the paper's 2e-4 for both, D wins for the first hundred kimg (as its PyTorch twin's does).
fast="--ngf 64 --ndf 32 --glr 1e-3 --dlr 4e-4"
train fashion --cfg dcgan --preset paper --data fashion-mnist $fast --kimg 150 --tick 10 --snap 10
keep "$run" dcgan/fashion-mnist.png
train mnist --cfg dcgan --preset paper --data mnist $fast --kimg 60 --tick 10 --snap 10
keep "$run" dcgan/mnist.png
train shapes --cfg dcgan --preset paper --data shapes $fast --kimg 60 --tick 10 --snap 10
keep "$run" dcgan/shapes.png
