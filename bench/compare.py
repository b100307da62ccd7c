#!/usr/bin/env python3
"""Time per step of Gannet and of the PyTorch programs in bench/peers, interleaved in one run.

    python3 bench/compare.py [--python PYTHON] [--rounds 5] [--tasks dcgan28,mlp28,toy2d] [--mode as-shipped] [--threads N]

PYTHON is an interpreter with torch==2.13.0 (Gannet itself needs none). Each round runs Gannet, then the peer; what
counts is the ratio of the two within a round, since the machine's speed drifts. Prints a Markdown table: the
medians of the rounds, and the ratio's median with its range. A ratio below 1: Gannet is faster."""
import argparse
import json
import os
import statistics
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
STEPS = {"dcgan28": 60, "mlp28": 400, "toy2d": 1000, "dcgan64": 15, "resnet32_r3": 6, "sample": 60}
BATCH = {"dcgan28": 64, "mlp28": 64, "toy2d": 256, "dcgan64": 64, "resnet32_r3": 64, "sample": 64}


def measure(command):
    out = subprocess.run(command, capture_output=True, text=True)
    if out.returncode:
        sys.exit(f"compare: {' '.join(command)} failed: {out.stderr.strip()[-500:]}")
    return json.loads(out.stdout.strip().splitlines()[-1] if "bench" not in command else out.stdout)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--python", default=sys.executable)
    parser.add_argument("--gannet", default=os.path.join(HERE, "..", "build", "release", "gannet"))
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--tasks", default="dcgan28,mlp28,toy2d")
    parser.add_argument("--mode", default="as-shipped", choices=["as-shipped", "tuned"])
    parser.add_argument("--threads", type=int, default=0, help="0: what each program picks")
    args = parser.parse_args()

    threads = ["--threads", str(args.threads)] if args.threads else []
    print(f"| task | batch | Gannet ms/step | PyTorch {args.mode} ms/step | ratio (range) | Gannet MB | PyTorch MB |")
    print("|---|---|---|---|---|---|---|")
    for task in args.tasks.split(","):
        ours, peers, ratios = [], [], []
        for _ in range(args.rounds):
            a = measure([args.gannet, "bench", "--cfg", task, "--batch", str(BATCH[task]), "--steps", str(STEPS[task]),
                         "--json", *threads])
            b = measure([args.python, os.path.join(HERE, "peers", f"{task}.py"), "--mode", args.mode, "--steps",
                         str(STEPS[task]), "--batch", str(BATCH[task]), *threads])
            ours.append(a)
            peers.append(b)
            ratios.append(a["step_ms_median"] / b["step_ms_median"])
        median = lambda rows, key: statistics.median(r[key] for r in rows)  # noqa: E731
        print(f"| {task} | {BATCH[task]} | {median(ours, 'step_ms_median'):.3f} | {median(peers, 'step_ms_median'):.3f} | "
              f"**{statistics.median(ratios):.2f}** ({min(ratios):.2f}-{max(ratios):.2f}) | "
              f"{median(ours, 'peak_rss_mb'):.0f} | {median(peers, 'peak_rss_mb'):.0f} |", flush=True)


if __name__ == "__main__":
    main()
