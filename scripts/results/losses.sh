#!/usr/bin/env bash
# The tables of docs/losses.md: ring-8 by each loss over ten seeds, and every loss on every recipe's networks.
. "$(dirname "$0")/common.sh"
losses="ns minimax lsgan hinge wgan rpgan ragan"
kimg=${KIMG:-1000} seeds=${SEEDS:-0 1 2 3 4 5 6 7 8 9}
toy="--cfg vanilla --preset paper --data ring-8 --nz 2 --ngf 128 --ndf 128 --lr 1e-3 --batch 256 --kimg $kimg --tick $kimg --snap 1 --threads 1"
# D's bound that the Wasserstein loss lacks by itself.
more() { [ "$1" = wgan ] && echo "--gp 1" || true; }

for loss in $losses; do
  for seed in $seeds; do
    "$GANNET" train $toy --loss "$loss" $(more "$loss") --seed "$seed" --outdir "$RUNS/$loss" >"$RUNS/log"
  done
done
cat <<TEXT

### ring-8 by each loss
\`gannet train $toy --loss LOSS --seed SEED\` (\`wgan\`: and \`--gp 1\`), seeds $seeds: the modes with a sample within 3 sigma, and the
share of 10,000 samples that near to one; the last network of each run.

| loss | modes found: mean (least) of 8 | near a mode: mean | least | most |
|---|---|---|---|---|
TEXT
python3 - "$RUNS" $losses <<'PY'
import json, pathlib, sys
for loss in sys.argv[2:]:
    modes, share = [], []
    for run in sorted((pathlib.Path(sys.argv[1]) / loss).iterdir()):
        last = {m["metric"]: m for m in map(json.loads, (run / "metrics.jsonl").read_text().splitlines())}
        modes.append(last["modes"]["value"])
        share.append(last["high_quality"]["value"])
    n, real = len(modes), last["high_quality"]["real"]
    print(f"| `{loss}` | {sum(modes) / n:.1f} ({min(modes):.0f}) | {sum(share) / n:.1%} | {min(share):.1%} | {max(share):.1%} |")
print(f"| real data | 8 | {real:.1%} | | |")
PY

small="--preset paper --data fashion-mnist --ngf 16 --ndf 16 --kimg ${SMALL:-6.4} --tick 3.2 --snap 100 --threads 1"
cat <<TEXT

### Every loss on every recipe's networks
\`gannet train --cfg RECIPE --preset paper $small --loss LOSS\` (\`dcgan\`: and \`--batch 64\`): D(x) / D(G(z)) of the last half (sigmoid of the logit; without meaning
for \`lsgan\` and \`wgan\`). Every one ends with finite losses and weights, which a run checks at each tick and snapshot.

| | $(echo $losses | sed 's/ / | /g') |
|---|---|---|---|---|---|---|---|
TEXT
for recipe in vanilla dcgan cgan wgan-gp sngan acgan infogan r3gan; do
  row="| \`$recipe\` |"
  batch=
  [ $recipe != dcgan ] || batch="--batch 64"
  for loss in $losses; do
    "$GANNET" train --cfg $recipe --preset paper $small $batch --loss "$loss" --outdir "$RUNS/matrix" >"$RUNS/log" 2>&1 && cell=$(python3 - "$(tail -n 1 "$RUNS/log")" <<'PY'
import json, pathlib, sys
score = json.loads((pathlib.Path(sys.argv[1]) / "stats.jsonl").read_text().splitlines()[-1])["score"]
print(f"{score['D(x)']:.2f} / {score['D(G(z))']:.2f}")
PY
    ) || cell=FAILED
    row+=" $cell |"
  done
  echo "$row"
done
