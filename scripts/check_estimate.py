#!/usr/bin/env python3
"""The accuracy of `train --dry-run`: its estimate of time and memory, and the run's own figures.

Usage: check_estimate.py PROGRAM [--data fashion-mnist] [--seconds 20] [--threads N]
Prints a line for each recipe: estimated, measured, and their ratio. Not a test: times depend on what else runs.
"""
import argparse
import json
import pathlib
import re
import subprocess
import tempfile

RECIPES = {"vanilla": [], "dcgan": [], "cgan": ["--arch", "conv"], "cgan mlp": ["--arch", "mlp"]}


def estimate(text):
    time, steps, memory = re.search(r"estimate: (.+) for (\d+) steps, (\d+) MB", text).groups()
    seconds = sum(int(n) * {"h": 3600, "min": 60, "s": 1}[unit] for n, unit in re.findall(r"(\d+) (h|min|s)\b", time))
    return seconds, int(steps), float(memory)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("--data", default="fashion-mnist")
    parser.add_argument("--seconds", type=float, default=20, help="about how long each run takes")
    parser.add_argument("--threads", default="1")
    given = parser.parse_args()
    print(f"{'recipe':10} {'steps':>6} {'estimated s':>12} {'measured s':>11} {'ratio':>6} {'estimated MB':>13} {'measured MB':>12} {'ratio':>6}")
    for name, more in RECIPES.items():
        with tempfile.TemporaryDirectory(prefix="gannet-estimate-") as folder:
            command = [given.program, "train", "--cfg", name.split()[0], "--data", given.data, "--threads", given.threads,
                       "--outdir", folder, *more]

            def plan(kimg):
                out = subprocess.run([*command, "--kimg", str(kimg), "--dry-run"], check=True, capture_output=True, text=True)
                return estimate(out.stdout)
            kimg = max(1, round(10 * given.seconds / plan(10)[0]))
            seconds, steps, memory = plan(kimg)
            subprocess.run([*command, "--kimg", str(kimg)], check=True, stdout=subprocess.DEVNULL)
            stats = next(pathlib.Path(folder).glob("*/stats.jsonl")).read_text().splitlines()
            took = json.loads(stats[-1])["seconds"]
            most = max(json.loads(line)["memory_mb"] for line in stats)
            print(f"{name:10} {steps:6} {seconds:12.1f} {took:11.1f} {seconds / took:6.2f} {memory:13.0f} {most:12.0f} "
                  f"{memory / most:6.2f}", flush=True)


if __name__ == "__main__":
    main()
