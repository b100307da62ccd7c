#!/usr/bin/env python3
"""Do samples of a conditional generator have the requested class? A perceptron is trained on the real images (IDX files of
`gannet data fetch`), its accuracy on the real test set is printed, and it then classifies samples of each class.

    class_agreement.py --gannet PROGRAM --network FILE|RUN --data fashion-mnist|mnist [--samples 500] [--codes]

Needs NumPy. Prints one line of Markdown and a table by class."""
import argparse
import os
import pathlib
import subprocess
import tempfile

import numpy as np

import idx


class Perceptron:
    """784-256-10, ReLU, softmax; Adam, batches of 128."""

    def __init__(self, rng):
        self.p = [rng.normal(0, (2 / 784) ** 0.5, (784, 256)).astype(np.float32), np.zeros(256, np.float32),
                  rng.normal(0, (2 / 256) ** 0.5, (256, 10)).astype(np.float32), np.zeros(10, np.float32)]
        self.m = [np.zeros_like(p) for p in self.p]
        self.v = [np.zeros_like(p) for p in self.p]
        self.t = 0

    def logits(self, x):
        self.h = np.maximum(x @ self.p[0] + self.p[1], 0)
        return self.h @ self.p[2] + self.p[3]

    def learn(self, x, y, lr=1e-3):
        z = self.logits(x)
        z -= z.max(1, keepdims=True)
        d = np.exp(z)
        d /= d.sum(1, keepdims=True)
        d[np.arange(len(y)), y] -= 1
        d /= len(y)
        dh = (d @ self.p[2].T) * (self.h > 0)
        self.t += 1
        for p, m, v, g in zip(self.p, self.m, self.v, [x.T @ dh, dh.sum(0), self.h.T @ d, d.sum(0)]):
            m += 0.1 * (g - m)
            v += 0.001 * (g * g - v)
            p -= lr * (m / (1 - 0.9 ** self.t)) / (np.sqrt(v / (1 - 0.999 ** self.t)) + 1e-8)

    def classes(self, x):
        return self.logits(x).argmax(1)


def scaled(images):
    return images.reshape(len(images), -1).astype(np.float32) / 127.5 - 1


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--gannet", required=True)
    parser.add_argument("--network", required=True)
    parser.add_argument("--data", required=True)
    parser.add_argument("--samples", type=int, default=500, help="of each class")
    parser.add_argument("--codes", action="store_true", help="the ten classes are codes without names (infogan)")
    args = parser.parse_args()

    cache = os.environ.get("GANNET_DATA") or os.path.expanduser("~/.cache/gannet")
    folder = pathlib.Path(cache) / args.data
    x, y = scaled(idx.read(folder, "train-images-idx3-ubyte")), idx.read(folder, "train-labels-idx1-ubyte")
    test_x, test_y = scaled(idx.read(folder, "t10k-images-idx3-ubyte")), idx.read(folder, "t10k-labels-idx1-ubyte")
    rng = np.random.default_rng(0)
    classifier = Perceptron(rng)
    for epoch in range(8):
        order = rng.permutation(len(x))
        for i in range(0, len(x) - 127, 128):
            classifier.learn(x[order[i:i + 128]], y[order[i:i + 128]], 1e-3 if epoch < 6 else 1e-4)
    real = (classifier.classes(test_x) == test_y).mean()

    agreement, drawn = [], []
    with tempfile.TemporaryDirectory() as work:
        for k in range(10):
            out = os.path.join(work, f"{k}.npy")
            subprocess.run([args.gannet, "sample", "--network", args.network, "--class", str(k), "--seeds",
                            f"0-{args.samples - 1}", "--out", out], check=True, stdout=subprocess.DEVNULL)
            predicted = classifier.classes(scaled(np.load(out)))
            agreement.append((predicted == k).mean())
            drawn.append(np.bincount(predicted, minlength=10) / len(predicted))
    if args.codes:
        most = [d.argmax() for d in drawn]
        print(f"\nA classifier (784-256-10 perceptron, trained on the 60,000 real images; accuracy {real:.1%} on the 10,000 real test "
              f"images) predicts one and the same class for **{np.mean([d.max() for d in drawn]):.1%}** of the {args.samples} samples of a code, "
              f"on average, and {len(set(most))} of the 10 classes are the most frequent one of a code:\n")
        print("| code | " + " | ".join(map(str, range(10))) + " |")
        print("|---|" + "---|" * 10)
        print("| most frequent class | " + " | ".join(map(str, most)) + " |")
        print("| its share | " + " | ".join(f"{d.max():.0%}" for d in drawn) + " |")
        return
    print(f"\nA classifier (784-256-10 perceptron, trained on the 60,000 real images; accuracy {real:.1%} on the 10,000 real "
          f"test images) predicts the requested class for **{np.mean(agreement):.1%}** of {args.samples} samples a class:\n")
    print("| class | " + " | ".join(map(str, range(10))) + " |")
    print("|---|" + "---|" * 10)
    print("| agreement | " + " | ".join(f"{a:.0%}" for a in agreement) + " |")


if __name__ == "__main__":
    main()
