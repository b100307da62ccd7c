#!/usr/bin/env python3
"""Evaluates a network that generates audio by class. A small convolutional net on log spectrograms is trained on the classes of the real
training clips; its accuracy on held-out real clips is printed; then it classifies generated ones.

    audio_judge.py --gannet PROGRAM --network FILE|RUN --train ZIP --test ZIP [--samples 100] [--image OUT.png]

ZIPs are what `gannet data pack` writes of audio clips. --image: spectrograms, real ones (test) above generated ones, a column
a class. Needs PyTorch, NumPy and Pillow. Prints Markdown."""
import argparse
import io
import json
import os
import subprocess
import tempfile
import wave
import zipfile

import numpy as np
import torch
import torch.nn.functional as F


def unpacked(path):
    with zipfile.ZipFile(path) as archive:
        meta = json.loads(archive.read("dataset.json"))
        clips, labels = [], []
        for name, label in meta["labels"]:
            with wave.open(io.BytesIO(archive.read(name))) as file:
                rate = file.getframerate()
                clips.append(np.frombuffer(file.readframes(file.getnframes()), "<i2").astype(np.float32) / 32768)
            labels.append(label)
    return torch.tensor(np.stack(clips)), torch.tensor(labels), meta["classes"], rate


def spectra(clips):
    """[N, 1, 128, frames], decibels below the loudest of each clip, 0 at -80 and 1 at 0."""
    clips = clips / clips.abs().amax(1, keepdim=True).clamp_min(1e-6)
    s = torch.stft(clips, 512, 128, 512, torch.hann_window(512), return_complex=True).abs()[:, 1:129]
    db = 20 * torch.log10(s.clamp_min(1e-6) / s.amax((1, 2), keepdim=True).clamp_min(1e-6))
    return ((db + 80) / 80).clamp(0, 1)[:, None]


