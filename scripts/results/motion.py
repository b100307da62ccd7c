#!/usr/bin/env python3
"""How continuous is the motion of generated videos? Beside real videos, real videos with their frames shuffled, and generated
videos with their frames shuffled:
 - change: the mean absolute difference of neighbouring frames over that of any two frames of a video (shuffled: 1);
 - a small convolutional classifier of real and shuffled real videos: the share classified as unshuffled.
 - drift: how far the mean colour of a frame strays from the video's, over how far the videos' mean colours are from each other (standard deviations);
 - grain: spectral power near periods of 2 and of 4 pixels over that of real frames (checkerboard.py).
A second classifier predicts the motion of samples of each class; its accuracy on held-out real videos is printed.

    motion.py --gannet PROGRAM --network FILE|RUN --train ZIP --test ZIP [--samples 100] [--image OUT.png]

ZIPs are what `gannet data pack` writes of videos. Needs PyTorch, NumPy and Pillow. Prints Markdown."""
import argparse
import io
import json
import os
import subprocess
import tempfile
import zipfile

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image

import checkerboard


def unpacked(path):
    """Videos [N, C, T, H, W] in [-1, 1], labels, class names."""
    with zipfile.ZipFile(path) as archive:
        meta = json.loads(archive.read("dataset.json"))
        frames = {}
        for name in sorted(archive.namelist()):
            if name.endswith(".png"):
                frames.setdefault(name.rpartition("/")[0], []).append(np.array(Image.open(io.BytesIO(archive.read(name)))))
    videos = np.stack([np.stack(frames[name]) for name, _ in meta["labels"]]).astype(np.float32) / 127.5 - 1
    return torch.tensor(videos).permute(0, 4, 1, 2, 3), torch.tensor([label for _, label in meta["labels"]]), meta["classes"]


def shuffled(x, generator):
    return torch.stack([video[:, torch.randperm(video.shape[1], generator=generator)] for video in x])


def change(x):
    """Per video: neighbours' mean difference over that of all pairs of frames."""
    near = (x[:, :, 1:] - x[:, :, :-1]).abs().mean((1, 2, 3, 4))
    t = x.shape[2]
    pairs = [(x[:, :, a] - x[:, :, b]).abs().mean((1, 2, 3)) for a in range(t) for b in range(a + 1, t)]
    return near / torch.stack(pairs).mean(0).clamp_min(1e-6)


def drift(x):
    """Over all videos: of the frames' mean colours, the deviation within a video over that of the videos' means."""
    colour = x.mean((3, 4))  # [N, C, T]
    return (colour.var(2).mean() / colour.mean(2).var(0).mean()).sqrt()


def grain(x, real):
    """[2]: at 2 and 4 pixels."""
    spectra = [checkerboard.power(((v.transpose(1, 2).flatten(0, 1).permute(0, 2, 3, 1) + 1) * 127.5).round().numpy()) for v in (x, real)]
    return [checkerboard.near(spectra[0], period) / checkerboard.near(spectra[1], period) for period in (2, 4)]


class Judge(torch.nn.Module):
    def __init__(self, outputs):
        super().__init__()
        self.convs = torch.nn.ModuleList(torch.nn.Conv3d(a, b, 3, (1, 2, 2), 1) for a, b in [(1, 12), (12, 16), (16, 24)])
        self.mix = torch.nn.Conv3d(24, 32, (5, 1, 1), (2, 1, 1))
        self.out = torch.nn.Linear(32 * 6 * 16, outputs)

    def forward(self, x):
        x = x.mean(1, keepdim=True)
        x = (x - x.mean((2, 3, 4), keepdim=True)) / x.std((2, 3, 4), keepdim=True).clamp_min(1e-3)
        for conv in self.convs:
            x = F.leaky_relu(conv(x), 0.1)
        return self.out(F.leaky_relu(self.mix(x), 0.1).flatten(1))


