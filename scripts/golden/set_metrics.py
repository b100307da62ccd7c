#!/usr/bin/env python3
"""Remakes tests/golden/set_metrics.json: figures of `gannet eval` and `gannet compare` that are made of several parts (subsets, classes,
tests of two samples, mean spectra, an autoencoder), once more in NumPy and SciPy, on numbers by a formula (draws.numbers). Subsets are Gannet's,
by draws.permutation. Derivatives are differences, trees and distances are SciPy's, convolutions direct. tests/golden/vae.safetensors is of

    gannet train --cfg vae --data shapes --image-size 16 --ngf 2 --ndf 2 --nz 3 --batch 16 --kimg 2 --tick 1 --snap 2 --threads 1 --seed 0

Needs NumPy and SciPy."""
import json
import pathlib

import numpy as np
import scipy.linalg
import scipy.sparse.csgraph
import scipy.spatial
import scipy.stats

import draws
import metrics
from metrics import features, numbers

GOLDEN = pathlib.Path(__file__).resolve().parents[2] / "tests" / "golden"
FRECHET_SUBSETS, KERNEL_SUBSETS = 50, 51  # Address::layer


def gaussian(x):
    return x.mean(0), np.cov(x, rowvar=False)


def distance(a, b):
    (ma, ca), (mb, cb) = a, b
    return float(np.sum((ma - mb) ** 2) + np.trace(ca + cb - 2 * np.real(scipy.linalg.sqrtm(ca @ cb))))


def distance_error(real, x, h=1e-5):
    """The infinitesimal jackknife, its derivatives as central differences: towards each sample mean and covariance move by its own."""
    of_real, (mean, covariance) = gaussian(real), gaussian(x)
    slopes = []
    for row in x - mean:
        moved = [distance(of_real, (mean + s * h * row, covariance + s * h * np.outer(row, row))) for s in (1, -1)]
        slopes.append((moved[0] - moved[1]) / (2 * h))
    return float(np.std(slopes) / np.sqrt(len(x) - 1))


