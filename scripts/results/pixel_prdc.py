#!/usr/bin/env python3
"""Precision, recall, density and coverage on raw pixels: how 2,500 generated images of Fashion-MNIST compare with 2,500 test
images, and what 2,500 train images score.

    pixel_prdc.py --gannet PROGRAM --network FILE|RUN [--network ...] [--data fashion-mnist] [--samples 2500] [--floor]

Precision and recall with k = 3 (Kynkaanniemi et al. 2019, arXiv:1904.06991, eq. 1 and 2), density and coverage with k = 5
(Naeem et al. 2020, arXiv:2002.09797, eq. 4 and 5), Euclidean distance of float64 pixels in [0, 1]. Pixels reward smooth
prototypes: read coverage beside recall, and beside the grids. Prints one line of a Markdown table a network. Needs NumPy."""
import argparse
import os
import pathlib
import subprocess
import tempfile

import numpy as np

import idx

CACHE = pathlib.Path(os.environ.get("GANNET_DATA") or os.path.expanduser("~/.cache/gannet"))


def some_of(images, count, seed):
    chosen = np.random.default_rng(seed).permutation(len(images))[:count]
    return images[chosen].reshape(count, -1).astype(np.float64) / 255


def squared_distances(a, b):
    return np.maximum((a * a).sum(1)[:, None] + (b * b).sum(1)[None] - 2 * a @ b.T, 0)


def radii(x, k):
    """[N]: squared distance of each to its k-th nearest other one (its own distance, 0, comes first)."""
    return np.partition(squared_distances(x, x), k, axis=1)[:, k]


def prdc(real, fake):
    between = squared_distances(real, fake)
    near = between <= radii(real, 5)[:, None]
    return {"precision": (between <= radii(real, 3)[:, None]).any(0).mean(),
            "recall": (between <= radii(fake, 3)[None]).any(1).mean(),
            "density": near.sum(0).mean() / 5,
            "coverage": near.any(1).mean()}


def row(name, values):
    print(f"| {name} | " + " | ".join(f"{v:.3f}" for v in values.values()) + " |", flush=True)


def sampled(gannet, network, count):
    with tempfile.TemporaryDirectory() as folder:
        out = pathlib.Path(folder) / "x.npy"
        subprocess.run([gannet, "sample", "--network", network, "--seeds", f"0-{count - 1}", "--out", out], check=True,
                       stdout=subprocess.DEVNULL)
        return np.load(out)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--gannet", default="build/release/gannet")
    parser.add_argument("--network", action="append", default=[])
    parser.add_argument("--name", action="append", default=[])
    parser.add_argument("--data", default="fashion-mnist")
    parser.add_argument("--samples", type=int, default=2500)
    parser.add_argument("--floor", action="store_true")
    args = parser.parse_args()
    folder = CACHE / args.data
    real = some_of(idx.read(folder, "t10k-images-idx3-ubyte"), args.samples, 1)
    for i, network in enumerate(args.network):
        fake = sampled(args.gannet, network, args.samples)
        row(args.name[i] if i < len(args.name) else network,
            prdc(real, fake.reshape(args.samples, -1).astype(np.float64) / 255))
    if args.floor:
        row("real train images", prdc(real, some_of(idx.read(folder, "train-images-idx3-ubyte"), args.samples, 1)))


if __name__ == "__main__":
    main()
