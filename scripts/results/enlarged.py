#!/usr/bin/env python3
"""Parts of enlarged photographs beside each other: enlarged.py A.npy B.npy OUT.png, both uint8 [N, H, W, 3]. Needs NumPy and Pillow."""
import sys

import numpy as np
from PIL import Image

SIDE = 176
# Of the photographs that are in the public domain: image, left, top.
PARTS = ((0, 200, 120), (9, 300, 150), (17, 300, 140), (25, 180, 140))

if len(sys.argv) != 4:
    raise SystemExit(__doc__)
made = [np.load(path, mmap_mode="r") for path in sys.argv[1:3]]
rows = [np.concatenate([samples[number, top:top + SIDE, left:left + SIDE] for number, left, top in PARTS], axis=1) for samples in made]
Image.fromarray(np.concatenate(rows)).save(sys.argv[3], optimize=True)
