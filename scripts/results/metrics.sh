#!/usr/bin/env bash
# Figures of docs/metrics.md: what a perfect model of Fashion-MNIST's pixels has (10,000 of its train images against its test images, as if these were generated), with
# the time and memory of it. Fails where a figure is more than 0.01 (the noise of the choice of 10,000) from the known one.
. "$(dirname "$0")/common.sh"
out=$(mktemp)
trap 'rm -f "$out"' EXIT
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
rm -f "$out.time"
