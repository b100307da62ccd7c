#!/usr/bin/env bash
# Records of docs/speed.md: seconds of training until Fashion-MNIST's coverage (k = 5, 10,000 samples against 10,000 test images, pixels) is COVERAGE, and until GAN-train is
# within POINTS of what real images give, for Gannet's `cgan` with its defaults and for the same networks and options in PyTorch (bench/peers/cgan_train.py), as shipped and tuned,
# on THREADS threads; all by the same judge, `gannet eval`. KIMG: length of each run; EVERY: thousand images from one look to the next; PEER: any Python with PyTorch.
# ROUNDS: the programs one after the other, so often, with another seed each.
. "$(dirname "$0")/common.sh"
PEER=${PEER:-.deps/test-env/bin/python}
KIMG=${KIMG:-150} EVERY=${EVERY:-10} THREADS=${THREADS:-2} ROUNDS=${ROUNDS:-1} COVERAGE=${COVERAGE:-0.80} POINTS=${POINTS:-0.03} MODES=${MODES:-as-shipped tuned}
peer=$(command -v "$PEER")
[[ $peer = /* ]] || peer=$root/$peer  # not resolved: a virtual environment is a link
data=${GANNET_DATA:-$HOME/.cache/gannet}/fashion-mnist
"$GANNET" data fetch fashion-mnist >/dev/null

for round in $(seq 0 $((ROUNDS - 1))); do
  for program in gannet $MODES; do
    made="$RUNS/records-$program-$round"
    [ ! -e "$made.done" ] || continue
    if [ "$program" = gannet ]; then
      "$GANNET" train --cfg cgan --data fashion-mnist --kimg "$KIMG" --tick "$EVERY" --snap 1 --snap-first 0 --metrics none --threads "$THREADS" --seed "$round" \
        --outdir "$RUNS" --desc "$(basename "$made")" >"$made.log"
      tail -n 1 "$made.log" >"$made.run"
    else
      (cd bench/peers && "$peer" cgan_train.py --data "$data" --kimg "$KIMG" --every "$EVERY" --out "$made" --mode "$program" \
        --threads "$THREADS" --seed "$round") >"$made.jsonl"
    fi
    touch "$made.done"
  done
done

python3 - "$GANNET" "$RUNS" "$ROUNDS" "$THREADS" "$COVERAGE" "$POINTS" $MODES <<'PY'
import json, pathlib, statistics, subprocess, sys
gannet, runs, rounds, threads, coverage, points = sys.argv[1], pathlib.Path(sys.argv[2]), int(sys.argv[3]), sys.argv[4], float(sys.argv[5]), float(sys.argv[6])
modes = sys.argv[7:]

def looks(program, made):
    """[(kimg, seconds of training, what to judge)], in their order."""
    if program != "gannet":
        lines = [json.loads(line) for line in pathlib.Path(f"{made}.jsonl").read_text().splitlines()]
        return [(at["kimg"], at["seconds"], ["--fake", f"{made}/{at['kimg']:g}.npz"]) for at in lines]
    run = pathlib.Path(f"{made}.run").read_text().strip()
    lines = [json.loads(line) for line in (pathlib.Path(run) / "stats.jsonl").read_text().splitlines()]
    return [(at["kimg"], at["seconds"], ["--network", f"{run}@{at['kimg']:g}"]) for at in lines]

def judged(what, metric, features):
    real = "--real" if what[0] == "--fake" else "--data"
    out = subprocess.run([gannet, "eval", *what, real, "fashion-mnist", "--split", "test", "--metrics", metric, "--features", features, "--threads", threads, "--json",
                          "--reference", "true" if metric.startswith("gan") else "false"], check=True, stdout=subprocess.PIPE, text=True).stdout
    return json.loads(out)["results"][0]

def first(at, reached):
    """The first look that is there: by halves, as figures rise."""
    low, high = 0, len(at) - 1
    if not reached(at[high][2]):
        return None
    while low < high:
        middle = (low + high) // 2
        if reached(at[middle][2]):
            high = middle
        else:
            low = middle + 1
    return at[low]

def by_coverage(what):
    found = judged(what, "coverage10k", "pixels")["value"]
    print(what[1], "coverage", found, file=sys.stderr, flush=True)
    return found >= coverage

def by_classifier(what):
    found = judged(what, "gan-train10k", "auto")
    print(what[1], "gan-train", found["value"], "real", found["real"], file=sys.stderr, flush=True)
    return found["value"] >= found["real"] - points

print(f"| threads: {threads} | coverage {coverage:g}: seconds (kimg) | GAN-train within {100 * points:g} points of real: seconds (kimg) | seconds of the whole run |\n|---|---|---|---|")
for program in ["gannet", *modes]:
    cells = []
    for reached in (by_coverage, by_classifier):
        found = [first(looks(program, runs / f"records-{program}-{round}"), reached) for round in range(rounds)]
        cells.append("not reached" if None in found else f"{statistics.median(at[1] for at in found):.0f} ({statistics.median(at[0] for at in found):.0f})")
    whole = statistics.median(looks(program, runs / f"records-{program}-{round}")[-1][1] for round in range(rounds))
    print(f"| {'Gannet' if program == 'gannet' else 'PyTorch, ' + program} | {cells[0]} | {cells[1]} | {whole:.0f} |", flush=True)
PY
