#!/usr/bin/env bash
# Figures of docs/toys.md: ring-8 and grid-25 with `--cfg auto` and nothing else, ten seeds each, 2,500 samples by `gannet eval` (design of PacGAN, arXiv:1712.04086);
# stacked Fashion-MNIST, 26,000 samples. PARTS: which to make (and: search); SEEDS: of the points; STACKED_SECONDS: processor time of each run of the stacked set. Runs that are done in
# $RUNS are taken as they are.
. "$(dirname "$0")/common.sh"
PARTS=${PARTS:-ring-8 grid-25 stacked}
SEEDS=${SEEDS:-0 1 2 3 4 5 6 7 8 9}
STACKED_SECONDS=${STACKED_SECONDS:-150}
mkdir -p docs/toys

# One run a seed, the figures of its last network in $RUNS/NAME-SEED.json, processor seconds in $RUNS/NAME-SEED.seconds. The best network is
# the one of most high quality among those of all modes, and so one of the narrowest.
points_run() {
  local data=$1 seed=$2 TIMEFORMAT='%U %S'
  local made="$RUNS/$data-$seed"
  if [ ! -e "$made.seconds" ]; then
    { time "$GANNET" train --data "$data" --seed "$seed" --threads 1 --outdir "$RUNS" --desc "$data-$seed" >"$made.log"; } 2>"$made.time"
    tail -n 1 "$made.time" | awk '{ print $1 + $2 }' >"$made.seconds"
  fi
  if [ ! -e "$made.json" ]; then
    "$GANNET" eval --network "$(tail -n 1 "$made.log")@last" --data "$data" --metrics "$metrics" --threads 1 --json >"$made.new"
    mv "$made.new" "$made.json"
  fi
  [ "$seed" != "${SEEDS%% *}" ] || cp "$(ls "$(tail -n 1 "$made.log")"/fakes-0*.png | tail -n 1)" "docs/toys/$data.png"
}

metrics=modes2500,high_quality2500,reverse_kl2500,mode_spread2500
points() {
  local data=$1 seed
  for seed in $SEEDS; do points_run "$data" "$seed"; done
  for seed in $SEEDS; do  # a perfect sampler: other samples of the same mixture
    "$GANNET" eval --real "$data" --fake "$data" --split-fake test --seed "$seed" --metrics "$metrics" --threads 1 --reference false --json >"$RUNS/$data-real-$seed.json"
  done
  python3 - "$RUNS" "$data" $SEEDS <<'PY'
import json, pathlib, sys
folder, data, seeds = pathlib.Path(sys.argv[1]), sys.argv[2], sys.argv[3:]
def figures(name):
    found = []
    for seed in seeds:
        results = json.load(open(folder / f"{name}-{seed}.json"))["results"]
        by = {r["metric"].removesuffix("2500"): r for r in results}
        spread = by["mode_spread"]["protocol"]
        found.append([by["modes"]["value"], by["high_quality"]["value"], by["reverse_kl"]["value"], by["mode_spread"]["value"],
                      spread["smallest"], spread["largest"], by["modes"]["protocol"]["modes_total"]])
    return found
own, real = figures(data), figures(f"{data}-real")
seconds = [float((folder / f"{data}-{seed}.seconds").read_text()) for seed in seeds]
mean = lambda rows, i: sum(row[i] for row in rows) / len(rows)
worst = {0: min, 1: min, 2: max, 4: min, 5: max}
print(f"\n`gannet train --data {data}`, seeds {', '.join(seeds)}: all {own[0][6]:.0f} modes with {sum(row[0] == row[6] for row in own)} of {len(own)}.\n")
print("| | modes | high quality | reverse KL | spread: mean, smallest and largest mode | seconds |\n|---|---|---|---|---|---|")
for name, rows, time in (("Gannet", own, f"{sum(seconds) / len(seconds):.0f}"), ("perfect sampler", real, "")):
    print(f"| {name}, mean | {mean(rows, 0):.1f} | {100 * mean(rows, 1):.1f}% | {mean(rows, 2):.4f} | {mean(rows, 3):.3f}, {mean(rows, 4):.2f}, {mean(rows, 5):.2f} | {time} |")
    far = max((row[3] for row in rows), key=lambda x: abs(x - 1))
    print(f"| {name}, worst | {min(r[0] for r in rows):.0f} | {100 * min(r[1] for r in rows):.1f}% | {max(r[2] for r in rows):.4f} | {far:.3f}, {min(r[4] for r in rows):.2f}, {max(r[5] for r in rows):.2f} | {f'{max(seconds):.0f}' if time else ''} |")
PY
}

