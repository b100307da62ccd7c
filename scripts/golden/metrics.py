#!/usr/bin/env python3
"""Remakes tests/golden/metrics.json: the metrics of src/gannet/metrics once more, from their papers' definitions, in NumPy and SciPy,
on numbers by a formula (draws.numbers). Other algorithms than Gannet's where there are any: sqrtm of the product, all distances
at once, direct sums. Needs NumPy and SciPy."""
import json
import pathlib

import numpy as np
import scipy.linalg
import scipy.ndimage
import scipy.signal
import scipy.spatial
import scipy.special
import scipy.stats

import draws

OUT = pathlib.Path(__file__).resolve().parents[2] / "tests" / "golden" / "metrics.json"


def numbers(tag, *shape, scale=1.0, shift=0.0):
    return draws.numbers(tag, 0, int(np.prod(shape))).reshape(shape) * scale + shift


def features(tag, n, d, scale, shift):
    """[n, d], correlated."""
    return numbers(tag, n, d, scale=scale) @ numbers("mix", d, d) + shift


def frechet(a, b):
    ca, cb = np.cov(a, rowvar=False), np.cov(b, rowvar=False)
    return float(np.sum((a.mean(0) - b.mean(0)) ** 2) + np.trace(ca + cb - 2 * np.real(scipy.linalg.sqrtm(ca @ cb))))


def kernel_distance(x, y):
    k = lambda a, b: (a @ b.T / a.shape[1] + 1) ** 3
    n, m = len(x), len(y)
    xx, yy = k(x, x), k(y, y)
    return float((xx.sum() - np.trace(xx)) / (n * (n - 1)) + (yy.sum() - np.trace(yy)) / (m * (m - 1)) - 2 * k(x, y).mean())


def jackknife_error(x, y):
    """Of kernel_distance: each sample left out once, on each side."""
    parts = 0.0
    for which, other in ((x, y), (y, x)):
        left = np.array([kernel_distance(np.delete(which, i, 0), other) for i in range(len(which))])
        parts += (len(which) - 1) / len(which) * np.sum((left - left.mean()) ** 2)
    return float(np.sqrt(parts))


