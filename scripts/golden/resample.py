#!/usr/bin/env python3
"""Remakes tests/golden/resample: a drawn image, and what Pillow makes of it with each filter at several sizes.
Needs Pillow (made with 13.0) and numpy:

    python scripts/golden/resample.py            (a second)
"""

import pathlib

import numpy as np
from PIL import Image

OUT = pathlib.Path(__file__).resolve().parents[2] / "tests" / "golden" / "resample"
FILTERS = {"box": Image.BOX, "bilinear": Image.BILINEAR, "bicubic": Image.BICUBIC, "lanczos": Image.LANCZOS}
SIZES = [(16, 16), (8, 31), (64, 48), (37, 10), (20, 29), (1, 1), (150, 3)]


def drawn(width, height):
    """Black and white edges (where filters overshoot), a gradient, and noise by a formula."""
    x, y = np.meshgrid(np.arange(width), np.arange(height))
    noise = (x * 7919 + y * 104729 + x * y * 31) % 251
    red = np.where((x // 5 + y // 4) % 2 == 0, 0, 255)
    green = np.where(x > y, x * 255 // width, noise)
    blue = np.where((x - 18) ** 2 + (y - 11) ** 2 < 80, 255, noise)
    return Image.fromarray(np.stack([red, green, blue], -1).astype(np.uint8))


OUT.mkdir(parents=True, exist_ok=True)
for old in OUT.glob("*.png"):
    old.unlink()
colour = drawn(37, 29)
for name, image in (("colour", colour), ("grey", colour.getchannel(0))):
    image.save(OUT / f"{name}.png", optimize=True)
    for filter_name, code in FILTERS.items():
        for width, height in SIZES if name == "colour" else SIZES[:2]:
            image.resize((width, height), code).save(OUT / f"{name}-{filter_name}-{width}x{height}.png", optimize=True)
