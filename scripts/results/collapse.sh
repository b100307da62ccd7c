#!/usr/bin/env bash
# How many runs collapse: D wins, and its loss (1.39 where it cannot tell) is below 0.5 after KIMG thousand images.
# RECIPE, DATA, SEEDS, KIMG, THREADS; arguments go to train: `collapse.sh --noise 0` is the default without instance noise.
. "$(dirname "$0")/common.sh"
recipe=${RECIPE:-dcgan} kimg=${KIMG:-20} threads=${THREADS:-1}

collapsed=0 all=0
for seed in ${SEEDS:-0 1 2 3 4 5 6 7 8 9}; do
  log="$RUNS/collapse-$seed.log"
  "$GANNET" train --cfg "$recipe" --data "${DATA:-fashion-mnist}" --kimg "$kimg" --threads "$threads" --seed "$seed" --snap 1000000 --outdir "$RUNS" "$@" >"$log"
  loss=$(python3 - "$(tail -n 1 "$log")" <<'PY'
import json, pathlib, sys
print(json.loads((pathlib.Path(sys.argv[1]) / "stats.jsonl").read_text().splitlines()[-1])["loss"]["D"])
PY
  )
  echo "seed $seed: loss D $loss"
  all=$((all + 1))
  collapsed=$((collapsed + $(awk -v loss="$loss" 'BEGIN { print loss < 0.5 }')))
done
echo "$collapsed of $all runs of $recipe collapsed ($kimg kimg, threads $threads${*:+, }$*)"