def inception(p, splits):
    scores = []
    for i in range(splits):
        part = p[len(p) * i // splits:len(p) * (i + 1) // splits]
        scores.append(np.exp(np.mean([scipy.stats.entropy(row, part.mean(0)) for row in part])))
    return [float(np.mean(scores)), float(np.std(scores))]


def neighbours(real, fake, k):
    cdist = scipy.spatial.distance.cdist
    rr, ff, rf = cdist(real, real), cdist(fake, fake), cdist(real, fake)
    radius_r, radius_f = np.sort(rr, 1)[:, k], np.sort(ff, 1)[:, k]  # itself is nearest
    inside = rf <= radius_r[:, None]
    nearest = rf.argmin(0)
    np.fill_diagonal(rr, np.inf)
    np.fill_diagonal(ff, np.inf)
    # As near to one of each set: half.
    own, other = np.concatenate([rr.min(1), ff.min(1)]), np.concatenate([rf.min(1), rf.min(0)])
    right = (own < other) + 0.5 * (own == other)
    return {"k": k, "precision": float(inside.any(0).mean()), "recall": float((rf <= radius_f[None]).any(1).mean()),
            "density": float(inside.sum(0).mean() / k), "coverage": float((rf.min(1) <= radius_r).mean()),
            "1nn": float(right.mean()),
            "authenticity": float((rf.min(0) > rr.min(1)[nearest]).mean())}


def sliced(x, y, directions):
    return float(np.mean([scipy.stats.wasserstein_distance(x @ w, y @ w) for w in directions.T]))


def pyramid(images):
    """Laplacian pyramid of [N, C, H, W] as in PGGAN's metrics/sliced_wasserstein.py."""
    row = np.array([1, 4, 6, 4, 1]) / 16
    kernel = np.outer(row, row)[None, None]
    down = lambda x: scipy.ndimage.convolve(x, kernel, mode="mirror")[:, :, ::2, ::2]

    def up(x, like):
        wide = np.zeros(like.shape)
        wide[:, :, ::2, ::2] = x
        return scipy.ndimage.convolve(wide, kernel * 4, mode="mirror")

    levels = [images]
    while min(levels[-1].shape[2:]) >= 32:
        low = down(levels[-1])
        levels[-1] = levels[-1] - up(low, levels[-1])
        levels.append(low)
    return levels


def ms_ssim(a, b):
    """One pair [C, H, W], values 0 to 255."""
    weights, c1, c2 = [0.0448, 0.2856, 0.3001, 0.2363, 0.1333], (0.01 * 255) ** 2, (0.03 * 255) ** 2
    product = 1.0
    for scale, weight in enumerate(weights):
        size = min(11, *a.shape[1:])
        sigma = 1.5 * size / 11
        at = np.arange(size) - (size - 1) / 2
        window = np.exp(-(at[:, None] ** 2 + at[None] ** 2) / (2 * sigma ** 2))
        window /= window.sum()
        blur = lambda x: np.stack([scipy.signal.correlate2d(c, window, mode="valid") for c in x])
        ma, mb = blur(a), blur(b)
        cs = (2 * (blur(a * b) - ma * mb) + c2) / (blur(a * a) - ma ** 2 + blur(b * b) - mb ** 2 + c2)
        light = (2 * ma * mb + c1) / (ma ** 2 + mb ** 2 + c1)
        product *= max(0.0, float((light * cs if scale == 4 else cs).mean())) ** weight
        h, w = a.shape[1] // 2 * 2, a.shape[2] // 2 * 2
        half = lambda x: (x[:, :h:2, :w:2] + x[:, 1:h:2, :w:2] + x[:, :h:2, 1:w:2] + x[:, 1:h:2, 1:w:2]) / 4
        a, b = half(a), half(b)
    return product


def parzen(samples, test, sigma):
    logs = [np.logaddexp.reduce(scipy.stats.norm.logpdf(t, samples, sigma).sum(1)) - np.log(len(samples)) for t in test]
    return [float(v) for v in logs]


def mixture(points, centres, sigma):
    """Modes of a mixture; spreads in an integral's place by chi-squared: E[r^2 | r < 3] of a standard Gaussian is width F_(width + 2)(9) / F_width(9)."""
    distances = np.linalg.norm(points[:, None] - centres[None], axis=2)
    nearest, good = distances.argmin(1), distances.min(1) <= 3 * sigma
    width = points.shape[1]
    expected = sigma * np.sqrt(scipy.stats.chi2.cdf(9, width + 2) / scipy.stats.chi2.cdf(9, width))
    spread = []
    for k in range(len(centres)):
        own = points[good & (nearest == k)]
        spread.append(None if len(own) < 2 else float(np.sqrt(np.trace(np.cov(own, rowvar=False)) / width) / expected))
    shares = np.bincount(nearest, minlength=len(centres)) / len(points)
    return {"modes": int(len(set(nearest[good]))), "high_quality": float(good.mean()), "spread": spread,
            "mean_spread": float(np.mean([s for s in spread if s is not None])),
            "reverse_kl": float(scipy.stats.entropy(shares, np.ones(len(centres)) / len(centres)))}


def mel_filterbank(rate, window, bands, low, high):
    """librosa's definition: Slaney's scale and norm."""
    to_mel = lambda f: f * 3 / 200 if f < 1000 else 15 + 27 * np.log(f / 1000) / np.log(6.4)
    to_hertz = lambda m: m * 200 / 3 if m < 15 else 1000 * 6.4 ** ((m - 15) / 27)
    edges = np.array([to_hertz(m) for m in np.linspace(to_mel(low), to_mel(high), bands + 2)])
    f = np.fft.rfftfreq(window, 1 / rate)
    rows = [np.interp(f, edges[b:b + 3], [0, 1, 0], left=0, right=0) * 2 / (edges[b + 2] - edges[b]) for b in range(bands)]
    return np.array(rows)


def log_mel(audio, rate, window, hop, bands, least):
    padded = np.pad(audio, ((0, 0), (window // 2, window // 2)))
    hann = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(window) / window)
    frames = range(0, audio.shape[1] + 1, hop)
    spectrum = np.stack([np.abs(np.fft.rfft(padded[:, t:t + window] * hann)) for t in frames], 2) * 4 / window
    return np.log(np.maximum(mel_filterbank(rate, window, bands, 0, rate / 2) @ spectrum, least))


def main():
    real, fake = features("real", 90, 6, 1.0, 0.0), features("fake", 70, 6, 1.2, 0.1)
    logits = numbers("logits", 40, 5, scale=3)
    p = scipy.special.softmax(logits, 1)
    directions = numbers("directions", 6, 9)
    grey, other = numbers("grey", 3, 1, 36, 40), numbers("other", 2, 3, 28, 28)
    pictures = lambda tag, *shape: np.floor(numbers(tag, *shape) * 127.5 + 128).clip(0, 255)
    pairs = []
    for tag, shape in (("p", (1, 28, 28)), ("q", (3, 32, 40)), ("r", (1, 176, 180))):
        a = pictures(tag, *shape)
        pairs.append({"tag": tag, "shape": shape, "value": ms_ssim(a, np.floor(0.7 * a + 0.3 * pictures(tag + "2", *shape)))})
    clips, others = numbers("clips", 2, 1500), numbers("other clips", 2, 1500, scale=0.3)
    mels = [log_mel(x, 8000, 256, 64, 20, 1e-5) for x in (clips, others)]
    labels = (np.abs(numbers("labels", 60)) * 10).astype(int)
    shares = np.bincount(labels, minlength=12) / 60
    data = np.abs(numbers("data", 12)) + 0.1
    found = shares > 0
    result = {
        "frechet": frechet(real, fake),
        "frechet_half": frechet(real, real[::2] * 1.1),
        "kernel_distance": kernel_distance(real, fake),
        "kernel_error": jackknife_error(real, fake),
        "inception_score": inception(p, 3),
        "neighbours": [neighbours(real, fake, k) for k in (1, 3, 5)],
        "copies": neighbours(real, np.concatenate([real[:30], fake[:30]]), 3),
        "sliced_wasserstein": sliced(real[:70], fake, directions),
        "pyramid": [x.ravel()[::7].tolist() for x in pyramid(grey)],
        "small_pyramid_levels": len(pyramid(other)),
        "ms_ssim": pairs,
        "parzen": [parzen(fake, real[:8], sigma) for sigma in (0.2, 0.7)],
        "log_mel": mels[0].ravel()[::11].tolist(),
        "log_mel_distance": np.abs(mels[0] - mels[1]).mean((1, 2)).tolist(),
        "mixtures": [mixture(numbers("points", 80, width), numbers("centres", 4, width, scale=1.5), 0.2 * width) for width in (2, 3)],
        "label_modes": int(found.sum()),
        "reverse_kl": float(np.sum(shares[found] * np.log(shares[found] / (data / data.sum())[found]))),
    }
    OUT.write_text(json.dumps(result, indent=None, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
