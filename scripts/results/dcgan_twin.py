#!/usr/bin/env python3
"""DCGAN in colour once more in plain PyTorch, with Gannet's default settings but for the transposed convolutions of the paper: has it the same
checkerboard? (scripts/results/colour.sh)

    dcgan_twin.py --data ZIP --kimg 8 --out PREFIX [--batch 16] [--seed 0]

ZIP is what `gannet data pack` writes of square images of 16, 32 or 64 pixels. Writes 1,000 samples, uint8 [N, H, W, 3], of the average of G's weights
as PREFIX-G_ema.npy and of G itself as PREFIX-G.npy. Needs PyTorch, NumPy and Pillow."""
import argparse
import copy
import io
import math
import zipfile

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from torch import nn

NGF, NDF, NZ, GLR, DLR, NOISE, EMA_KIMG, EMA_RAMPUP = 64, 32, 100, 1e-3, 4e-4, 0.2, 10, 0.05


def width(base, i):
    return base << min(i, 3)


def generator(halvings):
    w = width(NGF, halvings - 1)
    layers = [nn.Linear(NZ, 16 * w, bias=False), nn.Unflatten(1, (w, 4, 4)), nn.BatchNorm2d(w), nn.ReLU()]
    for i in range(halvings - 2, -1, -1):
        layers += [nn.ConvTranspose2d(w, width(NGF, i), 4, 2, 1, bias=False), nn.BatchNorm2d(width(NGF, i)), nn.ReLU()]
        w = width(NGF, i)
    return nn.Sequential(*layers, nn.ConvTranspose2d(w, 3, 4, 2, 1), nn.Tanh())


def discriminator(halvings):
    w = NDF
    layers = [nn.Conv2d(3, w, 4, 2, 1), nn.LeakyReLU(0.2)]
    for i in range(1, halvings):
        layers += [nn.Conv2d(w, width(NDF, i), 4, 2, 1, bias=False), nn.BatchNorm2d(width(NDF, i)), nn.LeakyReLU(0.2)]
        w = width(NDF, i)
    return nn.Sequential(*layers, nn.Flatten(), nn.Linear(16 * w, 1))


def init(m):
    if isinstance(m, (nn.Conv2d, nn.ConvTranspose2d, nn.Linear)):
        nn.init.normal_(m.weight, 0, 0.02)
    if isinstance(m, nn.BatchNorm2d):
        nn.init.normal_(m.weight, 1, 0.02)


def images(path):
    with zipfile.ZipFile(path) as archive:
        names = sorted(n for n in archive.namelist() if n.endswith(".png"))
        return np.stack([np.asarray(Image.open(io.BytesIO(archive.read(n))).convert("RGB")) for n in names])


def average(E, G, keep):
    with torch.no_grad():
        for e, g in zip(list(E.parameters()) + list(E.buffers()), list(G.parameters()) + list(G.buffers())):
            if e.is_floating_point():
                e.lerp_(g, 1 - keep)


def train(x, o):
    halvings = int(math.log2(x.shape[1] // 4))
    G, D = generator(halvings).apply(init), discriminator(halvings).apply(init)
    E = copy.deepcopy(G).requires_grad_(False)
    of_G = torch.optim.Adam(G.parameters(), GLR, betas=(0.5, 0.999))
    of_D = torch.optim.Adam(D.parameters(), DLR, betas=(0.5, 0.999))
    steps = int(1000 * o.kimg / o.batch)
    for step in range(steps):
        chosen = torch.randint(len(x), (o.batch,)).numpy()
        real = torch.from_numpy(x[chosen]).float().permute(0, 3, 1, 2) / 127.5 - 1
        noise = NOISE * (1 + math.cos(math.pi * step / steps)) / 2

        def logits(y):
            return D(y + noise * torch.randn_like(y))

        fake = G(torch.randn(o.batch, NZ))
        of_D.zero_grad()
        (F.softplus(-logits(real)).mean() + F.softplus(logits(fake.detach())).mean()).backward()
        of_D.step()
        of_G.zero_grad()
        F.softplus(-logits(fake)).mean().backward()
        of_G.step()
        seen = (step + 1) * o.batch / 1000
        average(E, G, 0.5 ** (o.batch / 1000 / min(EMA_KIMG, EMA_RAMPUP * seen)))
    return G, E


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", required=True)
    parser.add_argument("--kimg", type=float, required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--seed", type=int, default=0)
    o = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(o.seed)
    for name, net in zip(("G", "G_ema"), train(images(o.data), o)):
        net.eval()
        with torch.no_grad():
            y = torch.cat([net(torch.randn(50, NZ)) for _ in range(20)])
        np.save(f"{o.out}-{name}.npy", ((y + 1) * 127.5).round().clamp(0, 255).byte().permute(0, 2, 3, 1).numpy())


if __name__ == "__main__":
    main()
