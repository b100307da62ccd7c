#!/usr/bin/env python3
"""How much of a checkerboard generated images have: their spectral power near periods of 2 and of 4 pixels, over that of real images.
Strided transposed convolutions leave such patterns (Odena et al. 2016, doi:10.23915/distill.00003).

    checkerboard.py --gannet PROGRAM --real SRC [--network FILE|RUN | --fake FILE.npy] ... [--samples 1000] [--image-size N]

Power: of the two-dimensional Fourier transform of each channel in [0, 1] without its mean, summed over the channels, averaged over the images,
and summed over the frequencies within 1/32 cycles a pixel of (1/2, 0), (0, 1/2), (1/2, 1/2), and of (1/4, 0), (0, 1/4), (1/4, 1/4).
1: as real images. SRC is any data of `gannet`. Prints one line of a Markdown table a network. Needs NumPy and Pillow."""
import argparse
import io
import pathlib
import subprocess
import tempfile
import zipfile

import numpy as np
from PIL import Image

from pixel_prdc import sampled

WIDTH = 1 / 32


def power(images):
    """uint8 [N, H, W, C] -> [H, W], by frequency."""
    x = images.astype(np.float64) / 255
    x -= x.mean((1, 2), keepdims=True)
    return (np.abs(np.fft.fft2(x, axes=(1, 2))) ** 2).sum(3).mean(0)


def near(spectrum, period):
    """The power near frequency 1 / period, along either axis or both."""
    v, u = (np.abs(np.fft.fftfreq(n)) for n in spectrum.shape)
    high = [np.abs(f - 1 / period) <= WIDTH for f in (v, u)]
    low = [f <= WIDTH for f in (v, u)]
    both = [np.outer(high[0], low[1]), np.outer(low[0], high[1]), np.outer(high[0], high[1])]
    return spectrum[np.logical_or.reduce(both)].sum()


def real_images(gannet, source, count, size):
    with tempfile.TemporaryDirectory() as folder:
        out = pathlib.Path(folder) / "real.zip"
        command = [gannet, "data", "pack", source, out, "--limit", str(count)]
        subprocess.run(command + (["--image-size", size] if size else []), check=True, stdout=subprocess.DEVNULL)
        with zipfile.ZipFile(out) as archive:
            names = sorted(n for n in archive.namelist() if n.endswith(".png"))
            return np.stack([np.asarray(Image.open(io.BytesIO(archive.read(n))).convert("RGB")) for n in names])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--gannet", default="build/release/gannet")
    parser.add_argument("--real", required=True)
    parser.add_argument("--image-size")
    parser.add_argument("--network", action="append", default=[])
    parser.add_argument("--fake", action="append", default=[])
    parser.add_argument("--name", action="append", default=[], help="of each network, then of each array")
    parser.add_argument("--samples", type=int, default=1000)
    o = parser.parse_args()
    real = power(real_images(o.gannet, o.real, o.samples, o.image_size))
    sides = [(n, lambda n=n: sampled(o.gannet, n, o.samples)) for n in o.network]
    sides += [(f, lambda f=f: np.load(f)[:o.samples]) for f in o.fake]
    for i, (path, images) in enumerate(sides):
        fake = power(images())
        ratios = " | ".join(f"{near(fake, p) / near(real, p):.2f}" for p in (2, 4))
        print(f"| {o.name[i] if i < len(o.name) else path} | {ratios} |", flush=True)


if __name__ == "__main__":
    main()
