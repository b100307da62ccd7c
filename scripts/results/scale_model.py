#!/usr/bin/env python3
"""The model of docs/scale.md: what many workers would reach, from the networks' sizes, a worker's speed and the network between them. Prints the page's tables.

Usage: scripts/results/scale_model.py [--gflops G]. Python's standard library only.

A worker is a process with its own cores; `gflops` is what it reaches in a training step (flops of the step over its time). Its network has a
bandwidth in bytes a second each way, and a latency for a message. Sums are Gloo's ring: of S bytes among W workers 2 (W - 1) messages one after the
other, and 2 (W - 1) / W S bytes through each worker's wire. Gradients are summed in up to four slices of a net, each as soon as backward has it: all but the
last are hidden behind the rest of backward, where that takes longer. Sums of batch norm's statistics are small, and each is waited for."""
import argparse
import dataclasses

SLICES = 4


@dataclasses.dataclass
class Recipe:
    name: str
    g: float          # parameters of G and D
    d: float
    flops: float      # of a training step, for one image: a multiply and an add are two
    norms: int        # small sums of a step that are waited for: batch norm's forward and backward ones
    d_updates: int = 1


@dataclasses.dataclass
class Network:
    name: str
    bandwidth: float  # bytes a second
    latency: float    # seconds a message


# dcgan: parameters and flops of a pass as `gannet train --preset paper --data shapes -n` prints them; a step has D's passes 3 + 3, G's 1 + 2, D's under G 2.
# norms: G forward and backward once; D forward and backward at real samples, at fakes, and under G.
RECIPES = [
    Recipe("dcgan, 28 pixels", 0.76e6, 0.14e6, 8 * 14.1e6 + 3 * 15.3e6, 2 * 2 + 3 * 2 * 1),
    Recipe("dcgan, 64 pixels", 3.58e6, 2.77e6, 8 * 207.8e6 + 3 * 209.5e6, 2 * 4 + 3 * 2 * 3),
    Recipe("5 million parameters each, 5.4 GFLOP an image, no batch norm", 5.0e6, 5.0e6, 5.4e9, 0),
]
NETWORKS = [Network("10 Gbit/s, 30 us", 1.25e9, 30e-6), Network("100 Gbit/s, 10 us", 12.5e9, 10e-6)]
WORKERS = [2, 8, 32, 128, 512]


def ring(size, workers, network):
    """Seconds that the sum of `size` bytes takes."""
    if workers == 1:
        return 0
    return 2 * (workers - 1) * network.latency + 2 * (workers - 1) / workers * size / network.bandwidth


def step(recipe, batch, workers, network, gflops):
    """(seconds of a step with `batch` images a worker, seconds of it that the network adds)."""
    compute = batch * recipe.flops / (gflops * 1e9)
    added = (recipe.norms + 2) * ring(4096, workers, network)  # and a step's two votes
    for parameters, share in ((recipe.d, 0.4 * recipe.d_updates), (recipe.g, 0.25)):
        slice_time = ring(4 * parameters / SLICES, workers, network)
        hidden = min((SLICES - 1) * slice_time, share * compute)  # behind backward's share of the step
        added += SLICES * slice_time - hidden
    return compute + added, added


def cell(recipe, batch, workers, network, gflops):
    seconds, added = step(recipe, batch, workers, network, gflops)
    return f"{1 - added / seconds:.0%}"


def table(title, batch_of, gflops):
    print(f"\n{title}\n")
    print("| networks | between workers | bytes a step | " + " | ".join(f"{w} workers" for w in WORKERS) + " | half of the time is lost from |")
    print("|---" * (len(WORKERS) + 4) + "|")
    for recipe in RECIPES:
        for network in NETWORKS:
            size = 4 * (recipe.g + recipe.d * recipe.d_updates)
            cells = [cell(recipe, batch_of(w), w, network, gflops) if batch_of(w) >= 1 else "-" for w in WORKERS]
            lost = next((str(w) + " workers" for w in range(2, 4097) if batch_of(w) < 1 or
                         2 * step(recipe, batch_of(w), w, network, gflops)[1] > step(recipe, batch_of(w), w, network, gflops)[0]), "-")
            print(f"| {recipe.name} | {network.name} | {size / 1e6:.0f} MB | " + " | ".join(cells) + f" | {lost} |")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--gflops", type=float, default=150, help="of one worker in a training step")
    gflops = parser.parse_args().gflops
    table("The share of a step that computes, with 64 images a worker (the batch grows with the workers):", lambda w: 64, gflops)
    table("The same with a batch of 512 in all:", lambda w: 512 / w, gflops)


if __name__ == "__main__":
    main()
