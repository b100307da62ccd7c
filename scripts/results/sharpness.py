#!/usr/bin/env python3
"""How sharp images are: the mean squared Laplacian of their luma (values in [0, 1]; 4 neighbours; inner pixels), as a
ratio to that of the first file. Blur lowers it, noise raises it: nearer to 1 is better.

    sharpness.py REAL.npy X.npy ...      uint8 [N, H, W, C], as `gannet sample --out X.npy` writes them

Prints one number a file. Needs NumPy."""
import sys

import numpy as np


def sharpness(path):
    x = np.load(path).astype(np.float64) / 255
    if x.ndim != 4:
        raise SystemExit(f"sharpness: {path}: expected [N, H, W, C], found {list(x.shape)}")
    y = x @ np.array([0.299, 0.587, 0.114]) if x.shape[3] == 3 else x[..., 0]
    laplacian = y[:, :-2, 1:-1] + y[:, 2:, 1:-1] + y[:, 1:-1, :-2] + y[:, 1:-1, 2:] - 4 * y[:, 1:-1, 1:-1]
    return np.square(laplacian).mean()


files = sys.argv[1:]
if not files:
    raise SystemExit(__doc__)
first = sharpness(files[0])
print(" ".join(f"{sharpness(path) / first:.2f}" for path in files))