def extrapolated(real, fake, seed, points=15):
    n, d = fake.shape
    least = max(n // 10, 2 * d, 2)
    sizes = [least + (n - least) * i // (points - 1) for i in range(points)]
    chosen = [draws.permutation(n, seed, i, draws.METRIC, FRECHET_SUBSETS)[:size] for i, size in enumerate(sizes)]
    values = [distance(gaussian(real), gaussian(fake[rows])) for rows in chosen]
    line = scipy.stats.linregress(1 / np.array(sizes), values)
    return {"sizes": sizes, "distances": values, "value": line.intercept, "slope": line.slope, "line_error": line.intercept_stderr,
            "error": float(np.hypot(line.intercept_stderr, distance_error(real, fake)))}


def within_classes(real, fake, classes):
    of = lambda x, tag: [x[(np.abs(numbers(tag, len(x))) * classes).astype(int) == c] for c in range(classes)]
    pairs = list(zip(of(real, "real classes"), of(fake, "fake classes")))
    values = [distance(gaussian(a), gaussian(b)) for a, b in pairs]
    errors = [distance_error(a, b) for a, b in pairs]
    return {"of_class": values, "mean": float(np.mean(values)), "error": float(np.linalg.norm(errors) / classes)}


def kernel_subsets(real, fake, size, count, seed):
    values = []
    for i in range(count):
        rows = [draws.permutation(len(x), seed, i, draws.METRIC, KERNEL_SUBSETS, call)[:size] for call, x in enumerate((real, fake))]
        values.append(metrics.kernel_distance(real[rows[0]], fake[rows[1]]))
    return {"size": size, "count": count, "seed": seed, "value": float(np.mean(values)), "std": float(np.std(values))}


def parts(values, first):
    """The parts of values [N, N] within the first set, within the other and across."""
    a, b = values[np.ix_(first, first)], values[np.ix_(~first, ~first)]
    return a, b, values[np.ix_(first, ~first)]


def energy(x, first):
    a, b, across = parts(scipy.spatial.distance.cdist(x, x), first)
    return 2 * across.mean() - a.mean() - b.mean()


def mean_discrepancy(x, first):
    squares = scipy.spatial.distance.cdist(x, x, "sqeuclidean")
    others = np.sort(squares[~np.eye(len(x), dtype=bool)])
    typical = others[(len(others) - 1) // 2]
    a, b, across = parts(sum(np.exp(-squares / (2 * w * w * typical)) for w in (0.25, 0.5, 1, 2, 4)), first)
    within = lambda k: (k.sum() - np.trace(k)) / (len(k) * (len(k) - 1))
    return within(a) + within(b) - 2 * across.mean()


def joined_edges(x, first):
    tree = scipy.sparse.csgraph.minimum_spanning_tree(scipy.spatial.distance.cdist(x, x)).tocoo()
    return float((first[tree.row] == first[tree.col]).mean())


def like_neighbours(x, first):
    nearest = scipy.spatial.cKDTree(x).query(x, 2)[1][:, 1]
    return float((first[nearest] == first).mean())


def p_value(statistic, x, first, permutations=4000):
    rng = np.random.default_rng(0)
    true = statistic(x, first)
    return float(np.mean([statistic(x, rng.permutation(first)) >= true for _ in range(permutations)]))


def two_samples():
    rows = []
    for width in (1, 2, 5):
        x = np.concatenate([numbers("first", 24, width), numbers("second", 31, width, scale=1.1, shift=0.15)])
        first = np.arange(len(x)) < 24
        row = {"width": width, "mmd": mean_discrepancy(x, first), "energy": energy(x, first), "tree": joined_edges(x, first),
               "1nn": like_neighbours(x, first), "p_mmd": p_value(mean_discrepancy, x, first), "p_energy": p_value(energy, x, first),
               "scaled_mmd": mean_discrepancy(x / x.std(0), first)}
        if width == 1:
            row["scipy_energy"] = scipy.stats.energy_distance(x[first, 0], x[~first, 0]) ** 2
        rows.append(row)
    return rows


def mean_spectra(real, fake, rate):
    spectra = [np.concatenate([metrics.log_mel(clip, rate, 1024, 256, 80, 1e-5).mean(2) for clip in clips]) for clips in (real, fake)]
    difference = spectra[1].mean(0) - spectra[0].mean(0)
    own = (spectra[1] * np.sign(difference)).mean(1)
    return {"value": float(np.abs(difference).mean()), "error": float(own.std(ddof=1) / np.sqrt(len(own)))}


def read_network(path):
    data = path.read_bytes()
    end = 8 + int.from_bytes(data[:8], "little")
    header = json.loads(data[8:end])
    header.pop("__metadata__")
    array = lambda e: np.frombuffer(data[end + e["data_offsets"][0]:end + e["data_offsets"][1]], "<f4").reshape(e["shape"]).astype(float)
    return {name: array(e) for name, e in header.items()}


def halved(x, w):
    """4x4, stride 2, padding 1: x [N, C, H, W], w [out, C, 4, 4]."""
    padded = np.pad(x, ((0, 0), (0, 0), (1, 1), (1, 1)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, (4, 4), (2, 3))[:, :, ::2, ::2]
    return np.einsum("nchwij,ocij->nohw", windows, w)


def doubled(x, w):
    """Its transpose: every pixel puts its 4x4 of w [C, out, 4, 4] into an image twice as large."""
    n, _, h, width = x.shape
    out = np.zeros((n, w.shape[1], 2 * h + 2, 2 * width + 2))
    for i in range(4):
        for j in range(4):
            out[:, :, i:i + 2 * h:2, j:j + 2 * width:2] += np.einsum("nchw,co->nohw", x, w[:, :, i, j])
    return out[:, :, 1:-1, 1:-1]


def reconstruction(w, x):
    """Root mean square error of the decoder's pictures of the mean codes of x [N, C, H, W], in [-1, 1]."""
    channels = lambda v: v[None, :, None, None]

    def norm(x, name):
        scale = w[name + ".weight"] / np.sqrt(w[name + ".running_var"] + 1e-5)
        return (x - channels(w[name + ".running_mean"])) * channels(scale) + channels(w[name + ".bias"])

    leaky = lambda x: np.where(x > 0, x, 0.2 * x)
    code = leaky(halved(x, w["E_ema.conv1.weight"]) + channels(w["E_ema.conv1.bias"]))
    code = leaky(norm(halved(code, w["E_ema.conv2.weight"]), "E_ema.batch_norm1"))
    mean = (code.reshape(len(x), -1) @ w["E_ema.dense1.weight"].T + w["E_ema.dense1.bias"])[:, :3]
    maps = (mean @ w["G_ema.dense1.weight"].T).reshape(len(x), 4, 4, 4)
    maps = np.maximum(norm(maps, "G_ema.batch_norm1"), 0)
    maps = np.maximum(norm(doubled(maps, w["G_ema.conv_transpose1.weight"]), "G_ema.batch_norm2"), 0)
    again = np.tanh(doubled(maps, w["G_ema.conv_transpose2.weight"]) + channels(w["G_ema.conv_transpose2.bias"]))
    return float(np.sqrt(np.mean((again - x) ** 2)))


def main():
    real, fake = features("real", 90, 6, 1.0, 0.0), features("fake", 70, 6, 1.2, 0.1)
    images = np.floor(numbers("images", 12, 3, 16, 16) * 127.5 + 128).clip(0, 255)
    clips, others = numbers("clips", 4, 2, 2500), numbers("other clips", 3, 2, 2500, scale=0.3)
    result = {
        "fd_inf": [extrapolated(real, fake, seed) for seed in (0, 7)],
        "intra_fd": within_classes(real, fake, 3),
        "kid": [kernel_subsets(real, fake, *how) for how in ((40, 7, 3), (80, 5, 0), (2, 9, 1))],
        "two_samples": two_samples(),
        "log_mel": mean_spectra(clips, others, 8000),
        "reconstruction": reconstruction(read_network(GOLDEN / "vae.safetensors"), images / 127.5 - 1),
    }
    (GOLDEN / "set_metrics.json").write_text(json.dumps(result, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
