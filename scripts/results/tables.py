#!/usr/bin/env python3
"""Compares a table with samples of it, as Markdown: means and deviations, shares of words, correlations. Usage: tables.py REAL.csv SAMPLES.csv"""
import csv
import math
import sys


def columns(path):
    with open(path, newline="") as file:
        rows = list(csv.reader(file))
    return {name: [row[i] for row in rows[1:]] for i, name in enumerate(rows[0])}


def is_number(cells):
    try:
        [float(cell) for cell in cells[:1000]]
        return True
    except ValueError:
        return False


def moments(x):
    mean = math.fsum(x) / len(x)
    return mean, math.sqrt(math.fsum((v - mean) ** 2 for v in x) / len(x))


def correlation(x, y):
    (mx, sx), (my, sy) = moments(x), moments(y)
    return math.fsum((a - mx) * (b - my) for a, b in zip(x, y)) / len(x) / (sx * sy)


def quantile(x, q):
    return sorted(x)[min(len(x) - 1, int(q * len(x)))]


real, fake = columns(sys.argv[1]), columns(sys.argv[2])
names = [name for name in real if name in fake]
numbers = [name for name in names if is_number(real[name])]
words = [name for name in names if name not in numbers]
R = {name: [float(v) for v in real[name]] for name in numbers}
F = {name: [float(v) for v in fake[name]] for name in numbers}

print(f"\n{len(real[names[0]]):,} rows, {len(fake[names[0]]):,} samples. Numbers: mean, standard deviation, and the values below which a twentieth, half and all but a twentieth lie.\n")
print("| column | | mean | deviation | 5% | 50% | 95% |\n|---|---|---|---|---|---|---|")
for name in numbers:
    for label, x in ((name, R[name]), ("", F[name])):
        mean, deviation = moments(x)
        q = [quantile(x, p) for p in (0.05, 0.5, 0.95)]
        print(f"| {label} | {'table' if label else 'samples'} | {mean:.4g} | {deviation:.4g} | " + " | ".join(f"{v:.4g}" for v in q) + " |")

worst = 0
for name in words:
    print(f"\nShares of `{name}`:\n")
    kinds = sorted(set(real[name]))
    share = lambda cells, kind: cells.count(kind) / len(cells)
    print("| | " + " | ".join(kinds) + " |\n|---|" + "---|" * len(kinds))
    for label, cells in (("table", real[name]), ("samples", fake[name])):
        print(f"| {label} | " + " | ".join(f"{100 * share(cells, kind):.1f}%" for kind in kinds) + " |")
    worst = max([worst] + [abs(share(real[name], k) - share(fake[name], k)) for k in kinds])

print("\nCorrelations, the table's / the samples':\n")
print("| | " + " | ".join(numbers[1:]) + " |\n|---|" + "---|" * (len(numbers) - 1))
off = []
for i, a in enumerate(numbers[:-1]):
    cells = []
    for b in numbers[1:]:
        if numbers.index(b) <= i:
            cells.append("")
            continue
        r, f = correlation(R[a], R[b]), correlation(F[a], F[b])
        off.append(abs(r - f))
        cells.append(f"{r:.2f} / {f:.2f}")
    print(f"| {a} | " + " | ".join(cells) + " |")

for name in words:  # how numbers depend on words
    print(f"\nMean `{numbers[0]}` and `{numbers[3] if len(numbers) > 3 else numbers[-1]}` by `{name}`, the table's / the samples':\n")
    kinds = sorted(set(real[name]))
    print("| | " + " | ".join(kinds) + " |\n|---|" + "---|" * len(kinds))
    for column in (numbers[0], numbers[3] if len(numbers) > 3 else numbers[-1]):
        def mean_of(cells, x, kind):
            some = [v for c, v in zip(cells, x) if c == kind]
            return f"{math.fsum(some) / len(some):.4g}" if some else "none"
        print(f"| {column} | " + " | ".join(f"{mean_of(real[name], R[column], k)} / {mean_of(fake[name], F[column], k)}" for k in kinds) + " |")

copies = set(zip(*(real[name] for name in names)))
same = sum(row in copies for row in zip(*(fake[name] for name in names)))
print(f"\nThe largest difference of two correlations is {max(off):.2f}, the mean {sum(off) / len(off):.3f}; of two shares of a word {100 * worst:.1f} percentage points. "
      f"{same} of the samples are rows of the table.")
