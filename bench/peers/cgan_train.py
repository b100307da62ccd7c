"""Gannet's `cgan` with its defaults for Fashion-MNIST in plain PyTorch, trained on the images themselves: for scripts/results/records.sh.

    cgan_train.py --data FOLDER --kimg 150 --every 10 --out FOLDER [--mode as-shipped|tuned] [--threads 2] [--seed 0] [--batch 64]

FOLDER has train-images-idx3-ubyte and train-labels-idx1-ubyte, as `gannet data fetch fashion-mnist` leaves them. Each --every thousand images 10,000 samples of the average of G's weights, with their classes, are written to FOLDER/KIMG.npz (arrays images and labels), and a line of
JSON is printed: kimg, and the seconds of training so far, without start, autotune and samples."""
import copy
import itertools
import json
import math
import pathlib
import time

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

import harness

Z, CLASSES, LABEL, GLR, DLR, NOISE, EMA_KIMG, EMA_RAMPUP = 100, 10, 50, 1e-3, 4e-4, 0.2, 10, 0.05


class Generator(nn.Module):
    def __init__(self):
        super().__init__()
        self.label = nn.Embedding(CLASSES, LABEL)
        self.body = nn.Sequential(nn.Linear(Z + LABEL, 128 * 49, bias=False), nn.Unflatten(1, (128, 7, 7)), nn.BatchNorm2d(128), nn.ReLU(True),
                                  nn.ConvTranspose2d(128, 64, 4, 2, 1, bias=False), nn.BatchNorm2d(64), nn.ReLU(True),
                                  nn.ConvTranspose2d(64, 1, 4, 2, 1), nn.Tanh())

    def forward(self, z, y):
        return self.body(torch.cat([z, self.label(y)], 1))


class Discriminator(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Conv2d(1, 32, 4, 2, 1), nn.LeakyReLU(0.2, True),
                                  nn.Conv2d(32, 64, 4, 2, 1, bias=False), nn.BatchNorm2d(64), nn.LeakyReLU(0.2, True),
                                  nn.Flatten(), nn.Linear(64 * 49, 512, bias=False), nn.BatchNorm1d(512), nn.LeakyReLU(0.2, True))
        self.out = nn.Linear(512, 1)
        self.label = nn.Embedding(CLASSES, 512)

    def forward(self, x, y):
        features = self.body(x)
        return self.out(features) + (self.label(y) * features).sum(1, keepdim=True)


def init(m):
    if isinstance(m, (nn.Conv2d, nn.ConvTranspose2d, nn.Linear, nn.Embedding)):
        nn.init.normal_(m.weight, 0, 0.02)
    if isinstance(m, (nn.BatchNorm1d, nn.BatchNorm2d)):
        nn.init.normal_(m.weight, 1, 0.02)


def networks(seed):
    torch.manual_seed(seed)
    return Generator().apply(init), Discriminator().apply(init)


def step_of(s, G, D, batch, draw):
    """step(noise) -> None; draw() -> (images, classes)."""
    opt_G, opt_D = s.adam(G, GLR), s.adam(D, DLR)
    run_G, run_D = s.module(G), s.module(D)

    def logits(x, y, noise):
        with s.autocast():
            out = run_D(s.batch(x + noise * torch.randn_like(x)), y)
        return out.float()

    def step(noise):
        real, classes = draw()
        opt_D.zero_grad()
        with s.autocast():
            fake = run_G(torch.randn(batch, Z), classes)
        fake = fake.float()
        (F.softplus(-logits(real, classes, noise)).mean() + F.softplus(logits(fake.detach(), classes, noise)).mean()).backward()
        opt_D.step()
        opt_G.zero_grad()
        with s.frozen(D):
            F.softplus(-logits(fake, classes, noise)).mean().backward()
        opt_G.step()

    return step


def read_idx(path):
    data = path.read_bytes()
    shape = np.frombuffer(data, ">i4", data[3], 4)
    return np.frombuffer(data, np.uint8, offset=4 + 4 * data[3]).reshape(shape)


@torch.no_grad()
def write_samples(G, kimg, folder):
    G = copy.deepcopy(G).eval()
    draws = torch.Generator().manual_seed(1)
    classes = torch.arange(10000) % CLASSES
    z = torch.randn(10000, Z, generator=draws)
    x = torch.cat([G(z[i:i + 250], classes[i:i + 250]) for i in range(0, 10000, 250)])
    np.savez(folder / f"{kimg:g}.npz", images=((x[:, 0] + 1) * 127.5).round().clamp(0, 255).byte().numpy(), labels=classes.numpy())


def main():
    parser = harness.parser(batch=64, steps=0)
    for name in ("data", "out"):
        parser.add_argument("--" + name, required=True)
    parser.add_argument("--kimg", type=float, default=150)
    parser.add_argument("--every", type=float, default=10)
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    if args.device != "cpu":
        parser.error("this peer trains on the CPU")
    harness.applied(args)
    torch.set_flush_denormal(True)
    folder = pathlib.Path(args.out)
    folder.mkdir(parents=True, exist_ok=True)
    data = pathlib.Path(args.data)
    images = torch.from_numpy(read_idx(data / "train-images-idx3-ubyte").copy()).float()[:, None] / 127.5 - 1
    labels = torch.from_numpy(read_idx(data / "train-labels-idx1-ubyte").copy()).long()

    def draw():
        chosen = torch.randint(len(images), (args.batch,))
        return images[chosen], labels[chosen]

    settings = harness.Settings()
    if args.mode == "tuned":
        settings = harness.autotune(lambda s, batch: (lambda f: lambda: f(NOISE))(step_of(s, *networks(0), batch, draw)), args)
        torch._dynamo.reset()
    warm = step_of(settings, *networks(0), args.batch, draw)
    for _ in range(3):  # compiles what the run takes from the cache
        warm(NOISE)
    G, D = networks(args.seed)
    step = step_of(settings, G, D, args.batch, draw)
    E = copy.deepcopy(G).requires_grad_(False)  # in the layout that step_of() chose
    pairs = [(e, g) for e, g in zip(itertools.chain(E.parameters(), E.buffers()), itertools.chain(G.parameters(), G.buffers())) if e.is_floating_point()]
    steps = int(1000 * args.kimg / args.batch)
    seconds, due = 0.0, args.every
    start = time.perf_counter()
    for i in range(steps):
        step(NOISE * (1 + math.cos(math.pi * i / steps)) / 2)
        seen = (i + 1) * args.batch / 1000
        keep = 0.5 ** (args.batch / 1000 / min(EMA_KIMG, EMA_RAMPUP * seen))
        with torch.no_grad():
            torch._foreach_lerp_([e for e, _ in pairs], [g for _, g in pairs], 1 - keep)
        if seen >= due - 1e-9 or i + 1 == steps:
            seconds += time.perf_counter() - start
            write_samples(E, seen, folder)
            print(json.dumps({"kimg": seen, "seconds": seconds, "settings": str(settings)}), flush=True)
            due += args.every
            start = time.perf_counter()


if __name__ == "__main__":
    main()
