#!/usr/bin/env python3
"""The distance of generated images to real ones, computed outside Gannet: a small convolutional classifier is trained on the
real training images (IDX files of `gannet data fetch`), and distances are taken between its penultimate features.

    quality.py --gannet PROGRAM --network FILE|RUN [--network ...] [--data fashion-mnist|mnist] [--samples 5000]
    quality.py --samples-file X.npy [--data ...]      uint8 [N, H, W, 1], as `gannet sample --out X.npy` writes them
    quality.py --floor                                the score of real training images

Prints one line of a Markdown table for each: the Frechet distance (Heusel et al. 2017, arXiv:1706.08500, eq. 6) of the samples
to the 10,000 real test images, in double precision; precision and recall with k = 3 (Kynkaanniemi et al. 2019,
arXiv:1904.06991, eq. 1 and 2) against 5,000 of them. All but the line goes to standard error. The classifier's weights are kept
in the data cache. Needs torch and NumPy. Distances by different classifiers, data or numbers of samples do not compare."""
import argparse
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

import numpy as np
import torch
from torch import nn

import idx

EPOCHS, BATCH, FEATURES, NEIGHBOURS, COMPARED = 4, 128, 64, 3, 5000
CACHE = pathlib.Path(os.environ.get("GANNET_DATA") or os.path.expanduser("~/.cache/gannet"))


def tensor(images):
    """uint8 [N, 28, 28] -> float [N, 1, 28, 28] in [-1, 1]."""
    return torch.from_numpy(images.astype(np.float32) / 127.5 - 1).unsqueeze(1)


class Judge(nn.Module):
    """Two convolutions of stride 2 and two dense layers; its features are the values before the last one."""

    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Conv2d(1, 32, 4, 2, 1), nn.ReLU(), nn.Conv2d(32, 64, 4, 2, 1), nn.ReLU(), nn.Flatten(),
                                  nn.Dropout(0.25), nn.Linear(64 * 49, FEATURES), nn.ReLU())
        self.head = nn.Linear(FEATURES, 10)

    def forward(self, x):
        return self.head(self.body(x))


def features(judge, images):
    with torch.no_grad():
        return torch.cat([judge.body(tensor(images[i:i + 500])) for i in range(0, len(images), 500)]).double().numpy()


