#!/usr/bin/env bash
# Images and figures of docs/recipes/dcgan.md.
. "$(dirname "$0")/common.sh"
judge=${JUDGE:-python3}  # a Python with NumPy, for pixel_prdc.py
train fashion --cfg dcgan --data fashion-mnist --tick 10 --snap 10 --threads 1
default=$run
keep "$run" dcgan/fashion-mnist.png
train fashion-paper --cfg dcgan --preset paper --data fashion-mnist --kimg 60 --tick 10 --snap 6 --threads 1
paper=$run
keep "$run" dcgan/fashion-mnist-paper.png
echo
echo "| Fashion-MNIST, raw pixels | precision | recall | density | coverage |"
echo "|---|---|---|---|---|"
"$judge" scripts/results/pixel_prdc.py --gannet "$GANNET" --network "$default" --name "default preset" \
  --network "$paper" --name "paper's values" --floor
train mnist --cfg dcgan --data mnist --kimg 60 --tick 10 --snap 6 --threads 1
keep "$run" dcgan/mnist.png
train shapes --cfg dcgan --data shapes --kimg 60 --tick 10 --snap 6 --threads 1
keep "$run" dcgan/shapes.png
