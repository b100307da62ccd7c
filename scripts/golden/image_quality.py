#!/usr/bin/env python3
"""Remakes tests/golden/image_quality.json: PSNR, SSIM and the rest of src/gannet/metrics/image_quality.h once more, by plain loops over
pixels and windows in NumPy, on images by a formula. Needs NumPy."""
import json
import math
import pathlib

import numpy as np

import draws

OUT = pathlib.Path(__file__).resolve().parents[2] / "tests" / "golden" / "image_quality.json"
SIZE, SIGMA = 11, 1.5


def image(tag, height, width, channels):
    values = draws.numbers(tag, 0, height * width * channels)
    return np.floor(values * 127.5 + 128).clip(0, 255).reshape(height, width, channels)


def luma(x, border):
    x = x[border:x.shape[0] - border, border:x.shape[1] - border]
    return x[:, :, 0] if x.shape[2] == 1 else 16 + x @ np.array([65.481, 128.553, 24.966]) / 255


def ssim(a, b):
    window = np.array([[math.exp(-((y - 5) ** 2 + (x - 5) ** 2) / (2 * SIGMA ** 2)) for x in range(SIZE)] for y in range(SIZE)])
    window /= window.sum()
    c1, c2, values = (0.01 * 255) ** 2, (0.03 * 255) ** 2, []
    for top in range(a.shape[0] - SIZE + 1):
        for left in range(a.shape[1] - SIZE + 1):
            p, q = a[top:top + SIZE, left:left + SIZE], b[top:top + SIZE, left:left + SIZE]
            mp, mq = (window * p).sum(), (window * q).sum()
            vp, vq = (window * (p - mp) ** 2).sum(), (window * (q - mq) ** 2).sum()
            cov = (window * (p - mp) * (q - mq)).sum()
            values.append((2 * mp * mq + c1) * (2 * cov + c2) / ((mp ** 2 + mq ** 2 + c1) * (vp + vq + c2)))
    return float(np.mean(values))


def case(height, width, channels, border, share):
    a = image("a", height, width, channels)
    b = np.floor(share * image("b", height, width, channels) + (1 - share) * a)
    p, q = luma(a, border), luma(b, border)
    energy = float((np.diff(p, axis=0) ** 2).mean() + (np.diff(p, axis=1) ** 2).mean())
    return {"height": height, "width": width, "channels": channels, "border": border, "share": share,
            "l1": float(np.abs(a - b).mean()), "psnr": 10 * math.log10(255 ** 2 / ((p - q) ** 2).mean()), "ssim": ssim(p, q),
            "gradient_energy": energy}


cases = [case(24, 31, 3, 4, 0.25), case(19, 23, 3, 0, 0.5), case(16, 16, 1, 2, 0.1), case(15, 11, 1, 0, 1)]
OUT.write_text("[\n" + ",\n".join(json.dumps(c) for c in cases) + "\n]\n")
print(OUT.read_text())