def trained_judge(data, folder):
    path, judge = CACHE / "judge" / f"{data}-{EPOCHS}-{FEATURES}.npz", Judge()
    if path.exists():
        with np.load(path) as saved:
            judge.load_state_dict({name: torch.from_numpy(saved[name]) for name in saved.files})
        return judge.eval()
    torch.manual_seed(0)
    judge = Judge()
    x, y = tensor(idx.read(folder, "train-images-idx3-ubyte")), torch.from_numpy(idx.read(folder, "train-labels-idx1-ubyte").astype(np.int64))
    optimizer = torch.optim.Adam(judge.parameters(), 1e-3)
    rate = torch.optim.lr_scheduler.OneCycleLR(optimizer, 2e-3, epochs=EPOCHS, steps_per_epoch=len(x) // BATCH)
    for epoch in range(EPOCHS):
        order = torch.randperm(len(x))
        for i in range(0, len(x) // BATCH * BATCH, BATCH):
            pick = order[i:i + BATCH]
            optimizer.zero_grad()
            nn.functional.cross_entropy(judge(x[pick]), y[pick]).backward()
            optimizer.step()
            rate.step()
        print(f"quality: judge, epoch {epoch + 1} of {EPOCHS}", file=sys.stderr)
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".partial.npz")
    np.savez(partial, **{name: p.detach().numpy() for name, p in judge.state_dict().items()})
    partial.replace(path)
    return judge.eval()


def frechet(a, b):
    """|mean difference|^2 + tr(A + B - 2 (A B)^(1/2)); the last trace by the eigenvalues of A^(1/2) B A^(1/2)."""
    A, B = np.cov(a, rowvar=False), np.cov(b, rowvar=False)
    values, vectors = np.linalg.eigh(A)
    root = (vectors * np.sqrt(values.clip(0))) @ vectors.T
    cross = np.sqrt(np.linalg.eigvalsh(root @ B @ root).clip(0)).sum()
    return float(np.square(a.mean(0) - b.mean(0)).sum() + np.trace(A) + np.trace(B) - 2 * cross)


def covered(points, support):
    """The share of points inside a ball around a support point that reaches its k-th nearest other support point."""
    support = torch.from_numpy(support)
    rows = lambda x: [torch.cdist(part, support) for part in x.split(1000)]
    radius = torch.cat([d.kthvalue(NEIGHBOURS + 1, dim=1).values for d in rows(support)])  # itself is nearest
    return float(torch.cat([(d <= radius).any(1) for d in rows(torch.from_numpy(points))]).double().mean())


def read_samples(path):
    x = np.load(path)
    if x.dtype != np.uint8 or x.shape[1:] not in ((28, 28), (28, 28, 1)):
        raise SystemExit(f"quality: {path}: expected uint8 [N, 28, 28, 1], found {x.dtype} {list(x.shape)}")
    return x.reshape(-1, 28, 28)


def drawn(gannet, network, samples):
    with tempfile.TemporaryDirectory() as work:
        out = os.path.join(work, "x.npy")
        subprocess.run([gannet, "sample", "--network", network, "--seeds", f"0-{samples - 1}", "--out", out], check=True,
                       stdout=subprocess.DEVNULL)
        return read_samples(out)


def trained_for(network):
    """Recipe, thousands of images and seconds of training of a run's network, from its stats.jsonl."""
    path = pathlib.Path(network)
    run = path if path.is_dir() else path.parent
    if not (run / "stats.jsonl").exists():
        return path.name, "", ""
    files = sorted(run.glob("network-0*.safetensors")) if path.is_dir() else [path]
    kimg = int(re.sub(r"\D", "", files[-1].name) or 0) if files else 0
    rows = [json.loads(line) for line in (run / "stats.jsonl").read_text().splitlines()]
    row = min(rows, key=lambda r: abs(r["kimg"] - kimg))
    return run.name, f"{row['kimg']:.0f}", f"{row['seconds']:.0f}"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--gannet", default="build/release/gannet")
    parser.add_argument("--network", action="append", default=[])
    parser.add_argument("--samples-file", action="append", default=[])
    parser.add_argument("--data", default="fashion-mnist")
    parser.add_argument("--samples", type=int, default=5000)
    parser.add_argument("--floor", action="store_true")
    parser.add_argument("--no-header", action="store_true")
    args = parser.parse_args()

    folder = CACHE / args.data
    judge = trained_judge(args.data, folder)
    test, labels = idx.read(folder, "t10k-images-idx3-ubyte"), idx.read(folder, "t10k-labels-idx1-ubyte")
    real = features(judge, test)
    with torch.no_grad():
        right = (judge.head(torch.from_numpy(real).float()).argmax(1).numpy() == labels).mean()
    train = idx.read(folder, "train-images-idx3-ubyte")

    def line(name, kimg, seconds, images):
        found = features(judge, images)
        part = found[:COMPARED]
        print(f"| {name} | {kimg} | {seconds} | {frechet(found, real):.2f} | {covered(part, real[:COMPARED]):.3f} | "
              f"{covered(real[:COMPARED], part):.3f} |", flush=True)

    print(f"quality: the classifier ({FEATURES} features) has an accuracy of {right:.1%} on the 10,000 real test images of {args.data}",
          file=sys.stderr)
    if not args.no_header:
        print(f"| {args.data}, {args.samples} samples | kimg | seconds | Frechet distance | precision | recall |")
        print("|---|---|---|---|---|---|")
    if args.floor:
        line("real training images", "", "", train[np.random.default_rng(0).permutation(len(train))[:args.samples]])
    for network in args.network:
        line(*trained_for(network), drawn(args.gannet, network, args.samples))
    for path in args.samples_file:
        line(pathlib.Path(path).name, "", "", read_samples(path))


if __name__ == "__main__":
    main()
