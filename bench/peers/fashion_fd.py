"""The Frechet distance of Fashion-MNIST's test images from 10,000 of its train images by Gannet's feature net, as a PyTorch program
usually computes it (pytorch-fid's steps: features in batches, NumPy's moments, SciPy's sqrtm). Prints one JSON line. scripts/results/metrics.sh
times it against `gannet eval`."""
import argparse
import json
import os
import pathlib
import resource
import sys
import time

import numpy as np
import scipy.linalg
import torch

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts" / "golden"))
import feature_nets  # noqa: E402


def images(folder, part, n):
    data = np.fromfile(folder / f"{part}-images-idx3-ubyte", np.uint8)[16:].reshape(-1, 1, 28, 28)[:n]
    return torch.from_numpy(data)


def moments(weights, x, batch=128):
    rows = []
    with torch.inference_mode():
        for i in range(0, len(x), batch):
            rows.append(feature_nets.forward(weights, x[i:i + batch].float() / 127.5 - 1)[0])
    f = torch.cat(rows).numpy().astype(np.float64)
    return f.mean(0), np.cov(f, rowvar=False)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", default=str(pathlib.Path(os.environ.get("GANNET_DATA") or pathlib.Path.home() / ".cache/gannet") / "fashion-mnist"))
    parser.add_argument("--threads", type=int, default=0)
    args = parser.parse_args()
    if args.threads:
        torch.set_num_threads(args.threads)
    start, busy = time.perf_counter(), time.process_time()
    _, weights = feature_nets.read(ROOT / "weights" / "fashion-mnist.safetensors")
    folder = pathlib.Path(args.data)
    (ma, ca), (mb, cb) = (moments(weights, images(folder, part, 10000)) for part in ("t10k", "train"))
    root = scipy.linalg.sqrtm(ca @ cb)
    value = float(np.sum((ma - mb) ** 2) + np.trace(ca + cb - 2 * np.real(root)))
    print(json.dumps({"fd10k": value, "seconds": time.perf_counter() - start, "cpu_seconds": time.process_time() - busy,
                      "peak_rss_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3}))


if __name__ == "__main__":
    main()
