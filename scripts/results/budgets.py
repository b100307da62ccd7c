#!/usr/bin/env python3
"""600 pictures as somebody has them, and how near the samples of a run come to held-out ones of their kind.

    budgets.py make openmoji|dicebear DIR     DIR/train (600) and DIR/held, from the fetched sets
    budgets.py judge --run RUN --held DIR --cpu SECONDS --name NAME [--gannet PROGRAM]
    budgets.py floor --set DIR                the same of the training pictures

The unbiased kernel distance (Binkowski et al. 2018, arXiv:1801.01401: cubic polynomial kernel) on raw pixels in [0, 1], and on
means of 16x16 areas, of a run's last network. Prints rows of a Markdown table. Needs NumPy and Pillow."""
import argparse
import io
import os
import pathlib
import random
import re
import subprocess
import tempfile
import zipfile

import numpy as np
from PIL import Image

CACHE = pathlib.Path(os.environ.get("GANNET_DATA") or os.path.expanduser("~/.cache/gannet"))
TRAINED_ON, HELD, SAMPLES = 600, 600, 600


def make(name, folder):
    archive = zipfile.ZipFile(CACHE / name / "train.zip")
    names = sorted(n for n in archive.namelist() if n.endswith(".png"))
    random.Random(1).shuffle(names)
    for part, chosen in (("train", names[:TRAINED_ON]), ("held", names[TRAINED_ON:TRAINED_ON + HELD])):
        (folder / part).mkdir(parents=True)
        for i, n in enumerate(chosen):
            image = Image.open(io.BytesIO(archive.read(n))).convert("RGB")
            if image.width == 2 * image.height:  # a pair: the right half is the picture in colour
                image = image.crop((image.width // 2, 0, image.width, image.height))
            image.save(folder / part / f"{i:04d}.png")


def pictures(folder):
    return np.stack([np.asarray(Image.open(p).convert("RGB"), np.float64) / 255 for p in sorted(folder.glob("*.png"))])


def areas(x):
    n, h, w, c = x.shape
    return x.reshape(n, 16, h // 16, 16, w // 16, c).mean((2, 4))


def kernel_distance(a, b):
    a, b = a.reshape(len(a), -1), b.reshape(len(b), -1)
    kernel = lambda x, y: (x @ y.T / a.shape[1] + 1) ** 3
    within = lambda k: (k.sum() - np.trace(k)) / (len(k) * (len(k) - 1))
    return within(kernel(a, a)) + within(kernel(b, b)) - 2 * kernel(a, b).mean()


def row(name, cpu, kimg, held, x):
    print(f"| {name} | {cpu} | {kimg} | {kernel_distance(held, x):.4f} | {kernel_distance(areas(held), areas(x)):.4f} |", flush=True)


def sampled(gannet, network):
    with tempfile.TemporaryDirectory() as folder:
        out = pathlib.Path(folder) / "x.npy"
        subprocess.run([gannet, "sample", "--network", network, "--seeds", f"0-{SAMPLES - 1}", "--out", out], check=True,
                       stdout=subprocess.DEVNULL)
        return np.load(out).astype(np.float64) / 255


def judge(args):
    networks = {int(m[1]): p for p in pathlib.Path(args.run).glob("network-*.safetensors") if (m := re.search(r"network-(\d+)\.", p.name))}
    last = max(networks)
    row(args.name, args.cpu, last, pictures(pathlib.Path(args.held)), sampled(args.gannet, networks[last]))


def main():
    parser = argparse.ArgumentParser()
    commands = parser.add_subparsers(dest="command", required=True)
    made = commands.add_parser("make")
    made.add_argument("name")
    made.add_argument("folder", type=pathlib.Path)
    judged = commands.add_parser("judge")
    judged.add_argument("--gannet", default="build/release/gannet")
    for name in ("--run", "--held", "--name"):
        judged.add_argument(name, required=True)
    judged.add_argument("--cpu", type=int, required=True)
    floor = commands.add_parser("floor")
    floor.add_argument("--set", type=pathlib.Path, required=True)
    args = parser.parse_args()
    if args.command == "make":
        make(args.name, args.folder)
    elif args.command == "judge":
        judge(args)
    else:
        row(f"{args.set.name}, training pictures", "", "", pictures(args.set / "held"), pictures(args.set / "train"))


if __name__ == "__main__":
    main()
