#!/usr/bin/env bash
# Figures of docs/metrics.md: what a perfect model of Fashion-MNIST's pixels has (10,000 of its train images against its test images, as if these were generated), with
# the time and memory of it. Fails where a figure is more than 0.01 (the noise of the choice of 10,000) from the known one. PARTS: which
# to make (neighbours, peer; the second needs PYTHON).
. "$(dirname "$0")/common.sh"
PARTS=${PARTS:-neighbours}
work=$(mktemp -d)
"$GANNET" data fetch fashion-mnist >/dev/null
out=$work/out
trap 'rm -rf "$work"' EXIT

neighbours() {
  metrics=precision10k_k3,recall10k_k3,coverage10k_k3,precision10k_k5,recall10k_k5,density10k_k5,coverage10k_k5,1nn10k
  /usr/bin/time -f "%e s, %M KB at most" -a -o "$out.time" "$GANNET" eval --real fashion-mnist --split train --fake fashion-mnist --split-fake test \
    --metrics "$metrics" --features pixels --reference false --cache false --json >"$out"
  python3 - "$out" <<'PY'
import json, sys
known = {"precision10k_k3": .742, "recall10k_k3": .746, "coverage10k_k3": .874, "precision10k_k5": .82, "recall10k_k5": .825,
         "density10k_k5": 1.00, "coverage10k_k5": .968, "1nn10k": .499}
bad = 0
print("| metric | 10,000 train images as real, 10,000 test images as fake | known |\n|---|---|---|")
for r in json.load(open(sys.argv[1]))["results"]:
    expected = known[r["metric"]]
    print(f"| `{r['metric']}` | {r['value']:.4f} | {expected} |")
    bad |= abs(r["value"] - expected) > 0.01
sys.exit(bad)
PY
  tail -n 1 "$out.time"
}

# fd10k of 10,000 test and 10,000 train images by the shipped net, and the same in PyTorch and SciPy (PYTHON: one with torch, NumPy and SciPy),
# in turn REPEATS times with two threads and with one (THREADS). Gannet's seconds are the whole program's, the peer's begin after its imports.
# Fails where the values differ.
PYTHON=${PYTHON:-python3}
peer() {
  "$PYTHON" - "$work" <<'PY'
import os, pathlib, sys
import numpy as np
folder = pathlib.Path(os.environ.get("GANNET_DATA") or pathlib.Path.home() / ".cache/gannet") / "fashion-mnist"
for part in ("t10k", "train"):
    images = np.fromfile(folder / f"{part}-images-idx3-ubyte", np.uint8)[16:].reshape(-1, 28, 28, 1)[:10000]
    np.save(f"{sys.argv[1]}/{part}.npy", images)
PY
  python3 - "$GANNET" "$PYTHON" "$work" "${REPEATS:-3}" "${THREADS:-2 1}" <<'PY'
import json, os, resource, statistics, subprocess, sys, time
gannet, python, arrays, repeats, threads = sys.argv[1:]

def timed(command, n):
    # OMP_NUM_THREADS: of SciPy's matrix root too.
    start, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run([*command, "--threads", n], capture_output=True, text=True, env={**os.environ, "OMP_NUM_THREADS": n, "OPENBLAS_NUM_THREADS": n})
    if done.returncode:
        sys.exit(f"metrics: {' '.join(command)} failed: {done.stderr.strip()[-500:]}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return json.loads(done.stdout), time.perf_counter() - start, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

print("\n| threads | `gannet eval --metrics fd10k --cache false`, s | PyTorch and SciPy, s | ratio of the medians | processor time, s: medians, ratio | values |\n|---|---|---|---|---|---|")
for n in threads.split():
    ours, theirs, cpu = [], [], ([], [])
    for _ in range(int(repeats)):
        found, seconds, busy = timed([gannet, "eval", "--real", f"{arrays}/t10k.npy", "--fake", f"{arrays}/train.npy", "--metrics", "fd10k", "--features",
                                "fashion-mnist", "--reference", "false", "--cache", "false", "--json"], n)
        ours.append(seconds)
        cpu[0].append(busy)
        peer = timed([python, "bench/peers/fashion_fd.py"], n)[0]
        theirs.append(peer["seconds"])
        cpu[1].append(peer["cpu_seconds"])
    value = found["results"][0]["value"]
    a, b = statistics.median(ours), statistics.median(theirs)
    c, d = map(statistics.median, cpu)
    listed = lambda x, median: ", ".join(f"{s:.1f}" for s in x) + f" (median {median:.1f})"
    print(f"| {n} | {listed(ours, a)} | {listed(theirs, b)} | {a / b:.2f} | {c:.1f}, {d:.1f}, {c / d:.2f} | {value:.7g}, {peer['fd10k']:.7g} |")
    if abs(value - peer["fd10k"]) > 1e-5 * abs(value):
        sys.exit("metrics: the values differ")
PY
}

for part in $PARTS; do "$part"; done
