#!/usr/bin/env bash
# Images and figures of docs/recipes/dcgan.md.
. "$(dirname "$0")/common.sh"
judge=${JUDGE:-python3}  # a Python with NumPy, for pixel_prdc.py
train fashion --cfg dcgan --data fashion-mnist --tick 10 --snap 10 --threads 1
default=$run
keep "$run" dcgan/fashion-mnist.png
train fashion-paper --cfg dcgan --preset paper --batch 64 --data fashion-mnist --kimg 60 --tick 10 --snap 6 --threads 1
paper=$run
keep "$run" dcgan/fashion-mnist-paper.png
# Each of the default's two layers left out.
train no-dense --cfg dcgan --data fashion-mnist --d-dense 0 --kimg 60 --tick 10 --snap 6 --threads 1
no_dense=$run
train from-7x7 --cfg dcgan --data fashion-mnist --g-from-4x4=0 --kimg 60 --tick 10 --snap 6 --threads 1
from_7x7=$run
train short --cfg dcgan --data fashion-mnist --kimg 60 --tick 10 --snap 6 --threads 1
echo
echo "| Fashion-MNIST, raw pixels | precision | recall | density | coverage |"
echo "|---|---|---|---|---|"
"$judge" scripts/results/pixel_prdc.py --gannet "$GANNET" --network "$default" --name "default preset, 150 kimg" \
  --network "$run" --name "default preset, 60 kimg" --network "$from_7x7" --name "without \`--g-from-4x4\`, 60 kimg" \
  --network "$no_dense" --name "without \`--d-dense\`, 60 kimg" --network "$paper" --name "\`--preset paper --batch 64\`, 60 kimg" --floor
fast="--ngf 64 --ndf 32 --glr 1e-3 --dlr 4e-4"
train mnist --cfg dcgan --preset paper --batch 64 --data mnist $fast --kimg 60 --tick 10 --snap 10
keep "$run" dcgan/mnist.png
