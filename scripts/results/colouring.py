#!/usr/bin/env python3
"""The distance of coloured drawings to the real ones, by the features of a classifier rather than by pixels:

    colouring.py --train TRAIN.zip --test TEST.zip NAME=SAMPLES.npy ...

TRAIN and TEST hold pairs side by side with a group each (`gannet data fetch openmoji`); SAMPLES is uint8 [N, H, W, 3], one
made of each drawing of TEST, in order, as `gannet sample --network RUN --data TEST.zip --seeds 0-159 --out SAMPLES.npy`
writes them. A small convolutional net is trained to tell the groups of the real coloured images of TRAIN (mirrored and
moved by some pixels), and then two figures are taken of its features, smaller is better for both:
  distance  of each sample to its own target: squared differences of features scaled to unit length, a mean over places,
            summed over the layers (as in Zhang et al. 2018, arXiv:1801.03924, without learned weights)
  kernel    the unbiased kernel distance of all samples to all targets, x1000 (Binkowski et al. 2018, arXiv:1801.01401, cubic
            kernel), which compares the two distributions, not each sample with its target
Needs torch, NumPy and Pillow. The weights are kept in the data cache. All but the table goes to standard error."""
import argparse
import io
import json
import os
import pathlib
import sys
import zipfile

import numpy as np
import torch
from PIL import Image
from torch import nn

EPOCHS, BATCH, WIDTHS = 12, 32, (16, 32, 64, 64)
CACHE = pathlib.Path(os.environ.get("GANNET_DATA") or os.path.expanduser("~/.cache/gannet"))


def pairs(path, side):
    """float [N, 3, side, side] in [-1, 1]: drawings, coloured images; and their groups."""
    with zipfile.ZipFile(path) as zipped:
        labels = sorted(json.loads(zipped.read("dataset.json"))["labels"])
        both = [Image.open(io.BytesIO(zipped.read(name))).convert("RGB") for name, _ in labels]
    halves = []
    for left in (0, 0.5):
        parts = [b.crop((int(left * b.width), 0, int((left + 0.5) * b.width), b.height)) for b in both]
        values = np.stack([np.asarray(p.resize((side, side), Image.Resampling.LANCZOS)) for p in parts])
        halves.append(torch.from_numpy(values.astype(np.float32) / 127.5 - 1).permute(0, 3, 1, 2))
    return *halves, torch.tensor([group for _, group in labels])


class Judge(nn.Module):
    def __init__(self, classes):
        super().__init__()
        layers, before = [], 3
        for width in WIDTHS:
            layers.append(nn.Sequential(nn.Conv2d(before, width, 3, padding=1), nn.BatchNorm2d(width), nn.ReLU(), nn.MaxPool2d(2)))
            before = width
        self.layers, self.head = nn.ModuleList(layers), nn.Linear(before, classes)

    def features(self, x):
        found = []
        for layer in self.layers:
            x = layer(x)
            found.append(x)
        return found

    def forward(self, x):
        return self.head(nn.functional.dropout(self.features(x)[-1].mean((2, 3)), 0.3, self.training))


def trained_judge(x, y, classes):
    path, judge = CACHE / "judge" / f"openmoji-groups-{x.shape[2]}px-{EPOCHS}.npz", Judge(classes)
    if path.exists():
        with np.load(path) as saved:
            judge.load_state_dict({name: torch.from_numpy(saved[name]) for name in saved.files})
        return judge.eval()
    torch.manual_seed(0)
    judge = Judge(classes)
    optimizer = torch.optim.Adam(judge.parameters(), 2e-3)
    rate = torch.optim.lr_scheduler.OneCycleLR(optimizer, 4e-3, epochs=EPOCHS, steps_per_epoch=len(x) // BATCH)
    for epoch in range(EPOCHS):
        order = torch.randperm(len(x))
        for i in range(0, len(x) // BATCH * BATCH, BATCH):
            pick = order[i:i + BATCH]
            seen = x[pick] if torch.rand(()) < 0.5 else x[pick].flip(3)
            seen = seen.roll(tuple(torch.randint(-4, 5, (2,)).tolist()), (2, 3))
            optimizer.zero_grad()
            nn.functional.cross_entropy(judge(seen), y[pick]).backward()
            optimizer.step()
            rate.step()
        print(f"colouring: judge, epoch {epoch + 1} of {EPOCHS}", file=sys.stderr)
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".partial.npz")
    np.savez(partial, **{name: p.detach().numpy() for name, p in judge.state_dict().items()})
    partial.replace(path)
    return judge.eval()


def distance(a, b):
    total = torch.zeros(len(a[0]))
    for p, q in zip(a, b):
        unit = lambda z: z / (z.square().sum(1, keepdim=True) + 1e-10).sqrt()
        total += (unit(p) - unit(q)).square().sum(1).mean((1, 2))
    return float(total.mean())


def kernel_distance(a, b):
    a, b = a.double(), b.double()
    k = lambda x, y: (x @ y.T / x.shape[1] + 1) ** 3
    n, m, aa, bb = len(a), len(b), k(a, a), k(b, b)
    return float((aa.sum() - aa.diagonal().sum()) / (n * (n - 1)) + (bb.sum() - bb.diagonal().sum()) / (m * (m - 1))
                 - 2 * k(a, b).mean())


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--train", required=True)
    parser.add_argument("--test", required=True)
    parser.add_argument("samples", nargs="+")
    args = parser.parse_args()
    made = [(name, np.load(path)) for name, path in (given.split("=", 1) for given in args.samples)]
    side = made[0][1].shape[1]
    _, train, groups = pairs(args.train, side)
    drawings, targets, test_groups = pairs(args.test, side)
    judge = trained_judge(train, groups, int(groups.max()) + 1)
    with torch.no_grad():
        right = (judge(targets).argmax(1) == test_groups).float().mean()
        print(f"colouring: the classifier has an accuracy of {right:.1%} of the {len(targets)} real test images "
              f"({groups.unique().numel()} groups)", file=sys.stderr)
        real = judge.features(targets)
        print("| 160 held-out drawings | L1 | distance | kernel |\n|---|---|---|---|")

        def line(name, x):
            found = judge.features(x)
            pooled = lambda f: f[-1].mean((2, 3))
            print(f"| {name} | {float((x - targets).abs().mean()) * 127.5:.2f} | {distance(found, real):.3f} | "
                  f"{1000 * kernel_distance(pooled(found), pooled(real)):.2f} |")

        line("the drawing itself", drawings)
        for name, x in made:
            line(name, torch.from_numpy(x.astype(np.float32) / 127.5 - 1).permute(0, 3, 1, 2))
        pick = torch.randperm(len(train), generator=torch.Generator().manual_seed(0))[:len(targets)]
        found = judge.features(train[pick])
        print(f"| real images of other drawings | | | {1000 * kernel_distance(found[-1].mean((2, 3)), real[-1].mean((2, 3))):.2f} |")


if __name__ == "__main__":
    main()