# Unconditional recipes on stacked Fashion-MNIST.
stacked() {
  local name data=${STACKED:-stacked-fashion}
  echo
  echo "\`$data\`, $STACKED_SECONDS s of one core each, seed 0, 26,000 samples:"
  echo
  echo "| | thousand images | modes of 1,000 | reverse KL |"
  echo "|---|---|---|---|"
  for name in dcgan "dcgan --pack 2" "r3gan --cond=0"; do
    local desc="$data-${name// /}"
    desc=${desc//[-=]/}
    if [ ! -e "$RUNS/$desc.json" ]; then
      train_for "$STACKED_SECONDS" "$desc" --cfg $name --data "$data"
      "$GANNET" eval --network "$run@last" --data "$data" --metrics modes26k,reverse_kl26k --threads 1 --json >"$RUNS/$desc.new"
      cp "$(ls "$run"/fakes-0*.png | tail -n 1)" "docs/toys/$desc.png"
      python3 -c 'import json, pathlib, sys; print(json.loads((pathlib.Path(sys.argv[1]) / "stats.jsonl").read_text().splitlines()[-1])["kimg"])' "$run" >"$RUNS/$desc.kimg"
      mv "$RUNS/$desc.new" "$RUNS/$desc.json"
    fi
    python3 - "$RUNS/$desc" "$name" <<'PY'
import json, sys
modes, kl = json.load(open(sys.argv[1] + ".json"))["results"]
print(f"| `{sys.argv[2]}` | {float(open(sys.argv[1] + '.kimg').read()):.0f} | {modes['value']:.0f} | {kl['value']:.3f} |")
PY
  done
  python3 - "$RUNS/$desc.json" <<'PY'
import json, sys
modes, kl = json.load(open(sys.argv[1]))["results"]
print(f"| real images | | {modes['real']:.0f} | {kl['real']:.4f} |")
PY
}

# What was tried on grid-25 on the way, 10,000 samples; each line is what differs from the default.
search() {
  local old="--cfg r3gan --nz 2 --g-fourier 0 --fourier 0 --schedule cosine --gamma 0.005 --lr-end 1e-4 --ema 10" name=grid-25-search n=0 more
  local own="--cfg r3gan"
  local signs="$own --nz 6 --latent-signs --g-fourier 0 --gamma-end 5e-5 --lr-end 2e-4 --ema 10 --kimg 3000"
  local wide="$signs --nz 7 --gamma-end 5e-6 --lr-end 5e-4"
  echo
  echo "| \`grid-25\`, seed 0 unless named | modes | high quality | reverse KL | spread |"
  echo "|---|---|---|---|---|"
  for more in "$old --gamma-end 0.005 --kimg 1000" "$old --gamma-end 3e-5 --kimg 2000" "--cfg vanilla" "$signs --kimg 4000" "$signs --gamma-end 2e-6 --lr-end 8e-4 --kimg 4000" "$signs --nz 7" \
    "$signs --nz 10 --gamma-end 2e-6 --lr-end 8e-4 --kimg 2000" "$wide" "$wide --ema 0" "$wide --batch 1024 --kimg 4500" "$wide --b2-end 0.999" "$wide --loss ragan --b2-end 0.999" \
    "$wide --loss ragan --b2-end 0.999 --seed 2" "$own --nz 2 --g-fourier 4 --lr-end 2e-4 --ema 10 --kimg 3000" "$own --nz 2 --g-fourier 6 --lr-end 2e-4 --ema 10 --kimg 3000" \
    "$own --ema 10 --kimg 3000" "$own --ema 10 --kimg 3000 --seed 1" "$own --ema 10 --kimg 3000 --seed 2" "$own --ema 10 --kimg 3000 --b2-end 0.999 --seed 1" \
    "$own --ema 10 --gamma-end 2e-6 --lr-end 8e-4 --kimg 6000 --seed 1" "$own --ema 10 --kimg 7000 --seed 1" "$own --ema 10 --kimg 7000 --seed 2" "$own --kimg 7000 --seed 1" "$own --kimg 7000 --seed 2" \
    "$own --pack 2" "$own --pack 2 --seed 1" "$own --pack 2 --seed 2" "$own --pack 2 --seed 6" "$own --pack 2 --seed 9"; do
    local made="$RUNS/$name-$((n++))"
    if [ ! -e "$made.json" ]; then
      "$GANNET" train --data grid-25 --threads 1 --metrics none --snap 1000 --tick 100 --outdir "$RUNS" --desc "$(basename "$made")" $more >"$made.log"
      "$GANNET" eval --network "$(tail -n 1 "$made.log")" --data grid-25 --metrics modes10k,high_quality10k,reverse_kl10k,mode_spread10k --threads 1 --reference false --json >"$made.new"
      mv "$made.new" "$made.json"
    fi
    python3 - "$made.json" "$more" <<'PY'
import json, sys
modes, quality, kl, spread = (r["value"] for r in json.load(open(sys.argv[1]))["results"])
print(f"| `{sys.argv[2]}` | {modes:.0f} | {100 * quality:.1f}% | {kl:.4f} | {spread:.3f} |")
PY
  done
}

for part in $PARTS; do
  case $part in
    stacked | search) $part ;;
    *) points "$part" ;;
  esac
done
