#!/usr/bin/env python3
"""The measured table of docs/scale.md: images a second of the same runs in one process and in several on this machine, alternated.

Usage: scripts/results/scale.py [--rounds N] [--steps N] [NAME...]. GANNET names the binary (build/release/gannet). Prints a row a network: medians over the
rounds of each run's last ticks, and their ratios."""
import argparse
import json
import os
import pathlib
import socket
import statistics
import subprocess
import tempfile

GANNET = pathlib.Path(os.environ.get("GANNET", "build/release/gannet")).resolve()
NETWORKS = {
    "dcgan28": ["--cfg", "dcgan", "--preset", "paper", "--data", "shapes", "--image-size", 28],
    "dcgan64": ["--cfg", "dcgan", "--preset", "paper", "--data", "shapes", "--image-size", 64],
    "r3gan32": ["--cfg", "r3gan", "--data", "shapes", "--image-size", 32],
}
WAYS = {"1 x 1": (1, 1, []), "1 x 2": (1, 2, []), "2 x 1": (2, 1, []), "2 x 1, --sync-bn=0": (2, 1, ["--sync-bn=0"])}  # processes, threads, options


def images_a_second(options, processes, threads, steps):
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
    with tempfile.TemporaryDirectory(prefix="gannet-scale-") as folder:
        command = [str(word) for word in (GANNET, "train", *options, "--batch", 64, "--kimg", 64 * steps / 1000, "--tick", 0.064, "--snap", 10**6,
                                          "--snap-first", 0, "--metrics", "none", "--threads", threads, "--outdir", folder)]
        started = []
        for rank in range(processes):
            more = {"RANK": str(rank), "WORLD_SIZE": str(processes), "LOCAL_RANK": str(rank), "MASTER_ADDR": "127.0.0.1",
                    "MASTER_PORT": str(port)} if processes > 1 else {}
            started.append(subprocess.Popen(command, env=os.environ | more, stdout=subprocess.DEVNULL))
        assert [process.wait() for process in started] == [0] * processes
        (stats,) = pathlib.Path(folder).glob("*/stats.jsonl")
        lines = [json.loads(line) for line in stats.read_text().splitlines()]
        return statistics.median(line["img_per_s"] for line in lines[2:])  # the first ones warm up


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--steps", type=int, default=12)
    parser.add_argument("names", nargs="*", default=list(NETWORKS))
    asked = parser.parse_args()
    print("| network | " + " | ".join(WAYS) + " | 2 x 1 over 1 x 1 | 2 x 1 over 1 x 2 |")
    print("|---" * (len(WAYS) + 3) + "|")
    for name in asked.names:
        found = {way: [] for way in WAYS}
        for _ in range(asked.rounds):
            for way, (processes, threads, more) in WAYS.items():
                found[way].append(images_a_second(NETWORKS[name] + more, processes, threads, asked.steps))
        median = {way: statistics.median(values) for way, values in found.items()}
        # Ratios of the same round, so that a disturbed one disturbs both.
        ratio = {way: statistics.median(a / b for a, b in zip(found["2 x 1"], found[way])) for way in ("1 x 1", "1 x 2")}
        print(f"| {name} | " + " | ".join(f"{median[way]:.1f}" for way in WAYS) + f" | {ratio['1 x 1']:.2f} | {ratio['1 x 2']:.2f} |", flush=True)


if __name__ == "__main__":
    main()
