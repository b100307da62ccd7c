"""Gannet's addressed randomness once more, in numpy: an independent reading of base/philox.h, data/loader.h and of the
formula that tests/support/numbers.h fills test weights with. Used by parity.py; needs numpy."""

import numpy as np

MASK = np.uint64(0xFFFFFFFF)
# Purpose
LATENT, ORDER, DROPOUT, AUGMENT_REAL, AUGMENT_FAKE, METRIC = 0, 1, 3, 4, 5, 11
INSTANCE_NOISE_REAL, INSTANCE_NOISE_FAKE, IMAGE_POOL, GP_INTERPOLATION = 12, 13, 14, 15
DRAGAN_NOISE, CONSISTENCY_AUGMENT, PATH_LENGTH_DIRECTION = 16, 17, 18


def philox4x32(counter, key):
    """Ten rounds (Salmon et al. 2011) over words of any equal shape; returns four uint32 arrays."""
    c = [np.asarray(w, dtype=np.uint64) for w in np.broadcast_arrays(*counter)]
    k0, k1 = np.uint64(key[0]), np.uint64(key[1])
    for _ in range(10):
        p0, p1 = np.uint64(0xD2511F53) * c[0], np.uint64(0xCD9E8D57) * c[2]
        c = [(p1 >> np.uint64(32)) ^ c[1] ^ k0, p1 & MASK, (p0 >> np.uint64(32)) ^ c[3] ^ k1, p0 & MASK]
        k0, k1 = (k0 + np.uint64(0x9E3779B9)) & MASK, (k1 + np.uint64(0xBB67AE85)) & MASK
    return [w.astype(np.uint32) for w in c]


def stream(purpose, phase=0, repeat=0, layer=0, call=0):
    return phase << 28 | repeat << 20 | purpose << 15 | layer << 4 | call


def words(seed, step, stream_word, sample, n):
    """The first n words of a sample."""
    blocks = np.arange((n + 3) // 4)
    w = philox4x32((blocks, sample, step, stream_word), (seed & 0xFFFFFFFF, seed >> 32))
    return np.stack(w, axis=1).reshape(-1)[:n]


def unit(w):
    return (w >> np.uint32(8)).astype(np.float32) * np.float32(2.0**-24)


def uniform(n, samples, **address):
    """float32 [samples, n] in [0, 1)."""
    seed, step = address.pop("seed"), address.pop("step")
    return np.stack([unit(words(seed, step, stream(**address), i, n)) for i in range(samples)])


def own_log(x):
    """log of float32 in (0, 1], in single precision step by step as base/philox.cpp does it."""
    f = np.float32
    shifted = x.view(np.uint32) - np.uint32(0x3F3504F3)
    exponent = shifted.view(np.int32) >> 23
    m = ((shifted & np.uint32(0x007FFFFF)) + np.uint32(0x3F3504F3)).view(np.float32)
    s = (m - f(1)) / (m + f(1))
    q = s * s
    series = f(2) + q * (f(0.66666667) + q * (f(0.4) + q * (f(0.28571430) + q * f(0.2222222))))
    return s * series + exponent.astype(np.float32) * f(0.69314718)


def own_sincos(u):
    f = np.float32
    turns = u * f(4)
    quadrant = (turns + f(0.5)).astype(np.int32)
    a = (turns - quadrant.astype(np.float32)) * f(1.57079633)
    q = a * a
    s = a * (f(1) + q * (f(-0.16666667) + q * (f(8.3333333e-3) + q * (f(-1.9841270e-4) + q * f(2.7557319e-6)))))
    c = f(1) + q * (f(-0.5) + q * (f(4.1666667e-2) + q * (f(-1.3888889e-3) + q * (f(2.4801587e-5) - q * f(2.7557319e-7)))))
    k = quadrant & 3
    sine, cosine = np.where(k & 1, c, s), np.where(k & 1, s, c)
    return np.where(k & 2, -sine, sine), np.where((k + 1) & 2, -cosine, cosine)


def normal(n, samples, **address):
    """float32 [samples, n]: Box-Muller on pairs of words."""
    seed, step = address.pop("seed"), address.pop("step")
    rows = []
    for i in range(samples):
        w = words(seed, step, stream(**address), i, (n + 3) // 4 * 4)
        radius = np.sqrt(np.float32(-2) * own_log(np.float32(1) - unit(w[0::2])))
        sine, cosine = own_sincos(unit(w[1::2]))
        rows.append(np.stack([radius * cosine, radius * sine], axis=1).reshape(-1)[:n])
    return np.stack(rows)


def permutation(n, seed, step, purpose, layer=0, call=0):
    """All of Permutation(address, n): a Feistel network of six rounds, walked until it is below n."""
    keys = [int(k) for b in (0, 1) for k in philox4x32((b, 0, step, stream(purpose, layer=layer, call=call)), (seed & 0xFFFFFFFF, seed >> 32))][:6]
    bits = max(6, max(1, n - 1).bit_length())
    half = (bits + 1) // 2
    mask, low = (1 << half) - 1, 0xFFFFFFFF

    def walk(x):
        while True:
            left, right = x >> half, x & mask
            for key in keys:
                h = (right * 0x9E3779B1 & low) ^ key
                h = (h ^ h >> 16) * 0x85EBCA6B & low
                h = (h ^ h >> 13) * 0xC2B2AE35 & low
                h ^= h >> 16
                left, right = right, left ^ (h & mask)
            x = left << half | right
            if x < n:
                return x

    return [walk(position) for position in range(n)]


def batch_indices(number, size, batch, seed):
    """Which samples batch `number` of the loader has."""
    per_epoch = size // batch
    order = permutation(size, seed, number // per_epoch, ORDER)
    first = number % per_epoch * batch
    return order[first:first + batch]


def tag_hash(text):
    h = 2166136261
    for c in text.encode():
        h = (h ^ c) * 16777619 & 0xFFFFFFFF
    return h


def numbers(tag, first, n):
    """float64 [n] in [-1, 1): numbers first, first + 1, ... of a tag, as tests/support/numbers.h makes them."""
    x = np.arange(first, first + n, dtype=np.uint64) * np.uint64(0x9E3779B1) + np.uint64(tag_hash(tag)) & MASK
    x = (x ^ x >> np.uint64(16)) * np.uint64(0x21F0AAAD) & MASK
    x = (x ^ x >> np.uint64(15)) * np.uint64(0x735A2D97) & MASK
    x ^= x >> np.uint64(15)
    return x.astype(np.float64) * 2.0**-31 - 1
