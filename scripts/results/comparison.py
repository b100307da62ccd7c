#!/usr/bin/env python3
"""The table of docs/comparison.md from what scripts/results/comparison.sh leaves: comparison.py FOLDER KIMG RECIPE..."""
import csv
import json
import pathlib
import statistics
import sys

folder, kimg, recipes = pathlib.Path(sys.argv[1]), float(sys.argv[2]), sys.argv[3:]
METRICS = ("fd10k", "precision10k", "recall10k")


def runs_of(name):
    """{group: rows} of a sweep's table."""
    groups = {}
    with open(folder / f"{name}.csv", newline="") as file:
        for row in csv.DictReader(file):
            groups.setdefault(row["group"], []).append(row)
    return groups


def spread(values, digits):
    mean = statistics.mean(values)
    return f"{mean:.{digits}f} +- {statistics.stdev(values):.{digits}f}" if len(values) > 1 else f"{mean:.{digits}f}"


def gan_train(rows):
    files = [folder / "recipes" / row["run"] / "gan-train.json" for row in rows]
    results = [json.loads(file.read_text())["results"][0] for file in files if file.exists()]
    return spread([r["value"] for r in results], 3) if results else ""


def processor(recipe):
    start, more = (float((folder / f"{recipe}-{part}.txt").read_text()) for part in ("start", "more"))
    return f"{start + (more - start) * (kimg - 0.064) / 5.12:.0f}"


def line(name, recipe, rows):
    figures = [spread([float(row[m]) for row in rows], 1 if m == "fd10k" else 3) for m in METRICS]
    print(f"| {name} | {processor(recipe)} | {' | '.join(figures)} | {gan_train(rows)} |")


groups = runs_of("recipes")
print("\n| recipe | CPU seconds (1 thread) | `fd10k` | `precision10k` | `recall10k` | `gan-train10k` |\n|---|---|---|---|---|---|")
for recipe in recipes:
    line(f"`{recipe}`", recipe, groups[f"cfg={recipe}"] if f"cfg={recipe}" in groups else groups["all"])
if "r3gan" in recipes:
    line("`r3gan --cond false`", "r3gan", runs_of("without-classes")["all"])
last = {}
run = folder / "recipes" / groups.get("cfg=r3gan", next(iter(groups.values())))[0]["run"]
for text in (run / "metrics.jsonl").read_text().splitlines():
    row = json.loads(text)
    last[row["metric"]] = row["real"]
real = [json.loads(file.read_text())["results"][0]["real"] for file in sorted(folder.glob("recipes/*/gan-train.json"))[:1]]
print(f"| real images | | {last['fd10k']:.2f} | {last['precision10k']:.3f} | {last['recall10k']:.3f} | {real[0] if real else 0:.3f} |")
