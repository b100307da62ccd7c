#!/usr/bin/env python3
"""Every command that computes, on the CPU and on a device: the largest difference of their files, as Markdown for docs/gpu.md.

    scripts/gpu/tools.py GANNET FOLDER [DEVICE]     small networks are trained in FOLDER on DEVICE (default: cuda)
Needs NumPy and Pillow. Exits with 1 where a command fails on the device or differs by more than rounding.
"""
import json
import pathlib
import subprocess
import sys
import time

import numpy
from PIL import Image

gannet, folder = sys.argv[1], pathlib.Path(sys.argv[2])
device = sys.argv[3] if len(sys.argv) > 3 else "cuda"
failed = False


def run(*arguments, **options):
    return subprocess.run([gannet, *map(str, arguments)], capture_output=True, text=True, **options)


def train(cfg, data, *options):
    out = folder / "runs" / cfg
    result = run("train", "--cfg", cfg, "--data", data, "--kimg", "1.6", "--batch", "16", "--outdir", out, "--device", device, "--threads", "4", *options)
    if result.returncode:
        raise SystemExit(f"**failed**: training {cfg}: {result.stderr.strip()[-500:]}")
    return next(out.iterdir())


def numbers(value):
    """Those of a JSON document, times and memory left out."""
    if isinstance(value, dict):
        for key in sorted(value):
            if not any(word in key for word in ("second", "device", "_mb", "time", "sec")):
                yield from numbers(value[key])
    elif isinstance(value, list):
        for item in value:
            yield from numbers(item)
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        yield float(value)


def content(path, stdout):
    if path is None:
        return numpy.array(list(numbers(json.loads(stdout))))
    if path.is_dir():
        return numpy.concatenate([content(p, "").ravel() for p in sorted(path.iterdir()) if p.suffix in (".png", ".npy", ".wav")])
    if path.suffix == ".npy":
        return numpy.load(path).astype(float)
    if path.suffix == ".wav":
        return numpy.frombuffer(path.read_bytes()[44:], "<i2").astype(float)
    with Image.open(path) as image:
        frames = []
        for frame in range(getattr(image, "n_frames", 1)):
            image.seek(frame)
            frames.append(numpy.asarray(image.convert("RGB"), float))
    return numpy.stack(frames)


def compare(name, unit, limit, out, *arguments):
    """out: the option and the file's name, or None where the command prints JSON."""
    global failed
    results, seconds = [], []
    for where in ("cpu", device):
        path = folder / f"{name.replace(' ', '-')}-{where.replace(':', '')}{out[1]}" if out else None
        begin = time.time()
        filled = [str(a).replace("{where}", where.replace(":", "")) for a in arguments]
        result = run(*filled, *((out[0], path) if out else ("--json",)), "--device", where, "--threads", "4")
        seconds.append(time.time() - begin)
        if result.returncode:
            print(f"| {name} | **failed on {where}** | {result.stderr.strip().splitlines()[-2:]} | |")
            failed = True
            return
        results.append(content(path, result.stdout))
    a, b = results
    if a.shape != b.shape:
        print(f"| {name} | **{a.shape} on the CPU, {b.shape} on the device** | | |")
        failed = True
        return
    difference = numpy.abs(a - b)
    if not out:
        difference /= numpy.maximum(1, numpy.abs(a))
    failed |= bool(difference.max() > limit)
    print(f"| {name} | {difference.max():.2g}{'' if difference.max() <= limit else ' **too much**'} {unit} | {seconds[0]:.1f} s | {seconds[1]:.1f} s |")


def main():
    folder.mkdir(parents=True, exist_ok=True)
    print("| command | largest difference to the CPU | CPU | device |\n|---|---|---|---|")
    size = ("--image-size", "32")
    dcgan = train("dcgan", "shapes", *size)
    vae = train("vae", "shapes", *size)
    pairs = train("pix2pix", "shapes-pairs", *size)
    sound = train("wavegan", "tones")
    levels = "levels of 255"
    compare("sample", levels, 1, ("--outdir", ""), "sample", "--network", dcgan, "--seeds", "0-31")
    compare("sample as an array", levels, 1, ("--out", ".npy"), "sample", "--network", dcgan, "--seeds", "0-31")
    compare("sample of sounds", "of 32768", 40, ("--outdir", ""), "sample", "--network", sound, "--seeds", "0-3")
    compare("sample --data", levels, 1, ("--outdir", ""), "sample", "--network", pairs, "--data", "shapes-pairs", *size, "--seeds", "0-7")
    compare("video", levels, 1, ("--out", ".png"), "video", "--network", dcgan, "--seeds", "0-2", "--frames", "4")
    target = folder / "sample-cpu" / "seed0000.png"
    # Of Adam's path, which follows rounding: the two part.
    compare("project", "relative", 0.1, None, "project", "--network", dcgan, "--target", target, "--starts", "2", "--steps", "30", "--out", folder / "project-{where}")
    compare("reconstruct", "relative", 1e-4, None, "reconstruct", "--network", vae, "--data", "shapes", *size, "--samples", "64")
    compare("compare", "relative", 0.05, None, "compare", folder / "sample-cpu", "shapes", *size, "--limit", "32")
    compare("eval", "relative", 1e-3, None, "eval", "--network", dcgan, "--metrics", "kid1k,prdc1k", "--data", "shapes", *size)
    compare("fool", "relative", 0.2, None, "fool", "--data", "shapes", *size, "--steps", "50", "--limit", "200")
    compare("detect", "relative", 0.3, None, "detect", folder / "sample-cpu", "--network", dcgan, "--data", "shapes", "--steps", "50", "--limit", "500")
    return 1 if failed else 0


sys.exit(main())