def harmonics(clips, rate, low=160):
    """How clear the harmonics of low and of high voices are: for each of both, the mean cepstral peak prominence in decibels (Hillenbrand et al. 1994,
    doi:10.1044/jshr.3704.769, without smoothing: the cepstrum's peak at a pitch of 70 to 400 Hz above its mean there) and the share of the frames. Frames of 2048
    samples, those within 20 dB of the clip's loudest; low: a pitch below `low` Hz."""
    s = torch.stft(clips, 2048, 512, 2048, torch.hann_window(2048), return_complex=True).abs().square()  # [N, 1025, frames]
    power = s.sum(1)
    loud = power > power.amax(1, keepdim=True) / 100
    cepstrum = torch.fft.irfft(10 * torch.log10(s.clamp_min(1e-12)), dim=1)[:, rate // 400:rate // 70 + 1]
    peak, at = cepstrum.max(1)
    prominence = (peak - cepstrum.mean(1))[loud]
    is_low = (at + rate // 400 > rate / low)[loud]
    return [(prominence[part].mean().item(), part.float().mean().item()) for part in (is_low, ~is_low)]


class Judge(torch.nn.Module):
    def __init__(self, classes):
        super().__init__()
        widths = [1, 12, 24, 32, 48]
        self.convs = torch.nn.ModuleList(torch.nn.Conv2d(a, b, 3, padding=1) for a, b in zip(widths, widths[1:]))
        self.norms = torch.nn.ModuleList(torch.nn.BatchNorm2d(b) for b in widths[1:])
        self.out = torch.nn.Linear(48, classes)

    def forward(self, x):
        x = F.avg_pool2d(x, (1, 2))
        for conv, norm in zip(self.convs, self.norms):
            x = F.max_pool2d(F.relu(norm(conv(x))), 2)
        return self.out(F.dropout(x.amax(3).mean(2), 0.3, self.training))


def learn(x, y, classes, epochs):
    torch.manual_seed(0)
    judge = Judge(classes)
    adam = torch.optim.Adam(judge.parameters(), 2e-3)
    steps = epochs * (len(x) // 64)
    plan = torch.optim.lr_scheduler.OneCycleLR(adam, 4e-3, total_steps=steps)
    for _ in range(epochs):
        order = torch.randperm(len(x))
        for i in range(0, len(x) - 63, 64):
            batch = order[i:i + 64]
            shown = torch.roll(x[batch], int(torch.randint(-6, 7, ())), 3)  # a little earlier or later
            shown = shown * (0.9 + 0.2 * torch.rand(64, 1, 1, 1))
            adam.zero_grad()
            F.cross_entropy(judge(shown), y[batch]).backward()
            adam.step()
            plan.step()
    return judge.eval()


@torch.no_grad()
def named(judge, x):
    return torch.cat([judge(part) for part in x.split(256)]).argmax(1)


def generated(args, label, seeds):
    with tempfile.TemporaryDirectory() as work:
        out = os.path.join(work, "x.npy")
        subprocess.run([args.gannet, "sample", "--network", args.network, "--class", str(label), "--seeds", seeds, "--out", out],
                       check=True, stdout=subprocess.DEVNULL)
        return torch.tensor(np.load(out)[:, 0])


def heat(s):
    stops = np.array([[8, 8, 28], [70, 16, 104], [190, 44, 90], [246, 142, 52], [252, 250, 190]], np.float32)
    at = np.clip(s, 0, 1) * 4
    i = np.minimum(at.astype(int), 3)
    return (stops[i] + (at - i)[..., None] * (stops[i + 1] - stops[i])).round().astype(np.uint8)


def draw_spectrograms(path, real, fake):
    """Lists of [rows, 128, frames] by class; real rows above generated ones."""
    from PIL import Image
    def tile(s):
        return np.pad(heat(s[::-1]), ((1, 1), (2, 2), (0, 0)), constant_values=255)
    rows = max(len(f) for f in fake)
    columns = []
    for r, f in zip(real, fake):  # a class may have too few real clips
        blank = [np.full_like(tile(f[0]), 255)] * (rows - len(r))
        columns.append(np.concatenate([tile(s) for s in r] + blank + [np.full_like(tile(f[0])[:8], 255)]
                                      + [tile(s) for s in f]))
    Image.fromarray(np.concatenate(columns, 1)).quantize(64).save(path, optimize=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("gannet", "network", "train", "test"):
        parser.add_argument("--" + name, required=True)
    parser.add_argument("--samples", type=int, default=100, help="of each class")
    parser.add_argument("--epochs", type=int, default=8)
    parser.add_argument("--rows", type=int, default=3)
    parser.add_argument("--image")
    args = parser.parse_args()
    torch.set_num_threads(1)

    clips, y, classes, _ = unpacked(args.train)
    test_clips, test_y, _, rate = unpacked(args.test)
    x, test_x = spectra(clips), spectra(test_clips)
    judge = learn(x, y, len(classes), args.epochs)
    right = named(judge, test_x) == test_y
    made = [generated(args, k, f"0-{args.samples - 1}") for k in range(len(classes))]
    drawn = [spectra(m) for m in made]
    said = [named(judge, d) for d in drawn]
    agreement = [(s == k).float().mean().item() for k, s in enumerate(said)]
    of_real = [right[test_y == k].float().mean().item() for k in range(len(classes))]
    known = [a for a, real in zip(agreement, of_real) if real > 0.5]  # classes that it recognizes in real clips
    only = "" if len(known) == len(classes) else f", for **{np.mean(known):.1%}** over the {len(known)} classes that it recognizes in real clips"
    mean = [(test_x.mean((0, 1, 3)) - torch.cat(drawn).mean((0, 1, 3))).abs().mean().item() * 80,
            (test_x.mean((0, 1, 3)) - x.mean((0, 1, 3))).abs().mean().item() * 80]
    print(f"\nA classifier (four convolutions on the spectrogram, trained on the {len(x)} real training clips; accuracy {right.float().mean():.1%} "
          f"on {len(test_x)} real test clips) predicts the requested class for **{np.mean(agreement):.1%}** of {args.samples} generated clips "
          f"a class (chance: {1 / len(classes):.0%}){only}. The mean spectrum of the generated clips differs from that of the real test "
          f"clips by {mean[0]:.1f} dB (training clips: {mean[1]:.1f} dB).\n")
    print("| class | " + " | ".join(classes) + " |")
    print("|---|" + "---|" * len(classes))
    print("| accuracy on real clips | " + " | ".join(f"{real:.0%}" for real in of_real) + " |")
    print("| agreement of generated clips | " + " | ".join(f"{a:.0%}" for a in agreement) + " |")
    mistaken = [torch.bincount(s[s != k], minlength=len(classes)) for k, s in enumerate(said)]
    print("| most frequent confusion | " + " | ".join(classes[int(m.argmax())] if m.sum() else "" for m in mistaken) + " |")
    print("\n| harmonics: cepstral peak prominence (share of the frames) | below 160 Hz | above |\n|---|---|---|")
    for name, some in (("real (test)", test_clips), ("generated", torch.cat(made))):
        print(f"| {name} | " + " | ".join(f"{p:.2f} dB ({share:.0%})" for p, share in harmonics(some, rate)) + " |")
    if args.image:
        real = [test_x[test_y == k][:args.rows, 0].numpy() for k in range(len(classes))]
        draw_spectrograms(args.image, real, [d[:args.rows, 0].numpy() for d in drawn])


if __name__ == "__main__":
    main()
