#!/usr/bin/env python3
"""What a snapshot costs a training, and how long a step takes while its state is written (docs/speed.md).

    checkpoint.py --gannet PROGRAM [--runs 3] [--snapshots 12] [OPTIONS of gannet train...]

Each tick is a step of eight images, and each eighth one ends with a snapshot. The time up to the next tick has the snapshot in it
(networks, grid, a copy of the state); the state itself is written in the background, in the steps after that."""
import argparse
import json
import pathlib
import statistics
import subprocess
import tempfile

EVERY, BATCH = 8, 8


def step_times(args, options):
    """{steps since the last snapshot: seconds}; 1 has the snapshot."""
    kimg = str(args.snapshots * EVERY * BATCH / 1000)
    with tempfile.TemporaryDirectory() as folder:
        out = subprocess.run([args.gannet, "train", "--outdir", folder, "--batch", str(BATCH), "--kimg", kimg, "--tick", str(BATCH / 1000),
                              "--snap", str(EVERY), "--metrics", "none", *options], check=True, stdout=subprocess.PIPE, text=True).stdout
        lines = [json.loads(line) for line in (pathlib.Path(out.splitlines()[-1]) / "stats.jsonl").read_text().splitlines()]
    times = {}
    for before, after in zip(lines[EVERY:], lines[EVERY + 1:]):
        times.setdefault((after["step"] - 1) % EVERY + 1, []).append(after["seconds"] - before["seconds"])
    return times


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False)
    parser.add_argument("--gannet", required=True)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--snapshots", type=int, default=12)
    args, options = parser.parse_known_args()
    options = options or ["--cfg", "dcgan", "--data", "fashion-mnist"]
    print("| run | snapshot, ms | the step after it, ms | other steps, ms | ratio |\n|---|---|---|---|---|")
    ratios = []
    for run in range(args.runs):
        times = step_times(args, options)
        ordinary = statistics.median(t for since in range(5, EVERY + 1) for t in times[since])
        during = statistics.median(times[2])
        ratios.append(during / ordinary)
        print(f"| {run + 1} | {1e3 * (statistics.median(times[1]) - ordinary):.0f} | {1e3 * during:.1f} | {1e3 * ordinary:.1f} | {ratios[-1]:.2f} |", flush=True)
    print(f"\nMedian of the ratios: {statistics.median(ratios):.2f}.")


if __name__ == "__main__":
    main()