def learn(draw, outputs, steps):
    torch.manual_seed(0)
    judge = Judge(outputs)
    adam = torch.optim.Adam(judge.parameters(), 2e-3)
    plan = torch.optim.lr_scheduler.OneCycleLR(adam, 3e-3, total_steps=steps)
    for _ in range(steps):
        x, y = draw()
        adam.zero_grad()
        F.cross_entropy(judge(x), y).backward()
        adam.step()
        plan.step()
    return judge.eval()


@torch.no_grad()
def named(judge, x):
    return torch.cat([judge(part) for part in x.split(100)]).argmax(1)


def generated(args, extra):
    with tempfile.TemporaryDirectory() as work:
        out = os.path.join(work, "x.npy")
        subprocess.run([args.gannet, "sample", "--network", args.network, "--seeds", f"0-{args.samples - 1}", "--out", out, *extra],
                       check=True, stdout=subprocess.DEVNULL)
        return torch.tensor(np.load(out))


def strips(path, real, fake):
    """Videos as rows of frames, real ones above generated ones."""
    def rows(videos):
        return [np.concatenate(list(((video.permute(1, 2, 3, 0).numpy() + 1) * 127.5).round().clip(0, 255).astype(np.uint8)), 1)
                for video in videos]
    all_rows = rows(real)
    gap = np.full((8,) + all_rows[0].shape[1:], 255, np.uint8)
    Image.fromarray(np.concatenate(all_rows + [gap] + rows(fake))).save(path, optimize=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("gannet", "network", "train", "test"):
        parser.add_argument("--" + name, required=True)
    parser.add_argument("--samples", type=int, default=100, help="of each class")
    parser.add_argument("--steps", type=int, default=400, help="training steps of the classifiers")
    parser.add_argument("--image")
    args = parser.parse_args()
    torch.set_num_threads(1)
    g = torch.Generator().manual_seed(0)

    real, y, classes = unpacked(args.train)
    test, test_y, _ = unpacked(args.test)
    by_class = [generated(args, ["--class", str(k)]) for k in range(len(classes))]
    fake = torch.cat(by_class)

    def batch():
        pick = torch.randint(len(real), (24,), generator=g)
        return torch.cat([real[pick], shuffled(real[pick], g)]), torch.arange(2).repeat_interleave(24)

    def labelled():
        pick = torch.randint(len(real), (48,), generator=g)
        return real[pick], y[pick]

    order, motion = learn(batch, 2, args.steps), learn(labelled, len(classes), 2 * args.steps)
    print("\n| videos | change of neighbours | classified as unshuffled | drift | grain at 2, 4 pixels |")
    print("|---|---|---|---|---|")
    for name, x in (("real (test)", test), ("real, shuffled", shuffled(test, g)), ("generated", fake),
                    ("generated, shuffled", shuffled(fake, g))):
        print(f"| {name} | {change(x).mean():.2f} | {(named(order, x) == 0).float().mean():.0%} | {drift(x):.2f} | "
              + ", ".join(f"{g:.2f}" for g in grain(x, test)) + " |")
    right = named(motion, test) == test_y
    agreement = [(named(motion, x) == k).float().mean().item() for k, x in enumerate(by_class)]
    print(f"\nA classifier of motions (trained on {len(real)} real videos; accuracy {right.float().mean():.1%} on {len(test)} real test videos) "
          f"predicts the requested motion for **{np.mean(agreement):.1%}** of {args.samples} generated videos a class "
          f"(chance: {1 / len(classes):.0%}).\n")
    print("| class | " + " | ".join(classes) + " |")
    print("|---|" + "---|" * len(classes))
    print("| accuracy on real videos | " + " | ".join(f"{right[test_y == k].float().mean():.0%}" for k in range(len(classes))) + " |")
    print("| agreement of generated videos | " + " | ".join(f"{a:.0%}" for a in agreement) + " |")
    if args.image:
        strips(args.image, [test[test_y == k][0] for k in range(len(classes))], [x[k] for k, x in enumerate(by_class)])  # others in each row


if __name__ == "__main__":
    main()
