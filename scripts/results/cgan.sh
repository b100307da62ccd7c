#!/usr/bin/env bash
# Images and figures of docs/recipes/cgan.md. The classes are checked by a classifier that is trained on the real images.
. "$(dirname "$0")/common.sh"
fast="--ngf 64 --ndf 32 --glr 1e-3 --dlr 4e-4"  # as in dcgan.sh
judge=${JUDGE:-.deps/test-env/bin/python}  # any Python with NumPy
train conv --cfg cgan --preset paper --data fashion-mnist $fast --kimg 150 --tick 10 --snap 10
keep "$run" cgan/fashion-mnist.png
"$judge" scripts/results/class_agreement.py --gannet "$GANNET" --network "$run" --data fashion-mnist
train mnist --cfg cgan --preset paper --data mnist $fast --kimg 60 --tick 10 --snap 10
keep "$run" cgan/mnist.png
"$judge" scripts/results/class_agreement.py --gannet "$GANNET" --network "$run" --data mnist
train mlp --cfg cgan --preset paper --arch mlp --data mnist --glr 5e-4 --dlr 1e-4 --kimg 200 --tick 50 --snap 4 --threads 1
keep "$run" cgan/mnist-mlp.png
"$judge" scripts/results/class_agreement.py --gannet "$GANNET" --network "$run" --data mnist
train shapes --cfg cgan --data shapes --kimg 8 --tick 4 --snap 2 --snap-first 0 --threads 1
keep "$run" cgan/shapes.png
bilinear=$run
train shapes-transposed --cfg cgan --data shapes --kimg 8 --batch 64 --g-upsample transposed --tick 4 --snap 2 --snap-first 0 --threads 1
keep "$run" cgan/shapes-transposed.png
"$judge" scripts/results/checkerboard.py --gannet "$GANNET" --real shapes --samples 500 --network "$run" --name transposed --network "$bilinear" --name bilinear
