#!/usr/bin/env python3
"""Parts of photographs beside each other: enlarged.py FOLDER A.npy B.npy OUT.png. From the left: the small picture (a quarter, each
pixel as a square), enlarged by a bicubic filter, A, B (uint8 [N, H, W, 3], made of the folder's pictures in the order of their names),
and the photograph itself. Needs NumPy and Pillow."""
import pathlib
import sys

import numpy as np
from PIL import Image

SCALE, SIDE = 4, 176
PARTS = ((2, 100, 120), (9, 300, 150), (16, 420, 160), (25, 180, 140))  # picture, left, top

if len(sys.argv) != 5:
    raise SystemExit(__doc__)
folder, first, second, out = sys.argv[1:]
names = sorted(pathlib.Path(folder).iterdir())
made = [np.load(path, mmap_mode="r") for path in (first, second)]
rows = []
for number, left, top in PARTS:
    real = Image.open(names[number]).convert("RGB")
    small = real.resize((real.width // SCALE, real.height // SCALE), Image.Resampling.BICUBIC)
    whole = [np.asarray(small.resize(real.size, how)) for how in (Image.Resampling.NEAREST, Image.Resampling.BICUBIC)]
    whole += [np.asarray(samples[number]) for samples in made] + [np.asarray(real)]
    rows.append(np.concatenate([w[top:top + SIDE, left:left + SIDE] for w in whole], axis=1))
Image.fromarray(np.concatenate(rows)).save(out, optimize=True)
