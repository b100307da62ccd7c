#!/usr/bin/env python3
"""Time per step of Gannet and of the PyTorch programs in bench/peers, interleaved in one run.

    python3 bench/compare.py [--python PYTHON] [--rounds 5] [--tasks dcgan28,mlp28,toy2d] [--against f32,best] [--threads N]

PYTHON is an interpreter with torch==2.13.0 (Gannet itself needs none). Three comparisons: `as-shipped`, Gannet in float32
against the peer as it is usually published; `f32`, float32 against the fastest of PyTorch's settings in float32; `best`,
the faster of Gannet's precisions that this CPU has against the fastest of all of PyTorch's settings.

Each round runs Gannet, then the peer; what counts is the ratio of the two within a round, since the machine's speed
drifts. Before and after each a matrix product is timed: where it reaches less than 90% of the best one so far, the machine
was disturbed, and the round is repeated, at most --repeats times in all; then its row is marked `disturbed`. Prints a Markdown
table: the medians of the rounds, and the ratio's median with its range. A ratio below 1: Gannet is faster."""
import argparse
import json
import os
import statistics
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
STEPS = {"dcgan28": 60, "mlp28": 400, "toy2d": 1000, "dcgan64": 15, "resnet32_r3": 6, "sample": 60}
BATCH = {"dcgan28": 64, "mlp28": 64, "toy2d": 256, "dcgan64": 64, "resnet32_r3": 64, "sample": 64}
# The comparison: precisions of Gannet, arguments of the peer.
AGAINST = {"as-shipped": (["f32"], ["--mode", "as-shipped"]), "f32": (["f32"], ["--mode", "tuned", "--no-bf16"]),
           "best": (["f32", "bf16"], ["--mode", "tuned"])}
UNDISTURBED = .9  # of the best calibration so far
CALIBRATION = """
import sys, time, torch
if int(sys.argv[1]): torch.set_num_threads(int(sys.argv[1]))
a = torch.rand(1024, 1024)
def once():
    start = time.perf_counter()
    a @ a
    return time.perf_counter() - start
print(2.147 / sorted(once() for _ in range(25))[12])
"""


def output(command):
    out = subprocess.run(command, capture_output=True, text=True)
    if out.returncode:
        sys.exit(f"compare: {' '.join(command)} failed: {out.stderr.strip()[-500:]}")
    return out.stdout


def has_bf16():
    try:
        with open("/proc/cpuinfo") as cpu:
            return any(name in cpu.read().split() for name in ("avx512_bf16", "amx_bf16"))
    except OSError:
        return False


class Machine:
    """The rate of a matrix product (GFLOP/s, the median of 25), and the best one so far."""

    def __init__(self, python, threads):
        self.command = [python, "-c", CALIBRATION, str(threads)]
        self.best = max(self.rate() for _ in range(3))

    def rate(self):
        return float(output(self.command))

    def disturbed(self):
        rate = self.rate()
        self.best = max(self.best, rate)
        return rate < UNDISTURBED * self.best


def one_round(args, task, against, threads):
    """(Gannet's figures, the peer's)."""
    precisions, peer = AGAINST[against]
    ours = []
    for precision in precisions if has_bf16() else ["f32"]:
        ours.append(json.loads(output([args.gannet, "bench", "--cfg", task, "--batch", str(BATCH[task]), "--steps",
                                       str(STEPS[task]), "--json", "--precision", precision, *threads])))
    theirs = output([args.python, os.path.join(HERE, "peers", f"{task}.py"), *peer, "--steps", str(STEPS[task]),
                     "--batch", str(BATCH[task]), *threads])
    return min(ours, key=lambda row: row["step_ms_median"]), json.loads(theirs.strip().splitlines()[-1])


def compare(args, machine, task, against, threads):
    rounds, repeats, kept_disturbed = [], 0, 0
    while len(rounds) < args.rounds:
        before = machine.disturbed()
        figures = one_round(args, task, against, threads)
        if before | machine.disturbed():
            if repeats < args.repeats:
                repeats += 1
                continue
            kept_disturbed += 1
        rounds.append(figures)
    ratios = [a["step_ms_median"] / b["step_ms_median"] for a, b in rounds]
    median = lambda which, key: statistics.median(row[which][key] for row in rounds)  # noqa: E731
    mark = f" disturbed ({kept_disturbed} of {args.rounds})" if kept_disturbed else ""
    print(f"| {task} | {against} | {median(0, 'step_ms_median'):.3f} | {median(1, 'step_ms_median'):.3f} | "
          f"**{statistics.median(ratios):.2f}** ({min(ratios):.2f}-{max(ratios):.2f}){mark} | "
          f"{median(0, 'peak_rss_mb'):.0f} | {median(1, 'peak_rss_mb'):.0f} | {rounds[-1][1]['settings']} |", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--python", default=sys.executable)
    parser.add_argument("--gannet", default=os.path.join(HERE, "..", "build", "release", "gannet"))
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--repeats", type=int, default=5, help="rounds that may be repeated, of each row")
    parser.add_argument("--tasks", default="dcgan28,mlp28,toy2d")
    parser.add_argument("--against", default="f32,best", help=", ".join(AGAINST))
    parser.add_argument("--threads", type=int, default=0, help="0: what each program picks")
    args = parser.parse_args()
    for given, known in ((args.tasks, STEPS), (args.against, AGAINST)):
        for name in given.split(","):
            if name not in known:
                sys.exit(f"compare: unknown name: {name}\nhint: one of {', '.join(known)}")
    threads = ["--threads", str(args.threads)] if args.threads else []
    machine = Machine(args.python, args.threads)
    print("| task | against | Gannet ms/step | PyTorch ms/step | ratio (range) | Gannet MB | PyTorch MB | PyTorch's settings |")
    print("|---|---|---|---|---|---|---|---|")
    for task in args.tasks.split(","):
        for against in args.against.split(","):
            compare(args, machine, task, against, threads)
    print(f"\nMatrix product: {machine.best:.0f} GFLOP/s at best.")


if __name__ == "__main__":
    main()
