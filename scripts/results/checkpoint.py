#!/usr/bin/env python3
"""How long a training step takes while a checkpoint is written, beside the other steps (docs/speed.md).

    checkpoint.py --gannet PROGRAM [--runs 3] [--steps 120] [OPTIONS of gannet train...]

Each tick is a step, and each eighth one ends with a snapshot: networks, grid and training state. What is written from a copy in
the background is written during the step after it."""
import argparse
import json
import pathlib
import statistics
import subprocess
import tempfile

EVERY = 8


def step_times(args, options):
    with tempfile.TemporaryDirectory() as folder:
        out = subprocess.run([args.gannet, "train", "--outdir", folder, "--batch", "32", "--kimg", str(args.steps * .032), "--tick", ".032",
                              "--snap", str(EVERY), "--metrics", "none", *options], check=True, stdout=subprocess.PIPE, text=True).stdout
        lines = (pathlib.Path(out.splitlines()[-1]) / "stats.jsonl").read_text().splitlines()
    seconds = [json.loads(line)["seconds"] for line in lines]
    return [after - before for before, after in zip(seconds[2:], seconds[3:])], 4  # of steps from 4 on


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--gannet", required=True)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--steps", type=int, default=120)
    args, options = parser.parse_known_args()
    options = options or ["--cfg", "dcgan", "--data", "fashion-mnist"]
    print("| run | step after a snapshot, ms | others, ms | ratio |\n|---|---|---|---|")
    ratios = []
    for run in range(args.runs):
        times, first = step_times(args, options)
        during = [t for i, t in enumerate(times) if (i + first) % EVERY == 1]
        others = [t for i, t in enumerate(times) if 2 <= (i + first) % EVERY <= EVERY - 1]
        ratios.append(statistics.median(during) / statistics.median(others))
        print(f"| {run + 1} | {1e3 * statistics.median(during):.1f} | {1e3 * statistics.median(others):.1f} | {ratios[-1]:.3f} |")
    print(f"\nMedian of the ratios: {statistics.median(ratios):.3f}.")


if __name__ == "__main__":
    main()
