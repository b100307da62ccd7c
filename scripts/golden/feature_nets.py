#!/usr/bin/env python3
"""Remakes tests/golden/feature_nets.json: the nets of weights/ once more in plain PyTorch, on images by a formula (draws.numbers), in
float64: a few features and scores. Needs torch and NumPy."""
import json
import pathlib

import numpy as np
import torch
import torch.nn.functional as F

import draws

ROOT = pathlib.Path(__file__).resolve().parents[2]
OUT = ROOT / "tests" / "golden" / "feature_nets.json"


def read(path):
    data = path.read_bytes()
    end = 8 + int.from_bytes(data[:8], "little")
    header = json.loads(data[8:end])
    meta = header.pop("__metadata__")
    view = lambda e: np.frombuffer(data[end + e["data_offsets"][0]:end + e["data_offsets"][1]], "<f4").reshape(e["shape"]).copy()
    return meta, {name: torch.from_numpy(view(e)) for name, e in header.items()}


def forward(w, x):
    """Features and scores of images in [-1, 1]."""
    def conv(x, i, **how):
        x = F.conv2d(x, w[f"conv{i}.weight"], w.get(f"conv{i}.bias"), **how)
        norm = f"batch_norm{i}"
        return F.relu(F.batch_norm(x, w[norm + ".running_mean"], w[norm + ".running_var"], w[norm + ".weight"], w[norm + ".bias"], eps=1e-5))

    x = conv(x, 1, padding=1)
    x = conv(x, 2, stride=2, padding=1)
    x = conv(x, 3, padding=1)
    x = conv(x, 4, stride=2, padding=1)
    x = conv(x, 5, padding=1)
    x = F.max_pool2d(x, 2).flatten(1)
    features = F.relu(F.linear(x, w["dense1.weight"], w["dense1.bias"]))
    return features, F.linear(features, w["dense2.weight"], w["dense2.bias"])


def main():
    result = {}
    images = torch.from_numpy(np.floor(draws.numbers("images", 0, 3 * 784) * 127.5 + 128).clip(0, 255)).reshape(3, 1, 28, 28)
    for path in sorted((ROOT / "weights").glob("*.safetensors")):
        meta, weights = read(path)
        features, scores = forward({n: x.double() for n, x in weights.items()}, images / 127.5 - 1)
        result[path.stem] = {"test_accuracy": float(meta["test_accuracy"]), "features": features[:, ::16].tolist(), "scores": scores.tolist()}
    OUT.write_text(json.dumps(result) + "\n")


if __name__ == "__main__":
    main()
